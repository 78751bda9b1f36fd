"""The decision tables of two public gateways, over the same cells: what their rules would do.

Written from what is known of them (payments.md, part E: jeepay of 2026-05, dax-pay of 2025-08; and
jeepay's WeChat bar payment, to which every exception but three named codes is a failure). Only the
tables are theirs; the wire is this program's platform modules. Where nothing is known the kinder
reading is taken: their servers come back at once, their queues lose nothing, a late answer is
waited for, an order that a kill cut off is asked about, and whatever stays open is looked at again
long after - unless it is known that it is not so.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

import httpx
from msgspec import Struct

from pos_tui.cloud.platforms.protocol import PlatformAnswer, PlatformClient, PlatformOrder
from pos_tui.cloud.platforms.registry import open_client

from ..shop import order_no
from .accounts import Account, opened_merchant
from .cells import Cell, KillPoint
from .judging import Money
from .running import PIN_S, Street

Came = Literal["paid", "paying", "refused", "system error", "exception"]
Row = Literal["paid", "failed", "asking", "open", "unasked"]
Letter = Literal[".", "L", "G", "H"]

LETTERS: dict[Letter, str] = {
    "L": "lost: the customer is charged, and the shop is told failed",
    "G": "given away: the shop is told paid, and the customer is not charged",
    "H": "hanging: nothing clear for as long as a customer stands there",
}
OVER = ("alipay", "alipay_cert", "wechat_v2", "wechat_v3")
"""The accounts whose rules at these gateways are known."""
POINTS: tuple[KillPoint, ...] = ("before send", "after send", "after answer", "after state")

_SECOND = PIN_S / 4  # the stand-ins' customers take four seconds for a PIN; time runs faster here
_AT_ONCE = 24  # they sleep most of the time
_SYSTEM_ERROR = re.compile(rb"SYSTEM_?ERROR|unknow-error")


class Rules(Struct, frozen=True, kw_only=True):
    """One gateway's table: what a pay call's outcome makes of the order's row, by wallet.

    `asking` is polled `asks` times every `every_s`; `open` is looked at once more, long after the
    customer has left, and ends as failed unless it is paid; `unasked` ends as failed in the end.
    """

    name: str
    wallets: Mapping[str, Mapping[Came, Row]]
    killed: Row
    asks: int
    every_s: float = 5.0
    paid_by_status: frozenset[str] = frozenset()


JEEPAY = Rules(
    name="jeepay",
    wallets={
        "alipay": {
            "paid": "paid",
            "paying": "open",  # 10003 does not start the polling
            "refused": "failed",
            "system error": "failed",  # every code but 10000 and 10003
            "exception": "unasked",
        },
        "wechat": {
            "paid": "paid",
            "paying": "asking",
            "refused": "failed",
            "system error": "asking",
            "exception": "failed",
        },
    },
    killed="unasked",  # the row is as it was made until the pay call has answered
    asks=6,
)

DAX_PAY = Rules(
    name="dax-pay",
    wallets={
        wallet: {
            "paid": "paid",
            "paying": "asking",
            "refused": "failed",
            "system error": "asking" if wallet == "alipay" else "failed",
            "exception": "failed",
        }
        for wallet in ("alipay", "wechat")
    },
    killed="asking",
    asks=10,
    paid_by_status=frozenset({"wechat_v3"}),  # HTTP 200, without a look at the trade's state
)

PEERS = (JEEPAY, DAX_PAY)


class PeerOutcome(Struct, frozen=True):
    """How a cell would go there; `is_twice`: the customer pays again as the shop is told to."""

    rules: str
    cell: Cell
    letter: Letter
    is_twice: bool = False


class PeerTotals(Struct, frozen=True):
    """How often each harm is done."""

    cells: int
    lost: int
    given_away: int
    hanging: int
    charged_twice: int


def peer_totals_of(outcomes: Sequence[PeerOutcome]) -> PeerTotals:
    """The count over these cells."""
    letters = [outcome.letter for outcome in outcomes]
    return PeerTotals(
        cells=len(outcomes),
        lost=letters.count("L"),
        given_away=letters.count("G"),
        hanging=letters.count("H"),
        charged_twice=sum(outcome.is_twice for outcome in outcomes),
    )


_REPLIES: ContextVar[list[httpx.Response]] = ContextVar("replies")


class Wire:
    """A platform as a peer's own client would show it: an answer, or an exception."""

    def __init__(self, account: Account, platform: PlatformClient) -> None:
        self.account = account
        self._platform = platform

    async def pay(self, order: PlatformOrder, code: str, rules: Rules) -> Came:
        """The pay call, and what their client makes of it."""
        replies: list[httpx.Response] = []
        _REPLIES.set(replies)
        said = await self._platform.pay(order, code)
        first = replies[0] if replies else None
        by_status = self.account.name in rules.paid_by_status
        if by_status and first is not None and first.status_code == 200 and said.state == "paying":
            return "paid"
        return _came(said, first)

    async def is_paid(self, order: PlatformOrder) -> bool:
        """A query; only a payment changes anything for them."""
        return (await self._platform.query(order)).state == "paid"


