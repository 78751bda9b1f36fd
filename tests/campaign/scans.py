"""Scans through a real terminal at a scanner's speed, mixed with typing: what came, and how."""

from __future__ import annotations

import contextlib
import os
import pty
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pos_tui.books import Books
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.books.connection import open_connection
from pos_tui.codes.gtin import check_digit

PRODUCTS = 400
_TYPING_GAP_S = 0.125
_READY = b"scan or type a code"


@dataclass
class Came:
    """What one trial gave."""

    sent: int
    lost: int
    invented: int
    in_order: bool
    seconds: float


@dataclass
class _Act:
    """One thing that somebody does at the till: keys, the pause between them, what it sells."""

    keys: str
    gap_s: float
    code: str = ""
    quantity: int = 1


def trial(gap_ms: float, scans: int, seed: int = 1, stalls: bool = False) -> Came:
    """Scan so often at so many milliseconds a key, with typing and quantities between.

    With stalls the till, the line to it or both stand still now and then, up to 1.5 s.
    """
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        codes = _stock(data, seed)
        acts = list(_acts(codes, gap_ms / 1000, scans, random.Random(seed)))
        expected = [(act.code, act.quantity) for act in acts if act.code]
        with _till(Path(folder), data) as (terminal, process), _Stalls(process, seed) as machine:
            started = time.monotonic()
            if stalls:
                machine.start()
            for act in acts:
                _press(terminal, act, machine)
            machine.stop()
            _wait_for_journal(data, len(expected))
            seconds = time.monotonic() - started
        came = _sold(data)
    return Came(
        sent=len(expected),
        lost=_missing(expected, came),
        invented=_missing(came, expected),
        in_order=came == expected,
        seconds=seconds,
    )


def _missing(wanted: list[tuple[str, int]], there: list[tuple[str, int]]) -> int:
    rest = list(there)
    missing = 0
    for each in wanted:
        try:
            rest.remove(each)
        except ValueError:
            missing += 1
    return missing


def _stock(data: Path, seed: int) -> list[str]:
    """GTINs and short house codes, half and half, with every product at a price."""
    rng = random.Random(seed)
    codes = []
    for number in range(PRODUCTS):
        body = f"690{rng.randrange(10**5):05d}{number:04d}"
        codes.append(body + check_digit(body) if number % 2 else f"H{number:04d}")
    rows = [ProductRow(code.zfill(14) if code[0] != "H" else code, code, 100) for code in codes]
    books = Books(data)
    books.write(lambda connection: import_products(connection, rows)).result()
    books.close()
    return codes


def _acts(codes: list[str], gap_s: float, scans: int, rng: random.Random) -> Iterator[_Act]:
    last = ""
    for number in range(scans):
        code = rng.choice([each for each in rng.sample(codes, 2) if each != last])
        last = code
        if number % 97 == 13:
            yield _Act("no such thing", 0.0)  # typed, and rubbed out again
            yield _Act("\x7f" * len("no such thing"), 0.0)
            yield _Act("", _TYPING_GAP_S)
        if number % 61 == 7:
            yield _Act(code + "\r", _TYPING_GAP_S, code)  # typed by hand
        elif number % 53 == 5:
            yield _Act("3*", _TYPING_GAP_S)
            yield _Act(code + "\r", gap_s, code, 3)
        else:
            yield _Act(code + "\r", gap_s, code)


@contextlib.contextmanager
def _till(folder: Path, data: Path) -> Iterator[tuple[int, int]]:
    """A till in a terminal: the terminal's other end, and its process."""
    settings = folder / "till.toml"
    settings.write_text('[shop]\nname = "Campaign"\n')
    here, there = pty.openpty()
    os.set_blocking(here, True)
    process = subprocess.Popen(
        [sys.executable, "-m", "pos_tui", "--settings", str(settings), "--data", str(data)],
        stdin=there,
        stdout=there,
        stderr=there,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"},
        start_new_session=True,
    )
    os.close(there)
    ready = threading.Event()

    def drain() -> None:
        seen = b""
        with contextlib.suppress(OSError):
            while data := os.read(here, 65536):
                seen = seen[-4096:] + data
                if _READY in seen:
                    ready.set()

    threading.Thread(target=drain, daemon=True).start()
    try:
        if not ready.wait(60):
            raise RuntimeError("the till did not start within a minute")
        time.sleep(1.0)
        yield here, process.pid
        os.write(here, b"\x11")
        process.wait(30)
    finally:
        process.kill()
        process.wait()
        os.close(here)


class _Stalls:
    """What makes a till, or the line to it, stand still for a moment; nothing until started."""

    def __init__(self, pid: int, seed: int) -> None:
        self._pid = pid
        self._rng = random.Random(seed)
        self._line = threading.Event()
        self._line.set()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> _Stalls:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._end.set()
        if self._thread.is_alive():
            self._thread.join()

    def wait_for_line(self) -> None:
        self._line.wait()

    def _run(self) -> None:
        while not self._end.wait(self._rng.uniform(0.1, 1.0)):
            till, line = self._rng.choice(((True, False), (False, True), (True, True)))
            seconds = self._rng.uniform(0.05, 1.5)
            if line:
                self._line.clear()
            if till:
                os.kill(self._pid, signal.SIGSTOP)
            time.sleep(seconds)
            if till:
                os.kill(self._pid, signal.SIGCONT)
            self._line.set()


def _press(terminal: int, act: _Act, machine: _Stalls) -> None:
    if act.gap_s == 0:
        machine.wait_for_line()
        os.write(terminal, act.keys.encode())
        return
    for key in act.keys:
        machine.wait_for_line()
        os.write(terminal, key.encode())
        time.sleep(act.gap_s)
    if act.gap_s == _TYPING_GAP_S:
        time.sleep(_TYPING_GAP_S)  # a hand that goes back to the scanner takes longer than a key


def _wait_for_journal(data: Path, count: int) -> None:
    """Until the journal has so many lines, or nothing has come for half a minute."""
    connection = open_connection(data / "books.db")
    before, since = -1, time.monotonic()
    while before < count and time.monotonic() - since < 30:
        (now,) = connection.execute(
            "SELECT count(*) FROM journal WHERE kind = 'line'"
        ).fetchone() or (0,)
        if now != before:
            before, since = now, time.monotonic()
        time.sleep(0.05)
    connection.close()


def _sold(data: Path) -> list[tuple[str, int]]:
    """What the journal says was sold, scan by scan: each line's growth."""
    connection = open_connection(data / "books.db")
    rows = connection.execute(
        "SELECT json_extract(CAST(body AS TEXT), '$.line.item.name'),"
        " json_extract(CAST(body AS TEXT), '$.line.quantity')"
        " FROM journal WHERE kind = 'line' ORDER BY seq"
    ).fetchall()
    connection.close()
    had: dict[str, int] = {}
    sold = []
    for name, quantity in rows:
        now = int(Decimal(str(quantity)))
        sold.append((str(name), now - had.get(str(name), 0)))
        had[str(name)] = now
    return sold
