"""Verbs of mutual aid."""
