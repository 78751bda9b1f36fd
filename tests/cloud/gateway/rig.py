"""A settlement in front of a platform that says exactly what the test wants, when it wants."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from pos_tui.cloud.gateway.channels import Channel, Channels
from pos_tui.cloud.gateway.database.opening import open_database
from pos_tui.cloud.gateway.metrics import Metrics
from pos_tui.cloud.gateway.order_records import OrderRow
from pos_tui.cloud.gateway.order_service import OrderService
from pos_tui.cloud.gateway.order_timing import OrderTiming
from pos_tui.cloud.gateway.order_worker import late_refund_no
from pos_tui.cloud.gateway.orders import Orders
from pos_tui.cloud.gateway.schema import order_migrations
from pos_tui.cloud.gateway.transaction_log import TransactionLog
from pos_tui.cloud.platforms.protocol import (
    Notice,
    PlatformAnswer,
    PlatformOrder,
    PlatformRefund,
    answer,
)
from pos_tui.codes.payment import parse_formats
from pos_tui.messages import (
    OrderStatus,
    RefundRequest,
    RefundStatus,
    TransactionOrder,
)
from pos_tui.settings import Merchant, payment_formats_text
from tests.cloud.log_lines import till_keys
from tests.cloud.shop import code, eventually, log_entries, order_no

WHEN = datetime(2025, 3, 1, 10, 32, tzinfo=UTC)
FORMATS = parse_formats(payment_formats_text())
TIMING = OrderTiming(
    answer_s=0.6,
    patience_s=0.1,
    schedule=(0.05,),
    again=(0.05,),
    deadline_s=30.0,
    cancel_after_s=0.0,
    after_checks=(0.05, 0.05),
    beat_s=0.1,
)


def paid(amount: int = 4770) -> PlatformAnswer:
    return PlatformAnswer(state="paid", platform_ref="42", paid_at=WHEN, amount=amount)


UNKNOWN = answer("unknown", "platform_error")
NOT_FOUND = answer("not_found", "platform_error")


class Scripted:
    """A platform that gives the prepared answers in turn; the last one stays."""

    currencies = frozenset({"CNY"})
    schedule: tuple[float, ...] = (0.05,)
    deadline_s = 60.0
    cancel_after_s = 0.0

    def __init__(self, **script: list[PlatformAnswer]) -> None:
        self.script = script
        self.asked: list[str] = []
        self.let_pay = asyncio.Event()
        self.let_pay.set()

    def _say(self, what: str) -> PlatformAnswer:
        self.asked.append(what)
        said = self.script.get(what, [UNKNOWN])
        return said.pop(0) if len(said) > 1 else said[0]

    async def pay(self, order: PlatformOrder, auth_code: str) -> PlatformAnswer:
        said = self._say("pay")
        await self.let_pay.wait()
        return said

    async def query(self, order: PlatformOrder) -> PlatformAnswer:
        return self._say("query")

    async def cancel(self, order: PlatformOrder) -> PlatformAnswer:
        return self._say("cancel")

    async def refund(self, order: PlatformOrder, refund: PlatformRefund) -> PlatformAnswer:
        return self._say(f"refund {refund.refund_no} {refund.amount}")

    def notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        return None


class OneChannel(Channels):
    """A merchant whose only account is at the scripted platform."""

    def __init__(self, platform: Scripted, account: str = "190") -> None:
        super().__init__((), None)
        self._fresh = {"wechat": Channel("M001", "wechat", account, ("wechat",), platform)}
        self._channels["M001"] = self._fresh

    def exchange(self, platform: Scripted) -> None:
        """The merchant's account is another one from now on."""
        self._fresh = {"wechat": Channel("M001", "wechat", "191", ("wechat",), platform)}
        self.replace("M001", Merchant(id="M001", key="k"))

    def _open(self, merchant: Merchant) -> dict[str, Channel]:
        return self._fresh


class ServiceRig:
    """A settlement over files that outlive it."""

    def __init__(self, folder: Path, database: str, worker: str = "w") -> None:
        self.folder = folder
        self.database = database
        self.worker = worker
        self.orders: Orders
        self.log: TransactionLog
        self.service: OrderService

    async def open(
        self, platform: Scripted, timing: OrderTiming = TIMING, account: str = "190"
    ) -> OrderService:
        database = await open_database(self.database, self.folder, order_migrations)
        self.orders = Orders(database, self.worker, timing.lease_s)
        self.log = TransactionLog(self.folder / "log", self.worker, 1 << 20, till_keys)
        self.channels = OneChannel(platform, account)
        self.service = OrderService(
            self.orders, self.log, self.channels, timing, lambda: FORMATS, Metrics()
        )
        await self.service.start()
        return self.service

    async def pay(self, order: TransactionOrder) -> OrderStatus:
        return await self.service.pay(order, secrets.token_hex(8))

    async def cancel(self, number: str) -> OrderStatus:
        return await self.service.cancel("M001", number, secrets.token_hex(8))

    async def refund(self, number: str, refund_no: str, amount: int) -> RefundStatus | None:
        request = RefundRequest(refund_no=refund_no, amount=amount, reason="broken")
        nonce = secrets.token_hex(8)
        return await self.service.refund("M001", number, request, nonce)

    async def close(self) -> None:
        await self.service.close()
        await self.channels.close()
        self.log.close()
        await self.orders.close()

    async def row(self, number: str) -> OrderRow:
        row = await self.orders.get("M001", number)
        assert row
        return row

    async def late_refund(self, number: str) -> str:
        """What has become of the money that came too late."""
        found = await self.orders.refunds("M001", number)
        return found[0].state if found and found[0].late else "none"

    def logged(self) -> list[str]:
        return [entry.order_no for entry in log_entries(self.folder / "log")]

    async def until_given_back(self, number: str) -> OrderStatus:
        async def look() -> OrderStatus | None:
            done = await self.late_refund(number) == "done"
            return await self.service.status("M001", number) if done else None

        return await eventually(look)

    async def until(self, number: str, true: Callable[[OrderRow], bool]) -> OrderStatus:
        async def look() -> OrderStatus | None:
            if true(await self.row(number)):
                return await self.service.status("M001", number)
            return None

        return await eventually(look)


def new_order() -> TransactionOrder:
    return TransactionOrder(
        merchant="M001",
        till="01",
        order_no=order_no(),
        amount=4770,
        currency="CNY",
        auth_code=code("wechat"),
        subject="Corner Market",
        made_at=WHEN,
    )


def refund_asked(order: TransactionOrder) -> str:
    """How the platform is asked to give a late payment back."""
    return f"refund {late_refund_no(order.order_no)} {order.amount}"
