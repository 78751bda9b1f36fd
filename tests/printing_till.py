"""A till that sells and prints until it is killed, as a program of its own.

`python -m tests.printing_till FOLDER PORT` prints the number of each sale once it is paid. With a
third argument it sells nothing, prints what waits, and ends.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from pos_tui.checkout import events
from pos_tui.settings import CashSettings, PrinterSettings, ShopSettings, TillIdentity, TillSettings
from tests.conftest import COLA, Counter


def printing_counter(folder: Path, port: int) -> Counter:
    """A counter whose receipts go to a printer at this port of the machine."""
    settings = TillSettings(
        shop=ShopSettings(name="Corner Market"),
        till=TillIdentity(cashier="Ada"),
        printer=PrinterSettings(kind="network", host="127.0.0.1", port=port, columns=32,
                                timeout_s=0.5),
        cash=CashSettings(drawer_kick=True),
    )  # fmt: skip
    return Counter(folder, settings, has_printer=False)


async def print_what_waits(counter: Counter) -> None:
    """Until nothing is left but what waits for somebody's word."""
    papers = counter.till.papers
    await counter.till.until_idle()
    await counter.until_true(
        lambda: (
            not counter.books.receipts_due()
            and all(papers.is_offered(each) for each in counter.books.open_print_jobs())
        )
    )


async def _run(folder: Path, port: int, *, sells: bool) -> None:
    counter = printing_counter(folder, port)
    counter.stock().open()
    await counter.till.start()
    print("ready", flush=True)
    if not sells:
        await print_what_waits(counter)
        await counter.till.close()
        counter.books.close()
        return
    while True:
        counter.told.clear()
        counter.scan(COLA)
        counter.till.pay("=")
        paid = await counter.until(events.SalePaid)
        print(paid.number, flush=True)
        if paid.number % 3:  # else the next customer does not wait for the paper
            await counter.till.until_idle()


if __name__ == "__main__":
    asyncio.run(_run(Path(sys.argv[1]), int(sys.argv[2]), sells=len(sys.argv) < 4))
