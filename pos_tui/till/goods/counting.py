"""Somebody who counts goods: scans, typed quantities and dates become entries of a count.

What the books say is on hand is not shown. Each entry is on disk before it is answered.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

import apsw
from msgspec import Struct
from msgspec.structs import replace

from pos_tui.books import Books, Product
from pos_tui.books.counts.entries import CountedLot, CountEntry, counted_lot, put_entry
from pos_tui.books.counts.stock_takes import CountError
from pos_tui.books.movement import from_thousandths, thousandths
from pos_tui.checkout.expiry import DateKind, DatePolicy
from pos_tui.codes import ItemCode, PaymentCode, Reading, RefusedCode
from pos_tui.codes.masking import shown
from pos_tui.reasons import Reason, because
from pos_tui.tables.dates import read_date
from pos_tui.tables.errors import CellError
from pos_tui.till.dates import dated
from pos_tui.till.quantity import measure_of

CountChoice = Literal["add", "replace", "keep"]

_NUMBER = r"\d{1,6}(?:[.,]\d{1,3})?"
_BEFORE_A_CODE = re.compile(rf"({_NUMBER})\s*[*×]\s*(.*)", re.ASCII | re.DOTALL)
_QUANTITY = re.compile(rf"(=?)\s*({_NUMBER})", re.ASCII)
_LIKE_A_DAY = re.compile(r"\d{1,4}[-/.年]\D?\d{1,2}[-/.月]\D?\d{1,4}日?", re.ASCII)
_CODE_DIGITS = 4  # a number of so many digits that is a code is hardly a quantity
_MOST_SHOWN = 5
_ONE = Decimal(1)


class CountAnswer(Struct, frozen=True):
    """What became of what was entered, and why.

    "counted": it is written down. "asks": it was counted already, and `answer` is waited for.
    "noted": it changes what comes next. "refused": nothing was counted.
    """

    what: Literal["counted", "asks", "noted", "refused"]
    why: Reason


class WantedCount(NamedTuple):
    """What is to be written: a quantity in thousandths of a lot, and how.

    "add" counts on, "more" was typed before a scan, "set" is what the last scan comes to, "date"
    is the date of what was scanned last.
    """

    product: Product
    lot: str
    quantity: int
    how: Literal["add", "more", "set", "date"]
    expires_on: date | None = None
    date_kind: DateKind = "use_by"


class _OwnRun(NamedTuple):
    run: int
    quantity: int


class _Step(NamedTuple):
    wanted: WantedCount
    run: int
    before: int | None


class Counting:
    """One person's counting: what was scanned last, what was typed before, what is asked.

    `read` looks codes up and must be called where the books are read; `write` waits for the disk.
    """

    def __init__(
        self,
        books: Books,
        number: int,
        by: str,
        clock: Callable[[], datetime],
        read_code: Callable[[str], Reading],
        find_goods: Callable[[Reading], tuple[ItemCode, Product] | None],
        search: Callable[[str], list[Product]],
    ) -> None:
        self.number = number
        self.by = by
        self._books = books
        self._clock = clock
        self._read_code = read_code
        self._find_goods = find_goods
        self._search = search
        self._runs: dict[tuple[int, str], _OwnRun] = {}
        self._last: WantedCount | None = None
        self._steps: list[_Step] = []
        self._typed: Decimal | None = None
        self._asked: WantedCount | None = None

    @property
    def asks(self) -> bool:
        """Whether it is to be said what becomes of goods that were counted already."""
        return self._asked is not None

    @property
    def typed(self) -> Decimal | None:
        """The quantity for the next scan, where one was typed."""
        return self._typed

    def enter(self, text: str, scanned: bool = False) -> CountAnswer:
        """Count what was scanned or typed. Raises BooksError where nothing could be written."""
        wanted = self.read(text, scanned)
        return wanted if isinstance(wanted, CountAnswer) else self.write(wanted)

    def read(self, text: str, scanned: bool = False) -> CountAnswer | WantedCount:
        """What was scanned or typed means: what to write, or the answer. Raises BooksError."""
        text = text.strip()
        if self._asked is not None:
            return CountAnswer("refused", because("count.answer_first"))
        if not scanned:
            if (before := _BEFORE_A_CODE.fullmatch(text)) is not None:
                self._typed = _decimal(before[1])
                if not before[2]:
                    quantity = self._typed
                    return CountAnswer("noted", because("count.next_scan", quantity=quantity))
                text = before[2]
            elif (quantity_typed := _QUANTITY.fullmatch(text)) is not None:
                answer = self._quantity(text, _decimal(quantity_typed[2]), bool(quantity_typed[1]))
                if answer is not None:
                    return answer
            elif _LIKE_A_DAY.fullmatch(text):
                return self._day(text)
        answer = self._goods(text, scanned)
        if isinstance(answer, CountAnswer):
            self._typed = None
        return answer

    def ask_about(self, product: Product) -> CountAnswer:
        """Begin with a product as if it had been scanned: a number is how many there are."""
        self._last = WantedCount(product, "", 0, "set")
        return CountAnswer("noted", because("count.how_many", name=product.name))

    def write(self, wanted: WantedCount) -> CountAnswer:
        """Write an entry down, or ask. Raises BooksError where nothing was written."""
        key = wanted.product.id, wanted.lot
        own = self._runs.get(key)
        if wanted.how == "date":
            return self._write_date(wanted)

        def job(connection: apsw.Connection) -> tuple[CountedLot | None, CountEntry | None, int]:
            here = counted_lot(connection, self.number, *key)
            entry = _entry(wanted)
            if here is not None:
                is_own = own is not None and any(each.run == own.run for each in here.runs)
                if own is None or not is_own or wanted.how == "more":
                    return here, None, 0
                entry = _entry(wanted, "set" if wanted.how == "set" else "add", own.run)
            return here, entry, put_entry(connection, self._clock(), self.by, self.number, entry)

        try:
            here, entry, row = self._books.write(job).result()
        except CountError as error:
            return CountAnswer("refused", error.reason)
        self._typed = None  # not before it is written: it can be scanned again
        if entry is None:
            assert here is not None
            self._asked = wanted
            return CountAnswer("asks", _question(here, wanted))
        return self._written(wanted, entry, row, here)

    def answer(self, choice: CountChoice) -> CountAnswer:
        """Say what becomes of what was asked about. Raises BooksError."""
        wanted = self._asked
        if wanted is None:
            return CountAnswer("refused", because("count.nothing_asked"))
        if choice == "keep":
            self._asked = None
            self._last = None
            return CountAnswer("noted", because("count.kept", name=_named(wanted)))
        entry = _entry(wanted, choice)

        def job(connection: apsw.Connection) -> tuple[CountedLot | None, int]:
            here = counted_lot(connection, self.number, wanted.product.id, wanted.lot)
            return here, put_entry(connection, self._clock(), self.by, self.number, entry)

        try:
            here, row = self._books.write(job).result()
        except CountError as error:
            self._asked = None
            return CountAnswer("refused", error.reason)
        self._asked = None
        return self._written(wanted, entry, row, here)

    def take_back(self) -> CountAnswer:
        """Take the last entry of this person back. Raises BooksError."""
        if self._asked is not None:
            return CountAnswer("refused", because("count.answer_first"))
        self._typed = None
        if not self._steps:
            return CountAnswer("refused", because("count.nothing_to_take_back"))
        step = self._steps[-1]
        wanted, key = step.wanted, (step.wanted.product.id, step.wanted.lot)
        entry = replace(
            _entry(wanted, "withdraw" if step.before is None else "set", step.run),
            quantity=step.before or 0,
        )

        def job(connection: apsw.Connection) -> CountedLot | None:
            put_entry(connection, self._clock(), self.by, self.number, entry)
            return counted_lot(connection, self.number, *key)

        try:
            here = self._books.write(job).result()
        except CountError as error:
            return CountAnswer("refused", error.reason)
        self._steps.pop()
        self._last = None
        if step.before is None:
            self._runs.pop(key, None)
        else:
            self._runs[key] = _OwnRun(step.run, step.before)
            self._last = wanted
        left = quantity_text(0 if here is None else here.quantity, wanted.product.unit)
        return CountAnswer(
            "counted", because("count.taken_back", name=_named(wanted), quantity=left)
        )

    # ---- what is entered -----------------------------------------------------------------------

    def _quantity(
        self, text: str, quantity: Decimal, is_marked: bool
    ) -> CountAnswer | WantedCount | None:
        """A number: what the last scan comes to; None where it can only be a code."""
        found = None if is_marked else self._find_goods(self._read_code(text))
        last = self._last
        if last is None:
            if found is not None:
                return None
            return CountAnswer("refused", because("count.scan_first", text=text))
        if found is not None and len(text) >= _CODE_DIGITS:
            return None
        if found is not None:
            name = found[1].name
            return CountAnswer("refused", because("count.number_or_code", text=text, name=name))
        return last._replace(quantity=thousandths(quantity), how="set")

    def _day(self, text: str) -> CountAnswer | WantedCount:
        """A day: the date of what was scanned last."""
        last = self._last
        if last is None:
            return CountAnswer("refused", because("count.scan_first", text=text))
        try:
            day = read_date(text, None)
        except CellError as error:
            return CountAnswer("refused", error.reason)
        return last._replace(how="date", expires_on=day)

    def _goods(self, text: str, scanned: bool) -> CountAnswer | WantedCount:
        reading = self._read_code(text)
        if isinstance(reading, PaymentCode):
            return CountAnswer("refused", because("count.payment_code"))
        found = self._find_goods(reading)
        if found is None and isinstance(reading, RefusedCode):
            return CountAnswer("refused", reading.why)
        if found is None and not scanned:
            return self._by_words(text, shown(text, reading))
        if found is None:
            code = shown(text, reading)
            return CountAnswer("refused", because("count.not_in_books", code=code))
        read, product = found
        says = dated(read, product.shelf_life, DatePolicy())
        lot = says.lot or (f"{says.expires_on:%Y%m%d}" if says.expires_on else "")
        return self._wanted(
            product, measure_of(read) * product.pieces, lot, says.expires_on, says.kind
        )

    def _by_words(self, words: str, code: str) -> CountAnswer | WantedCount:
        found = self._search(words)
        if len(found) == 1:
            return self._wanted(found[0], _ONE)
        if not found:
            return CountAnswer("refused", because("count.not_in_books", code=code))
        names = tuple(
            because("count.name_and_code", name=each.name, code=each.code.lstrip("0") or each.code)
            for each in found[:_MOST_SHOWN]
        )
        kind = "count.which" if len(found) <= _MOST_SHOWN else "count.which_of_many"
        return CountAnswer("refused", because(kind, names=names))

    def _wanted(
        self,
        product: Product,
        measure: Decimal,
        lot: str = "",
        expires_on: date | None = None,
        kind: DateKind = "use_by",
    ) -> WantedCount:
        if self._typed is None:
            return WantedCount(product, lot, thousandths(measure), "add", expires_on, kind)
        quantity = thousandths(self._typed * measure)
        return WantedCount(product, lot, quantity, "more", expires_on, kind)

    # ---- what is written -----------------------------------------------------------------------

    def _written(
        self, wanted: WantedCount, entry: CountEntry, row: int, before: CountedLot | None
    ) -> CountAnswer:
        key = wanted.product.id, wanted.lot
        own = self._runs.get(key) if entry.run else None
        run = entry.run or row
        quantity = entry.quantity
        if own is not None and entry.act == "add":
            quantity += own.quantity
        total = quantity
        if before is not None and entry.act != "replace":
            total += sum(each.quantity for each in before.runs if each.run != run)
        self._runs[key] = _OwnRun(run, quantity)
        self._last = wanted
        self._steps.append(_Step(wanted, run, None if own is None else own.quantity))
        return CountAnswer("counted", _counted(wanted, quantity, total))

    def _write_date(self, wanted: WantedCount) -> CountAnswer:
        """Give what was counted last a date: it is a lot of its own from then on."""
        key = wanted.product.id, wanted.lot
        own = self._runs.get(key)
        if own is None or wanted.expires_on is None:
            return CountAnswer("refused", because("count.nothing_to_date"))
        last = self._last
        named = last is not None and last.lot and last.expires_on is None
        lot = wanted.lot if named else f"{wanted.expires_on:%Y%m%d}"
        wanted = wanted._replace(lot=lot, quantity=own.quantity, how="add", date_kind="use_by")
        to = self._runs.get((wanted.product.id, lot))

        def job(connection: apsw.Connection) -> tuple[CountedLot | None, CountEntry, int]:
            now = self._clock()
            if lot == key[1]:
                entry = _entry(wanted, "set", own.run)
            else:
                taken = CountEntry(*key, 0, "withdraw", own.run)
                put_entry(connection, now, self.by, self.number, taken)
                there = counted_lot(connection, self.number, wanted.product.id, lot)
                is_own = there is not None and any(
                    to is not None and each.run == to.run for each in there.runs
                )
                entry = _entry(wanted, "add", to.run if to is not None and is_own else 0)
            here = counted_lot(connection, self.number, wanted.product.id, lot)
            return here, entry, put_entry(connection, now, self.by, self.number, entry)

        try:
            here, entry, row = self._books.write(job).result()
        except CountError as error:
            return CountAnswer("refused", error.reason)
        if lot != key[1]:
            self._runs.pop(key, None)
        answer = self._written(wanted, entry, row, here)
        self._steps.clear()  # what is in two lots is not taken back in one step
        return answer


def _entry(
    wanted: WantedCount, act: Literal["add", "set", "replace", "withdraw"] = "add", run: int = 0
) -> CountEntry:
    return CountEntry(
        wanted.product.id, wanted.lot, wanted.quantity, act, run, wanted.expires_on,
        wanted.date_kind,
    )  # fmt: skip


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _named(wanted: WantedCount) -> Reason:
    return named_lot(wanted.product.name, wanted.lot, wanted.expires_on)


def named_lot(name: str, lot: str, expires_on: date | None) -> Reason:
    """A product and its lot, as a person calls them."""
    if expires_on is not None:
        return because("count.good_until", name=name, day=expires_on)
    if lot:
        return because("count.of_lot", name=name, lot=lot)
    return because("count.product", name=name)


def _counted(wanted: WantedCount, quantity: int, total: int) -> Reason:
    name, unit = _named(wanted), wanted.product.unit
    counted = quantity_text(quantity, unit)
    if total == quantity:
        return because("count.counted", name=name, quantity=counted)
    return because(
        "count.counted_of", name=name, quantity=counted, total=quantity_text(total, unit)
    )


def quantity_text(quantity: int, unit: str) -> str:
    """So many thousandths as they are written, with the unit where there is one."""
    return f"{from_thousandths(quantity):f} {unit}".rstrip().replace("-", "−", quantity < 0)


def _question(here: CountedLot, wanted: WantedCount) -> Reason:
    latest = here.runs[-1]
    return because(
        "count.counted_already",
        name=_named(wanted),
        before=quantity_text(here.quantity, wanted.product.unit),
        by=latest.by,
        at=latest.at,
        now=quantity_text(wanted.quantity, wanted.product.unit),
    )
