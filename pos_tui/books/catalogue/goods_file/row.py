"""One row of a goods file: the product that it is, with its codes, lot, stock and offer."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from msgspec import Struct

from pos_tui.books.catalogue.goods_file.codes import (
    CodeColumn,
    CodesWritten,
    further_codes,
    has_code,
    read_codes,
    read_own_code,
)
from pos_tui.books.catalogue.goods_file.columns import GoodsColumns
from pos_tui.books.catalogue.goods_file.doubts import FileDoubts
from pos_tui.books.catalogue.goods_file.errors import RowError
from pos_tui.books.catalogue.goods_file.offers import offer_in_column, sale_offer
from pos_tui.books.catalogue.goods_file.selling_terms import read_selling_terms
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.books.stock.stated import StatedStock
from pos_tui.checkout.expiry import DateKind, expires_on
from pos_tui.codes import ItemCode
from pos_tui.codes.context import CodeContext
from pos_tui.codes.identify import LONGEST_HOUSE_CODE
from pos_tui.codes.reading import shelf_life_of
from pos_tui.plain_text import is_plain, plain_text
from pos_tui.pricing import Offer, OfferError
from pos_tui.reasons import Reason, because, plain
from pos_tui.tables.currencies import names_other_currency
from pos_tui.tables.dates import DateOrder, read_date
from pos_tui.tables.errors import CellError
from pos_tui.tables.numbers import DecimalMark, read_decimal

_SHELF_LIFE = re.compile(
    r"(\d{1,5})(?:[.,]0+)? ?(d|w|m|y|days?|weeks?|months?|years?|天|日|周|星期|个?月|年)?", re.ASCII
)
_UNITS = {"天": "d", "日": "d", "周": "w", "星期": "w", "月": "m", "个月": "m", "年": "y"}
_LARGEST_PRICE = 10**8  # major units
_LARGEST_STOCK = 10**9
_STOCK_DECIMALS = 6
_TYPED_AT_THE_TILL = frozenset(("", "variable"))
TEXTS = ("unit", "size", "category", "initials", "updated_at", "brand", "supplier", "tags", "tax")
_OF_THE_GROUP = frozenset(("name", "category", "brand", "supplier", "tags", "unit"))
_OPTIONS_OF_NOTHING = frozenset(("", "regular", "default title", "default"))


class LotRow(Struct, frozen=True):
    """A lot that a row names with its dates, by its product's code."""

    code: str
    lot: str
    expires_on: date
    produced_on: date | None
    kind: DateKind = "use_by"


class GoodsRow(Struct, frozen=True):
    """A row as it was read; `offer` counts only where the file has a column for it.

    `stock` is how much there is, of the lot where the row names one.
    """

    product: ProductRow
    other_codes: tuple[str, ...] = ()
    lot: LotRow | None = None
    stock: StatedStock | None = None
    offer: Offer | None = None
    pieces: tuple[tuple[str, int], ...] = ()  # of further codes that say how many they stand for

    @property
    def names_lot(self) -> bool:
        """Whether it is a row of a lot."""
        return self.lot is not None or (self.stock is not None and bool(self.stock.lot))


