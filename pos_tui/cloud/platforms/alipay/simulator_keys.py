"""What Alipay calls the certificates of an account in certificate mode."""

from __future__ import annotations

import hashlib

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from msgspec import Struct

from pos_tui.cloud.platforms.alipay.account import AlipayAccount
from pos_tui.reasons import plain
from pos_tui.settings import SettingsError


class CertificateNumbers(Struct, frozen=True):
    """What an account's certificates are called on the wire."""

    app: str
    alipay: str
    roots: str


def certificate_numbers(account: AlipayAccount) -> CertificateNumbers | None:
    """The numbers of an account in certificate mode; None in key mode. Raises SettingsError."""
    pems = (account.app_certificate, account.alipay_certificate, account.root_certificates)
    if not any(pems):
        return None
    try:
        app, alipay, roots = (x509.load_pem_x509_certificates((p or "").encode()) for p in pems)
    except ValueError as error:
        raise SettingsError("certificate.alipay_unreadable", why=plain(str(error))) from error
    kept = [root for root in roots if isinstance(root.public_key(), rsa.RSAPublicKey)]
    return CertificateNumbers(_number(app[0]), _number(alipay[0]), "_".join(map(_number, kept)))


def _number(certificate: x509.Certificate) -> str:
    parts = [f"{part.rfc4514_attribute_name}={part.value!s}" for part in certificate.issuer]
    text = ",".join(reversed(parts)) + str(certificate.serial_number)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
