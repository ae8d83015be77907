"""Documents: a body as YAML, and back; the home of PyYAML.

`emit` writes the one canonical form, `parse` reads a body back, `read` also its comments and positions.
"""

from entragit.document.emit import emit
from entragit.document.read import MAX_BYTES, Comment, Document, parse, read
from entragit.document.scalars import MAX_DEPTH, harmless

__all__ = ["MAX_BYTES", "MAX_DEPTH", "Comment", "Document", "emit", "harmless", "parse", "read"]