async def _keep(response: httpx.Response) -> None:
    await response.aread()
    _REPLIES.get([]).append(response)


def _came(said: PlatformAnswer, reply: httpx.Response | None) -> Came:
    match said.state:
        case "paid":
            return "paid"
        case "paying":
            return "paying"
        case "declined" | "closed":
            return "refused"
    is_said = reply is not None and _SYSTEM_ERROR.search(reply.content)
    return "system error" if is_said else "exception"


async def run_peers(street: Street, rules: Rules, cells: Sequence[Cell]) -> list[PeerOutcome]:
    """What a gateway with these rules would do in those of the cells that are known of it."""
    known = [cell for cell in cells if is_known(cell)]
    gate = asyncio.Semaphore(_AT_ONCE)
    async with httpx.AsyncClient(
        timeout=30.0,
        trust_env=False,
        verify=False,  # noqa: S501 - it is plain HTTP
        event_hooks={"response": [_keep]},
        limits=httpx.Limits(max_connections=_AT_ONCE),
    ) as client:
        accounts = {cell.account.name: cell.account for cell in known}
        wires = {name: _wire(street, account, client) for name, account in accounts.items()}

        async def one(cell: Cell) -> PeerOutcome:
            async with gate:
                return await _sell(street, rules, cell, wires[cell.account.name])

        return list(await asyncio.gather(*map(one, known)))


def _wire(street: Street, account: Account, client: httpx.AsyncClient) -> Wire:
    merchant = opened_merchant(account, street.run)
    return Wire(account, open_client(merchant.accounts[account.channel], client, None))


def is_known(cell: Cell) -> bool:
    """Whether it is known what the peers do there; the log that ours dies behind they have not."""
    return cell.account.name in OVER and (cell.point == "none" or cell.point in POINTS)


async def _sell(street: Street, rules: Rules, cell: Cell, wire: Wire) -> PeerOutcome:
    order, code = _an_order(cell), cell.account.code(cell.script)
    row = await _pay(rules, cell, wire, order, code)
    if row == "asking":
        row = await _ask(rules, wire, order)
    if row == "paid":
        is_charged = any(each.charged for each in await street.money([code]))
        return PeerOutcome(rules.name, cell, "." if is_charged else "G")
    is_told = row == "failed"
    if not is_told:
        await asyncio.sleep(2 * PIN_S)  # long after, whoever wanted to pay has paid
    if row == "open" and await wire.is_paid(order):
        row = "paid"
    is_lost = row != "paid" and _net(await street.money([code])) > 0
    if is_lost and is_told:
        fresh = cell.account.code("1234")
        await wire.pay(_an_order(cell), fresh, rules)
        is_twice = sum(each.charged for each in await street.money([code, fresh])) > 1
        return PeerOutcome(rules.name, cell, "L", is_twice)
    if is_lost:
        return PeerOutcome(rules.name, cell, "L")
    return PeerOutcome(rules.name, cell, "." if is_told else "H")


async def _pay(rules: Rules, cell: Cell, wire: Wire, order: PlatformOrder, code: str) -> Row:
    """What the row says once the pay call is over, or its process is gone."""
    if cell.point == "before send":
        return rules.killed
    came = await wire.pay(order, code, rules)
    if cell.point in ("after send", "after answer"):
        return rules.killed
    wallet = "alipay" if cell.account.channel == "alipay" else "wechat"
    return rules.wallets[wallet][came]


async def _ask(rules: Rules, wire: Wire, order: PlatformOrder) -> Row:
    for _ in range(rules.asks):
        await asyncio.sleep(rules.every_s * _SECOND)
        if await wire.is_paid(order):
            return "paid"
    return "open"


def _net(money: Sequence[Money]) -> int:
    return sum(each.charged * each.amount - each.given_back for each in money)


def _an_order(cell: Cell) -> PlatformOrder:
    return PlatformOrder(
        merchant=cell.account.merchant,
        till="01",
        order_no=order_no(),
        amount=4770,
        currency="CNY",
        subject="Corner Market",
        made_at=datetime.now(UTC),
    )