class RowReader:
    """Reads the rows of one file; what is odd in them is noted among the doubts."""

    def __init__(
        self,
        columns: GoodsColumns,
        code_columns: Sequence[CodeColumn],
        written: CodesWritten,
        marks: Mapping[str, DecimalMark | None],
        orders: Mapping[str, DateOrder | None],
        context: CodeContext,
        moment: datetime,
        doubts: FileDoubts,
    ) -> None:
        """`marks` and `orders` are the decimal marks and the order of days of each field."""
        self.columns = columns
        self._code_columns = code_columns
        self._written = written
        self._marks = marks
        self._orders = orders
        self._context = context
        self._moment = moment
        self._doubts = doubts
        self._group = ""
        self._compared = 0
        self._first: Sequence[str] = ()  # the first row of the group
        self._weighed, self._left_out, self._groups = self._places_of_exporter()
        exporter = columns.exporter
        self._numbers = columns.places_named(exporter.number) if exporter else ()
        self._text_fields = [field for field in TEXTS if field in columns.places]
        self.has_offers = bool({"offer", "sale_price", "compare_at"} & columns.places.keys())

    def read(self, line: int, cells: Sequence[str]) -> GoodsRow | None:
        """What a row is; None where it is no product of its own. Raises RowError."""
        if self.columns.are_own:
            cells = tuple(map(without_apostrophe, cells))
        if self._left_out and cells[self._left_out[0]].strip().lower() in self._left_out[1]:
            self._doubts.note(line, because("goods.left_out_parent"))
            return None
        if self._is_below(cells):
            self._doubts.note(line, because("goods.left_out_below"))
            return None
        name = self._full_name(cells)
        code, others = self._codes(line, cells)
        self._compared = self._compare_at(line, cells)
        product = self._product(line, cells, name, code)
        lot = self._lot(line, cells, product, code)
        stock = self._stated(line, cells, product.code, self._lot_name(line, cells, lot))
        pieces = tuple(further_codes(self.columns.value("further_codes", cells)))
        codes = [*others, *(other for other, _ in pieces)]
        others = tuple(other for other in dict.fromkeys(codes) if other != code.key)
        offer = self._offer(line, cells, product)
        return GoodsRow(product, others, lot, stock, offer, pieces)

    def codes_below(self, line: int, cells: Sequence[str]) -> tuple[str, ...]:
        """The codes of a row that only has more codes of the product above it; () if it is none."""
        exporter = self.columns.exporter
        if exporter is None or not exporter.more_codes_below:
            return ()
        if self._has("name", cells) or self._has("price", cells) or not self._has("code", cells):
            return ()
        code, others = self._codes(line, cells)
        return (code.key, *others)

    def plain_price(self, text: str) -> int | None:
        """The price in a cell, in minor units; None where there is a doubt. Raises RowError."""
        return None if text.casefold() in _TYPED_AT_THE_TILL else self._money("price", text)

    def plain_stock(self, text: str) -> Decimal | None:
        """The quantity in a cell; None where it cannot be kept. Raises CellError."""
        number = read_decimal(text, self._marks.get("on_hand"))
        return number if self._why_no_stock(number) is None else None

    def plain_cost(self, text: str) -> Decimal:
        """What one unit costs, in minor units and parts of them. Raises RowError."""
        return self._major("cost", text).scaleb(self._context.currency.exponent)

    def moment_of(self, text: str) -> datetime | None:
        """When the stock of an own export was so; None where the cell has no such moment."""
        if not text or not self.columns.are_own:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        return moment if moment.tzinfo is not None else None

    # ---- inside ------------------------------------------------------------------------------

    def _has(self, field: str, cells: Sequence[str]) -> bool:
        return bool(self.columns.value(field, cells))

    def _codes(self, line: int, cells: Sequence[str]) -> tuple[ItemCode, tuple[str, ...]]:
        if self.columns.are_own:
            return read_own_code(self.columns.value("code", cells)), ()
        texts = [cells[place] for place in self.columns.places["code"]]
        if self._numbers and not any(map(has_code, texts)):
            texts[0] = self._number_of_exporter(cells)
            if texts[0]:
                self._doubts.note(line, because("goods.code_of_exporter", code=texts[0].upper()))
        return read_codes(
            texts,
            self._code_columns,
            self.columns.value("template", cells),
            self._written,
            self._context,
            lambda why: self._doubts.note(line, why),
        )

    def _number_of_exporter(self, cells: Sequence[str]) -> str:
        """What the exporter itself calls a product without a code: its number, or its handle."""
        number = "".join(cells[place].strip() for place in self._numbers)
        return "-".join((number, *self._options(cells)))[:LONGEST_HOUSE_CODE] if number else ""

    def _options(self, cells: Sequence[str]) -> list[str]:
        """What tells a variant from the others of its product."""
        return [
            text
            for place in self.columns.places.get("variant", ())
            if (text := cells[place].strip()).casefold() not in _OPTIONS_OF_NOTHING
        ]

    def _group_of(self, cells: Sequence[str]) -> str:
        return " ".join(cells[place].strip() for place in self._groups)

    def _is_below(self, cells: Sequence[str]) -> bool:
        """Whether a row only says more of the product above it: a picture, a part."""
        group = self._group_of(cells)
        has_own = self._has("code", cells) or self._has("price", cells)
        return bool(group) and group == self._group and not has_own

    def _shared(self, field: str, cells: Sequence[str]) -> str:
        """What stands in a field, or, where it is empty, in that of the first of the group."""
        found = self.columns.value(field, cells)
        if found or not self._first or field not in _OF_THE_GROUP:
            return found
        return self.columns.value(field, self._first)

    def _full_name(self, cells: Sequence[str]) -> str:
        """The name with the variant's."""
        group = self._group_of(cells)
        if not group or group != self._group:
            self._group, self._first = group, cells if group else ()
        name = self._shared("name", cells)
        return " ".join((name, *self._options(cells))) if name else ""

    def _product(self, line: int, cells: Sequence[str], name: str, code: ItemCode) -> ProductRow:
        name = self._text(line, "name", name or code.name or "")
        if not name:
            raise RowError("goods.row_no_name")
        price = self._price(line, cells, code)
        written = self.columns.value("shelf_life_days", cells)
        kept_for = shelf_life_in_short(written)
        if kept_for is None:
            raise RowError("goods.row_shelf_life", text=written)
        days = kept_for.rstrip("d") if kept_for.rstrip("d").isdigit() else ""
        texts = {
            field: sys.intern(self._text(line, field, text))  # many rows share a class, a unit
            for field in self._text_fields
            if (text := self._shared(field, cells))
        }
        terms = read_selling_terms(
            self.columns,
            cells,
            code.key,
            self._marks.get("on_hand"),
            self._orders.get("expires_on"),
            lambda why: self._doubts.note(line, why),
        )
        return ProductRow(
            code=code.key,
            name=name,
            price=price,
            unit=texts.get("unit") or self._unit_by_weight(cells),
            size=texts.get("size", ""),
            category=texts.get("category", ""),
            initials=texts.get("initials", "").upper(),
            shelf_life_days=int(days or _days_of(code)),
            updated_at=texts.get("updated_at", ""),
            brand=texts.get("brand", ""),
            supplier=texts.get("supplier", ""),
            tags=tags_of(texts.get("tags", "")),
            tax=texts.get("tax", ""),
            shelf_life="" if days or not kept_for else kept_for,
            age_limit=terms.age_limit,
            deposit=terms.deposit,
            minimum=terms.minimum,
            discontinued=terms.discontinued,
            tare=terms.tare,
        )

    def _text(self, line: int, field: str, text: str) -> str:
        """A text without what no screen or printer may be sent."""
        words = " ".join(text.split())
        if is_plain(words):
            return words
        column = self.columns.name_of(field)
        self._doubts.note(line, because("goods.control_characters", column=column))
        return " ".join(plain_text(words).split())

    def _price(self, line: int, cells: Sequence[str], code: ItemCode) -> int:
        text = self.columns.value("price", cells)
        if text.casefold() not in _TYPED_AT_THE_TILL:
            return max(self._money("price", text), self._compared)
        if code.price is not None and code.template:
            return code.price
        self._doubts.note(line, because("goods.price_empty"))
        return 0

    def _compare_at(self, line: int, cells: Sequence[str]) -> int:
        """The price from before, which is the regular one where the price is a lower one."""
        text = self.columns.value("compare_at", cells)
        try:
            return self._money("compare_at", text) if text else 0
        except RowError as error:
            column = self.columns.name_of("compare_at")
            why = because("goods.no_sale_price", column=column, text=text, why=error.reason)
            self._doubts.note(line, why)
            return 0

    def _money(self, field: str, text: str) -> int:
        """An amount in minor units. Raises RowError for what is none, or not of this currency."""
        major = self._major(field, text)
        minor = major.scaleb(self._context.currency.exponent)
        if minor != minor.to_integral_value():
            raise RowError(
                "goods.row_price_decimals",
                column=self.columns.name_of(field),
                text=text,
                currency=self._context.currency.code,
                decimals=self._context.currency.exponent,
            )
        return int(minor)

    def _major(self, field: str, text: str) -> Decimal:
        major = self._number(field, text)
        column = self.columns.name_of(field)
        if major < 0:
            raise RowError("goods.row_price", column=column, text=text)
        if major > _LARGEST_PRICE:
            raise RowError("goods.row_price_large", column=column, text=text)
        if names_other_currency(text, self._context.currency.code):
            code = self._context.currency.code
            raise RowError("goods.row_other_currency", column=column, text=text, currency=code)
        return major

    def _number(self, field: str, text: str) -> Decimal:
        try:
            return read_decimal(text, self._marks.get(field))
        except CellError as error:
            column = self.columns.name_of(field)
            raise RowError("goods.row_cell", column=column, why=error.reason) from error

    def _offer(self, line: int, cells: Sequence[str], product: ProductRow) -> Offer | None:
        currency, moment = self._context.currency, self._moment
        text = self.columns.value("offer", cells)
        if text:
            return offer_in_column(text, self._marks.get("price"), product, currency, moment)
        field = "sale_price"
        text = self.columns.value(field, cells)
        if not text and product.price and self._compared == product.price:
            field, text = "price", self.columns.value("price", cells)
        if not text or text.casefold() in _TYPED_AT_THE_TILL:
            return None
        column = self.columns.name_of(field)
        try:
            price = self._money(field, text)
            if price in (0, product.price):
                return None
            days = self._day(line, "sale_from", cells), self._day(line, "sale_until", cells)
            return sale_offer(price, days, product, currency, moment)
        except (RowError, OfferError) as error:
            why = because("goods.no_sale_price", column=column, text=text, why=error.reason)
            self._doubts.note(line, why)
            return None

    def _lot(
        self, line: int, cells: Sequence[str], product: ProductRow, code: ItemCode
    ) -> LotRow | None:
        """The lot that a row names by its dates."""
        produced = self._day(line, "produced_on", cells) or code.produced_on
        expires = self._day(line, "expires_on", cells) or code.expires_on
        kind: DateKind = "use_by"
        if expires is None:
            expires = self._day(line, "best_before", cells) or code.best_before
            kind = "use_by" if expires is None else "best_before"
        kept_for = code.shelf_life or shelf_life_of(
            product.shelf_life or f"{product.shelf_life_days}d"
        )
        if expires is None and produced is not None and kept_for[0]:
            try:
                expires = expires_on(produced, *kept_for)
            except (ValueError, OverflowError) as error:
                why = because("goods.no_expiry", why=plain(str(error)))
                self._doubts.note(line, why)
        if expires is None:
            return None
        lot = self._text(line, "lot", self.columns.value("lot", cells))
        lot = lot or code.lot or f"{expires:%Y%m%d}"
        return LotRow(product.code, lot, expires, produced, kind)

    def _lot_name(self, line: int, cells: Sequence[str], lot: LotRow | None) -> str:
        """The lot that a row's stock is of; one without a date only in an own export."""
        if lot is not None or not self.columns.are_own:
            return "" if lot is None else lot.lot
        return self._text(line, "lot", self.columns.value("lot", cells))

    def _stated(self, line: int, cells: Sequence[str], code: str, lot: str) -> StatedStock | None:
        """How much there is, what one costs and when it was so."""
        on_hand = self._stock(line, cells)
        if on_hand is None:
            return None
        at = self.moment_of(self.columns.value("on_hand_at", cells))
        return StatedStock(code, lot, on_hand, self._cost(line, cells), at)

    def _cost(self, line: int, cells: Sequence[str]) -> Decimal | None:
        text = self.columns.value("cost", cells)
        if not text:
            return None
        try:
            return self.plain_cost(text)
        except RowError as error:
            column = self.columns.name_of("cost")
            self._doubts.note(
                line, because("goods.no_cost", column=column, text=text, why=error.reason)
            )
            return None

    def _stock(self, line: int, cells: Sequence[str]) -> Decimal | None:
        """How much there is, where that can be kept; what cannot is a doubt."""
        text = self.columns.value("on_hand", cells)
        if not text:
            return None
        column = self.columns.name_of("on_hand")
        try:
            number = read_decimal(text, self._marks.get("on_hand"))
        except CellError as error:
            why = error.reason
        else:
            refused = self._why_no_stock(number)
            if refused is None:
                return number
            why = refused
        self._doubts.note(line, because("goods.no_stock", column=column, text=text, why=why))
        return None

    def _why_no_stock(self, number: Decimal) -> Reason | None:
        """Why a quantity cannot be kept; None where it can."""
        if number < 0 and not self.columns.are_own:
            return because("goods.stock_negative")
        if abs(number) > _LARGEST_STOCK:
            return because("goods.stock_large")
        if -int(number.normalize().as_tuple().exponent) > _STOCK_DECIMALS:
            return because("goods.stock_decimals", most=_STOCK_DECIMALS)
        return None

    def _day(self, line: int, field: str, cells: Sequence[str]) -> date | None:
        """The day in a column, where it can be read; what cannot is a doubt."""
        text = self.columns.value(field, cells)
        if not text:
            return None
        try:
            return read_date(text, self._orders.get(field))
        except CellError as error:
            column = self.columns.name_of(field)
            self._doubts.note(line, because("goods.no_day", column=column, why=error.reason))
            return None

    def _places_of_exporter(
        self,
    ) -> tuple[
        tuple[int, tuple[str, ...], str] | None,
        tuple[int, tuple[str, ...]] | None,
        tuple[int, ...],
    ]:
        """Where the exporter's own columns stand: by weight, what is left out, groups."""
        exporter = self.columns.exporter
        if exporter is None:
            return None, None, ()
        weighed = left_out = None
        if exporter.weighed is not None:
            for place in self.columns.places_named(exporter.weighed[0]):
                weighed = (place, *exporter.weighed[1:])
        if exporter.left_out is not None:
            for place in self.columns.places_named(exporter.left_out[0]):
                left_out = (place, exporter.left_out[1])
        return weighed, left_out, self.columns.places_named(exporter.group)

    def _unit_by_weight(self, cells: Sequence[str]) -> str:
        if self._weighed is None:
            return ""
        place, marks, unit = self._weighed
        return unit if cells[place].strip().lower() in marks else ""


def without_apostrophe(cell: str) -> str:
    """A cell of an own export without the apostrophe that keeps it from being a formula."""
    return cell[1:] if cell.startswith("'") else cell


def tags_of(text: str) -> str:
    """The tags in a cell, apart by commas."""
    tags = re.split(r"[,;，；]", text)
    return ",".join(tag.strip() for tag in tags if tag.strip())


def shelf_life_in_short(text: str) -> str | None:
    """A shelf life in short, like 30, 2w, 6m or 1y, also from "6个月"; None for what is none."""
    match = _SHELF_LIFE.fullmatch(text.lower())
    if not text or match is None:
        return None if text else ""
    unit = match[2] or ""
    return match[1] + _UNITS.get(unit, unit[:1])


def _days_of(code: ItemCode) -> int:
    """A code's shelf life in days; months and years are counted as 30 and 365."""
    count, unit = code.shelf_life or (0, "days")
    return count * {"days": 1, "weeks": 7, "months": 30, "years": 365}[unit]
