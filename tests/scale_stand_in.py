"""A scale of the tests' own on a pseudo-terminal: it weighs, and misbehaves as scales do.

It is written from the makers' tables and knows nothing of the program's dialects.
"""

from __future__ import annotations

import os
import select
import sys
import threading
from decimal import Decimal
from pathlib import Path
from typing import Literal

if sys.platform != "win32":
    import pty
    import tty

CAPACITY_G = 15_000


class ScaleStandIn:
    """A scale at `port`, which is the same path however often it is switched off and on.

    `load` is what lies on it in grams, `is_moving` whether that is at rest. Of `answers` the first
    is sent in place of the next answer, each once. `delay_s` is how late it answers.
    """

    def __init__(
        self, port: Path, kind: Literal["toledo_8217", "mt_sics"], *, in_pounds: bool = False
    ) -> None:
        self.port = port
        self._kind = kind
        self._in_pounds = in_pounds
        self.load = 0
        self.tare = 0
        self.is_moving = False
        self.is_silent = False
        self.wrong_parity = False
        self.delay_s = 0.0
        self.answers: list[bytes] = []
        self.asked: list[bytes] = []
        self._ends: tuple[int, int] | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.switch_on()

    def switch_on(self) -> None:
        """Plug it in: the port is there."""
        self._ends = pty.openpty()
        tty.setraw(self._ends[1])
        self.port.symlink_to(os.ttyname(self._ends[1]))
        self._stop.clear()
        self._thread = threading.Thread(target=self._serve, args=self._ends, daemon=True)
        self._thread.start()

    def switch_off(self) -> None:
        """Unplug it: the port is gone, also for who has it open."""
        if self._ends is None or self._thread is None:
            return
        self._stop.set()
        self._thread.join()
        for end in self._ends:
            os.close(end)
        self._ends = None
        self.port.unlink()

    def weigh(self, grams: int) -> None:
        """Put so many grams on it, at rest."""
        self.load, self.is_moving = grams, False

    def _serve(self, end: int, _other: int) -> None:
        came = b""
        while not self._stop.is_set():
            if not select.select([end], [], [], 0.01)[0]:
                continue
            came += os.read(end, 64)
            came = self._answer_all(end, came)

    def _answer_all(self, end: int, came: bytes) -> bytes:
        stop = b"\r\n" if self._kind == "mt_sics" else b""
        while came and (not stop or stop in came):
            asked, came = came.split(stop, 1) if stop else (came[:1], came[1:])
            self.asked.append(asked)
            if self.is_silent:
                continue
            self._stop.wait(self.delay_s)
            answer = self.answers.pop(0) if self.answers else self._answer(asked)
            if self.wrong_parity:
                answer = bytes(byte | (byte.bit_count() % 2) << 7 for byte in answer)
            os.write(end, answer)
        return came

    def _answer(self, asked: bytes) -> bytes:
        return self._toledo(asked) if self._kind == "toledo_8217" else self._mt_sics(asked)

    def _toledo(self, asked: bytes) -> bytes:
        net = self.load - self.tare
        bits = 0x20 if self.tare else 0
        if asked != b"W":
            return b"\x02?%c\r" % (0x40 | (0x10 if not self.load else 0))
        bits |= 0x01 if self.is_moving else 0
        bits |= 0x02 if self.load > CAPACITY_G else 0
        bits |= 0x04 if net < 0 else 0
        if bits & 0x07:
            return b"\x02?%c\r" % bits
        number = b"%02d.%03d" % divmod(net, 1000)
        if self._in_pounds:
            number = b"%05.2f" % (net / 453.59237)
        return b"\x02" + number + (b"N" if self.tare else b"") + b"\r"

    def _mt_sics(self, asked: bytes) -> bytes:
        if asked == b"TA":
            return b"TA A %10.3f kg\r\n" % (self.tare / 1000)
        if asked != b"SI":
            return b"ES\r\n"
        if self.load > CAPACITY_G:
            return b"S +\r\n"
        if self.load < -500:
            return b"S -\r\n"
        state = b"D" if self.is_moving else b"S"
        return b"S %s %10.3f kg\r\n" % (state, Decimal(self.load - self.tare) / 1000)
