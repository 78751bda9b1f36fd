"""The shop's folder of pictures: which are there to choose from, and which have just come."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pos_tui.devices.scanners.picture_folder import SUFFIXES, PictureFolder
from pos_tui.reasons import Reason

_MOST = 50


class PictureWatch:
    """New pictures wait here until the cashier's hands are free."""

    def __init__(self, folder: Path) -> None:
        self._path = folder
        self._folder = PictureFolder(folder)
        self._waiting: list[Path] = []
        self._notified: Reason | None = None

    def files(self) -> list[Path]:
        """The pictures in the folder, the newest first."""
        try:
            found = [each for each in self._path.iterdir() if each.suffix.lower() in SUFFIXES]
            return sorted(found, key=lambda each: each.stat().st_mtime, reverse=True)[:_MOST]
        except OSError:
            return []

    async def look(self) -> Reason | None:
        """Look into the folder, beside the event loop; what is wrong with it, once."""
        self._waiting += await asyncio.to_thread(self._folder.look)
        trouble = self._folder.trouble
        changed, self._notified = trouble != self._notified, trouble
        return trouble if changed else None

    def pop(self) -> Path | None:
        """The picture that came first, if one waits."""
        return self._waiting.pop(0) if self._waiting else None
