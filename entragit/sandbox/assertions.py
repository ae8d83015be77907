"""Client assertions: a JWT that a client signs with the key of its registered certificate."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Collection
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, load_pem_x509_certificate

from entragit.sandbox.store import Client
from entragit.sandbox.tokens import decode, encode

PADDINGS: dict[str, padding.AsymmetricPadding] = {
    "RS256": padding.PKCS1v15(),
    "PS256": padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH),
}


def _parts(assertion: str) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """(header, claims, signature); ValueError for what is no JWT."""
    header, payload, signature = assertion.split(".")
    parts = json.loads(decode(header)), json.loads(decode(payload))
    if not all(isinstance(part, dict) for part in parts):
        raise ValueError(assertion)
    return *parts, decode(signature)


def _named(header: dict[str, Any], certificate: Certificate) -> bool:
    der = certificate.public_bytes(Encoding.DER)
    sha1 = encode(hashlib.sha1(der, usedforsecurity=False).digest())
    named = {str(header.get(name, "")).rstrip("=") for name in ("x5t", "x5t#S256")}
    return not named.isdisjoint({sha1, encode(hashlib.sha256(der).digest())})


def _signed(assertion: str, header: dict[str, Any], signature: bytes, certificate: Certificate) -> bool:
    key, scheme = certificate.public_key(), PADDINGS.get(str(header.get("alg")))
    if scheme is None or not isinstance(key, rsa.RSAPublicKey):
        return False
    try:
        key.verify(signature, assertion.rpartition(".")[0].encode(), scheme, hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def verify(assertion: str, client: Client, audiences: Collection[str]) -> str:
    """What is wrong with a client's assertion for one of `audiences`, in words; "" if nothing is."""
    if client.certificate is None:
        return "Reason - The application has no certificate."
    try:
        header, claims, signature = _parts(assertion)
    except ValueError:
        return "Reason - The assertion is malformed."
    certificate = load_pem_x509_certificate(client.certificate.encode())
    if not _named(header, certificate):
        return "Reason - The key was not found."
    if not _signed(assertion, header, signature, certificate):
        return "Reason - The key used is incorrect."
    if claims.get("aud") not in audiences or claims.get("iss") != client.id or claims.get("sub") != client.id:
        return "Reason - Audience, issuer or subject is not the expected one."
    return "Reason - The assertion is expired." if claims.get("exp", 0) < time.time() else ""
