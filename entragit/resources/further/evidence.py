"""What is kept beside the configuration because it explains it, and is never put back (facts §5 read-only exports)."""

from __future__ import annotations

from entragit.resources.base import ResourceType
from entragit.resources.facts import SET, Facts, keyed
from entragit.resources.writing import Reason, read_only

BOUGHT = Reason("licence", "Licences are bought, not configured.", "Buy the licence again, or end the subscription.")

KINDS: tuple[ResourceType, ...] = (
    ResourceType(
        kind="subscribedSkus",
        type="subscribedSku",
        read=("LicenseAssignment.Read.All",),
        title="skuPartNumber",
        # What is bought and used is counted, and changes every day.
        facts=Facts(
            lists={"servicePlans": keyed("servicePlanId"), "subscriptionIds": SET},
            noise=frozenset({"accountId", "accountName", "consumedUnits", "prepaidUnits"}),
        ),
        writes=read_only(BOUGHT),
    ),
)
FACTS = {"servicePlanInfo": Facts(noise=frozenset({"provisioningStatus"}))}  # changes while Microsoft sets it up
