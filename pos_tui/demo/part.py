"""One server of the demo's cloud: started, ready within a time, started again, ended."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time

from pos_tui.demo.process_ties import tied_to_parent

READY_S = 90.0
_PAUSE_S = 1.0
_ENDED_S = 5.0
_LOOK_S = 0.02


class NotReady(Exception):
    """A server that does not serve within the time it has."""


class Part:
    """A process that serves. With a `port`, it is ready when something answers there; else when
    it has printed a line."""

    def __init__(
        self, name: str, command: list[str], port: int | None = None, keeps: tuple[int, ...] = ()
    ) -> None:
        """`keeps` are the files that the process keeps open."""
        self.name, self._command = name, command
        self._port = port
        self._keeps = keeps
        self._process: subprocess.Popen[bytes] | None = None
        self._serves = threading.Event()
        self._again_at = 0.0
        self.starts = 0
        """How often it was started."""

    @property
    def pid(self) -> int:
        """The process that serves now."""
        assert self._process is not None
        return self._process.pid

    @property
    def is_ready(self) -> bool:
        """Whether it serves."""
        if self._process is None or self._has_ended:
            return False
        if self._port is not None and not self._serves.is_set() and _answers(self._port):
            self._serves.set()
        return self._serves.is_set()

    def start(self) -> None:
        """Start it; it ends with whoever started it. Raises OSError."""
        self.starts += 1
        self._again_at = time.monotonic() + _PAUSE_S
        by_line = self._port is None
        serves = self._serves = threading.Event()
        process = self._process = subprocess.Popen(
            self._command,
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=self._keeps,
            preexec_fn=tied_to_parent(),  # noqa: PLW1509
        )

        def listen() -> None:
            assert process.stdout is not None
            with process.stdout as output:
                for _ in output:
                    if by_line:
                        serves.set()

        threading.Thread(target=listen, name=self.name, daemon=True).start()

    def wait_until_ready(self, seconds: float = READY_S) -> None:
        """Wait until it serves. Raises NotReady when it has ended, or the time is over."""
        until = time.monotonic() + seconds
        while not self.is_ready:
            if self._has_ended or time.monotonic() > until:
                raise NotReady(self.name)
            time.sleep(_LOOK_S)

    def restart_if_ended(self) -> None:
        """Start it again, at most once a second, if it has ended."""
        if self._process is None or not self._has_ended or time.monotonic() < self._again_at:
            return
        print(f"{self.name} has ended; starting it again", file=sys.stderr, flush=True)
        try:
            self.start()
        except OSError as error:
            print(f"{self.name} cannot be started: {error}", file=sys.stderr, flush=True)

    def kill(self) -> None:
        """End it at once, without its knowing, as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._wait(_ENDED_S)

    def ask_to_end(self) -> None:
        """Ask it to end: by the end of its standard input, on POSIX by a signal too."""
        if self._process is None:
            return
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        if sys.platform != "win32":  # there it would be killed
            self._process.terminate()

    def end(self, seconds: float = 3.0) -> None:
        """Ask it to end, then make it, after so long."""
        self.ask_to_end()
        self.end_by(time.monotonic() + seconds)

    def end_by(self, until: float) -> None:
        """Wait until then (of time.monotonic()) for its end, then kill it."""
        if self._process is not None and not self._wait(max(0.0, until - time.monotonic())):
            self.kill()

    @property
    def _has_ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def _wait(self, seconds: float) -> bool:
        """Wait so long at most; whether it has ended."""
        assert self._process is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self._has_ended


def _answers(port: int) -> bool:
    """Whether something on loopback takes connections on this port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
