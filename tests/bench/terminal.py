"""A program on a pseudo-terminal of 80×24: its output with times, its screen, its keyboard."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import pyte

from tests.bench.cost import CannotMeasure, Meter, memory_mb

COLUMNS, ROWS = 80, 24

_FRAME_BEGINS, _FRAME_ENDS = b"\x1b[?2026h", b"\x1b[?2026l"
_ANSWERS = {b"\x1b[?2026$p": b"\x1b[?2026;2$y"}

_SEQUENCE = re.compile(
    rb"\x1b(?:"
    rb"\[[0-?]*[ -/]*[@-~]"  # CSI
    rb"|[P\]X^_].*?(?:\x07|\x1b\\)"  # strings: DCS, OSC, SOS, PM, APC
    rb"|[ -/]*[0-OQ-WYZ\\`-~]"  # the rest
    rb")",
    re.DOTALL,
)
_KNOWN_CSI = re.compile(rb"\x1b\[(?:[0-9;]*[@-~]|\?[0-9;]*[hl])")


class Piece(NamedTuple):
    """Bytes that came from the program in one read, and when."""

    at: float
    data: bytes


class Screen:
    """What the terminal shows; between frames only, where a program marks its frames."""

    def __init__(self) -> None:
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self._unfinished = b""
        self.is_whole = True

    def feed(self, data: bytes) -> None:
        """Take output in; sequences that pyte would print as text are left out."""
        data = self._unfinished + data
        begins, ends = data.rfind(_FRAME_BEGINS), data.rfind(_FRAME_ENDS)
        if begins != ends:
            self.is_whole = ends > begins
        last = data.rfind(b"\x1b")
        self._unfinished = b""
        if last >= 0 and _SEQUENCE.match(data, last) is None:
            data, self._unfinished = data[:last], data[last:]
        self._stream.feed(_SEQUENCE.sub(_known, data))

    def rows(self) -> list[str]:
        """The text of each row."""
        buffer = self._screen.buffer
        return ["".join([buffer[y][x].data for x in range(COLUMNS)]) for y in range(ROWS)]

    @property
    def is_painted(self) -> bool:
        """Whether a program has coloured the last row: its first whole frame is there."""
        return bool(self._screen.buffer[ROWS - 1][0].bg != "default")


def _known(match: re.Match[bytes]) -> bytes:
    sequence = match[0]
    if sequence[1:2] == b"[":
        return sequence if _KNOWN_CSI.fullmatch(sequence) else b""
    return b"" if sequence[1:2] in b"PX]^_" else sequence


class Program:
    """A program under test; within a `with` it runs, after it it is gone."""

    def __init__(
        self,
        command: Sequence[str],
        environment: dict[str, str],
        before: Callable[[int], None] | None = None,
    ) -> None:
        """Start it; `before` gets its process id before it becomes the program."""
        named_by = next(word for word in command if not word.endswith("python"))
        self.name = Path(named_by).name
        self.output: list[Piece] = []
        self.screen = Screen()
        self.byte_count = 0
        self._replayed = 0
        self._tail = b""
        self._ended = False
        wait_end, go_end = os.pipe()
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            self._become(command, environment, wait_end, go_end)
        os.close(wait_end)
        size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, size)
        os.set_blocking(self._terminal, False)
        if before is not None:
            before(self.pid)
        self._meter = Meter(self.pid)
        self._cost_before = self._meter.read()
        self.started_at = time.monotonic()
        os.write(go_end, b"!")
        os.close(go_end)

    @staticmethod
    def _become(
        command: Sequence[str], environment: dict[str, str], wait_end: int, go_end: int
    ) -> None:
        """In the child: wait until the parent is ready to measure, then be the program."""
        try:
            os.close(go_end)
            os.read(wait_end, 1)
            os.close(wait_end)
            os.execve(command[0], list(command), environment)  # noqa: S606
        finally:
            os._exit(127)

    def __enter__(self) -> Program:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end()

    # ---- what it costs -----------------------------------------------------------------------

    def cost(self) -> float:
        """What it has used since it was started."""
        return self._meter.read() - self._cost_before

    def memory_mb(self) -> float:
        """Its resident memory."""
        return memory_mb(self.pid)

    # ---- its output --------------------------------------------------------------------------

    def collect(self, seconds: float) -> bool:
        """Wait so long for output; whether some came."""
        if self._ended:
            raise CannotMeasure(f"{self.name} ended by itself; it said: {self._last_words()}")
        readable, _, _ = select.select([self._terminal], [], [], max(seconds, 0.0))
        if not readable:
            return False
        try:
            data = os.read(self._terminal, 1 << 16)
        except OSError:  # Linux: the program has let go of its terminal
            data = b""
        if not data:
            self._ended = True
            return False
        self.output.append(Piece(time.monotonic(), data))
        self.byte_count += len(data)
        self._answer(data)
        return True

    def collect_until(self, moment: float) -> None:
        """Collect output until a moment."""
        while (left := moment - time.monotonic()) > 0:
            self.collect(left)

    def wait_quiet(self, seconds: float, patience: float = 20.0) -> None:
        """Wait until nothing has come for so long."""
        until = time.monotonic() + patience
        while self.collect(seconds):
            if time.monotonic() > until:
                raise CannotMeasure(f"{self.name} does not come to rest")

    def wait_for(self, shows: Callable[[Screen], bool], what: str, patience: float = 30.0) -> float:
        """Wait until the screen shows something; when the bytes that showed it came."""
        until = time.monotonic() + patience
        if self._replayed and self.screen.is_whole and shows(self.screen):
            return self.output[self._replayed - 1].at
        while True:
            for at in self.replay():
                if shows(self.screen):
                    return at
            if time.monotonic() > until:
                shown = "\n".join(self.screen.rows())
                raise CannotMeasure(f"{self.name} never showed {what}; it shows:\n{shown}")
            self.collect(0.05)

    def replay(self) -> Iterator[float]:
        """Show on the screen what came meanwhile; gives the time of each whole frame."""
        while self._replayed < len(self.output):
            piece = self.output[self._replayed]
            self._replayed += 1
            self.screen.feed(piece.data)
            if self.screen.is_whole:
                yield piece.at

    def forget_output(self) -> None:
        """Show what came meanwhile, and keep none of it: for what runs long."""
        for _ in self.replay():
            pass
        self.output.clear()
        self._replayed = 0

    def _answer(self, data: bytes) -> None:
        seen = self._tail + data
        for query, answer in _ANSWERS.items():
            if query in seen:
                os.write(self._terminal, answer)
                seen = b""
        self._tail = seen[-8:]

    def _last_words(self) -> str:
        words = b"".join(piece.data for piece in self.output)[-600:]
        return _SEQUENCE.sub(b"", words).decode(errors="replace").strip()

    # ---- its keyboard ------------------------------------------------------------------------

    def type(self, keys: bytes, gap_s: float = 0.001) -> float:
        """Type keys one by one, as a scanner does; when the last one was taken."""
        due = taken = time.monotonic()
        for place in range(len(keys)):
            self.collect_until(due)
            while not self._typed(keys[place : place + 1]):
                self.collect(0.001)  # the terminal's queue is full
            taken = time.monotonic()
            due = max(due + gap_s, taken)
        return taken

    def _typed(self, key: bytes) -> bool:
        try:
            return os.write(self._terminal, key) == 1
        except BlockingIOError:
            return False

    # ---- its end -----------------------------------------------------------------------------

    def quit(self, keys: bytes, patience: float = 10.0) -> None:
        """Ask it by keys to end, and wait until it has."""
        self.type(keys)
        until = time.monotonic() + patience
        while not self._ended:
            self.collect(0.1)
            if time.monotonic() > until:
                raise CannotMeasure(f"{self.name} does not end when asked to")
        self.end()

    def end(self) -> None:
        """End it, if it still runs."""
        if self.pid == 0:
            return
        if not self._is_gone(1.0 if self._ended else 0.0):
            os.kill(self.pid, signal.SIGTERM)
            if not self._is_gone(2.0):
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
        self.pid = 0
        self._meter.close()
        os.close(self._terminal)

    def _is_gone(self, patience: float) -> bool:
        until = time.monotonic() + patience
        while True:
            pid, _ = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return True
            if time.monotonic() >= until:
                return False
            with contextlib.suppress(CannotMeasure):
                self.collect(0.02)
            if self._ended:
                time.sleep(0.01)
