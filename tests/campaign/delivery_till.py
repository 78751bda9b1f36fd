"""A process with a few tills that sell on and on, as cashiers do; whoever likes may kill it.

It is told what to do by words on standard input: `finish` (end the sale under way and wait),
`last` (sell once more, with everything well), and the end of the input.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import hmac
import random
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from pos_tui.books import Books
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.books.lock import TillLock
from pos_tui.checkout import events
from pos_tui.settings import (
    GatewaySettings,
    RedisSettings,
    ShopSettings,
    TillIdentity,
    TillSettings,
)
from pos_tui.till import Till
from pos_tui.till.decoder import load_context
from tests.cloud.shop import code
from tests.spoken import spoken

GOODS = ("H0001", "H0002", "H0003", "H0004", "H0005")
_PATIENCE_S = 1.5  # of a cashier whose customer does not confirm
_MOST_TRIES = 50
_LINKED_S = 15.0

Broken = Literal["", "signatures", "re-read"]


class TillPlan(Struct, frozen=True):
    """One till: who it is, its key, its way to Redis, its folder."""

    merchant: str
    number: str
    key: str
    redis_url: str
    folder: str

    @property
    def name(self) -> str:
        return f"{self.merchant}:{self.number}"


class ProcessPlan(Struct, frozen=True):
    """What one process sells with. `broken` is what its tills leave out, to see it found."""

    tills: tuple[TillPlan, ...]
    gateway_url: str
    timeout_s: float
    pause_s: float
    scripts: tuple[str, ...]
    seed: int
    broken: Broken = ""


class Said(Struct, frozen=True, kw_only=True):
    """One line of standard output. `at` is seconds since 1970, `took_s` from scan to paid."""

    event: Literal["order", "paid", "failed", "receipt", "refused", "idle", "last"]
    till: str
    at: float
    sale_no: int = 0
    order_no: str = ""
    amount: int = 0
    script: str = ""
    channel: str = ""
    took_s: float = 0.0
    say: str = ""


class Desk:
    """One till and who stands at it."""

    def __init__(self, plan: TillPlan, process: ProcessPlan, rng: random.Random) -> None:
        self._plan, self._process, self._rng = plan, process, rng
        folder = Path(plan.folder)
        self._lock = TillLock(folder)
        self._books = Books(folder)
        if self._books.product(GOODS[0]) is None:
            rows = [ProductRow(code, f"Goods {code}", 101 + n) for n, code in enumerate(GOODS)]
            self._books.write(lambda connection: import_products(connection, rows)).result()
        settings = TillSettings(
            shop=ShopSettings(name="Corner Market"),
            till=TillIdentity(merchant=plan.merchant, number=plan.number),
            gateway=GatewaySettings(
                url=process.gateway_url, key=plan.key, timeout_s=process.timeout_s
            ),
            redis=RedisSettings(url=plan.redis_url),
        )
        clock = lambda: datetime.now().astimezone()  # noqa: E731
        self._till = Till(settings, folder, self._books, self._hear, clock)
        self._script = ""
        self._scanned_at = 0.0
        self._paid: set[int] = set()
        self._linked = asyncio.Event()

    async def open(self) -> None:
        """Open, and finish what was under way when the process was killed."""
        self._till.open()
        await self._till.start()

    async def finish_what_was_left(self) -> None:
        await self._till.until_idle()
        if not self._till.sale.is_empty:
            await self._be_paid("1234")

    async def sell(self, script: str) -> int:
        """One whole sale; returns its number once it is paid and its receipt made."""
        for goods in self._rng.sample(GOODS, self._rng.randint(1, 3)):
            self._till.scan(goods)
            await asyncio.sleep(0)
        return await self._be_paid(script)

    async def wait_for_redis(self) -> None:
        """Wait for the listener's next attempt; what comes of it is judged by the sale after it."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._linked.wait(), _LINKED_S)

    async def close(self) -> None:
        await self._till.close()
        self._books.close()
        self._lock.release()

    def say(self, event: str, **details: object) -> None:
        line = Said(event=event, till=self._plan.name, at=time.time(), **details)  # type: ignore[arg-type]
        sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
        sys.stdout.flush()

    async def _be_paid(self, script: str) -> int:
        number = self._till.sale.number
        for _ in range(_MOST_TRIES):
            self._script, self._scanned_at = script, time.time()
            self._till.scan(code(self._rng.choice(("wechat", "alipay")), script))
            await self._settled(never_pays=script == "9004")
            if number in self._paid:
                return number
            script = "1234"
            await asyncio.sleep(0.01)
        raise RuntimeError(f"till {self._plan.name} cannot sell")

    async def _settled(self, *, never_pays: bool) -> None:
        if never_pays:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._till.until_idle(), _PATIENCE_S)
            self._till.give_up_payment()
        await self._till.until_idle()

    def _hear(self, event: events.TillEvent) -> None:
        match event:
            case events.OrderMade(order=order):
                self.say(
                    "order",
                    sale_no=order.sale_no,
                    order_no=order.order_no,
                    amount=order.amount,
                    script=self._script,
                )
            case events.SalePaid(number=number, total=total, tenders=(tender,), channel=channel):
                self._paid.add(number)
                self.say(
                    "paid",
                    sale_no=number,
                    order_no=tender.order_no,
                    amount=total,
                    script=self._script,
                    channel=channel,
                    took_s=time.time() - self._scanned_at if self._scanned_at else 0.0,
                )
            case events.PaymentFailed(order_no=order_no, why=why):
                self.say("failed", order_no=order_no, script=self._script, say=spoken(why))
            case events.ReceiptMade(sale_no=sale_no):
                self.say("receipt", sale_no=sale_no)
            case events.LinkChanged(link="redis", ok=ok):
                self._linked.set() if ok else self._linked.clear()
            case events.Notice(reason=reason, tone="error"):
                self.say("refused", say=spoken(reason))
            case _:
                pass


