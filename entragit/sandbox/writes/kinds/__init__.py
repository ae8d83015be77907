"""What Graph lets a client write, one module for each group of kinds, as data with rules beside it (facts §5)."""
