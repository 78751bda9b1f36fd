"""Certificates of Alipay's certificate mode, for an account whose keys `make_keys` has made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from pos_tui.cloud.platforms.simulation.keys import MERCHANT_KEY, PLATFORM_KEY
from pos_tui.cloud.wire.rsa import private_key

APP_CERTIFICATE = "alipay-app-certificate.pem"
ALIPAY_CERTIFICATE = "alipay-certificate.pem"
ROOT_CERTIFICATES = "alipay-root-certificates.pem"

_Signer = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_Owned = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
_LIFE = timedelta(days=3650)


def make_certificates(folder: Path, app_id: str) -> None:
    """Write an application's, Alipay's (with its issuer) and the roots' certificates.

    The folder has the keys of `make_keys`. As in Alipay's file, one root is not an RSA one.
    Raises SettingsError for a key that cannot be used, OSError.
    """
    merchant = private_key((folder / MERCHANT_KEY).read_text("utf-8"), MERCHANT_KEY)
    alipay = private_key((folder / PLATFORM_KEY).read_text("utf-8"), PLATFORM_KEY)
    root = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    issuer = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    curve = ec.generate_private_key(ec.SECP256R1())

    first = _name("Simulated Certification Authority R1")
    second = _name("Simulated Class 2 Root - G3")
    other = _name("Simulated Certification Authority E1")
    middle = _name("Simulated Certification Authority Class 2 R1")
    roots = [
        _certificate(other, curve.public_key(), other, curve),
        _certificate(first, root.public_key(), first, root),
        _certificate(second, issuer.public_key(), second, issuer),
    ]
    chain = [
        _certificate(_name("alipay"), alipay.public_key(), middle, issuer),
        _certificate(middle, issuer.public_key(), first, root),
    ]
    app = _certificate(_name(app_id), merchant.public_key(), middle, issuer)
    (folder / APP_CERTIFICATE).write_bytes(app)
    (folder / ALIPAY_CERTIFICATE).write_bytes(b"".join(chain))
    (folder / ROOT_CERTIFICATES).write_bytes(b"\n".join(roots))


def _certificate(subject: x509.Name, owned: _Owned, issuer: x509.Name, signer: _Signer) -> bytes:
    since = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(owned)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + _LIFE)
        .sign(signer, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM)


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Simulated Financial"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Certification Authority"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )
