"""From a scan to the customer's screen, and what the screens cost the till.

The till runs in this process, without a screen of its own; the customers' are `pos-tui customer`
in terminals, as a shop has them. A scan has arrived when the first of them has written its line.
"""

from __future__ import annotations

import asyncio
import os
import select
import statistics
import sys
import time
from contextlib import suppress
from pathlib import Path

from pos_tui.books import Books
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.settings import CustomerSettings, ShopSettings, TillSettings
from pos_tui.till import Till
from tests.bench.cost import CannotMeasure
from tests.bench.table import Row, Target
from tests.bench.workshop import Workshop
from tests.conftest import NOON
from tests.tui.terminal import Terminal

_GROUP = "customer"
_PACE_S = 0.05
_IDLE_S = 10.0
_LINES = 12  # a usual basket; then the next customer comes


def measure(workshop: Workshop, scans: int) -> list[Row]:
    """Scan so many items, one every 50 ms, with three screens; and by turns at a till that serves
    nobody and at one where nobody listens.
    """
    none, deaf = asyncio.run(_by_turns(workshop.folder, scans))
    three = asyncio.run(_with_screens(workshop.folder / "three-customers", scans, 3))
    if not three.arrived_ms:
        raise CannotMeasure("nothing arrived at the customer's screen")
    by_time = sorted(three.arrived_ms)
    p99 = by_time[min(len(by_time) - 1, int(len(by_time) * 0.99))]
    pace = "an item every 50 ms, three screens"
    return [
        Row(_GROUP, f"scan → customer's screen, p50: {pace}", "ms", by_time,
            target=Target("value", 100)),
        Row(_GROUP, f"scan → customer's screen, p99: {pace}", "ms", by_time, ours=p99,
            target=Target("value", 100)),
        Row(_GROUP, "the till's processor time for a scan: served, and nobody looks", "ms",
            deaf.scan_ms, none.scan_ms, "not served", Target("ratio", 1.05)),
        Row(_GROUP, "the till's processor time for a scan: three screens", "ms", three.scan_ms,
            none.scan_ms, "not served"),
        Row(_GROUP, "the till, three screens, an item a second: of a processor", "%",
            [max(statistics.fmean(three.scan_ms) - statistics.fmean(none.scan_ms), 0.0) / 10
             + three.idle_percent], target=Target("value", 2)),
    ]  # fmt: skip


class _Figures:
    def __init__(self) -> None:
        self.arrived_ms: list[float] = []
        self.scan_ms: list[float] = []
        self.idle_percent = 0.0


async def _with_screens(folder: Path, scans: int, screens: int) -> _Figures:
    till, figures = await _open(folder, scans, is_served=True), _Figures()
    terminals = [_screen(folder) for _ in range(screens)]
    try:
        for terminal in terminals:
            await asyncio.to_thread(terminal.wait_for, "Harbour Street")
        await asyncio.to_thread(_drain, terminals)
        for number in range(scans):
            await _scan(till, number, terminals, figures)
        figures.idle_percent = await _idle()
    finally:
        for terminal in terminals:
            terminal.child.close(force=True)
        await _close(till)
    return figures


async def _by_turns(folder: Path, scans: int) -> tuple[_Figures, _Figures]:
    tills = [
        await _open(folder / f"customer-{is_served}", scans, is_served=is_served)
        for is_served in (False, True)
    ]
    figures = _Figures(), _Figures()
    for number in range(scans):
        for till, each in zip(tills, figures, strict=True):
            await _scan(till, number, [], each)
    for till in tills:
        await _close(till)
    return figures


async def _open(folder: Path, scans: int, *, is_served: bool) -> Till:
    shop, served = ShopSettings(name="Harbour Street"), CustomerSettings(enabled=is_served)
    books = Books(folder)
    goods = [ProductRow(_code(number), f"Goods {number:04}", 250) for number in range(scans)]
    books.write(lambda connection: import_products(connection, goods)).result()
    settings = TillSettings(shop=shop, customer=served)
    till = Till(settings, folder, books, lambda _event: None, lambda: NOON)
    till.open()
    await till.start()
    return till


async def _close(till: Till) -> None:
    await till.close()
    till._books.close()


async def _scan(till: Till, number: int, terminals: list[Terminal], figures: _Figures) -> None:
    if number % _LINES == _LINES - 1:
        till.void()
        await till.until_idle()
        await asyncio.sleep(_PACE_S)
    seen = _seen(terminals[0], f"Goods {number:04}") if terminals else None
    waiting = None if seen is None else asyncio.ensure_future(seen)
    await asyncio.sleep(0)
    used, began = time.process_time(), time.monotonic()
    till.scan(_code(number))
    if waiting is None:
        await asyncio.sleep(0.01)
    else:
        arrived_ms = (await waiting - began) * 1e3
        if number:  # the first scan loads what reads codes
            figures.arrived_ms.append(arrived_ms)
    figures.scan_ms.append((time.process_time() - used) * 1e3)
    await asyncio.sleep(_PACE_S)
    for terminal in terminals[1:]:
        _read_away(terminal)


async def _seen(terminal: Terminal, words: str) -> float:
    """When a terminal has written these words, as the event loop sees its bytes come."""
    loop, came, text = asyncio.get_running_loop(), asyncio.Event(), bytearray()
    wanted, at = words.encode(), 0.0

    def read() -> None:
        nonlocal at
        with suppress(OSError):
            text.extend(_read(terminal))
        if wanted in text:
            at = time.monotonic()
            came.set()

    loop.add_reader(terminal.child.child_fd, read)
    try:
        await asyncio.wait_for(came.wait(), 20)
    except TimeoutError:
        raise CannotMeasure(f"{words} never came") from None
    finally:
        loop.remove_reader(terminal.child.child_fd)
    return at


async def _idle() -> float:
    """How much of a processor the till takes while three screens listen and nothing happens."""
    used, began = time.process_time(), time.monotonic()
    await asyncio.sleep(_IDLE_S)
    return (time.process_time() - used) / (time.monotonic() - began) * 100


def _screen(folder: Path) -> Terminal:
    settings = folder / "till.toml"
    settings.write_text("[customer]\nenabled = true\n")
    words = ["customer", "--settings", str(settings), "--data", str(folder)]
    command = (sys.executable, ["-m", "pos_tui", *words])
    return Terminal([], command=command)


def _read(terminal: Terminal) -> bytes:
    return os.read(terminal.child.child_fd, 65536)


def _read_away(terminal: Terminal) -> None:
    while select.select([terminal.child.child_fd], [], [], 0)[0]:
        if not _read(terminal):
            return


def _drain(terminals: list[Terminal]) -> None:
    time.sleep(0.5)
    for terminal in terminals:
        _read_away(terminal)


def _code(number: int) -> str:
    return f"2{number:05}"
