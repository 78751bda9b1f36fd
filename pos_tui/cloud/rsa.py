"""RSA-2048 signatures as the platforms use them: PKCS#1 v1.5 over SHA-256, in base64."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from pos_tui.settings import SettingsError


class KeyFileError(SettingsError):
    """A key file that cannot be used; its text names the file and says why."""


def load_private_key(path: Path) -> RSAPrivateKey:
    """The private key of a PEM file. Raises KeyFileError."""
    try:
        key = serialization.load_pem_private_key(_read(path), password=None)
    except (ValueError, TypeError) as error:
        raise KeyFileError(f"{path}: not an unencrypted private key in PEM form") from error
    if not isinstance(key, RSAPrivateKey):
        raise KeyFileError(f"{path}: not an RSA key")
    return key


def load_public_key(path: Path) -> RSAPublicKey:
    """The public key of a PEM file. Raises KeyFileError."""
    try:
        key = serialization.load_pem_public_key(_read(path))
    except ValueError as error:
        raise KeyFileError(f"{path}: not a public key in PEM form") from error
    if not isinstance(key, RSAPublicKey):
        raise KeyFileError(f"{path}: not an RSA key")
    return key


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


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeyFileError(f"{path}: cannot be read ({error.strerror})") from error
