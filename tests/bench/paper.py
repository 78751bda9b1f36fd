"""From a sale that is paid to the printer that gets its receipt."""

from __future__ import annotations

import asyncio
import statistics
import time
from datetime import UTC, datetime

from pos_tui.books import Books
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.checkout import events
from pos_tui.devices.printers.printer import Delivery, PrinterStatus
from pos_tui.settings import TillSettings
from pos_tui.till import Till
from tests.bench.table import Row, Target
from tests.bench.workshop import Workshop

_CODE = "4006381333931"
_MOST_MS = 150.0  # nobody has taken the change by then


class _ReadyPrinter:
    """Prints at once, and knows when it got each job."""

    def __init__(self) -> None:
        self.got: list[float] = []

    def print(self, job: bytes, number: int = 0) -> Delivery:
        self.got.append(time.perf_counter())
        return "confirmed"

    def pulse(self, commands: bytes) -> None:
        """Nothing hangs on it."""

    def status(self) -> PrinterStatus:
        return PrinterStatus(True, "there")


def measure(workshop: Workshop, sales: int) -> list[Row]:
    """Sell for cash, one sale after another."""
    took = asyncio.run(_sold(workshop, sales))
    worst = statistics.quantiles(took, n=100, method="inclusive")[98]
    return [
        Row("paper", "paid: until the printer gets the receipt, p50", "ms", took,
            target=Target("value", _MOST_MS)),
        Row("paper", "paid: until the printer gets the receipt, p99", "ms", took, ours=worst,
            target=Target("value", _MOST_MS)),
    ]  # fmt: skip


async def _sold(workshop: Workshop, sales: int) -> list[float]:
    """Milliseconds from the event that a sale is paid to its receipt at the printer."""
    folder = workshop.folder / "paper"
    books = Books(folder)
    rows = [ProductRow("0" + _CODE, "Notebook", 3480)]
    books.write(lambda connection: import_products(connection, rows)).result()
    printer, paid = _ReadyPrinter(), list[float]()

    def hear(event: events.TillEvent) -> None:
        if isinstance(event, events.SalePaid):
            paid.append(time.perf_counter())

    till = Till(TillSettings(), folder, books, hear, lambda: datetime.now(UTC), printer)
    till.open()
    await till.start()
    try:
        for _ in range(sales):
            till.scan(_CODE)
            till.pay("=")
            await till.until_idle()
    finally:
        await till.close()
        books.close()
    assert len(printer.got) == len(paid) == sales
    return [(got - at) * 1e3 for at, got in zip(paid, printer.got, strict=True)]
