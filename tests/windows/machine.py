"""A Windows machine to try the program on: one Python of `.make/windows.py`'s, under Wine."""

from __future__ import annotations

import contextlib
import fcntl
import json
import math
import os
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyte

from tests.windows.terminal_bytes import known_to_pyte

HERE = Path(__file__).resolve().parents[2]
LIMIT_S = 120.0
"""Longest that one command may take; Wine on a busy machine is slow."""


class OutOfTimeError(Exception):
    """The whole trial's time is over: nothing is known of what was being tried."""


class Ended(NamedTuple):
    """A program that has ended: its exit code, and what it wrote."""

    code: int
    written: bytes
    err: str

    @property
    def out(self) -> str:
        """What it wrote, as text."""
        return self.written.decode()

    @property
    def events(self) -> list[dict[str, Any]]:
        """The JSON objects that it wrote, a line each."""
        return [json.loads(line) for line in self.out.splitlines()]


class WindowsMachine:
    """A Python for Windows, in the folder that `.make/windows.py` filled.

    Where the time of the whole is limited, `until` of the monotonic clock, no command has a limit
    of its own, so that a busy machine fails nothing: what does not end raises OutOfTimeError.
    """

    def __init__(self, folder: Path, version: str, until: float = math.inf) -> None:
        self.folder, self.version, self._until = folder.resolve(), version, until
        self._home = self.folder / version

    def run(
        self,
        *arguments: str,
        text: bytes = b"",
        seconds: float = LIMIT_S,
        variables: dict[str, str] | None = None,
    ) -> Ended:
        """Run Python with these arguments, its three streams pipes."""
        return self._run("python", arguments, text, seconds, variables)

    def command_line(self, line: str, folder: Path, **variables: str) -> Ended:
        """Type one line at a command line in this folder."""
        at = f"cd /d {on_windows(folder)} && {line}"
        return self._run("cmd", ("/c", at), b"", 600.0, variables)

    def _run(
        self,
        program: str,
        arguments: tuple[str, ...],
        text: bytes,
        seconds: float,
        variables: dict[str, str] | None,
    ) -> Ended:
        with self._start(program, arguments, variables) as process:
            out, err = _spoken_with(process, text, self.seconds_left(seconds))
            if process.returncode is None:
                process.kill()
                self.switch_off()
                what = f"no end of {arguments}\n{out.decode(errors='replace')}\n{err!r}"
                limited = self._until != math.inf
                raise OutOfTimeError(what) if limited else AssertionError(what)
        return Ended(process.returncode, out, err.decode(errors="replace"))

    def seconds_left(self, usual: float) -> float:
        """How long something may take that has this limit where the whole has none."""
        if self._until == math.inf:
            return usual
        return max(0.0, self._until - time.monotonic())

    @contextlib.contextmanager
    def switched_on(self) -> Iterator[WindowsMachine]:
        """Keep Windows' own programs running, which else start anew with each command."""
        # Not a pipe to read: Windows' own programs would keep it open.
        command = [str(self._home / "cmd"), "/c", "set /p nothing="]
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet) as waits:
            try:
                yield self
            finally:
                waits.kill()

    def till(self, *arguments: str, text: bytes = b"", seconds: float = LIMIT_S) -> Ended:
        """Run `python -m pos_tui` with these arguments."""
        return self.run("-m", "pos_tui", *arguments, text=text, seconds=seconds)

    def _start(
        self, program: str, arguments: tuple[str, ...], variables: dict[str, str] | None
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [str(self._home / program), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=HERE,
            env={**os.environ, **(variables or {})},
        )

    def console(self, *arguments: str) -> Console:
        """Start the till's screen with these arguments."""
        return Console(
            [str(self._home / "python"), "-m", "tests.windows.screen_on_a_pipe", *arguments]
        )

    def processes(self) -> list[int]:
        """The processes of this machine that run a Python."""
        return processes_of(self.folder, b"python.exe")

    def switch_off(self) -> None:
        """End whatever still runs on this machine."""
        for each in self.processes():
            end_process(each)


def _spoken_with(
    process: subprocess.Popen[bytes], text: bytes, seconds: float
) -> tuple[bytes, bytes]:
    """What a program writes until it ends, or until the time is over; `text` is its input.

    Not until its pipes are closed: Wine's own programs may outlive it, and hold them.
    """
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(text)
        process.stdin.close()
    out, err = process.stdout.fileno(), process.stderr.fileno()
    written = {out: bytearray(), err: bytearray()}
    still_open, until = {out, err}, time.monotonic() + seconds
    while True:
        ended = process.poll() is not None
        ready = select.select([*still_open], [], [], 0 if ended else 0.05)[0]
        for each in ready:
            data = os.read(each, 1 << 16)
            written[each] += data
            if not data:
                still_open.discard(each)
        if (ended and not ready) or (not ended and time.monotonic() > until):
            return bytes(written[out]), bytes(written[err])


def processes_of(folder: Path, program: bytes = b"") -> list[int]:
    """The processes that Wine runs from this folder, those of one program or all."""
    prefix = f"WINEPREFIX={folder.resolve()}/".encode()
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            command = (each / "cmdline").read_bytes()
            belongs = prefix in (each / "environ").read_bytes()
        except OSError:
            continue
        if belongs and program in command.lower():
            found.append(int(each.name))
    return found


def end_process(number: int) -> None:
    """End a process that may have ended by itself meanwhile."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(number, signal.SIGKILL)


def end_wine(folder: Path) -> None:
    """End Wine in this folder with all that it runs; first so that it can write its registry."""
    for starter in folder.glob("*/end"):
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run([starter], check=False, capture_output=True, timeout=30)
    for each in processes_of(folder):
        end_process(each)


def on_windows(path: Path) -> str:
    """A path of this machine as Wine's programs write it."""
    return f"Z:{path}".replace("/", "\\")


class Console:
    """A till at a console: keys as a terminal sends them, and what is drawn.

    Wine's console reads from a terminal, but draws no VT sequences: what is drawn comes by a pipe,
    unless the program draws on the terminal, as it does on this system (`on_terminal`).
    """

    def __init__(self, command: list[str], *, on_terminal: bool = False) -> None:
        columns, rows = 80, 24
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._keyboard, end = os.openpty()
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        size = {"COLUMNS": str(columns), "LINES": str(rows), "TERM": "xterm-256color"}
        drawn_on = end if on_terminal else subprocess.PIPE
        self.process = subprocess.Popen(
            command,
            stdin=end,
            stdout=drawn_on,
            stderr=drawn_on,
            cwd=HERE,
            env={**os.environ, **size},
            start_new_session=True,
        )
        os.close(end)
        self._drawn = self.process.stdout.fileno() if self.process.stdout else self._keyboard
        self._open = True

    def look(self) -> list[str]:
        """The rows that stand there now."""
        while self._open and select.select([self._drawn], [], [], 0.1)[0]:
            try:
                data = os.read(self._drawn, 1 << 16)
            except OSError:  # a terminal whose program has ended
                data = b""
            self._open = bool(data)
            self._stream.feed(known_to_pyte(data))
        return [row.rstrip() for row in self._screen.display]

    def type(self, text: str) -> None:
        """Type, as a keyboard or a scanner would."""
        os.write(self._keyboard, text.encode())

    def wait_for(self, words: str, seconds: float = LIMIT_S) -> list[str]:
        """The rows, once these words stand on one of them."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            rows = self.look()
            if any(words in row for row in rows):
                return rows
            if not self._open:
                break
        why = self.process.stderr.read().decode() if not self._open and self.process.stderr else ""
        raise AssertionError("\n".join([f"{words!r} never came:", *self.look(), why]))

    def cut_power(self) -> None:
        """End the till without its knowing."""
        self.process.kill()
        self._close()

    def leave(self, seconds: float = 30) -> int:
        """Ctrl+Q; the exit code."""
        self.type("\x11")
        until = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < until:
            self.look()
        if self.process.poll() is None:
            self.cut_power()
            raise AssertionError(f"the till did not leave within {seconds:.0f} s")
        self._close()
        return int(self.process.returncode)

    def _close(self) -> None:
        self.process.wait()
        os.close(self._keyboard)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
