"""Watching the logs' folders: by the system's events, or by the clock where it has none."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import struct
import sys
import threading
from pathlib import Path
from typing import Protocol

from msgspec import Struct

_log = logging.getLogger(__name__)
_POLL_S = 0.1
_EVENT = struct.Struct("iIII")
# File systems on which another machine may write, or that report no writes.
_SILENT = ("nfs", "cifs", "smb", "9p", "fuse", "afs", "ceph", "gluster", "lustre", "vboxsf")


class FolderChanges(Struct, frozen=True):
    """What may have changed: files by name; or None, to look at all of them.

    `listing` is whether there may be other files than before.
    """

    files: frozenset[str] | None = None
    listing: bool = True


class FileWatcher(Protocol):
    """Waits until something may have changed in the folders; it may be wrong."""

    def wait(self, seconds: float) -> FolderChanges:
        """Return when there may be something to do, or after so many seconds."""
        ...

    def wake(self) -> None:
        """End the waiting, from any thread or signal handler."""
        ...

    def close(self) -> None:
        """Let go of the system's events."""
        ...


class _PollingWatcher:
    """No events from the system: look again soon."""

    def __init__(self) -> None:
        self._woken = threading.Event()

    def wait(self, seconds: float) -> FolderChanges:
        self._woken.wait(min(seconds, _POLL_S))
        return FolderChanges(listing=False)

    def wake(self) -> None:
        self._woken.set()

    def close(self) -> None:
        """Nothing is held."""


class _InotifyWatcher:
    """The system's events about some folders, and a pipe to be woken by."""

    def __init__(self, folders: list[Path]) -> None:
        from asyncinotify import Inotify, Mask

        self._inotify = Inotify()
        listing = Mask.CREATE | Mask.MOVED_TO | Mask.MOVED_FROM | Mask.DELETE
        self._written = int(Mask.MODIFY)
        for folder in folders:
            self._inotify.add_watch(folder, Mask.MODIFY | listing | Mask.DELETE_SELF)
        self._wake_read, self._wake_write = os.pipe()

    def wait(self, seconds: float) -> FolderChanges:
        ready, _, _ = select.select([self._inotify.fd, self._wake_read], [], [], seconds)
        if self._inotify.fd not in ready:
            return FolderChanges(frozenset(), listing=False)
        with contextlib.suppress(BlockingIOError):
            return self._parse_events(os.read(self._inotify.fd, 65536))
        return FolderChanges()

    def wake(self) -> None:
        with contextlib.suppress(OSError):
            os.write(self._wake_write, b".")

    def close(self) -> None:
        self._inotify.close()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _parse_events(self, events: bytes) -> FolderChanges:
        files, listing, at = set(), False, 0
        while at < len(events):
            _, mask, _, length = _EVENT.unpack_from(events, at)
            name = events[at + _EVENT.size : at + _EVENT.size + length].rstrip(b"\0")
            at += _EVENT.size + length
            if not name:
                return FolderChanges()  # about the folder itself, or the system lost count
            listing = listing or mask & self._written == 0
            files.add(os.fsdecode(name))
        return FolderChanges(frozenset(files), listing)


def watch_folders(folders: list[Path]) -> FileWatcher:
    """The best watcher for these folders; the log says so when it only polls."""
    why = "this system tells nobody of changes"
    if sys.platform == "linux":
        silent = {folder: kind for folder in folders if (kind := _silent_kind(folder))}
        if not silent:
            try:
                return _InotifyWatcher(folders)
            except OSError as error:
                why = f"the system gives no events ({error})"
        else:
            folder, kind = next(iter(silent.items()))
            why = f"{folder} is on {kind}, which does not tell what other machines write"
    _log.warning("%s: the logs are looked at every %.0f ms", why, _POLL_S * 1000)
    return _PollingWatcher()


def _silent_kind(folder: Path) -> str | None:
    """The kind of file system that a folder is on, if that one is silent."""
    best, kind = "", ""
    where = str(folder.resolve())
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
            mounted, _, rest = line.partition(" - ")
            point = mounted.split()[4].encode().decode("unicode_escape")
            is_above = where == point or where.startswith(point.rstrip("/") + "/")
            if is_above and len(point) >= len(best):
                best, kind = point, rest.split()[0]
    return kind if kind.startswith(_SILENT) else None
