"""python-escpos' cache of what printers can do: believed where it is whole, made anew where not.

python-escpos writes it in place and reads whatever lies there; a power cut would stop the printing
for good.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

_NAMES_FOLDER = "ESCPOS_CAPABILITIES_PICKLE_DIR"
_DIGEST_BYTES = 32


@contextlib.contextmanager
def capabilities_cache(folder: Path) -> Iterator[None]:
    """Within this python-escpos may be imported; it finds the cache in the folder, or fills it.

    A folder that cannot be used costs time, not the receipt.
    """
    kept = folder / f"{platform.python_version()}.capabilities.pickle"
    with contextlib.ExitStack() as rooms:
        used: Path | None = folder
        if not _is_whole(kept):
            used = _draft_folder(rooms, folder)
        if used is not None:
            rooms.enter_context(_named(used))
        yield
        if used is not None and used != folder:
            with contextlib.suppress(OSError):
                _keep(used / kept.name, kept)


def _is_whole(path: Path) -> bool:
    """Whether the file ends with the digest of what stands before it."""
    try:
        content = path.read_bytes()
    except OSError:
        return False
    body, digest = content[:-_DIGEST_BYTES], content[-_DIGEST_BYTES:]
    return hashlib.sha256(body).digest() == digest


def _draft_folder(rooms: contextlib.ExitStack, folder: Path) -> Path | None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = TemporaryDirectory(prefix="draft-", dir=folder, ignore_cleanup_errors=True)
    except OSError:
        return None
    return Path(rooms.enter_context(draft))


@contextlib.contextmanager
def _named(folder: Path) -> Iterator[None]:
    before = os.environ.get(_NAMES_FOLDER)
    os.environ[_NAMES_FOLDER] = str(folder)
    try:
        yield
    finally:
        os.environ.pop(_NAMES_FOLDER)
        if before is not None:
            os.environ[_NAMES_FOLDER] = before


def _keep(made: Path, kept: Path) -> None:
    """Put the new cache, with its digest, in the place of the old one. Raises OSError."""
    content = made.read_bytes()
    draft = made.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content + hashlib.sha256(content).digest())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(kept)
