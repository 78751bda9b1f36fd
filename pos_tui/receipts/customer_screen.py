"""A sale as its customer may see it: amounts written out, sentences, nothing of the shop's side."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from pos_tui.checkout.by_piece import is_by_piece, is_whole
from pos_tui.checkout.line import LineKind, SettlementLine
from pos_tui.checkout.returns import ReturnLine
from pos_tui.checkout.sale import Sale
from pos_tui.money import Currency, format_amount
from pos_tui.plain_text import plain_text
from pos_tui.pricing.priced import MANUAL
from pos_tui.receipts.customer_snapshot import (
    MOST_LINES,
    CustomerLine,
    CustomerSnapshot,
    CustomerState,
)
from pos_tui.receipts.words import words_in
from pos_tui.wording.language import Wording

_MOST_DISCOUNTS = 6
_LONGEST_NAME = 80


class CustomerShop(Struct, frozen=True):
    """What the customer's screen shows of the shop; `takes_codes`: payment codes may be shown."""

    name: str
    currency: Currency
    language: str
    notices: tuple[str, ...] = ()
    takes_codes: bool = True


class JustPaid(Struct, frozen=True):
    """What the customer who has just paid is shown, in minor units; a total below zero went back.

    `change` is what was handed back of the money given.
    """

    total: int
    change: int


def idle_snapshot(shop: CustomerShop, seq: int) -> CustomerSnapshot:
    """Nobody is served: a welcome and the shop's own notices."""
    say = words_in(shop.language)("customer.welcome")
    notices = tuple(plain_text(each) for each in shop.notices)
    return replace(_of_shop(shop, seq, "idle"), say=say, notices=notices)


def closed_snapshot(shop: CustomerShop, seq: int) -> CustomerSnapshot:
    """Nobody is served here any more."""
    say = words_in(shop.language)("customer.closed")
    return replace(_of_shop(shop, seq, "closed"), say=say)


def waiting_snapshot(shop: CustomerShop, seq: int) -> CustomerSnapshot:
    """Nothing can be shown just now."""
    return replace(_of_shop(shop, seq, "waiting"), say=words_in(shop.language)("customer.wait"))


def paid_snapshot(shop: CustomerShop, seq: int, paid: JustPaid) -> CustomerSnapshot:
    """Thank you, with the change; of the goods nothing is shown any more."""
    words, money = words_in(shop.language), shop.currency
    if paid.total < 0:
        back = format_amount(-paid.total, money)
        return replace(_of_shop(shop, seq, "paid"), say=words("customer.thanks"), back=back)
    change = format_amount(paid.change, money) if paid.change > 0 else ""
    say = words("customer.thanks_change" if change else "customer.thanks")
    total = format_amount(paid.total, money)
    return replace(_of_shop(shop, seq, "paid"), say=say, total=total, change=change)


def sale_snapshot(
    shop: CustomerShop, seq: int, sale: Sale, state: CustomerState, latest: int
) -> CustomerSnapshot:
    """The sale as it stands; `latest` is the number of the line that was scanned last, 0: none."""
    words, money, listed = words_in(shop.language), shop.currency, sale.list
    extras = _discounts(sale, words, money)
    lines, returns = listed.lines, sale.returns
    count = len(lines) + len(returns)
    place = listed.index_of(latest) if latest else None
    first, end = _window(count, place, MOST_LINES - len(extras))
    shown = [_sold(line, words, money) for line in lines[first:end]]
    back = returns[max(first - len(lines), 0) : max(end - len(lines), 0)]
    shown += [_returned(each, words, money) for each in back]
    total, due, under_way = sale.total, sale.due, sale.under_way
    goes_back = due < 0 or (under_way is not None and under_way.state == "returning")
    return replace(
        _of_shop(shop, seq, state),
        lines=(*shown, *extras),
        earlier=first,
        later=count - end,
        latest=-1 if place is None else place - first,
        pieces=_pieces(lines, words),
        saved=format_amount(listed.totals.saved, money) if listed.totals.saved > 0 else "",
        total=format_amount(total, money),
        due=format_amount(due, money) if due != total and due > 0 else "",
        back=format_amount(-due, money) if due < 0 else "",
        say=_say(state, words, shop, is_part=due != total, goes_back=goes_back),
    )


