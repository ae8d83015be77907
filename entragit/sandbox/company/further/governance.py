"""The made-up company: entitlement management, access reviews, lifecycle workflows."""

from __future__ import annotations

from entragit.sandbox.company.build import Build


def make(build: Build) -> None:
    """Add them to the company; needs all of its core."""
