"""How what decides about applications is written (facts §5)."""

from __future__ import annotations

from entragit.resources.writing import Switch, Writes

TOKENS = Writes(
    optional=frozenset({"description"}),
    # One at a time is the organization's default.
    switch=Switch("isOrganizationDefault", False, sole=True),
)
