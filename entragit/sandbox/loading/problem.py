"""Why an export can't be loaded."""

from __future__ import annotations


class LoadError(ValueError):
    """An export that can't become part of a tenant; the message names the file, the cause and the next step."""
