"""The made-up company: a group that expires, and whose guests are limited."""

from __future__ import annotations

from entragit.sandbox.company.build import Build


def make(build: Build) -> None:
    """Add them to the company; needs its groups, templates of settings and group lifecycle policy."""
    group, (policy,) = build.known["group:town-square"], build.all("groupLifecyclePolicies")
    build.link("groups/groupLifecyclePolicies", group, [policy["id"]])
    template = next(item for item in build.all("groupSettingTemplates") if item["displayName"] == "Group.Unified.Guest")
    build.add_child("groups/settings", group, {
        "displayName": template["displayName"], "templateId": template["id"],
        "values": [{"name": "AllowToAddGuests", "value": "false"}],
    })  # fmt: skip
