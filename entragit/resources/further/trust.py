"""Whose certificates sign people in (facts §5 organization, branding, CBA)."""

from __future__ import annotations

from entragit.resources.base import Relation, ResourceType
from entragit.resources.facts import Facts, keyed
from entragit.resources.weakening import authorities
from entragit.resources.writing import Writes

KINDS: tuple[ResourceType, ...] = (
    ResourceType(
        kind="directory/publicKeyInfrastructure/certificateBasedAuthConfigurations",
        type="certificateBasedAuthPki",
        read=("PublicKeyInfrastructure.Read.All",),
        write=("PublicKeyInfrastructure.ReadWrite.All",),
        role="Privileged Authentication Administrator",
        relations=(
            Relation(
                "certificateAuthorities",
                "child",
                type="certificateAuthorityDetail",
                rule=keyed("certificate"),
                change="patch",
            ),
        ),
        tier=0,  # whoever issues its certificates signs in as anyone
        writes=Writes(restore="certificateBasedAuthPki", weakens=authorities),
    ),
)
FACTS = {"certificateAuthorityDetail": Facts(noise=frozenset({"id"}))}  # the certificate tells one from the others
