"""Serving on while customers aside have not confirmed yet: a scan, and the till at rest."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from pos_tui.books import Books
from pos_tui.books.sales.sales import open_sale
from pos_tui.checkout.orders import Order
from pos_tui.checkout.tenders import Tender
from pos_tui.settings import TillSettings
from tests.bench import cost, scans
from tests.bench.table import Row, Target
from tests.bench.terminal import Screen
from tests.bench.waiting_gateway import WaitingGateway
from tests.bench.workshop import Workshop

ASIDE = 20
_KEY = "the-benchmark's-key"
_LEARNT_S = 8.0  # by then each payment aside has been asked after a few times


def measure(workshop: Workshop, runs: int, count: int = 40) -> list[Row]:
    """Scan the same goods at a till with payments aside, and at one without any."""
    with_them: list[float] = []
    without: list[float] = []
    with _gateway() as port:
        settings = workshop.folder / "serving.toml"
        gateway = f'[gateway]\nurl = "http://127.0.0.1:{port}"\nkey = "{_KEY}"\n'
        settings.write_text(workshop.settings.read_text() + gateway)
        for _ in range(runs):
            data = workshop.data()
            _put_aside(data, ASIDE)
            with (
                workshop.till(data, settings=settings) as busy,
                workshop.till(workshop.data(), settings=settings) as calm,
            ):
                busy.wait_for(_shows_them, f"{ASIDE} payments open", _LEARNT_S)
                pair = [scans.at_rest(program, _LEARNT_S) for program in (busy, calm)]
                for product in workshop.draw(count):
                    for each in pair:
                        each.scan(product)
                with_them.append(statistics.fmean(pair[0].used.cost))
                without.append(statistics.fmean(pair[1].used.cost))
    name = f"one scan while {ASIDE} payments are open: cost"
    return [
        Row("serving", name, cost.unit(), with_them, without, "ours without", Target("ratio", 1.1))
    ]


def _shows_them(screen: Screen) -> bool:
    return f"{ASIDE} payments open" in screen.rows()[0]


@contextlib.contextmanager
def _gateway() -> Iterator[int]:
    """A gateway whose customers never confirm, in a thread of its own; its port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    gateway = WaitingGateway(_KEY)
    try:
        yield asyncio.run_coroutine_threadsafe(gateway.open(), loop).result()
    finally:
        asyncio.run_coroutine_threadsafe(gateway.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def _put_aside(data: Path, count: int) -> None:
    """So many sales of this shop wait aside for their payments."""
    till, at = TillSettings().till, datetime.now(UTC)
    books = Books(data)
    try:
        for number in range(1, count + 1):
            order_no = f"{at:%y%m%d%H%M%S}{till.number}{number:08d}"
            order = Order(order_no, number, 350, "CNY", "wechat", "····0000", "pending", at)
            tender = Tender(
                "wallet", 350, 350, platform="wechat", order_no=order_no, state="pending", at=at
            )
            books.write(partial(open_sale, number=number, opened_at=at))
            books.keep_order(order, at, "awaiting", tender=tender)
            books.put_aside(number, at, till.cashier)
    finally:
        books.close()
