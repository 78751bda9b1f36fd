"""One writer for each log: its lock goes with the process, however that ends."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

from pos_tui.reasons import ReasonError


class LogLocked(ReasonError):
    """Another process writes this log; its reason names the lock file."""


def lock_log(folder: Path, worker: str) -> FileLock:
    """Hold a worker's log until the lock is released. Raises LogLocked and OSError."""
    path = folder / f"{worker}.lock"
    lock = FileLock(path, mode=0o640, thread_local=False)
    try:
        lock.acquire(blocking=False)
    except Timeout as error:
        raise LogLocked("gateway_settings.log_locked", path=str(path)) from error
    return lock
