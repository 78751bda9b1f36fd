"""The gateway's orders: what is kept about each, and the changes that its state allows.

An order is worked by the gateway that holds its lease, by the database's own clock; whoever finds a
lease run out takes the order up. Every change of state compares the state that it comes from.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from pos_tui.cloud.gateway.database.interface import Database, Row, Value, Work
from pos_tui.cloud.gateway.database.opening import open_database
from pos_tui.cloud.gateway.schema import MIGRATIONS
from pos_tui.messages import TransactionLogEntry
from pos_tui.settings import CloudSettings

Changes = Mapping[str, Value]
OrderKey = tuple[str, str]

TERMINAL = ("paid", "declined", "cancelled")

# Which states may become which; a change from any other is refused.
_BEFORE = {
    "pending": ("sent",),
    "paid": ("sent", "pending"),
    "declined": ("sent", "pending"),
    "cancelling": ("sent", "pending"),
    "cancelled": ("sent", "pending", "cancelling"),
}


class RequestReplayed(Exception):
    """A signed request that was made before."""


class OrderRow(Struct, frozen=True, kw_only=True):
    """One order as the gateway keeps it; the payment code is only in its fingerprint.

    `platform` is the wallet, `channel` and `account` are what is asked. `made_at`, `next_at` and
    `leased_until` are seconds since 1970; `waited` counts the customer's seconds while somebody
    works on the order. `to_log`: paid, but its line is not known to be in the log named `log`.
    """

    merchant: str
    order_no: str
    till: str
    amount: int
    currency: str
    subject: str
    fingerprint: bytes | None
    platform: str | None
    channel: str | None
    account: str | None
    scene: str
    made_at: float
    state: str
    waited: float = 0.0
    tries: int = 0
    next_at: float | None = None
    platform_ref: str | None = None
    paid_at: str | None = None
    reason: str | None = None
    say: str | None = None
    to_log: int = 0
    log: str | None = None
    owner: str | None = None
    leased_until: float | None = None

    @property
    def key(self) -> OrderKey:
        """What identifies an order: merchant and order number."""
        return self.merchant, self.order_no

    def entry(self, logged_at: datetime) -> TransactionLogEntry:
        """The line that a paid order has in the transaction log."""
        if self.paid_at is None:
            raise ValueError(f"{self.order_no} is not paid")
        return TransactionLogEntry(
            merchant=self.merchant,
            till=self.till,
            order_no=self.order_no,
            amount=self.amount,
            currency=self.currency,
            platform=self.platform or "",
            platform_ref=self.platform_ref or "",
            paid_at=datetime.fromisoformat(self.paid_at),
            logged_at=logged_at,
        )


class RefundNumberUsed(Exception):
    """Another refund already has this number."""


class RefundRow(Struct, frozen=True, kw_only=True):
    """Money that is to go back, or has gone: `state` is due, done or refused.

    `late` marks the refund of a payment that came after its order had ended.
    """

    merchant: str
    order_no: str
    refund_no: str
    amount: int
    wanted: str
    late: int
    made_at: float
    state: str = "due"
    tries: int = 0
    next_at: float | None = None
    done_at: str | None = None
    reason: str | None = None
    say: str | None = None


class Payment(Struct, frozen=True, kw_only=True):
    """An order for whoever reconciles; a refund is its number, amount, state and time (aware)."""

    merchant: str
    order_no: str
    channel: str
    state: str
    amount: int
    currency: str
    platform_ref: str | None
    paid_at: datetime | None
    refunds: tuple[tuple[str, int, str, datetime | None], ...] = ()


_COLUMNS = OrderRow.__struct_fields__
_REFUND_COLUMNS = RefundRow.__struct_fields__
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM orders"
_SELECT_REFUNDS = f"SELECT {', '.join(_REFUND_COLUMNS)} FROM refunds"
_THIS = "WHERE merchant = ? AND order_no = ?"


class Orders:
    """The orders of all the gateways over one database; `owner` names this gateway.

    Every method raises DatabaseAway where the database cannot be reached.
    """

    def __init__(self, database: Database, owner: str, lease_s: float = 10.0) -> None:
        self._database = database
        self.owner = owner
        self._lease_s = lease_s

    # ---- reading ---------------------------------------------------------------------------

    async def get(self, merchant: str, order_no: str) -> OrderRow | None:
        """One order."""
        found = await self._database.read(f"{_SELECT} {_THIS}", (merchant, order_no))
        return _row(found[0]) if found else None

    async def with_number(self, order_no: str) -> list[OrderRow]:
        """The orders with this number, one a merchant at most."""
        sql = f"{_SELECT} WHERE order_no = ? ORDER BY merchant"
        return [_row(row) for row in await self._database.read(sql, (order_no,))]

    async def refunds(self, merchant: str, order_no: str) -> list[RefundRow]:
        """An order's refunds in the order in which they were asked for."""
        sql = f"{_SELECT_REFUNDS} {_THIS} ORDER BY made_at, refund_no"
        return [_refund(row) for row in await self._database.read(sql, (merchant, order_no))]

    async def unfinished(self) -> dict[str, int]:
        """How many orders somebody has to work on, by state."""
        sql = "SELECT state, count(*) FROM orders WHERE next_at IS NOT NULL GROUP BY state"
        return {state: int(count) for state, count in await self._database.read(sql)}

    async def payments_between(
        self, merchant: str, channel: str, begin: datetime, end: datetime
    ) -> list[Payment]:
        """The orders of a channel that were paid, or gave money back, in a time (aware)."""
        first, last = begin.astimezone(UTC).isoformat(), end.astimezone(UTC).isoformat()
        sql = (
            f"{_SELECT} WHERE merchant = ? AND channel = ? AND (paid_at >= ? AND paid_at < ? "
            "OR order_no IN (SELECT order_no FROM refunds "
            "WHERE merchant = ? AND done_at >= ? AND done_at < ?))"
        )
        values = (merchant, channel, first, last, merchant, first, last)
        return await self._payments([_row(row) for row in await self._database.read(sql, values)])

    async def payments_by_number(self, merchant: str, order_nos: Collection[str]) -> list[Payment]:
        """The orders with these numbers, paid or not."""
        found = [await self.get(merchant, order_no) for order_no in order_nos]
        return await self._payments([row for row in found if row])

    async def _payments(self, rows: Sequence[OrderRow]) -> list[Payment]:
        payments = []
        for row in rows:
            refunds = tuple(
                (r.refund_no, r.amount, r.state, _time(r.done_at))
                for r in await self.refunds(*row.key)
            )
            payments.append(
                Payment(
                    merchant=row.merchant,
                    order_no=row.order_no,
                    channel=row.channel or "",
                    state=row.state,
                    amount=row.amount,
                    currency=row.currency,
                    platform_ref=row.platform_ref,
                    paid_at=_time(row.paid_at),
                    refunds=refunds,
                )
            )
        return payments

    # ---- an order's life -------------------------------------------------------------------

    async def claim(self, row: OrderRow, nonce: str | None = None) -> tuple[OrderRow, bool]:
        """The order under this number, and whether it is this one and new; then it is ours.

        Raises Replayed when the nonce is used.
        """

        def work() -> Work[tuple[OrderRow, bool]]:
            if nonce is not None:
                yield from _use_nonce(row.merchant, nonce)
            values = tuple(getattr(row, name) for name in _COLUMNS[:-2])
            marks = ", ".join("?" * len(values))
            made = yield (
                f"INSERT INTO orders ({', '.join(_COLUMNS)}) "
                f"VALUES ({marks}, ?, NOW_S() + ?) ON CONFLICT DO NOTHING RETURNING 1",
                (*values, self.owner, self._lease_s),
            )
            if made:
                return msgspec.structs.replace(row, owner=self.owner), True
            found = yield f"{_SELECT} {_THIS}", row.key
            return _row(found[0]), False

        return await self._database.write(work())

    async def use_nonce(self, merchant: str, nonce: str) -> None:
        """Use a nonce up. Raises Replayed."""
        await self._database.write(_use_nonce(merchant, nonce))

    async def advance(
        self, row: OrderRow, state: str, changes: Changes, refund: RefundRow | None = None
    ) -> bool:
        """Change an order's state with what belongs to it; False when its state forbids that."""
        return await self._change_row(row, {"state": state, **changes}, _BEFORE[state], refund)

    async def update(
        self, row: OrderRow, changes: Changes, refund: RefundRow | None = None
    ) -> bool:
        """Change what belongs to an order while its state and next time are those in `row`.

        False where somebody has changed them meanwhile: then there is news to be looked at.
        """
        return await self._change_row(row, changes, (row.state,), refund, row.next_at)

    async def _change_row(
        self,
        row: OrderRow,
        changes: Changes,
        before: Sequence[str],
        refund: RefundRow | None,
        next_at: float | None = None,
    ) -> bool:
        names = ", ".join(f"{name} = ?" for name in changes)
        marks = ", ".join("?" * len(before))
        unchanged = "" if next_at is None else "AND next_at = ? "
        sql = f"UPDATE orders SET {names} {_THIS} AND state IN ({marks}) {unchanged}RETURNING 1"
        values = (*changes.values(), *row.key, *before, *(() if next_at is None else (next_at,)))
        if refund is None:
            return bool(await self._database.change(sql, values))

        def work() -> Work[bool]:
            moved = yield sql, values
            if moved:
                yield _insert_refund(refund)
            return bool(moved)

        return await self._database.write(work())

    async def mark_logged(self, row: OrderRow) -> None:
        """The order's line is durable in the log; whoever wants more of it has set another time."""
        await self._database.change(
            "UPDATE orders SET to_log = 0, "
            f"next_at = CASE WHEN next_at = ? THEN NULL ELSE next_at END {_THIS} "
            "AND state = 'paid'",
            (row.next_at, *row.key),
        )

    async def make_due(self, merchant: str, order_no: str) -> None:
        """Something has been heard about this order: it, or its open refunds, are asked about now.

        An order that is paid, and gives nothing back, is left in peace.
        """

        def work() -> Work[None]:
            key = (merchant, order_no)
            open_refunds = yield (
                f"UPDATE refunds SET next_at = NOW_S() {_THIS} AND state = 'due' RETURNING 1",
                key,
            )
            unless_paid = "" if open_refunds else "AND state <> 'paid' "
            yield (
                f"UPDATE orders SET next_at = NOW_S() {_THIS} {unless_paid}"
                "AND fingerprint IS NOT NULL",
                key,
            )

        await self._database.write(work())

    # ---- refunds ---------------------------------------------------------------------------

    async def request_refund(self, refund: RefundRow, nonce: str) -> tuple[RefundRow | None, bool]:
        """The refund under this number, and whether it is this one and new.

        None when there is no paid order, or not that much left of it. Raises Replayed, and
        NumberTaken where the number is another order's.
        """

        def work() -> Work[tuple[RefundRow | None, bool]]:
            yield from _use_nonce(refund.merchant, nonce)
            key = (refund.merchant, refund.order_no)
            # The row itself is the lock: two refunds of one order wait for each other.
            order = yield (
                f"UPDATE orders SET tries = tries {_THIS} AND state = 'paid' RETURNING amount",
                key,
            )
            rows = yield f"{_SELECT_REFUNDS} {_THIS}", key
            known = [_refund(found) for found in rows]
            for other in known:
                if other.refund_no == refund.refund_no:
                    return other, False
            left = sum(int(amount) for (amount,) in order)
            left -= sum(other.amount for other in known if other.state != "refused")
            if refund.amount > left:
                return None, False
            if not (yield _insert_refund(refund)):
                raise RefundNumberUsed
            yield f"UPDATE orders SET next_at = NOW_S(), tries = 0 {_THIS}", key
            return refund, True

        return await self._database.write(work())

    async def update_refund(self, refund: RefundRow, changes: Changes, order: Changes) -> None:
        """What has become of a refund, and what that changes on its order."""

        def work() -> Work[None]:
            this = (refund.merchant, refund.order_no)
            # First the lock: what is read after it holds all that others have written.
            yield f"UPDATE orders SET tries = tries {_THIS}", this
            names = ", ".join(f"{name} = ?" for name in changes)
            yield (
                f"UPDATE refunds SET {names} {_THIS} AND refund_no = ? AND state = 'due'",
                (*changes.values(), *this, refund.refund_no),
            )
            named = "".join(f"{name} = ?, " for name in order)
            yield (
                f"UPDATE orders SET {named}next_at = (SELECT min(next_at) FROM refunds {_THIS} "
                f"AND state = 'due') {_THIS} AND state IN ('paid', 'declined', 'cancelled')",
                (*order.values(), *this, *this),
            )

        await self._database.write(work())

    # ---- leases ----------------------------------------------------------------------------

    async def acquire_lease(self, row: OrderRow) -> bool:
        """Take the lease of one order; False while another gateway holds it."""
        sql = (
            f"UPDATE orders SET owner = ?, leased_until = NOW_S() + ? {_THIS} "
            "AND (owner IS NULL OR owner = ? OR leased_until < NOW_S()) RETURNING 1"
        )
        values = (self.owner, self._lease_s, *row.key, self.owner)
        return bool(await self._database.change(sql, values))

    async def renew_leases(self) -> dict[OrderKey, tuple[str, float]]:
        """Keep the leases of this gateway's unfinished orders: each one's state and next time."""
        rows = await self._database.change(
            "UPDATE orders SET leased_until = NOW_S() + ? WHERE owner = ? "
            "AND next_at IS NOT NULL RETURNING merchant, order_no, state, next_at",
            (self._lease_s, self.owner),
        )
        return {(merchant, number): (state, at) for merchant, number, state, at in rows}

    async def take_over(self, *, own: bool = False, limit: int = 500) -> list[OrderRow]:
        """Take up unfinished orders that nobody works on; `own`: those of an earlier run too.

        They are looked at now, whenever their last gateway meant to.
        """
        whose = "owner IS NULL OR leased_until < NOW_S()" + (" OR owner = ?" if own else "")
        rows = await self._database.change(
            "UPDATE orders SET owner = ?, leased_until = NOW_S() + ?, next_at = "
            "CASE WHEN state IN ('sent', 'pending', 'cancelling', 'paid') THEN NOW_S() "
            "ELSE next_at END WHERE (merchant, order_no) IN (SELECT merchant, order_no FROM orders "
            f"WHERE next_at IS NOT NULL AND ({whose}) ORDER BY next_at LIMIT ? SKIP_LOCKED) "
            f"RETURNING {', '.join(_COLUMNS)}",
            (self.owner, self._lease_s, *((self.owner,) if own else ()), limit),
        )
        return [_row(row) for row in rows]

    async def forget_nonces(self, older_than_s: float) -> None:
        """Let nonces go whose requests would be refused for their age anyway."""
        sql = "DELETE FROM nonces WHERE used_at < NOW_S() - ?"
        await self._database.change(sql, (older_than_s,))

    async def close(self) -> None:
        """Let the database go."""
        await self._database.close()


