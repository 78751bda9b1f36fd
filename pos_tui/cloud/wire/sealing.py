"""Keys at rest: each sealed under the one master key, and bound to the place it belongs to."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pos_tui.files.owner import make_private_folder, open_private
from pos_tui.reasons import plain
from pos_tui.settings import SettingsError

SEALED = "sealed:"
_KEY = 32
_NONCE = 12


class SealError(SettingsError):
    """A sealed key that cannot be opened; its reason says which and why."""


class Master:
    """The master key: AES-256-GCM (NIST SP 800-38D), a random 96-bit nonce for each sealing."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._name = hashlib.sha256(b"name\n" + key).hexdigest()[:8]

    @classmethod
    def read(cls, path: Path) -> Master:
        """The master key of a file. Raises SealError."""
        try:
            text = path.read_bytes()
        except FileNotFoundError as error:
            raise SealError("sealing.master_gone", path=str(path)) from error
        except OSError as error:
            raise SealError(
                "sealing.master_unreadable", path=str(path), why=plain(error.strerror or "")
            ) from error
        try:
            key = base64.b64decode(text.strip(), validate=True)
        except binascii.Error:
            key = b""
        if len(key) != _KEY:
            raise SealError("sealing.not_a_master_key", path=str(path))
        return cls(key)

    @classmethod
    def make(cls, path: Path) -> Master:
        """A new master key in a new file that only its owner can read. Raises FileExistsError."""
        make_private_folder(path.parent)
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
        handle = open_private(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(base64.b64encode(secrets.token_bytes(_KEY)) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            # A link never replaces: of two that begin at once, both use the same key.
            os.link(beside, path)
        finally:
            beside.unlink()
        return cls.read(path)

    @classmethod
    def read_or_make(cls, path: Path) -> Master:
        """The master key of a file, made now where there is none. Raises SealError."""
        if not path.exists():
            with contextlib.suppress(FileExistsError):
                return cls.make(path)
        return cls.read(path)

    def seal(self, text: str, place: str) -> str:
        """A text sealed for one place, such as `M001.wechat.private_key`."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, text.encode(), place.encode())
        return f"{SEALED}{self._name}:{base64.b64encode(sealed).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """The text that was sealed for this place. Raises SealError."""
        name, _, content = sealed.removeprefix(SEALED).partition(":")
        if name != self._name:
            raise SealError("sealing.other_master_key", place=place)
        try:
            raw = base64.b64decode(content, validate=True)
            return self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], place.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise SealError("sealing.broken", place=place) from error
