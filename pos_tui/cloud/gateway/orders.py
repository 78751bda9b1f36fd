"""The gateways' orders in their database: claimed, changed, leased and read.

An order is worked by the gateway that holds its lease, by the database's own clock; whoever finds a
lease run out takes the order up. Every change of state compares the state that it comes from.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from pos_tui.cloud.gateway.database.dialect import Statement, Value, Values
from pos_tui.cloud.gateway.database.interface import Database, Row, Work
from pos_tui.cloud.gateway.database.opening import open_database
from pos_tui.cloud.gateway.order_records import (
    GatewayOrderState,
    OrderKey,
    OrderRow,
    OrderUpdate,
    RecordedPayment,
    RecordedRefund,
    RefundRow,
    RefundUpdate,
    states_before,
)
from pos_tui.cloud.gateway.schema import order_migrations
from pos_tui.settings import CloudSettings

_COLUMNS = OrderRow.__struct_fields__
_REFUND_COLUMNS = RefundRow.__struct_fields__
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM orders"
_SELECT_REFUNDS = f"SELECT {', '.join(_REFUND_COLUMNS)} FROM refunds"


class RequestReplayed(Exception):
    """A signed request that was made before."""


class RefundNumberUsed(Exception):
    """Another refund already has this number."""


class Orders:
    """The orders of all the gateways over one database; `owner` names this gateway.

    Every method raises DatabaseUnavailable where the database cannot be reached.
    """

    def __init__(self, database: Database, owner: str, lease_s: float = 10.0) -> None:
        self._database = database
        self._now_s = database.dialect.now_s
        self.owner = owner
        self._lease_s = lease_s

    # ---- reading ---------------------------------------------------------------------------

    async def get(self, merchant: str, order_no: str) -> OrderRow | None:
        """One order."""
        values = Values()
        sql = f"{_SELECT} {_this(values, (merchant, order_no))}"
        found = await self._database.read(sql, values)
        return _row(found[0]) if found else None

    async def with_number(self, order_no: str) -> list[OrderRow]:
        """The orders with this number, one a merchant at most."""
        values = Values()
        sql = f"{_SELECT} WHERE order_no = {values.add(order_no)} ORDER BY merchant"
        return [_row(row) for row in await self._database.read(sql, values)]

    async def latest_of_till(self, merchant: str, till: str, most: int = 100) -> list[OrderRow]:
        """A till's orders, the latest first."""
        values = Values()
        sql = (
            f"{_SELECT} WHERE merchant = {values.add(merchant)} AND till = {values.add(till)} "
            f"ORDER BY made_at DESC LIMIT {values.add(most)}"
        )
        return [_row(row) for row in await self._database.read(sql, values)]

    async def refunds(self, merchant: str, order_no: str) -> list[RefundRow]:
        """An order's refunds in the order in which they were asked for."""
        values = Values()
        this = _this(values, (merchant, order_no))
        sql = f"{_SELECT_REFUNDS} {this} ORDER BY made_at, refund_no"
        return [_refund(row) for row in await self._database.read(sql, values)]

    async def unfinished(self) -> dict[str, int]:
        """How many orders somebody has to work on, by state."""
        sql = "SELECT state, count(*) FROM orders WHERE next_at IS NOT NULL GROUP BY state"
        return {state: int(count) for state, count in await self._database.read(sql)}

    async def payments_between(
        self, merchant: str, channel: str, begin: datetime, end: datetime
    ) -> list[RecordedPayment]:
        """The orders of a channel that were paid, or gave money back, in a time (aware)."""
        first, last = begin.astimezone(UTC).isoformat(), end.astimezone(UTC).isoformat()
        values = Values()
        sql = (
            f"{_SELECT} WHERE merchant = {values.add(merchant)} "
            f"AND channel = {values.add(channel)} "
            f"AND (paid_at >= {values.add(first)} AND paid_at < {values.add(last)} "
            "OR order_no IN (SELECT order_no FROM refunds "
            f"WHERE merchant = {values.add(merchant)} "
            f"AND done_at >= {values.add(first)} AND done_at < {values.add(last)}))"
        )
        return await self._payments([_row(row) for row in await self._database.read(sql, values)])

    async def payments_by_number(
        self, merchant: str, order_nos: Collection[str]
    ) -> list[RecordedPayment]:
        """The orders with these numbers, paid or not."""
        found = [await self.get(merchant, order_no) for order_no in order_nos]
        return await self._payments([row for row in found if row])

    async def _payments(self, rows: Sequence[OrderRow]) -> list[RecordedPayment]:
        payments = []
        for row in rows:
            refunds = tuple(
                RecordedRefund(each.refund_no, each.amount, each.state, _time(each.done_at))
                for each in await self.refunds(*row.key)
            )
            payments.append(
                RecordedPayment(
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

    # ---- changes ---------------------------------------------------------------------------

    async def claim(self, row: OrderRow, nonce: str | None = None) -> tuple[OrderRow, bool]:
        """The order under this number, and whether it is this one and new; then it is ours.

        Raises RequestReplayed when the nonce is used.
        """

        def work() -> Work[tuple[OrderRow, bool]]:
            if nonce is not None:
                yield from self._spend(row.merchant, nonce)
            values = Values()
            kept = values.add_all([getattr(row, name) for name in _COLUMNS[:-2]])
            made = yield (
                f"INSERT INTO orders ({', '.join(_COLUMNS)}) "
                f"VALUES ({kept}, {values.add(self.owner)}, {self._lease_end(values)}) "
                "ON CONFLICT DO NOTHING RETURNING 1",
                values,
            )
            if made:
                return msgspec.structs.replace(row, owner=self.owner), True
            values = Values()
            found = yield f"{_SELECT} {_this(values, row.key)}", values
            return _row(found[0]), False

        return await self._database.write(work())

    async def advance(
        self,
        row: OrderRow,
        state: GatewayOrderState,
        update: OrderUpdate,
        refund: RefundRow | None = None,
    ) -> bool:
        """Change an order's state with what belongs to it; False when its state forbids that."""
        before = states_before(state)
        if not before:
            return False
        values = Values()
        sql = (
            f"UPDATE orders SET {_set(values, {'state': state, **update.columns()})} "
            f"{_this(values, row.key)} AND state IN ({values.add_all(before)}) "
            "RETURNING 1"
        )
        return await self._change(sql, values, refund)

    async def update(
        self, row: OrderRow, update: OrderUpdate, refund: RefundRow | None = None
    ) -> bool:
        """Change what belongs to an order while its state and next time are those in `row`.

        False where somebody has changed them meanwhile: then there is news to be looked at.
        """
        values = Values()
        sql = f"UPDATE orders SET {_set(values, update.columns())} "
        sql += f"{_this(values, row.key)} AND state = {values.add(row.state)} "
        if row.next_at is not None:
            sql += f"AND next_at = {values.add(row.next_at)} "
        return await self._change(f"{sql}RETURNING 1", values, refund)

    async def _change(self, sql: str, values: Values, refund: RefundRow | None) -> bool:
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
        values = Values()
        await self._database.change(
            "UPDATE orders SET to_log = 0, "
            f"next_at = CASE WHEN next_at = {values.add(row.next_at)} THEN NULL ELSE next_at END "
            f"{_this(values, row.key)} AND state = 'paid'",
            values,
        )

    async def make_due(self, merchant: str, order_no: str) -> None:
        """There is news of this order: it, or its open refunds, are asked about now.

        An order that is paid, and gives nothing back, is left in peace.
        """

        def work() -> Work[None]:
            key, values = (merchant, order_no), Values()
            open_refunds = yield (
                f"UPDATE refunds SET next_at = {self._now_s} {_this(values, key)} "
                "AND state = 'due' RETURNING 1",
                values,
            )
            unless_paid = "" if open_refunds else "AND state <> 'paid' "
            values = Values()
            yield (
                f"UPDATE orders SET next_at = {self._now_s} {_this(values, key)} {unless_paid}"
                "AND fingerprint IS NOT NULL",
                values,
            )

        await self._database.write(work())

    # ---- refunds ---------------------------------------------------------------------------

    async def request_refund(self, refund: RefundRow, nonce: str) -> tuple[RefundRow | None, bool]:
        """The refund under this number, and whether it is this one and new.

        None when there is no paid order, or not that much left of it. Raises RequestReplayed, and
        RefundNumberUsed where the number is another order's.
        """

        def work() -> Work[tuple[RefundRow | None, bool]]:
            yield from self._spend(refund.merchant, nonce)
            key = (refund.merchant, refund.order_no)
            # The row itself is the lock: two refunds of one order wait for each other.
            values = Values()
            order = yield (
                f"UPDATE orders SET tries = tries {_this(values, key)} AND state = 'paid' "
                "RETURNING amount",
                values,
            )
            values = Values()
            rows = yield f"{_SELECT_REFUNDS} {_this(values, key)}", values
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
            values = Values()
            yield (
                f"UPDATE orders SET next_at = {self._now_s}, tries = 0 {_this(values, key)}",
                values,
            )
            return refund, True

        return await self._database.write(work())

    async def update_refund(
        self, refund: RefundRow, update: RefundUpdate, order: OrderUpdate | None = None
    ) -> None:
        """What has become of a refund, and what that changes on its order."""

        def work() -> Work[None]:
            this = (refund.merchant, refund.order_no)
            # First the lock: what is read after it holds all that others have written.
            values = Values()
            yield f"UPDATE orders SET tries = tries {_this(values, this)}", values
            values = Values()
            yield (
                f"UPDATE refunds SET {_set(values, update.columns())} {_this(values, this)} "
                f"AND refund_no = {values.add(refund.refund_no)} AND state = 'due'",
                values,
            )
            values = Values()
            more = f"{_set(values, order.columns())}, " if order else ""
            yield (
                f"UPDATE orders SET {more}next_at = (SELECT min(next_at) FROM refunds "
                f"{_this(values, this)} AND state = 'due') "
                f"{_this(values, this)} AND state IN ('paid', 'declined', 'cancelled')",
                values,
            )

        await self._database.write(work())

    # ---- leases ----------------------------------------------------------------------------

    async def acquire_lease(self, row: OrderRow) -> bool:
        """Take the lease of one order; False while another gateway holds it."""
        values = Values()
        sql = (
            f"UPDATE orders SET owner = {values.add(self.owner)}, "
            f"leased_until = {self._lease_end(values)} {_this(values, row.key)} "
            f"AND (owner IS NULL OR owner = {values.add(self.owner)} "
            f"OR leased_until < {self._now_s}) RETURNING 1"
        )
        return bool(await self._database.change(sql, values))

    async def renew_leases(self) -> dict[OrderKey, tuple[GatewayOrderState, float]]:
        """Keep the leases of this gateway's unfinished orders: each one's state and next time."""
        values = Values()
        rows = await self._database.change(
            f"UPDATE orders SET leased_until = {self._lease_end(values)} "
            f"WHERE owner = {values.add(self.owner)} AND next_at IS NOT NULL "
            "RETURNING merchant, order_no, state, next_at",
            values,
        )
        return {(merchant, number): (state, at) for merchant, number, state, at in rows}

    async def take_over(self, *, own: bool = False, limit: int = 500) -> list[OrderRow]:
        """Take up unfinished orders that nobody works on; `own`: those of an earlier run too.

        They are looked at now, whenever their last gateway meant to.
        """
        values = Values()
        sql = (
            f"UPDATE orders SET owner = {values.add(self.owner)}, "
            f"leased_until = {self._lease_end(values)}, next_at = "
            f"CASE WHEN state IN ('sent', 'pending', 'cancelling', 'paid') THEN {self._now_s} "
            "ELSE next_at END WHERE (merchant, order_no) IN (SELECT merchant, order_no FROM orders "
            f"WHERE next_at IS NOT NULL AND (owner IS NULL OR leased_until < {self._now_s}"
        )
        if own:
            sql += f" OR owner = {values.add(self.owner)}"
        sql += (
            f") ORDER BY next_at LIMIT {values.add(limit)} {self._database.dialect.skip_locked}) "
            f"RETURNING {', '.join(_COLUMNS)}"
        )
        return [_row(row) for row in await self._database.change(sql, values)]

    async def forget_nonces(self, older_than_s: float) -> None:
        """Let nonces go whose requests would be refused for their age anyway."""
        values = Values()
        sql = f"DELETE FROM nonces WHERE used_at < {self._now_s} - {values.add(older_than_s)}"
        await self._database.change(sql, values)

    async def close(self) -> None:
        """Let the database go."""
        await self._database.close()

    def _lease_end(self, values: Values) -> str:
        return f"{self._now_s} + {values.add(self._lease_s)}"

    def _spend(self, merchant: str, nonce: str) -> Work[None]:
        values = Values()
        fresh = yield (
            f"INSERT INTO nonces VALUES ({values.add_all((merchant, nonce))}, {self._now_s}) "
            "ON CONFLICT DO NOTHING RETURNING 1",
            values,
        )
        if not fresh:
            raise RequestReplayed


@contextlib.asynccontextmanager
async def open_orders(
    settings: CloudSettings, data: Path, owner: str = ""
) -> AsyncIterator[Orders]:
    """The orders of these settings; without an owner only to be read.

    Raises DatabaseUnavailable.
    """
    orders = Orders(await open_database(settings.gateway.database, data, order_migrations), owner)
    try:
        yield orders
    finally:
        await orders.close()


def _this(values: Values, key: OrderKey) -> str:
    merchant, order_no = key
    return f"WHERE merchant = {values.add(merchant)} AND order_no = {values.add(order_no)}"


def _set(values: Values, columns: dict[str, Value]) -> str:
    return ", ".join(f"{name} = {values.add(value)}" for name, value in columns.items())


def _insert_refund(refund: RefundRow) -> Statement:
    values = Values()
    kept = values.add_all([getattr(refund, name) for name in _REFUND_COLUMNS])
    return (
        f"INSERT INTO refunds ({', '.join(_REFUND_COLUMNS)}) VALUES ({kept}) "
        "ON CONFLICT DO NOTHING RETURNING 1",
        values,
    )


def _row(found: Row) -> OrderRow:
    return OrderRow(**dict(zip(_COLUMNS, found, strict=True)))


def _refund(found: Row) -> RefundRow:
    return RefundRow(**dict(zip(_REFUND_COLUMNS, found, strict=True)))


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
