"""One writer for each log: its lock goes with the process, however that ends."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout


class LogLocked(OSError):
    """Another process writes this log; its text says which lock file and what to do."""


def lock_log(folder: Path, worker: str) -> FileLock:
    """Hold a worker's log until the lock is released. Raises LogLocked and OSError."""
    path = folder / f"{worker}.lock"
    lock = FileLock(path, mode=0o640, thread_local=False)
    try:
        lock.acquire(blocking=False)
    except Timeout as error:
        raise LogLocked(
            f"{path}: another gateway writes this log. Give each its own log.worker."
        ) from error
    return lock
