"""Several gateway processes on one port: started, watched, started again, ended together."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import msgspec

from pos_tui.cloud.gateway.metrics import MULTIPROCESS
from pos_tui.cloud.wire.ending import ending_signals, when_stdin_ends
from pos_tui.cloud.wire.serving import announce, listen, log_to_stderr
from pos_tui.reasons import ReasonError
from pos_tui.settings import CloudSettings, SettingsError

_log = logging.getLogger(__name__)
_ONE_WORKER = sys.platform == "win32"  # they share a socket, which it cannot
_AGAIN_S = 0.5
_GRACE_S = 8.0
_KILLED_S = 5.0
_READY_S = 60.0
_LOOK_S = 0.05


class WorkerNotReady(ReasonError):
    """A worker that does not serve within the time it has."""


def serve_workers(
    settings: CloudSettings,
    data: Path,
    command: list[str],
    port: int,
    *,
    follow_stdin: bool,
    ready_s: float = _READY_S,
) -> None:
    """Run `gateway.workers` gateways on one port until a signal asks for the end.

    `command` starts one; it gets `--worker NAME --listener NUMBER`, and its standard input ends
    with this process. All of them serve within `ready_s` seconds. Raises AddressUnavailable,
    WorkerNotReady, and SettingsError on Windows, where there is one worker only.
    """
    if _ONE_WORKER:
        raise SettingsError("gateway_settings.one_worker_on_windows")
    log_to_stderr()
    listener = listen(settings.gateway.host, port)
    ending = threading.Event()
    figures = data / "metrics"
    shutil.rmtree(figures, ignore_errors=True)
    figures.mkdir(parents=True)
    names = [f"{settings.log.worker}-{n}" for n in range(1, settings.gateway.workers + 1)]
    if follow_stdin:
        when_stdin_ends(ending.set)
    with ending_signals(ending.set):
        workers = {name: _start(command, name, listener, figures) for name in names}
        try:
            _wait_until_ready(workers, time.monotonic() + ready_s, ready_s, ending)
            if not ending.is_set():
                announce("listening", "gateway", port=listener.getsockname()[1], workers=names)
            while not ending.wait(_AGAIN_S):
                for name, worker in workers.items():
                    if worker.poll() is not None:
                        _log.error("%s has ended (%s); starting it again", name, worker.returncode)
                        workers[name] = _start(command, name, listener, figures)
        finally:
            _end(list(workers.values()))
            listener.close()


def worker_settings(settings: CloudSettings, name: str) -> CloudSettings:
    """The settings of one worker: its log, and so its orders, are its own."""
    return msgspec.structs.replace(settings, log=msgspec.structs.replace(settings.log, worker=name))


def _start(
    command: list[str], name: str, listener: socket.socket, figures: Path
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*command, "--worker", name, "--listener", str(listener.fileno()), "--follow-stdin"],
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=(listener.fileno(),),
        env={**os.environ, MULTIPROCESS: str(figures)},
    )


def _wait_until_ready(
    workers: dict[str, subprocess.Popen[bytes]],
    until: float,
    seconds: float,
    ending: threading.Event,
) -> None:
    """Wait for each worker's line until then, or until it is time to end. Raises WorkerNotReady.

    A worker that ends before its line is not waited for: it is started again later.
    """
    ready = {name: _after_first_line(worker) for name, worker in workers.items()}
    while not ending.is_set():
        late = [name for name, has_line in ready.items() if not has_line.is_set()]
        if not late:
            return
        if time.monotonic() > until:
            names = ", ".join(late)
            raise WorkerNotReady(
                "gateway_settings.worker_not_ready", workers=names, seconds=round(seconds)
            )
        ending.wait(_LOOK_S)


def _after_first_line(worker: subprocess.Popen[bytes]) -> threading.Event:
    """Set once a worker has written its line, or has ended without."""
    has_line = threading.Event()

    def listen_to() -> None:
        assert worker.stdout is not None
        for _ in worker.stdout:
            has_line.set()
        has_line.set()

    threading.Thread(target=listen_to, name="worker", daemon=True).start()
    return has_line


def _end(workers: list[subprocess.Popen[bytes]]) -> None:
    for worker in workers:
        if worker.poll() is None:
            worker.terminate()
    until = time.monotonic() + _GRACE_S
    for worker in workers:
        try:
            worker.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            worker.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                worker.wait(_KILLED_S)
