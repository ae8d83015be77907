"""Where a real tenant and the local Entra differ: the same little life of one resource per kind, lived in both.

`samples` says what is made and how it changes, `trial` does it and watches, `compare` holds two trials side by side.
"""
