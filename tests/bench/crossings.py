"""How often a scan or a payment changes file: calls whose caller stands in another file of ours.

    python -m tests.bench.crossings

A scan is counted from the message that brings it to the rows that are painted for it, a wallet
payment from the payment code to the receipt, each after others like it have loaded what they need.
Only calls from one file of pos_tui straight into another count, in the thread of the screen; what
the clock does meanwhile (a pane that counts seconds) counts as well.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import Counter as Tally
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

from textual.pilot import Pilot

import pos_tui
from pos_tui.till import Till
from pos_tui.tui.app import PosApp
from tests.conftest import COLA, MILK, SPREAD, Counter

_PROGRAM = str(Path(pos_tui.__file__).parent)
_WARM = 5


def crossings(frames: Tally[tuple[str, str]]) -> int:
    """How many calls changed file."""
    return sum(frames.values())


class Watching:
    """Counts the calls that change file, while it is on."""

    def __init__(self) -> None:
        self.calls: Tally[tuple[str, str]] = Tally()

    def __enter__(self) -> Watching:
        sys.setprofile(self._look)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _look(self, frame: FrameType, event: str, _argument: Any) -> None:
        if event != "call" or frame.f_back is None:
            return
        callee, caller = frame.f_code.co_filename, frame.f_back.f_code.co_filename
        if callee != caller and callee.startswith(_PROGRAM) and caller.startswith(_PROGRAM):
            self.calls[Path(caller).name, Path(callee).name] += 1


@asynccontextmanager
async def seated(counter: Counter) -> AsyncIterator[tuple[PosApp, Pilot[None]]]:
    """A till's screen without a terminal."""

    def make_till(emit):
        counter.till = Till(
            counter.settings, counter.data, counter.books, emit, lambda: counter.now,
            counter.printer,
        )  # fmt: skip
        return counter.till

    app = PosApp(counter.settings, lambda: counter.now, make_till, None)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        yield app, pilot


async def a_payment() -> Tally[tuple[str, str]]:
    """The calls that change file in one more payment by a wallet, in front of the demo's cloud."""
    from pos_tui.books import Books
    from pos_tui.commands.paths import shop_clock
    from pos_tui.demo.shop import DemoShop

    with tempfile.TemporaryDirectory() as folder:
        shop = DemoShop(Path(folder))
        clock = shop_clock(shop.settings)
        books = Books(shop.data)
        try:
            shop.open(books, clock())
            shop.wait_for_cloud()

            def make_till(emit):
                return Till(shop.settings, shop.data, books, emit, clock)

            app = PosApp(shop.settings, clock, make_till, None)
            async with app.run_test(size=(80, 24)) as pilot:
                await pilot.pause()
                for number in range(_WARM):
                    with Watching() as watching:
                        await _pay(app, pilot, books, f"1348579012345{number:05}")
        finally:
            books.close()
            shop.close()
    return watching.calls


async def _pay(app: PosApp, pilot: Pilot[None], books: Any, code: str) -> None:
    """One item and its payment; the item's own scan is not counted."""
    from pos_tui.tui.app import AcceptsScans

    screen: object = app.screen
    assert isinstance(screen, AcceptsScans)
    profile = sys.getprofile()
    sys.setprofile(None)
    screen.accept_scan("5449000000996", None)
    await pilot.pause(2.0)
    sold = books.last_paid_numbers(1)
    sys.setprofile(profile)
    screen.accept_scan(code, None)
    while books.last_paid_numbers(1) == sold:
        await pilot.pause(0.02)
    await pilot.pause(0.2)


async def a_scan() -> Tally[tuple[str, str]]:
    """The calls that change file in one more scan of an item with an offer."""
    from pos_tui.devices.scanners.scanner import Scanned
    from pos_tui.tui.scan_driver import Scan

    with tempfile.TemporaryDirectory() as folder:
        counter = Counter(Path(folder)).stock()
        begin = 0.0
        async with seated(counter) as (app, pilot):
            for code in (SPREAD, MILK, *[COLA] * _WARM):
                app.post_message(Scan(Scanned(code, begin := begin + 5.0, begin), "device"))
                await pilot.pause()
                counter.now += timedelta(seconds=2)
            with Watching() as watching:
                app.post_message(Scan(Scanned(COLA, 99.0, 99.0), "device"))
                await pilot.pause()
        counter.books.close()
    return watching.calls


def main() -> None:
    """Print the counts."""
    scan = asyncio.run(a_scan())
    print(f"a scan: {crossings(scan)} calls that change file")
    for (caller, callee), count in scan.most_common(60):
        print(f"  {count:4} {caller} → {callee}")
    payment = asyncio.run(a_payment())
    print(f"a payment by a wallet: {crossings(payment)} calls that change file")
    for (caller, callee), count in payment.most_common(60):
        print(f"  {count:4} {caller} → {callee}")


if __name__ == "__main__":
    main()
