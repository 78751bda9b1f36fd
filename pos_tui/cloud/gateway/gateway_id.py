"""A name for each gateway's folder, which distinguishes its leases from other machines'."""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path


def gateway_id(folder: Path) -> str:
    """A name for a folder that no other machine's has, however alike they are; made once."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "gateway.id"
    with contextlib.suppress(FileExistsError), path.open("x", encoding="ascii") as file:
        file.write(secrets.token_hex(8))
    return path.read_text(encoding="ascii").strip() or "nameless"
