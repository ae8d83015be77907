"""The made-up company: Privileged Identity Management and roles of entitlement management."""

from __future__ import annotations

from entragit.sandbox.company.build import Build


def make(build: Build) -> None:
    """Add them to the company; needs all of its core."""
