"""A name for each gateway's folder, which distinguishes its leases from other machines'."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
from pathlib import Path

from pos_tui.files.owner import OWNER_AND_GROUP, make_private_folder, open_private
from pos_tui.files.replacing import replace_file

_log = logging.getLogger(__name__)


def gateway_id(folder: Path) -> str:
    """A name for a folder that no other machine's has, however alike they are; made once.

    Where it cannot be kept the name is for this run only, and the orders that an earlier run held
    are taken up once its leases have ended.
    """
    path = folder / "gateway.id"
    fresh = secrets.token_hex(8)
    try:
        make_private_folder(folder, OWNER_AND_GROUP)
        return _kept(path) or _keep(path, fresh)
    except OSError as error:
        _log.error("%s cannot be kept: %s", path, error)
        return fresh


def _kept(path: Path) -> str:
    with contextlib.suppress(FileNotFoundError):
        return path.read_text(encoding="ascii", errors="replace").strip()
    return ""


def _keep(path: Path, fresh: str) -> str:
    """Write the name, never half, unless another process was faster; the name that counts."""
    beside = path.with_name(f".{path.name}.{fresh}")
    try:
        handle = open_private(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(fresh)
        try:
            os.link(beside, path)  # which never replaces a file that is there
        except FileExistsError:
            if not _kept(path):  # a full disk had left it empty
                replace_file(beside, path)
        return _kept(path) or fresh
    finally:
        beside.unlink(missing_ok=True)
