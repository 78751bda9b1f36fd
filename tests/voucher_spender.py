"""A till that pays with a voucher, or voids the sale that sold it, and is killed at the n-th
statement of that.

python -m tests.voucher_spender FOLDER NUMBER N; "void" for the NUMBER voids the first sale.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import apsw

from tests.conftest import SPREAD, Counter


async def spend(folder: Path, number: str, place: int) -> None:
    """Sell something, pay it with this voucher, and die in the middle."""
    counter = Counter(folder).open()
    if number != "void":
        counter.scan(SPREAD)
    counter.books.wait()
    left = [place]

    def count(_cursor: object, _sql: str, _bindings: object) -> bool:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return True

    def arm(connection: apsw.Connection) -> None:
        connection.exec_trace = count

    counter.books.write(arm).result()
    if number == "void":
        counter.till.money.returns.void(1, "200 instead of 20")
    else:
        counter.till.scan(number)
    await counter.till.until_idle()
    counter.books.close()


if __name__ == "__main__":
    asyncio.run(spend(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
