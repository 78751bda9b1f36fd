"""A folder into which pictures of goods are put: which are new, and written to their end."""

from __future__ import annotations

from pathlib import Path

from pos_tui.reasons import Reason, because, plain

SUFFIXES = frozenset((".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif"))

_Seen = dict[Path, tuple[int, int]]


class PictureFolder:
    """Notice apart by size and time: what was there at the first look is not new; what still grows
    waits; what was given once is not given again.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble: Reason | None = None
        """Why the folder cannot be looked into; None when it can."""
        self._known: set[Path] | None = None
        self._growing: _Seen = {}

    def look(self) -> list[Path]:
        """The new pictures since the last look, oldest first; to be called about once a second."""
        try:
            now = self._pictures()
        except OSError as error:
            why = plain(str(error.strerror))
            self.trouble = because("picture.folder", path=str(self.path), why=why)
            return []
        self.trouble = None
        if self._known is None:
            self._known = set(now)
            return []
        whole = [path for path, seen in now.items() if self._is_new(path, seen)]
        self._growing = {path: seen for path, seen in now.items() if path not in self._known}
        self._known &= set(now)
        self._known |= set(whole)
        return sorted(whole, key=lambda path: now[path][1])

    def _is_new(self, path: Path, seen: tuple[int, int]) -> bool:
        """Whether it was not there before, and has not changed since the last look."""
        assert self._known is not None
        return path not in self._known and self._growing.get(path) == seen and seen[0] > 0

    def _pictures(self) -> _Seen:
        found: _Seen = {}
        for path in self.path.iterdir():
            if path.suffix.lower() in SUFFIXES and not path.name.startswith("."):
                try:
                    status = path.stat()
                except OSError:
                    continue
                found[path] = (status.st_size, status.st_mtime_ns)
        return found
