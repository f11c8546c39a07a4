"""The statutory terms by theme, each module with its laws and a tuple TERMS."""
