"""Stand-in partners: a program of its own that plays an arbitration commission, a court or a governance centre over the real interface.

It knows the platform by its address only: own key, own folder, no database of ours.
"""
