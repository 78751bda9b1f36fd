"""UnionPay's certificates for demo and tests: root, middle, UnionPay's own and a merchant's."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.x509.oid import NameOID
from msgspec import Struct

from pos_tui.files.owner import open_private

UNIONPAY_ROOT = "unionpay-root-certificate.pem"
UNIONPAY_MIDDLE = "unionpay-middle-certificate.pem"
UNIONPAY_CERTIFICATE = "unionpay-certificate.pem"
UNIONPAY_KEY = "unionpay-key.pem"
UNIONPAY_MERCHANT_CERTIFICATE = "unionpay-merchant-certificate.pem"
UNIONPAY_MERCHANT_KEY = "unionpay-merchant-key.pem"

# The names in certificates of the kind that UnionPay's issuer makes: 041@number@company@number.
UNIONPAY_NAME = (
    "041@8310000000083040@\u4e2d\u56fd\u94f6\u8054\u80a1\u4efd\u6709\u9650\u516c\u53f8@00016495"
)
MERCHANT_NAME = "041@Z2026@Corner Market@00000001"

_LIFE = timedelta(days=3650)


class Issued(Struct, frozen=True):
    """A certificate and its key."""

    certificate: x509.Certificate
    key: RSAPrivateKey

    @property
    def pem(self) -> str:
        """The certificate as PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def key_pem(self) -> str:
        """The key as PEM."""
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()


def make_unionpay_keys(folder: Path) -> None:
    """Write fresh certificates and keys into a folder, readable by their owner only."""
    folder.mkdir(parents=True, exist_ok=True)
    root = issue("Simulated ACS CA", is_authority=True)
    middle = issue("Simulated ACS OCA31", root, is_authority=True)
    unionpay = issue(UNIONPAY_NAME, middle)
    merchant = issue(MERCHANT_NAME, middle)
    _write(folder / UNIONPAY_ROOT, root.pem)
    _write(folder / UNIONPAY_MIDDLE, middle.pem)
    _write(folder / UNIONPAY_CERTIFICATE, unionpay.pem)
    _write(folder / UNIONPAY_KEY, unionpay.key_pem)
    _write(folder / UNIONPAY_MERCHANT_CERTIFICATE, merchant.pem)
    _write(folder / UNIONPAY_MERCHANT_KEY, merchant.key_pem)


def issue(
    common_name: str,
    issuer: Issued | None = None,
    *,
    is_authority: bool = False,
    since: datetime | None = None,
    life: timedelta = _LIFE,
    key: RSAPrivateKey | None = None,
) -> Issued:
    """A certificate of an issuer's, or one that is its own issuer; good from yesterday on."""
    own = key or generate_private_key(public_exponent=65537, key_size=2048)
    subject = _name(common_name)
    begin = since or datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + life)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .sign(issuer.key if issuer else own, hashes.SHA256())
    )
    return Issued(made, own)


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Simulated Authority"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _write(path: Path, content: str) -> None:
    path.unlink(missing_ok=True)
    handle = open_private(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(content)
