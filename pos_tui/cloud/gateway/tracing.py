"""One order in time: when it came, when it was paid, when its line was written, what went back."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from pos_tui.cloud.gateway.order_records import OrderRow, RefundRow
from pos_tui.cloud.gateway.orders import Orders
from pos_tui.diagnostics.timeline import Note, Refund, Timeline, TimelineStep
from pos_tui.messages import (
    MessageError,
    TransactionLogEntry,
    decode_log_entry,
    decode_log_head,
)
from pos_tui.money import Currency, format_amount
from pos_tui.reasons import Reason, because, plain


async def order_timelines(orders: Orders, order_no: str) -> list[Timeline]:
    """What the gateway has of every merchant's order under a number. Raises DatabaseUnavailable."""
    return [
        _timeline(row, await orders.refunds(*row.key)) for row in await orders.with_number(order_no)
    ]


def log_timelines(folders: Iterable[Path], order_no: str) -> list[Timeline]:
    """The lines about this order in the logs of these folders, a timeline each. Raises OSError."""
    return [
        Timeline(
            order_no=order_no,
            merchant=entry.merchant,
            till=entry.till,
            amount=entry.amount,
            currency=entry.currency,
            platform=entry.platform,
            platform_ref=entry.platform_ref,
            steps=(
                TimelineStep(
                    at=entry.logged_at.astimezone(UTC),
                    source="log",
                    what=where,
                    point="logged",
                ),
            ),
        )
        for folder in folders
        for path in sorted(folder.glob("*.log"))
        for where, entry in _held(path, order_no)
    ]


# ---- the gateway's orders --------------------------------------------------------------------


def _timeline(row: OrderRow, refunds: list[RefundRow]) -> Timeline:
    return Timeline(
        order_no=row.order_no,
        merchant=row.merchant,
        till=row.till or None,
        amount=row.amount if row.currency else None,
        currency=row.currency or None,
        platform=row.platform,
        channel=row.channel,
        account=row.account,
        platform_ref=row.platform_ref,
        state=row.state,
        reason=row.reason,
        refunds=tuple(Refund(each.refund_no, each.amount, each.state) for each in refunds),
        steps=tuple(_steps(row, refunds)),
        notes=tuple(Note("gateway", why) for why in _stands(row)),
    )


def _steps(row: OrderRow, refunds: list[RefundRow]) -> Iterator[TimelineStep]:
    if row.made_at:  # the first gateways did not keep it
        came = datetime.fromtimestamp(row.made_at, UTC)
        yield TimelineStep(at=came, source="gateway", what=because("timeline.came"), point="came")
    if row.paid_at:
        ref = row.platform_ref
        charged = because("timeline.charged_as", ref=ref) if ref else because("timeline.charged")
        yield TimelineStep(at=_utc(row.paid_at), source="gateway", what=charged, point="charged")
    for refund in refunds:
        worth = _worth(refund.amount, row.currency)
        if refund.made_at:
            asked = because("timeline.refund_asked", refund_no=refund.refund_no, worth=worth)
            at = datetime.fromtimestamp(refund.made_at, UTC)
            yield TimelineStep(at=at, source="gateway", what=asked)
        if refund.done_at:
            done = because("timeline.refund_given_back", refund_no=refund.refund_no, worth=worth)
            yield TimelineStep(at=_utc(refund.done_at), source="gateway", what=done)


def _stands(row: OrderRow) -> Iterator[Reason]:
    channel = f"{row.channel} {row.account or ''}".rstrip() if row.channel else ""
    wallet = "timeline.wallet" if row.platform else "timeline.wallet_unknown"
    if channel:
        yield because(f"{wallet}_through", platform=row.platform or "", channel=channel)
    else:
        yield because(wallet, platform=row.platform or "")
    state = because(f"timeline.state_{row.state}")
    yield because(
        "timeline.at_the_gateway_not_logged" if row.to_log else "timeline.at_the_gateway",
        state=state,
    )
    if row.say:
        yield plain(row.say)
    if row.next_at is not None:
        due = f"{datetime.fromtimestamp(row.next_at, UTC):%H:%M:%S}"
        if row.owner:
            yield because("timeline.worked_on", gateway=row.owner, due=due, tries=row.tries)
        else:
            yield because("timeline.worked_on_by_nobody", due=due, tries=row.tries)


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _worth(amount: int, currency: str) -> str:
    return f"{format_amount(amount, Currency.of(currency))} {currency}" if currency else f"{amount}"


# ---- the log's lines -------------------------------------------------------------------------


def _held(path: Path, order_no: str) -> Iterator[tuple[Reason, TransactionLogEntry]]:
    """The entries of one file that are about an order, and where each stands."""
    wanted = f'"{order_no}"'.encode()
    with path.open("rb") as file:
        if not path.stat().st_size:
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            at = text.find(wanted)
            while at >= 0:
                begin = text.rfind(b"\n", 0, at) + 1
                end = text.find(b"\n", at)
                if end < 0:
                    return  # a line that is still being written is none yet
                try:
                    entry = decode_log_entry(text[begin : end + 1])
                except MessageError:
                    entry = None
                if entry and entry.order_no == order_no:
                    yield _place(path, text[: text.find(b"\n") + 1], begin), entry
                at = text.find(wanted, end)


def _place(path: Path, first: bytes, begin: int) -> Reason:
    try:
        base = decode_log_head(first).base
    except MessageError:
        return because("timeline.logged", file=path.name, byte=begin)
    offset = base + begin
    return because("timeline.logged_at_offset", file=path.name, byte=begin, offset=offset)
