"""The made-up company: attributes, branding, certificates, federation, synchronization."""

from __future__ import annotations

from entragit.sandbox.company.build import Build


def make(build: Build) -> None:
    """Add them to the company; needs all of its core."""
