"""What moving its goods adds to the commit that completes a sale, in small and large shops.

What counts is the commit that is on the disk (`synchronous=full`), as a shop has it; the same in
memory, where it costs nothing to see it onto the disk, shows the work alone.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import apsw

from pos_tui.books import Books
from pos_tui.books.journal.entries import Noted
from pos_tui.books.movement import Movement
from pos_tui.books.sales.completing import Closing
from pos_tui.books.stock.lots import SoldGoods
from pos_tui.books.stock.movements import move_stock
from pos_tui.checkout.tenders import Tender
from tests.bench.table import Row, Target
from tests.bench.workshop import Workshop

_AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_DELIVERED = 2000
_MEMORY = Path("/dev/shm")  # noqa: S108 - nothing secret, and a folder of its own in it


def measure(workshop: Workshop, sales: int, sizes: tuple[int, ...]) -> list[Row]:
    """Complete sales of 10 and of 1,000 lines, by turns with their goods and without any."""
    on_disk = not _is_in_memory(workshop.folder)
    rows = _measure(workshop.folder, sales, sizes, "on the disk" if on_disk else "in memory")
    if on_disk and _is_in_memory(_MEMORY):
        with tempfile.TemporaryDirectory(prefix="pos-bench-", dir=_MEMORY) as folder:
            for row in _measure(Path(folder), sales, sizes[:1], "in memory"):
                rows.append(replace(row, target=None))
    return rows


def _is_in_memory(folder: Path) -> bool:
    """Whether a folder is there, and no disk under it."""
    return _MEMORY.is_dir() and folder.is_dir() and folder.stat().st_dev == _MEMORY.stat().st_dev


def _measure(folder: Path, sales: int, sizes: tuple[int, ...], where: str) -> list[Row]:
    rows = []
    for products in sizes:
        shop = _Shop(folder / f"completing-{products}", products)
        try:
            for lines in (10, 1000):
                with_goods, without = [], []
                for _ in range(sales):
                    with_goods.append(shop.complete(lines))
                    without.append(shop.complete(0))
                what = f"a sale of {lines:,} lines among {products:,} products: {where} after"
                rows.append(
                    Row("completing", what, "ms", with_goods, without, "ours, no goods moved",
                        Target("ratio", 1.15))
                )  # fmt: skip
        finally:
            shop.books.close()
    return rows


class _Shop:
    def __init__(self, folder: Path, products: int) -> None:
        self.books = Books(folder)
        self._number = 0
        self._delivered = min(products, _DELIVERED)

        def job(connection: apsw.Connection) -> None:
            connection.executemany(
                "INSERT INTO products (id, name, price) VALUES (?, ?, 100)",
                ((number, f"Goods {number}") for number in range(1, products + 1)),
            )
            delivered = (
                Movement(number, "", 1_000_000, "received", 200_000)
                for number in range(1, self._delivered + 1)
            )
            move_stock(connection, _AT, "", delivered)

        self.books.write(job).result()

    def complete(self, lines: int) -> float:
        """Complete a sale in cash; how long until it is on the disk, in ms."""
        self._number += 1
        books, tender = self.books, Tender("cash", 700, 1000, 300, state="taken", at=_AT)
        goods = tuple(
            SoldGoods(line, line * 7 % self._delivered + 1, "", 1000)
            for line in range(1, lines + 1)
        )
        closing = Closing(700, (tender,), {}, False, goods, "Ada", frozenset(("use_by",)))
        books.record(books.new_sale(self._number, _AT), _AT, Noted("begun"))
        books.wait()
        began = time.perf_counter()
        books.accept_tender(self._number, _AT, tender, closing=closing).result()
        return (time.perf_counter() - began) * 1e3
