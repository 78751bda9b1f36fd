"""RSA-2048 signatures as the platforms use them: PKCS#1 v1.5 over SHA-256, in base64."""

from __future__ import annotations

import base64
import binascii

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from pos_tui.settings import SettingsError


class KeyTextError(SettingsError):
    """A key that cannot be used; its reason names the setting."""


def private_key(pem: str, name: str) -> RSAPrivateKey:
    """The private key of a PEM text; `name` is the setting it comes from. Raises KeyTextError.

    That its numbers are primes is not checked, which takes 0.1 s a key and minutes for a thousand
    merchants; that it knows a signature of its own again shows that it can sign.
    """
    try:
        key = serialization.load_pem_private_key(
            _framed(pem, "PRIVATE KEY"), password=None, unsafe_skip_rsa_key_validation=True
        )
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyTextError("certificate.not_a_private_key", name=name) from error
    if not isinstance(key, RSAPrivateKey):
        raise KeyTextError("certificate.not_an_rsa_key", name=name)
    if not _is_whole(key):
        raise KeyTextError("certificate.damaged_private_key", name=name)
    return key


def public_key(pem: str, name: str) -> RSAPublicKey:
    """The public key of a PEM text, or a certificate's. Raises KeyTextError."""
    try:
        if "BEGIN CERTIFICATE" in pem:
            key = x509.load_pem_x509_certificate(pem.encode()).public_key()
        else:
            key = serialization.load_pem_public_key(_framed(pem, "PUBLIC KEY"))  # type: ignore[assignment]
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyTextError("certificate.not_a_public_key", name=name) from error
    if not isinstance(key, RSAPublicKey):
        raise KeyTextError("certificate.not_an_rsa_key", name=name)
    return key


def _is_whole(key: RSAPrivateKey) -> bool:
    try:
        return is_signed(key.public_key(), b"probe", sign(key, b"probe"))
    except ValueError:
        return False


def sign(key: RSAPrivateKey, text: bytes) -> str:
    """The base64 signature of a text."""
    return base64.b64encode(key.sign(text, padding.PKCS1v15(), hashes.SHA256())).decode()


def is_signed(key: RSAPublicKey, text: bytes, signature: str) -> bool:
    """Whether a base64 signature is this key's over this text."""
    try:
        raw = base64.b64decode(signature, validate=True)
        key.verify(raw, text, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def _framed(pem: str, what: str) -> bytes:
    """Alipay hands its keys out as bare base64: PEM without its first and last line."""
    if "-----BEGIN" in pem:
        return pem.encode()
    return f"-----BEGIN {what}-----\n{pem.strip()}\n-----END {what}-----\n".encode()
