"""What a till draws, without the sequences that pyte takes for text."""

from __future__ import annotations

import re

_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<=>?][0-9;:]*[ -/]*[a-zA-Z]|\x1b\[[0-9;?]*\$[a-z]")
_PRIVATE_MODE = re.compile(rb"\x1b\[\?[0-9;]*[hl]")


def known_to_pyte(data: bytes) -> bytes:
    """These bytes, of which only private modes keep their marks `<`, `=`, `>` and `?`."""
    return _UNKNOWN_TO_PYTE.sub(lambda m: m[0] if _PRIVATE_MODE.match(m[0]) else b"", data)
