"""The secret part of the page's address: made once, kept in the data folder for its owner."""

from __future__ import annotations

import contextlib
import re
import secrets
from pathlib import Path

from pos_tui.files.owner import make_private_folder, restrict_to_owner, write_for_owner

_FILE = "customer_page_token"
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # none that is read as another; 32, so 5 bits each
_LENGTH = 16
_TOKEN = re.compile(f"[{_LETTERS}]{{{_LENGTH}}}")


def page_token(folder: Path) -> str:
    """The token of this data folder's page; the first to ask makes it. Raises OSError."""
    path = folder / _FILE
    kept = _read(path)
    if kept is not None:
        restrict_to_owner(path)
        return kept
    make_private_folder(folder)
    with contextlib.suppress(FileNotFoundError):
        path.unlink()  # what is no token
    made = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    try:
        write_for_owner(path, made.encode(), exclusive=True)
    except FileExistsError:  # another has made it meanwhile
        return _read(path) or made
    return made


def _read(path: Path) -> str | None:
    try:
        text = path.read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    return text if _TOKEN.fullmatch(text) else None
