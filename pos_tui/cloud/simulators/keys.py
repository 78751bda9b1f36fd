"""Keys for demo and tests: a merchant's, and one that all the stand-ins sign with."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

MERCHANT_KEY = "merchant-key.pem"
PLATFORM_KEY = "platform-key.pem"
PLATFORM_PUBLIC = "platform-public.pem"


def make_keys(folder: Path) -> None:
    """Write fresh RSA-2048 keys into a folder, readable by their owner only."""
    folder.mkdir(parents=True, exist_ok=True)
    platform = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    merchant = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = platform.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    _write(folder / MERCHANT_KEY, _pem(merchant))
    _write(folder / PLATFORM_KEY, _pem(platform))
    _write(folder / PLATFORM_PUBLIC, public)


def _pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