class Orders:
    """What whoever started this process wants of it now."""

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._changed = asyncio.Event()

    def wants(self, word: str) -> bool:
        return word in self._words

    async def wait_for(self, word: str) -> None:
        while not self.wants(word):
            self._changed.clear()
            await self._changed.wait()

    async def listen(self) -> None:
        """Take words in until standard input ends."""
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
        while line := await reader.readline():
            self._words.add(line.decode().strip())
            self._changed.set()


async def _stand_at(desk: Desk, orders: Orders, plan: ProcessPlan, rng: random.Random) -> None:
    await desk.open()
    await desk.finish_what_was_left()
    while not orders.wants("finish"):
        await desk.sell(rng.choice(plan.scripts))
        await asyncio.sleep(rng.uniform(0.0, 2.0) * plan.pause_s)
    desk.say("idle")
    await orders.wait_for("last")
    await desk.wait_for_redis()
    desk.say("last", sale_no=await desk.sell("1234"))


async def _run(plan: ProcessPlan, incarnation: int) -> None:
    orders = Orders()
    rngs = [random.Random(f"{plan.seed} {incarnation} {till.name}") for till in plan.tills]
    desks = [Desk(till, plan, rng) for till, rng in zip(plan.tills, rngs, strict=True)]
    standing = (_stand_at(desk, orders, plan, rng) for desk, rng in zip(desks, rngs, strict=True))
    listening = asyncio.ensure_future(orders.listen())
    selling = asyncio.gather(*standing)
    await asyncio.wait((listening, selling), return_when=asyncio.FIRST_COMPLETED)
    if selling.done():
        selling.result()
        await listening
    else:
        selling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await selling
    for desk in desks:
        await desk.close()


def break_on_purpose(what: Broken) -> None:
    """Leave a safeguard out, here and nowhere else, to see that the campaign notices."""
    if what == "signatures":
        hmac.compare_digest = lambda *_: True
    elif what == "re-read":
        from pos_tui.payments.listener import ConfirmationListener

        assert hasattr(ConfirmationListener, "_begin")
        ConfirmationListener._begin = lambda self: self._position()  # type: ignore[method-assign]


def main() -> None:
    """The plan's file is the first argument, how often this process was started the second."""
    faulthandler.enable()
    plan = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=ProcessPlan)
    break_on_purpose(plan.broken)
    # Where two threads are the first to meet the same type, msgspec can crash; a till is alone in
    # its process, and these are not.
    load_context(TillSettings(), datetime.now().astimezone().date())
    asyncio.run(_run(plan, int(sys.argv[2])))


if __name__ == "__main__":
    main()