def _say(
    state: CustomerState, words: Wording, shop: CustomerShop, *, is_part: bool, goes_back: bool
) -> str:
    match state:
        case "paying" if is_part:
            return words("customer.pay_rest")
        case "paying":
            return words("customer.show_code" if shop.takes_codes else "customer.please_pay")
        case "confirming":
            return words("customer.confirm")
        case "waiting":
            return words("customer.goes_back" if goes_back else "customer.wait")
        case "not_paid":
            return words("customer.not_paid")
    return ""


def _of_shop(shop: CustomerShop, seq: int, state: CustomerState) -> CustomerSnapshot:
    return CustomerSnapshot(
        seq=seq,
        state=state,
        shop=plain_text(shop.name),
        currency=shop.currency.code,
        language=words_in(shop.language).language,
    )


def _window(count: int, latest: int | None, room: int) -> tuple[int, int]:
    """Which of so many lines are shown: the last ones, or those around the latest."""
    end = count
    if latest is not None and latest < count - room:
        end = max(latest + room // 2 + 1, room)
    return max(end - room, 0), end


def _sold(line: SettlementLine, words: Wording, money: Currency) -> CustomerLine:
    item = line.item
    offer = saved = ""
    if line.saved > 0:
        saved = format_amount(line.saved, money)
        by_hand = words("customer.discount")
        names = (by_hand if each.offer_id == MANUAL else each.name for each in line.applied)
        offer = _short(" + ".join(dict.fromkeys(names)) or by_hand)
    return CustomerLine(
        _name(item.kind, item.name, words),
        format_amount(line.actual + line.share, money),
        _quantity(line.quantity, item.unit, item.code),
        offer,
        saved,
    )


def _returned(line: ReturnLine, words: Wording, money: Currency) -> CustomerLine:
    return CustomerLine(
        words("customer.returned", name=_name(line.kind, line.name, words)),
        format_amount(-line.amount, money),
        _quantity(line.pieces, line.unit, ""),
    )


def _discounts(sale: Sale, words: Wording, money: Currency) -> list[CustomerLine]:
    """What comes off the whole basket, and tax that is added, so that the lines make the total."""
    totals = sale.list.totals
    found = [
        CustomerLine(
            words("customer.discount") if each.offer_id == MANUAL else _short(each.name),
            format_amount(-each.amount, money),
        )
        for each in totals.discounts
        if each.amount
    ]
    if len(found) > _MOST_DISCOUNTS:
        off = format_amount(-sum(each.amount for each in totals.discounts), money)
        found = [CustomerLine(words("customer.discounts"), off)]
    if totals.tax:
        found.append(CustomerLine(words("customer.tax"), format_amount(totals.tax, money)))
    return found


def _name(kind: LineKind, name: str, words: Wording) -> str:
    """What a line is called; who the customer is stands in no line."""
    return words("customer.account_paid") if kind == "settlement" else _short(name)


def _short(text: str) -> str:
    text = plain_text(text)
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1] + "…"


def _quantity(quantity: Decimal, unit: str, code: str) -> str:
    if quantity == 1:
        return ""
    amount = f"{quantity.normalize():f}"
    if not unit or _is_by_piece(unit, code):
        return f"× {amount}"
    return f"{amount} {plain_text(unit)}"


def _pieces(lines: Sequence[SettlementLine], words: Wording) -> str:
    count = sum(
        int(line.quantity)
        if is_whole(line.quantity) and _is_by_piece(line.item.unit, line.item.code)
        else 1
        for line in lines
        if not (line.item.is_deposit or line.item.is_money)
    )
    return words("customer.pieces", count=count) if count else ""


@lru_cache(maxsize=4096)
def _is_by_piece(unit: str, code: str) -> bool:
    return is_by_piece(unit, code)
