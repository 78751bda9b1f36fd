"""Keys for demo and tests: a merchant's, and those that the simulators sign with."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from pos_tui.cloud.wire.rsa import private_key
from pos_tui.files.owner import open_private
from pos_tui.reasons import plain
from pos_tui.settings import SettingsError

MERCHANT_KEY = "merchant-key.pem"
PLATFORM_KEY = "platform-key.pem"
PLATFORM_PUBLIC = "platform-public.pem"


class PlatformKeys:
    """The folder of the keys that the simulators sign with."""

    def __init__(self, folder: Path) -> None:
        """Raises SettingsError for a key that cannot be used."""
        self._folder = folder
        self.platform = private_key(self.text(PLATFORM_KEY), PLATFORM_KEY)

    def text(self, name: str) -> str:
        """A file of the folder. Raises SettingsError."""
        path = self._folder / name
        try:
            return path.read_text(encoding="utf-8")
        except OSError as error:
            why = plain(error.strerror or "")
            raise SettingsError("settings.unreadable", path=str(path), why=why) from error


def make_common_keys(folder: Path) -> None:
    """Write a merchant's and the simulators' RSA-2048 keys, readable by their owner only."""
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
    handle = open_private(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
