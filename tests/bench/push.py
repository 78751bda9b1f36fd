"""From the durable log line to the completed sale: log, relay, Redis, listener, books.

Against the same way by hand, which keeps the same promise and nothing more: the line is synced,
and one row of the listener's books. Both write through the same kind of process, into the same
Redis, which sees every write onto its disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pos_tui.books import Books
from pos_tui.checkout import events
from pos_tui.checkout.orders import Order
from pos_tui.messages import TransactionLogEntry, TransactionLogHead, encode_log_line
from pos_tui.settings import GatewaySettings, RedisSettings, ShopSettings, TillSettings
from pos_tui.till import Till
from tests.bench.cost import CannotMeasure
from tests.bench.parts import Part, redis
from tests.bench.table import Row, Target
from tests.bench.waiting_gateway import WaitingGateway
from tests.bench.workshop import SHOP, Workshop
from tests.spoken import spoken

SALES = 150
_KEY = "the-benchmark's-key"
_LOG = "gateway-1"
_PATIENCE_S = 20.0
_CLOSING_S = 3.0
_PAUSE_S = 0.02


@dataclass
class _Times:
    """Milliseconds, one a sale; from when the line was durable, and from when it was begun."""

    durable_ms: list[float] = field(default_factory=list)
    begun_ms: list[float] = field(default_factory=list)

    def take(self, written: dict[str, int], done_ns: int) -> None:
        self.durable_ms.append((done_ns - written["durable"]) / 1e6)
        self.begun_ms.append((done_ns - written["begun"]) / 1e6)


def measure(workshop: Workshop, sales: int = SALES) -> list[Row]:
    """Sale by sale: once the whole way to the till, once by hand."""
    ours, hand = _Times(), _Times()
    folder = workshop.folder / "push"
    folder.mkdir()
    with contextlib.ExitStack() as running:
        url = running.enter_context(redis(folder))
        asyncio.run(_measure(workshop, folder, url, running, sales, ours, hand))
    p99 = [_p99(ours.durable_ms), _p99(hand.durable_ms)]
    return [
        Row("push", "log line durable to sale complete: p50", "ms", ours.durable_ms,
            hand.durable_ms, "by hand", Target("ratio", 1.5)),
        Row("push", "log line durable to sale complete: p99", "ms", p99[:1], p99[1:], "by hand"),
        Row("push", "log line begun to sale complete: p50", "ms", ours.begun_ms,
            hand.begun_ms, "by hand"),
    ]  # fmt: skip


async def _measure(
    workshop: Workshop,
    folder: Path,
    url: str,
    running: contextlib.ExitStack,
    sales: int,
    ours: _Times,
    hand: _Times,
) -> None:
    log = folder / "cloud" / "log" / f"{_LOG}.000001.log"
    log.parent.mkdir(parents=True)
    head = TransactionLogHead(log=_LOG, base=0, opened_at=datetime.now(UTC))
    log.write_bytes(encode_log_line(head))
    line_by_hand = folder / "by-hand.log"
    line_by_hand.touch()
    by_hand = workshop.peer_command("push_by_hand")

    def role(*arguments: str) -> Part:
        part = running.enter_context(Part([*by_hand, *arguments]))
        part.hear()
        return part

    stream = "by-hand"
    relay_command = [sys.executable, "-m", "pos_tui", "relay", "--follow-stdin"]
    places = ["--settings", str(_cloud_settings(folder, url)), "--data", str(folder / "cloud")]
    relay = running.enter_context(Part([*relay_command, *places]))
    relay.hear()
    writer, writer_by_hand = role("write", str(log)), role("write", str(line_by_hand))
    role("carry", str(line_by_hand), url, stream)
    listener = role("listen", url, stream, str(folder / "by-hand.db"))

    async with _Counter(workshop, folder, url) as counter:
        await counter.warm_up(writer)
        for _ in range(sales):
            entry = await counter.sell()
            line = encode_log_line(entry, (_KEY.encode(),))
            writer.tell(line)
            done_ns = await counter.paid()
            ours.take(writer.hear(), done_ns)
            await counter.rest()
            writer_by_hand.tell(line)
            written, received = writer_by_hand.hear(), listener.hear()
            if received["order_no"] != entry.order_no:
                raise CannotMeasure("by hand, another line came than the one that was written")
            hand.take(written, received["received"])
            await asyncio.sleep(_PAUSE_S)


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[98]


# ---- the till ------------------------------------------------------------------------------------


class _Counter:
    """A till without a screen, whose gateway has every customer confirm on the phone."""

    def __init__(self, workshop: Workshop, folder: Path, redis: str) -> None:
        self._workshop = workshop
        self._data = workshop.data()
        self._redis = redis
        self._chance = random.Random(1)
        self._happened: asyncio.Queue[tuple[int, events.TillEvent]] = asyncio.Queue()
        self._gateway = WaitingGateway(_KEY)

    async def __aenter__(self) -> _Counter:
        port = await self._gateway.open()
        settings = TillSettings(
            shop=ShopSettings(name=SHOP),
            gateway=GatewaySettings(url=f"http://127.0.0.1:{port}", key=_KEY),
            redis=RedisSettings(url=self._redis),
        )
        self._books = Books(self._data)
        self._till = Till(settings, self._data, self._books, self._note, _now)
        self._settings = settings
        self._till.open()
        await self._till.start()
        await self._until(
            lambda event: (
                isinstance(event, events.LinkChanged) and event.link == "redis" and event.ok
            ),
            "its link to Redis",
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._till.close(), _CLOSING_S)
        self._books.close()
        await self._gateway.close()

    async def warm_up(self, writer: Part) -> None:
        """A few sales that do not count."""
        for _ in range(5):
            writer.tell(encode_log_line(await self.sell(), (_KEY.encode(),)))
            await self.paid()
            writer.hear()
            await self.rest()

    async def sell(self) -> TransactionLogEntry:
        """Sell one item to a customer who is asked to confirm; what the gateway will log."""
        self._till.scan(self._workshop.draw(1)[0].code)
        tail = "".join(self._chance.choices("0123456789", k=16))
        self._till.scan(f"13{tail}")
        made = (await self._until(_is_order_made, "an order"))[1]
        assert isinstance(made, events.OrderMade)
        await self._until(_is_pending, "that the customer is confirming")
        await asyncio.sleep(_PAUSE_S)
        return self._entry(made.order)

    async def paid(self) -> int:
        """Wait until the sale is complete in the books; when that was."""
        at, event = await self._until(
            lambda event: isinstance(event, events.SalePaid), "that the sale is paid"
        )
        assert isinstance(event, events.SalePaid)
        if event.channel != "redis":
            raise CannotMeasure(f"the sale was completed by way of the {event.channel}")
        return at

    async def rest(self) -> None:
        """Wait until nothing of the sale is under way any more."""
        await self._till.until_idle()
        await asyncio.sleep(_PAUSE_S)

    def _entry(self, order: Order) -> TransactionLogEntry:
        now, till = datetime.now(UTC), self._settings.till
        return TransactionLogEntry(
            merchant=till.merchant,
            till=till.number,
            order_no=order.order_no,
            amount=order.amount,
            currency=order.currency,
            platform=order.platform,
            platform_ref=f"42{order.order_no}",
            paid_at=now,
            logged_at=now,
        )

    def _note(self, event: events.TillEvent) -> None:
        self._happened.put_nowait((time.monotonic_ns(), event))

    async def _until(
        self, is_it: Callable[[events.TillEvent], bool], what: str
    ) -> tuple[int, events.TillEvent]:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while True:
                    at, event = await self._happened.get()
                    if is_it(event):
                        return at, event
                    if isinstance(event, events.PaymentFailed):
                        raise CannotMeasure(f"the payment failed: {spoken(event)}")
        except TimeoutError as error:
            raise CannotMeasure(f"the till never told {what}") from error


def _is_order_made(event: events.TillEvent) -> bool:
    return isinstance(event, events.OrderMade)


def _is_pending(event: events.TillEvent) -> bool:
    return isinstance(event, events.PaymentChanged) and event.state == "pending"


def _now() -> datetime:
    return datetime.now().astimezone()


def _cloud_settings(folder: Path, redis: str) -> Path:
    path = folder / "cloud.toml"
    till = TillSettings().till
    path.write_text(
        f'[relay]\nredis_url = "{redis}"\n\n[[merchant]]\nid = "{till.merchant}"\nkey = "{_KEY}"\n'
    )
    return path
