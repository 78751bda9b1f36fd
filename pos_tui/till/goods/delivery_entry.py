"""A line of a delivery as it is entered: what its code says, what is asked and answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from pos_tui.books import Product
from pos_tui.books.deliveries.drafts import DeliveryLine
from pos_tui.books.deliveries.goods_facts import GoodsFacts
from pos_tui.books.movement import from_thousandths, thousandths
from pos_tui.checkout.expiry import DateKind, DatePolicy, expires_on
from pos_tui.codes.reading import ShelfLifeUnit, shelf_life_of
from pos_tui.money import (
    AmountError,
    Currency,
    format_amount,
    parse_amount,
    prorate,
    round_half_up,
)
from pos_tui.plain_text import is_plain
from pos_tui.reasons import Reason, because, reason_of
from pos_tui.tables.dates import read_date
from pos_tui.tables.errors import CellError
from pos_tui.till.dates import dated
from pos_tui.till.goods.goods_by_code import EntryError, NamedGoods

EntryQuestion = Literal["quantity", "cost", "lot", "date"]
NO_DATE = "-"
LONGEST_LOT = 40
_LARGEST = 10**9  # thousandths: a million of a unit
_TIMES = re.compile(r"\s*[*×xX]\s*")
_NUMBER = re.compile(r"\d{1,7}(?:[.,]\d{1,3})?", re.ASCII)
_SHORT_DAY = re.compile(r"(\d{2})(\d{2})(\d{2})", re.ASCII)
_SHELF_LIFE = re.compile(r"(\d{1,4}) ?(d|w|m|y|天|日|周|个?月|年)", re.ASCII)
_UNITS = {"天": "d", "日": "d", "周": "w", "月": "m", "个月": "m", "年": "y"}
_FURTHEST_YEARS = 60


class LineEntry(Struct, frozen=True):
    """A line that is being entered; what is None is still asked.

    Quantity in thousandths, cost in minor units for all of it. `lot` "" is none; `is_dated` is
    false until the date, or that there is none, is known. `was` is the line that it changes.
    """

    product: Product
    facts: GoodsFacts
    quantity: int | None = None
    cost: int | None = None
    lot: str | None = None
    expires_on: date | None = None
    produced_on: date | None = None
    kind: DateKind = "use_by"
    is_dated: bool = False
    was: DeliveryLine | None = None

    @property
    def asks(self) -> EntryQuestion | None:
        """What is still missing; None where the line is whole."""
        if self.quantity is None:
            return "quantity"
        if self.cost is None:
            return "cost"
        if self.lot is None:
            return "lot"
        return None if self.is_dated else "date"

    @property
    def line(self) -> DeliveryLine:
        """The line, once nothing is missing any more."""
        assert self.quantity is not None
        assert self.cost is not None
        return DeliveryLine(
            self.product.id,
            self.product.name,
            self.product.unit,
            self.quantity,
            self.cost,
            self.lot or "",
            self.expires_on,
            self.produced_on,
            self.kind,
            0 if self.was is None else self.was.number,
        )


def begin_entry(goods: NamedGoods, facts: GoodsFacts, policy: DatePolicy) -> LineEntry:
    """A line as far as its code says what it is."""
    product, code = goods.product, goods.code
    found = dated(code, product.shelf_life, policy)
    is_dated = found.expires_on is not None
    return LineEntry(
        product,
        facts,
        None if goods.quantity is None else thousandths(goods.quantity),
        lot=code.lot or ("" if is_dated else None),
        expires_on=found.expires_on,
        produced_on=code.produced_on,
        kind=found.kind,
        is_dated=is_dated,
    )


def change_entry(product: Product, facts: GoodsFacts, line: DeliveryLine) -> LineEntry:
    """A line that is there already, all asked again; what it is now is proposed."""
    return LineEntry(product, facts, produced_on=line.produced_on, kind=line.kind, was=line)


def usual_answer(entry: LineEntry, currency: Currency) -> str | None:
    """What Enter without an answer stands for; None where something must be typed."""
    was = entry.was
    match entry.asks:
        case "quantity":
            return None if was is None else str(from_thousandths(was.quantity))
        case "cost":
            assert entry.quantity is not None
            if was is not None and was.quantity == entry.quantity:
                return format_amount(was.cost, currency)
            paid = (was.cost, was.quantity) if was is not None else entry.facts.paid
            if paid is None:
                return None
            return format_amount(prorate(paid[0], entry.quantity, paid[1]), currency)
        case "lot":
            return "" if was is None else was.lot
        case "date":
            return _usual_date(entry)
        case None:
            return None


def answered(entry: LineEntry, text: str, currency: Currency, today: date) -> LineEntry:
    """The entry with the answer to what it asks. Raises EntryError."""
    text = " ".join(text.split())
    match entry.asks:
        case "quantity":
            return replace(entry, quantity=read_quantity(text))
        case "cost":
            assert entry.quantity is not None
            return replace(entry, cost=read_cost(text, entry.quantity, currency))
        case "lot":
            return _with_lot(entry, "" if text == NO_DATE else text)
        case "date":
            return _with_date(entry, text, today)
        case None:
            return entry


def read_quantity(text: str) -> int:
    """A quantity as typed, in thousandths: 12, 0.842, or 2*12 for two cases. Raises EntryError."""
    whole = Decimal(1)
    for part in _TIMES.split(text):
        if not _NUMBER.fullmatch(part):
            raise EntryError("delivery.no_quantity", text=text)
        whole *= Decimal(part.replace(",", "."))
    found = thousandths(whole)
    if not 0 < found <= _LARGEST:
        raise EntryError("delivery.no_quantity", text=text)
    return found


def read_cost(text: str, quantity: int, currency: Currency) -> int:
    """A cost as typed, for the whole quantity (thousandths), in minor units: 24.00, or @2 for one.

    Raises EntryError.
    """
    each = text.startswith(("@", "＠"))
    try:
        amount = parse_amount(text[1:] if each else text, currency)
    except AmountError as error:
        raise EntryError(reason_of(error)) from error
    return round_half_up(Decimal(amount * quantity) / 1000) if each else amount


def line_doubts(
    line: DeliveryLine, entry: LineEntry, currency: Currency, today: date
) -> Iterator[Reason]:
    """What should be looked at on a line: sold at or below cost, past its date, another date."""
    price = entry.product.price
    if price and round_half_up(Decimal(price * line.quantity) / 1000) <= line.cost:
        cost = prorate(line.cost, 1000, line.quantity)
        yield because(
            "delivery.at_or_below_cost",
            name=line.name,
            price=format_amount(price, currency),
            cost=format_amount(cost, currency),
        )
    if line.expires_on is not None and line.expires_on < today:
        yield because("delivery.past_its_date", name=line.name, day=line.expires_on)
    known = entry.facts.lots.get(line.lot) if line.lot else None
    if known is not None and line.expires_on is not None and known[0] != line.expires_on:
        yield because("delivery.lot_has_other_date", lot=line.lot, day=known[0])


# ---- dates ---------------------------------------------------------------------------------------


def _usual_date(entry: LineEntry) -> str | None:
    was = entry.was
    if was is not None and (was.lot or "") == (entry.lot or ""):
        return NO_DATE if was.expires_on is None else was.expires_on.isoformat()
    kept_for = entry.product.shelf_life
    if entry.produced_on is not None:
        day = None if kept_for is None else _kept_until(entry.produced_on, kept_for)
        return None if day is None else day.isoformat()
    return NO_DATE if entry.facts.came_undated else None


def _with_lot(entry: LineEntry, lot: str) -> LineEntry:
    """The lot, and its date where the books have it."""
    if len(lot) > LONGEST_LOT or not is_plain(lot):
        raise EntryError("delivery.no_lot", text=lot[:LONGEST_LOT])
    known = entry.facts.lots.get(lot) if lot and not entry.is_dated and entry.was is None else None
    if known is None:
        return replace(entry, lot=lot)
    return replace(entry, lot=lot, expires_on=known[0], kind=known[1], is_dated=True)


def _with_date(entry: LineEntry, text: str, today: date) -> LineEntry:
    if text == NO_DATE:
        return replace(entry, expires_on=None, is_dated=True)
    lower = text.casefold()
    if lower.startswith("p"):
        produced = _day(text[1:], today)
        if produced > today:
            raise EntryError("delivery.produced_later", day=produced)
        return replace(entry, produced_on=produced)
    if kept := _SHELF_LIFE.fullmatch(lower):
        if entry.produced_on is None:
            raise EntryError("delivery.shelf_life_from_when", text=text)
        kept_for = shelf_life_of(f"{kept[1]}{_UNITS.get(kept[2], kept[2])}")
        last = _kept_until(entry.produced_on, kept_for)
        if last is None:
            raise EntryError("delivery.no_day", text=text)
        return replace(entry, expires_on=last, is_dated=True)
    kind: DateKind = "best_before" if lower.startswith("b") else "use_by"
    last = _day(text[1:] if kind == "best_before" else text, today)
    if entry.produced_on is not None and last < entry.produced_on:
        raise EntryError("delivery.before_produced", day=last, produced=entry.produced_on)
    return replace(entry, expires_on=last, kind=kind, is_dated=True)


def _kept_until(produced_on: date, kept_for: tuple[int, ShelfLifeUnit]) -> date | None:
    with suppress(ValueError, OverflowError):  # a shelf life of thousands of years
        return expires_on(produced_on, *kept_for)
    return None


def _day(text: str, today: date) -> date:
    """A day as typed: 2026-12-01, 20261201, or 261201 as it stands on packs. Raises EntryError."""
    text = text.strip()
    short = _SHORT_DAY.fullmatch(text)
    try:
        found = read_date(f"20{text}" if short else text, None)
    except CellError as error:
        if error.reason.kind == "tables.no_date":
            raise EntryError("delivery.no_day", text=text) from error
        raise EntryError(error.reason) from error
    if abs(found.year - today.year) > _FURTHEST_YEARS:
        raise EntryError("delivery.no_day", text=text)
    return found
