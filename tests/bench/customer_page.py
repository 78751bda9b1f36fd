"""From a scan to the customer's page as a browser has painted it, and what the page's server costs.

The till runs in this process, the page's server and a Chromium without a window beside it. A scan
has arrived when the frame after the one that shows it begins: then that one is on the screen.
"""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

from pos_tui.books import Books
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.checkout import events
from pos_tui.settings import CustomerSettings, ShopSettings, TillSettings
from pos_tui.till import Till
from tests.bench.cost import CannotMeasure
from tests.bench.table import Row, Target
from tests.bench.workshop import Workshop
from tests.browser import Page, open_browser, why_no_browser
from tests.conftest import NOON
from tests.served_page import ServedPage

_GROUP = "customer"
_PACE_S = 0.05
_IDLE_S = 10.0
_LINES = 12  # a usual basket; then the next customer comes
_PAGES = 3
_WATCH = """window.painted = {};
new MutationObserver(() => {
  const newest = document.querySelector("li.newest bdi");
  if (!newest || newest.textContent in window.painted) return;
  const name = newest.textContent;
  requestAnimationFrame(() => requestAnimationFrame(() => {
    window.painted[name] = performance.timeOrigin + performance.now();
  }));
}).observe(document.getElementById("lines"), { childList: true });"""


def measure(workshop: Workshop, scans: int) -> list[Row]:
    """Scan so many items, one every 50 ms, with three pages that look on."""
    why = why_no_browser()
    if why:
        raise CannotMeasure(why)
    arrived, idle_percent, memory = asyncio.run(_measure(workshop.folder / "page", scans))
    p99 = arrived[min(len(arrived) - 1, int(len(arrived) * 0.99))]
    return [
        Row(_GROUP, "scan → painted in a browser, p50: an item every 50 ms, three pages", "ms",
            arrived, target=Target("value", 100)),
        Row(_GROUP, "scan → painted in a browser, p99: an item every 50 ms, three pages", "ms",
            arrived, ours=p99, target=Target("value", 100)),
        Row(_GROUP, "the page's server, three pages, nothing sold: of a processor", "%",
            [idle_percent], target=Target("value", 2)),
        Row(_GROUP, "the page's server: memory", "MB", [memory]),
    ]  # fmt: skip


async def _measure(folder: Path, scans: int) -> tuple[list[float], float, float]:
    """Milliseconds from each scan, sorted; percent; MB."""
    served = CustomerSettings(enabled=True)
    settings = TillSettings(shop=ShopSettings(name="Harbour Street"), customer=served)
    books = Books(folder)
    goods = [ProductRow(_code(number), f"Goods {number:04}", 250) for number in range(scans)]
    books.write(lambda connection: import_products(connection, goods)).result()
    told: list[events.TillEvent] = []
    till = Till(settings, folder, books, told.append, lambda: NOON)
    till.open()
    await till.start()
    server = ServedPage(folder)
    browser = await open_browser(folder / "browser")
    try:
        pages = [await browser.page(server.address, 1024, 600) for _ in range(_PAGES)]
        for page in pages:
            await page.until("document.documentElement.dataset.link === 'on'")
        await pages[-1].value(_WATCH)
        scanned = await _scan(till, scans)
        arrived = await _arrived(pages[-1], scanned)
        before = _cpu_s(server.process.pid)
        await asyncio.sleep(_IDLE_S)
        idle = (_cpu_s(server.process.pid) - before) / _IDLE_S * 100
        return arrived, idle, _memory_mb(server.process.pid)
    finally:
        await browser.close()
        await asyncio.to_thread(server.end)
        await till.close()
        books.close()


async def _scan(till: Till, scans: int) -> dict[str, float]:
    """When each item was scanned, in milliseconds of the day's clock."""
    scanned = {}
    for number in range(scans):
        if number % _LINES == _LINES - 1:
            till.void()
            await till.until_idle()
            await asyncio.sleep(_PACE_S)
        scanned[f"Goods {number:04}"] = time.time() * 1e3
        till.scan(_code(number))
        await asyncio.sleep(_PACE_S)
    return scanned


async def _arrived(page: Page, scanned: dict[str, float]) -> list[float]:
    await page.until(f"'{max(scanned)}' in window.painted")
    painted: dict[str, float] = await page.value("window.painted")
    if len(painted) < len(scanned) * 0.9:
        raise CannotMeasure(f"of {len(scanned)} scans {len(painted)} were painted")
    return sorted(at - scanned[name] for name, at in painted.items())


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory_mb(pid: int) -> float:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) / 1e3


def _code(number: int) -> str:
    return f"G{number:05}"
