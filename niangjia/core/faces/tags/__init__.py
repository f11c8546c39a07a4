"""The components as template tags, by kind; templatetags/faces.py offers them all."""
