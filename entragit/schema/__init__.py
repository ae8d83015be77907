"""The JSON Schemas of the kinds, and the check of a body against them; the home of jsonschema.

`python -m entragit.schema DIR` writes all schemas.
"""

from entragit.schema.check import Problem, Strange, check, unknown_values
from entragit.schema.generate import documents, schema

__all__ = ["Problem", "Strange", "check", "documents", "schema", "unknown_values"]
