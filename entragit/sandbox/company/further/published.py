"""The made-up company: what hangs below its applications, of a few of them."""

from __future__ import annotations

from entragit.sandbox import logos, proxy
from entragit.sandbox.company.build import Build, values
from entragit.sandbox.company.further.branding import JPEG, png
from entragit.sandbox.store import Object, Tenant

UNTOLD = "the password of the certificate"
KEY = "dGhlIGtleSBvZiB0aGUgY2VydGlmaWNhdGU="
HOSTILE = "https://intranet.example/|<b>\N{RIGHT-TO-LEFT OVERRIDE}]]>"


LOGOS = (("image/png", png(2, 2, (0, 120, 212))), ("image/jpeg", JPEG), ("image/gif", b"GIF89a\1\0\1\0\0\0\0;"))


def _wildcard() -> Object:
    """An application of many sites, under a domain of its own, with a certificate."""
    cors = values("corsConfiguration_v2", resource="/", maxAgeInSeconds=60, allowedHeaders=["*"],
                  allowedMethods=["POST", "GET"],
                  allowedOrigins=["https://b.example", "https://a.example"])  # fmt: skip
    segments = [
        values("webApplicationSegment", id=f"3{number}{'0' * 6}-0000-4000-8000-000000000000",
               externalUrl=f"https://{name}.zava.example/", internalUrl=f"https://{name}.intern/",
               corsConfigurations=[cors])
        for number, name in enumerate(("wiki", "help"))
    ]  # fmt: skip
    return {
        "externalUrl": "https://*.zava.example/",
        "internalUrl": "https://*.intern/",
        "externalAuthenticationType": "aadPreAuthentication",
        "singleSignOnSettings": {
            "singleSignOnMode": "onPremisesKerberos",
            "kerberosSignOnSettings": {
                "kerberosServicePrincipalName": "HTTP/iis.intern",
                "kerberosSignOnMappingAttributeType": "userPrincipalName",
            },
        },
        "segmentsConfiguration": {
            "@odata.type": "#microsoft.graph.webSegmentConfiguration", "applicationSegments": segments,
        },
        "verifiedCustomDomainCertificatesMetadata": {
            "thumbprint": "A1B2C3D4", "subjectName": "CN=*.zava.example", "issuerName": "CN=Zava CA",
            "issueDate": "2026-01-01T00:00:00Z", "expiryDate": "2027-01-01T00:00:00Z",
        },
        "verifiedCustomDomainKeyCredential": values("keyCredential", key=KEY, type="X509CertAndPassword"),
        "verifiedCustomDomainPasswordCredential": values("passwordCredential", secretText=UNTOLD),
    }  # fmt: skip


def _private() -> Object:
    """What isn't for browsers: no address, and segments by host and port."""
    segment = values("ipApplicationSegment", id="40000000-0000-4000-8000-000000000000", destinationHost="10.0.0.0/8",
                     destinationType="ipRangeCidr", ports=["443-443", "22-22"], protocol="tcp",
                     application={"id": "an application in itself"})  # fmt: skip
    return {
        "applicationType": "nonwebapp",
        "isAccessibleViaZTNAClient": True,
        "segmentsConfiguration": {
            "@odata.type": "#microsoft.graph.ipSegmentConfiguration", "applicationSegments": [segment],
        },
    }  # fmt: skip


def equip(tenant: Tenant) -> None:
    """One application of many sites, one for private access, one with an address alone, others unpublished; logos."""
    owners = [key for key, body in sorted(tenant.objects["applications"].items()) if not body.get("@odata.type")]
    plain = {"externalUrl": "https://wiki.msappproxy.net/", "internalUrl": HOSTILE}
    for owner, held in zip(owners, (_wildcard(), _private(), plain), strict=False):
        proxy.publish(tenant, owner, **held)
    for owner, (type_, data) in zip(owners[1:], LOGOS, strict=False):
        logos.put(tenant, tenant.objects["applications"][owner], type_, data)


def make(build: Build) -> None:
    """The same in the company."""
    equip(build.tenant)
