"""The catalog: what exists in Entra, as data."""
