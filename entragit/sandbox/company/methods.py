"""The authentication methods policy with the configuration of every method."""

from __future__ import annotations

from entragit.sandbox.company.build import Build, values
from entragit.sandbox.rules.stored import blank
from entragit.sandbox.store import Object

PATH = "policies/authenticationMethodsPolicy"
CONFIGURATIONS = f"{PATH}/authenticationMethodConfigurations"
NOBODY = "00000000-0000-0000-0000-000000000000"


def _target(group: str = "all_users", **more: object) -> Object:
    return {"targetType": "group", "id": group, "isRegistrationRequired": False} | more


def _feature(state: str) -> Object:
    return values(
        "authenticationMethodFeatureConfiguration", state=state, includeTarget=values("featureTarget",
        targetType="group", id="all_users"),
        excludeTarget=values("featureTarget", targetType="group", id=NOBODY),
    )  # fmt: skip


def _everyday(build: Build) -> list[tuple[str, str, Object]]:
    """(id, type, properties) of what most people use."""
    keys = values("fido2KeyRestrictions", isEnforced=True, enforcementType="allow",
                  aaGuids=["fa2b99dc-9e39-4257-8f92-4a30d23c4118", "2fc0579f-8113-47ea-b116-bb5a8db9202a"])  # fmt: skip
    features = values(
        "microsoftAuthenticatorFeatureSettings", displayAppInformationRequiredState=_feature("enabled"),
        displayLocationInformationRequiredState=_feature("default"),
    )  # fmt: skip
    excluded = [values("excludeTarget", id=build.known["group:break-glass"], targetType="group")]
    return [
        ("Fido2", "fido2", {
            "state": "enabled", "isSelfServiceRegistrationAllowed": True, "isAttestationEnforced": True,
            "keyRestrictions": keys,
            "includeTargets": [_target(allowedPasskeyProfiles=[])],
        }),
        ("MicrosoftAuthenticator", "microsoftAuthenticator", {
            "state": "enabled", "isSoftwareOathEnabled": True, "featureSettings": features, "excludeTargets": excluded,
            "includeTargets": [_target(authenticationMode="any")],
        }),
        ("TemporaryAccessPass", "temporaryAccessPass", {
            "state": "enabled", "defaultLength": 8, "defaultLifetimeInMinutes": 60, "minimumLifetimeInMinutes": 60,
            "maximumLifetimeInMinutes": 480, "isUsableOnce": True,
            "includeTargets": [_target(build.known["group:helpdesk"])],
        }),
        ("SoftwareOath", "softwareOath", {"state": "enabled", "includeTargets": [_target()]}),
        ("Email", "email", {"state": "enabled", "allowExternalIdToUseEmailOtp": "default", "includeTargets": []}),
    ]  # fmt: skip


def _others(build: Build) -> list[tuple[str, str, Object]]:
    """(id, type, properties) of what is off, or only for some."""
    default = {
        "x509CertificateAuthenticationDefaultMode": "x509CertificateMultiFactor",
        "x509CertificateDefaultRequiredAffinityLevel": "low",
    }
    rule = values("x509CertificateRule", x509CertificateRuleType="policyOID",
    policyOidIdentifier="1.3.6.1.4.1.311.21.8.1",
                  identifier="1.3.6.1.4.1.311.21.8.1", x509CertificateAuthenticationMode="x509CertificateMultiFactor",
                  x509CertificateRequiredAffinityLevel="high")  # fmt: skip
    binding = values("x509CertificateUserBinding", x509CertificateField="PrincipalName",
    userProperty="userPrincipalName",
                     priority=1, trustAffinityLevel="low")  # fmt: skip
    revocation = values("x509CertificateCRLValidationConfiguration", state="disabled")
    return [
        ("Sms", "sms", {"state": "disabled", "includeTargets": [_target(build.known["group:pilot"],
        isUsableForSignIn=False)]}),
        ("Voice", "voice", {"state": "disabled", "isOfficePhoneAllowed": False, "includeTargets": [_target()]}),
        ("X509Certificate", "x509Certificate", {
            "state": "enabled", "authenticationModeConfiguration": values(
                "x509CertificateAuthenticationModeConfiguration", **default, rules=[rule]),
            "certificateUserBindings": [binding], "crlValidationConfiguration": revocation,
            "issuerHintsConfiguration": values("x509CertificateIssuerHintsConfiguration", state="disabled"),
            "includeTargets": [_target(build.known["group:secops"])],
        }),
        ("QRCodePin", "qrCodePin", {"state": "disabled", "pinLength": 8, "standardQRCodeLifetimeInDays": 365,
        "includeTargets": []}),
        ("VerifiableCredentials", "verifiableCredentials", {"state": "disabled", "includeTargets": []}),
        (build.guid(), "external", {
            "state": "disabled", "displayName": "Partner MFA",
            "appId": build.tenant.objects["applications"][build.known["app:api"]]["appId"],
            "includeTargets": [_target(build.known["group:guests"])],
            "openIdConnectSetting": values("openIdConnectSetting",
                clientId="entra", discoveryUrl="https://mfa.partner0.example/.well-known/openid-configuration"),
        }),
    ]  # fmt: skip


def methods(build: Build) -> None:
    """The policy; its inline configurations are the very objects of the collection. Needs groups and applications."""
    for method, kind, properties in [*_everyday(build), *_others(build)]:
        named = {"@odata.type": f"#microsoft.graph.{kind}AuthenticationMethodConfiguration", "id": method}
        build.add(CONFIGURATIONS, named | properties)
    campaign = values(
        "authenticationMethodsRegistrationCampaign", state="enabled", snoozeDurationInDays=1,
        includeTargets=[values("authenticationMethodsRegistrationCampaignIncludeTarget", id="all_users",
        targetType="group",
                               targetedAuthenticationMethod="microsoftAuthenticator")],
        excludeTargets=[values("excludeTarget", id=build.known["group:break-glass"], targetType="group")],
    )  # fmt: skip
    build.tenant.singletons[PATH] = blank("authenticationMethodsPolicy") | {
        "id": "authenticationMethodsPolicy", "displayName": "Authentication Methods Policy",
        "description": "The tenant-wide policy that controls which authentication methods are allowed in the tenant.",
        "lastModifiedDateTime": build.moment(40), "policyVersion": "1.5", "policyMigrationState": "migrationComplete",
        "reconfirmationInDays": 180, "registrationEnforcement": {"authenticationMethodsRegistrationCampaign": campaign},
        "authenticationMethodConfigurations": list(build.tenant.objects[CONFIGURATIONS].values()),
    }  # fmt: skip
