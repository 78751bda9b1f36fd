"""One order in time: when it came, when it was paid, when its line was written, what went back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from pos_tui.cloud.gateway.orders import OrderRow, Orders, RefundRow
from pos_tui.messages import MessageError, TransactionLogEntry, decode_log_entry
from pos_tui.money import Currency, format_amount


class Trace(Struct, frozen=True):
    """An order, its refunds, and each of its lines in the logs with the file that holds it."""

    order: OrderRow
    refunds: tuple[RefundRow, ...]
    logged: tuple[tuple[str, TransactionLogEntry], ...]

    def lines(self) -> Iterator[str]:
        """The trace as text, times in UTC and milliseconds after the order came."""
        row = self.order
        through = f" through {row.channel} {row.account or ''}".rstrip() if row.channel else ""
        worth = format_amount(row.amount, Currency.of(row.currency)) if row.currency else "0"
        yield f"{row.merchant} {row.order_no}: {worth} {row.currency}, till {row.till}"
        yield f"  wallet {row.platform or 'unknown'}{through}"
        for what, at in self._steps():
            came = datetime.fromtimestamp(row.made_at, UTC)
            after = round((at - came).total_seconds() * 1000)
            yield f"  {at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03}  {after:+7} ms  {what}"
        yield f"  state {row.state}{', not in the log yet' if row.to_log else ''}"
        if row.say:
            yield f"  {row.say}"
        if row.next_at is not None:
            due = datetime.fromtimestamp(row.next_at, UTC)
            whose = row.owner or "nobody"
            yield f"  {whose} works on it; next step {due:%H:%M:%S}, try {row.tries}"

    def as_json(self) -> dict[str, object]:
        """The trace for programs; amounts in minor units, times ISO and UTC."""
        row = self.order
        return {
            "merchant": row.merchant,
            "order_no": row.order_no,
            "till": row.till,
            "amount": row.amount,
            "currency": row.currency,
            "platform": row.platform,
            "channel": row.channel,
            "account": row.account,
            "platform_ref": row.platform_ref,
            "state": row.state,
            "reason": row.reason,
            "steps": [{"what": what, "at": at.isoformat()} for what, at in self._steps()],
            "refunds": [
                {"refund_no": r.refund_no, "amount": r.amount, "state": r.state}
                for r in self.refunds
            ],
        }

    def _steps(self) -> list[tuple[str, datetime]]:
        row = self.order
        steps = [("the order came", datetime.fromtimestamp(row.made_at, UTC))]
        if row.paid_at:
            ref = f" as {row.platform_ref}" if row.platform_ref else ""
            steps.append((f"paid at the platform{ref}", datetime.fromisoformat(row.paid_at)))
        for file, entry in self.logged:
            steps.append((f"written into {file}", entry.logged_at))
        for refund in self.refunds:
            name = f"refund {refund.refund_no} of {refund.amount}"
            steps.append((f"{name} asked for", datetime.fromtimestamp(refund.made_at, UTC)))
            if refund.done_at:
                steps.append((f"{name} given back", datetime.fromisoformat(refund.done_at)))
        return sorted(steps, key=lambda step: step[1])


async def trace_order(orders: Orders, logs: Path, order_no: str) -> list[Trace]:
    """Every merchant's order under this number, with what the logs of this folder say of it."""
    found = await orders.numbered(order_no)
    held = list(_held(logs, order_no)) if found else []
    return [
        Trace(
            row,
            tuple(await orders.refunds(*row.key)),
            tuple((file, entry) for file, entry in held if entry.merchant == row.merchant),
        )
        for row in found
    ]


def _held(logs: Path, order_no: str) -> Iterator[tuple[str, TransactionLogEntry]]:
    wanted = f'"{order_no}"'.encode()
    for path in sorted(logs.glob("*.log")):
        with path.open("rb") as file:
            for line in file:
                if wanted not in line:
                    continue
                try:
                    entry = decode_log_entry(line)
                except MessageError:
                    continue
                if entry.order_no == order_no:
                    yield path.name, entry
