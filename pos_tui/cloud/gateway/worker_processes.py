"""Several gateway processes on one port: started, watched, started again, ended together."""

from __future__ import annotations

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
from pos_tui.cloud.wire.serving import (
    announce,
    ending_signals,
    listen,
    log_to_stderr,
    when_stdin_ends,
)
from pos_tui.settings import CloudSettings, SettingsError

_log = logging.getLogger(__name__)
_ONE_WORKER = sys.platform == "win32"  # they share a socket, which it cannot
_AGAIN_S = 0.5
_GRACE_S = 8.0


def serve_workers(
    settings: CloudSettings, data: Path, command: list[str], port: int, *, follow_stdin: bool
) -> None:
    """Run `gateway.workers` gateways on one port until a signal asks for the end.

    `command` starts one; it gets `--worker NAME --listener NUMBER`, and its standard input ends
    with this process. Raises AddressUnavailable, and
    SettingsError on Windows, where there is one worker only.
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
        for worker in workers.values():
            if worker.stdout:
                worker.stdout.readline()
        announce("listening", "gateway", port=listener.getsockname()[1], workers=names)
        try:
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
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=(listener.fileno(),),
        env={**os.environ, MULTIPROCESS: str(figures)},
    )


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
            worker.wait()
