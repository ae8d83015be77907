"""The made-up company: what of its own Entra asks while people sign in or up."""

from __future__ import annotations

from typing import Any

from entragit.sandbox.company.build import Build, nasty, values

EXTENSIONS, GRAPH = "identity/customAuthenticationExtensions", "#microsoft.graph."


def extension(build: Build, kind: str, name: str, url: str, **more: Any) -> None:
    """One that asks an address, in the name of the company's API."""
    app = build.tenant.objects["applications"][build.known["app:api"]]["appId"]
    build.add(EXTENSIONS, {
        "@odata.type": f"{GRAPH}{kind}", "displayName": name, "description": f"{name}\nof the company",
        "authenticationConfiguration": {"@odata.type": f"{GRAPH}azureAdTokenAuthentication",
                                        "resourceId": f"api://{build.tenant.domain}/{app}"},
        "endpointConfiguration": {"@odata.type": f"{GRAPH}httpRequestEndpoint", "targetUrl": url},
        "clientConfiguration": values("customExtensionClientConfiguration", timeoutInMilliseconds=2000,
                                      maximumRetries=1),
        **more,
    })  # fmt: skip


def make(build: Build) -> None:
    """Add them to the company; needs its applications. The address of one holds a key."""
    own = f"https://functions.{build.tenant.domain}/api"
    extension(
        build,
        "onTokenIssuanceStartCustomExtension",
        "Claims of HR",
        f"{own}/claims",
        claimsForTokenConfiguration=[{"claimIdInApiResponse": name} for name in ("Roles", "DateOfBirth")],
    )
    extension(build, "onOtpSendCustomExtension", nasty(9, 1)[0], f"{own}/otp?code=c2VjcmV0LWtleQ==&v=2",
               behaviorOnError={"@odata.type": f"{GRAPH}fallbackToMicrosoftProviderOnError"})  # fmt: skip