@contextlib.asynccontextmanager
async def open_orders(
    settings: CloudSettings, data: Path, owner: str = ""
) -> AsyncIterator[Orders]:
    """The orders of these settings; without an owner only to be read. Raises DatabaseAway."""
    orders = Orders(await open_database(settings.gateway.database, data, MIGRATIONS), owner)
    try:
        yield orders
    finally:
        await orders.close()


def _use_nonce(merchant: str, nonce: str) -> Work[None]:
    fresh = yield (
        "INSERT INTO nonces VALUES (?, ?, NOW_S()) ON CONFLICT DO NOTHING RETURNING 1",
        (merchant, nonce),
    )
    if not fresh:
        raise RequestReplayed


def _insert_refund(refund: RefundRow) -> tuple[str, tuple[Value, ...]]:
    marks = ", ".join("?" * len(_REFUND_COLUMNS))
    return (
        f"INSERT INTO refunds ({', '.join(_REFUND_COLUMNS)}) VALUES ({marks}) "
        "ON CONFLICT DO NOTHING RETURNING 1",
        tuple(getattr(refund, name) for name in _REFUND_COLUMNS),
    )


def _row(found: Row) -> OrderRow:
    return OrderRow(**dict(zip(_COLUMNS, found, strict=True)))


def _refund(found: Row) -> RefundRow:
    return RefundRow(**dict(zip(_REFUND_COLUMNS, found, strict=True)))


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
