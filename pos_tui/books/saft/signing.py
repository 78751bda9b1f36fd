"""The chain of signatures over a till's transactions: HMAC-SHA1 with a key in the till's folder."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from pathlib import Path

from pos_tui.files.owner import restrict_to_owner, write_for_owner

SAFT_KEY_FILE = "saft.key"
KEY_VERSION = "1"
FIRST = "0"  # what stands for the signature before the first
_KEY_BYTES = 16


def saft_key(folder: Path) -> bytes:
    """The key in a till's folder, its owner's only; made where there is none. Raises OSError."""
    path = folder / SAFT_KEY_FILE
    restrict_to_owner(path)
    try:
        return bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        key = os.urandom(_KEY_BYTES)
        write_for_owner(path, key.hex().encode(), exclusive=True)
        return key
    except ValueError as error:
        raise OSError(0, "not a key", str(path)) from error


def signature_of(
    key: bytes, before: str, day: str, time: str, nr: str, total: str, net: str
) -> str:
    """The signature of a transaction in Base64: over the one before it, its day, time (HH:MM:SS),
    number, and its amounts with tax and without, as they are written.
    """
    text = ";".join((before, day, time, nr, total, net))
    return base64.b64encode(hmac.digest(key, text.encode(), hashlib.sha1)).decode()
