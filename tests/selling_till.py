"""A till that sells on until it is stopped, as a program of its own.

`python -m tests.selling_till FOLDER` prints the number of each sale once that is on disk.
`python -m tests.selling_till FOLDER INTO` backs up into a folder again and again meanwhile.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from pos_tui.books.backups.making import TillName, make_backup
from pos_tui.books.books import FILE_NAME
from tests.conftest import COLA, MILK, SPREAD, Counter

TILL = TillName("M001", "01")


async def sell(counter: Counter, count: int) -> None:
    """Sell so many times, for cash, one after another."""
    for _ in range(count):
        counter.scan(COLA, SPREAD, MILK)
        counter.till.pay("200")
        await counter.till.until_idle()


async def _until_stopped(folder: Path) -> None:
    counter = Counter(folder).open()
    while True:
        number = counter.till.sale.number
        await sell(counter, 1)
        print(number, flush=True)


def _back_up_until_stopped(folder: Path, into: Path) -> None:
    while True:
        made = make_backup(folder / FILE_NAME, into, TILL, datetime.now(UTC))
        print(made.path.name, flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        _back_up_until_stopped(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        asyncio.run(_until_stopped(Path(sys.argv[1])))
