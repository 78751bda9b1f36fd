"""Which way money goes back: the way it came, part by part. Pure.

As shops do it: what a wallet, a card or a voucher paid goes back there first, the latest first, and
cash last, so that nobody turns a wallet's money into notes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from pos_tui.checkout.tenders import Tender, TenderKind
from pos_tui.money import Currency, round_cash


class PaidPart(Struct, frozen=True):
    """A tender of a paid sale, and how much of what it covers has gone back (minor units).

    `goods_of` is the sale that it paid by way of an exchange: the goods that came back in that one
    had been paid with it.
    """

    sale_no: int
    tender: Tender
    back: int = 0
    goods_of: int = 0

    @property
    def left(self) -> int:
        """How much of it can still go back."""
        return max(self.tender.covers - self.back, 0)


class RefundWay(Struct, frozen=True):
    """Money that goes back one way: how much of what is owed it covers, and what is handed over.

    `part` is the one that it undoes, None for empties and goods without a receipt.
    """

    kind: TenderKind
    covers: int
    given: int
    part: PaidPart | None = None

    @property
    def is_another(self) -> bool:
        """Whether the money goes back another way than it came."""
        return self.part is not None and self.part.tender.kind != self.kind


def paid_parts(
    sale_no: int, tenders: Iterable[Tender], refunds: Iterable[Tender]
) -> tuple[PaidPart, ...]:
    """What a sale was paid with, less what later sales' refunds have given back of it."""
    back: dict[int, int] = {}
    for each in refunds:
        if each.is_refund and each.of_sale == sale_no and each.state == "taken":
            back[each.of_tender] = back.get(each.of_tender, 0) - each.covers
    return tuple(
        PaidPart(sale_no, each, back.get(each.number, 0)) for each in tenders if each.covers > 0
    )


def refund_ways(
    owed: int, returned: Mapping[int, int], parts: Sequence[PaidPart], currency: Currency
) -> tuple[RefundWay, ...]:
    """How an amount that is owed to a customer (minor units) goes back.

    `returned` is what the goods of each sale (0: of none) are worth that come back; of a sale no
    more goes back than that.
    """
    ways: list[RefundWay] = []
    left, of_sale, gone = owed, dict(returned), dict[tuple[int, int], int]()
    for part in sorted(parts, key=_turn):
        goods_of = part.goods_of or part.sale_no
        covers = min(part.left - gone.get(_place(part), 0), of_sale.get(goods_of, 0), left)
        if covers > 0:
            before = gone.get(_place(part), 0)
            used = replace(part, back=part.back + before)
            ways.append(_way(part.tender.kind, covers, used, currency))
            gone[_place(part)] = before + covers
            of_sale[goods_of] -= covers
            left -= covers
    if left > 0:
        ways.append(RefundWay("cash", left, round_cash(left, currency)))
    return tuple(ways)


def another_way(
    ways: Iterable[RefundWay], kind: TenderKind, currency: Currency
) -> tuple[RefundWay, ...]:
    """The same amounts, all of them back by one kind of tender."""
    return tuple(
        _way(kind, each.covers, each.part, currency)
        if each.part is not None
        else RefundWay(
            kind, each.covers, round_cash(each.covers, currency) if kind == "cash" else each.covers
        )
        for each in ways
    )


def refund_tender(way: RefundWay, number: int, at: datetime, refund_no: str = "") -> Tender:
    """The tender by which money goes back this way: its amounts are below zero."""
    refund = Tender(
        way.kind,
        -way.given,
        -way.given,
        number=number,
        state="drafted",
        rounding=way.covers - way.given,
        at=at,
        refund_no=refund_no,
    )
    if way.part is None:
        return refund
    paid = way.part.tender
    refund = replace(refund, of_sale=way.part.sale_no, of_tender=paid.number)
    if way.is_another:
        return refund
    return replace(
        refund,
        platform=paid.platform,
        order_no=paid.order_no,
        masked_code=paid.masked_code,
        reference=paid.reference,
    )


def _turn(part: PaidPart) -> tuple[bool, bool, int, int]:
    return bool(part.goods_of), part.tender.kind == "cash", -part.sale_no, -part.tender.number


def _place(part: PaidPart) -> tuple[int, int]:
    return part.sale_no, part.tender.number


def _way(kind: TenderKind, covers: int, part: PaidPart, currency: Currency) -> RefundWay:
    """Cash goes back in coins: all the parts of a sum come to what was paid of it in coins."""
    if kind != "cash":
        return RefundWay(kind, covers, covers, part)
    before = part.back if part.tender.kind == "cash" else 0
    given = round_cash(before + covers, currency) - round_cash(before, currency)
    return RefundWay(kind, covers, given, part)
