"""The till's own key for its journal: whoever changes the books without it cannot hide that."""

from __future__ import annotations

import os
from pathlib import Path

from pos_tui.files.owner import restrict_to_owner, write_for_owner

KEY_FILE = "journal.key"


def read_key(folder: Path) -> bytes:
    """The key in a till's folder; empty where there is none that can be read."""
    path = folder / KEY_FILE
    try:
        restrict_to_owner(path)
        return bytes.fromhex(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return b""


def make_key(folder: Path) -> bytes:
    """A new key, kept in the till's folder. Raises OSError."""
    key = os.urandom(32)
    write_for_owner(folder / KEY_FILE, key.hex().encode())
    return key


def key_id(key: bytes) -> str:
    """Which key it is, in eight characters that tell nothing else of it."""
    import hashlib

    return hashlib.sha256(b"journal key\n" + key).hexdigest()[:8]


def chained(before: bytes, at: str, sale_no: int, body: bytes, key: bytes) -> bytes:
    """The hash of a journal row: of the hash before and the row; an HMAC where there is a key."""
    import hashlib
    import hmac

    content = b"%s%s\n%d\n%s" % (before, at.encode(), sale_no, body)
    return hmac.digest(key, content, "sha256") if key else hashlib.sha256(content).digest()
