"""A copy of books whose first page is damaged, in which only sound pages are left to be read."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

import apsw

from pos_tui.files.owner import restrict_to_owner

PAGE_SIZE = 4096
_KEPT_FREE = 8  # at the end of each page: its checksum, as SQLite's cksumvfs makes it
_COUNTED_AT = 28  # where the first page says how many pages there are
_WORDS = struct.Struct(f"<{(PAGE_SIZE - _KEPT_FREE) // 4}I")
_MASK = 0xFFFFFFFF
# What every such file begins with: the name, the page's size, WAL, bytes kept free, fractions.
_HEAD = b"SQLite format 3\0" + bytes(
    (PAGE_SIZE >> 8, PAGE_SIZE & 255, 2, 2, _KEPT_FREE, 64, 32, 32)
)


def open_sound_pages(path: Path, copy: Path, first_page: bytes = b"") -> apsw.Connection:
    """A connection to a copy without the pages that are not as they were written.

    The first page is taken as it is, but for its head, or `first_page` in its place: without it no
    table is found. It says only where things stand, and each of those pages has a checksum. Raises
    apsw.Error and OSError.
    """
    for end in ("", "-wal"):
        source, target = (each.with_name(each.name + end) for each in (path, copy))
        target.unlink(missing_ok=True)
        if source.exists():
            shutil.copyfile(source, target)
            restrict_to_owner(target)
    with copy.open("r+b") as file:
        file.write(first_page)
        file.seek(0)
        file.write(_HEAD)
        file.seek(_COUNTED_AT)
        file.write((path.stat().st_size // PAGE_SIZE).to_bytes(4, "big"))
        place, page = PAGE_SIZE, b""
        file.seek(place)
        while len(page := file.read(PAGE_SIZE)) == PAGE_SIZE:
            if checksum(page) != page[-_KEPT_FREE:]:
                file.seek(place)
                file.write(bytes(PAGE_SIZE))
            place += PAGE_SIZE
            file.seek(place)
    return apsw.Connection(str(copy), vfs="unix" if "unix" in apsw.vfs_names() else "win32")


def checksum(page: bytes) -> bytes:
    """The checksum of a page, without the place where it is kept."""
    first = second = 0
    words = iter(_WORDS.unpack_from(page))
    for word, following in zip(words, words, strict=True):
        first = (first + word + second) & _MASK
        second = (second + following + first) & _MASK
    return struct.pack("<II", first, second)
