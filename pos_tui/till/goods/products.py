"""The shop's products: as they are typed, kept with their history, discontinued."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime

import apsw
from msgspec import Struct
from msgspec.structs import replace

from pos_tui.books import Books, BooksError
from pos_tui.books.catalogue.dated_prices import DatedPrice, dated_prices, set_dated_price
from pos_tui.books.catalogue.pinyin import pinyin_apart
from pos_tui.books.catalogue.product_changes import ProductChange, changes_of, write_changes
from pos_tui.books.catalogue.product_records import (
    ProductError,
    ProductRecord,
    put_pinyin,
    put_record,
    read_record,
)
from pos_tui.books.catalogue.products import find_product
from pos_tui.books.journal.entries import FieldChange
from pos_tui.codes import ItemCode, PaymentCode, Reading, RefusedCode
from pos_tui.money import AmountError, Currency, format_amount, parse_amount
from pos_tui.plain_text import plain_text
from pos_tui.reasons import Reason, because, plain, reason_of
from pos_tui.till.books_reader import books_reader

__all__ = ["DatedPrice", "FieldChange", "ProductChange", "ProductError", "ProductRecord"]

TEXT_FIELDS = ("name", "unit", "size", "category", "brand", "supplier", "tags", "initials")
FIELDS = ("name", "price", "unit", "size", "category", "tax", "codes", "brand", "supplier", "tags",
          "shelf_life", "initials", "age_limit", "deposit", "tare", "next_price",
          "starts")  # fmt: skip
"""The fields of a product as they are typed; `next_price` begins at the date in `starts`."""

_SHELF_LIFE = re.compile(r"(\d{1,4})\s*([dwmy]?)", re.ASCII)
_TARE = re.compile(r"(\d{1,4}) ?g?", re.ASCII | re.IGNORECASE)
_CASE = re.compile(r"(\d{1,4})\s*[xX×*]\s*(\S.*)", re.ASCII)
_SHORTEST_OF_A_CASE = 4  # 2X4 is a code of the shop's own
_COMMA = re.compile(r"[,，]")
_OLDEST = 99


class ProductDraft(Struct, frozen=True):
    """A product as it is to be kept, and the price that is to begin at a date, if one is.

    `seen` is the product as it was; `instead_of` the price that `next_price` replaces, which goes
    where there is none.
    """

    record: ProductRecord
    seen: ProductRecord
    next_price: DatedPrice | None = None
    instead_of: DatedPrice | None = None


class ShopProducts:
    """Reads and changes the products in the books."""

    def __init__(
        self,
        books: Books,
        currency: Currency,
        clock: Callable[[], datetime],
        read_code: Callable[[str], Reading],
        tax_classes: Sequence[str],
        by: Callable[[], str],
    ) -> None:
        """`read_code` tells what a scan means; `by` who changes something now."""
        self._books = books
        self._currency = currency
        self._clock = clock
        self._read_code = read_code
        self.tax_classes = tuple(tax_classes)
        self._by = by

    # ---- looking -----------------------------------------------------------------------------

    def find(self, code: str) -> ProductRecord | None:
        """The product with this code, as it is scanned, typed or kept. Raises BooksError."""
        with books_reader(self._books) as connection:
            for key in self._keys(code):
                found = find_product(connection, key)
                if found is not None:
                    return read_record(connection, found.id)
        return None

    def read(self, product_id: int) -> ProductRecord | None:
        """The product that the books keep under this number. Raises BooksError."""
        with books_reader(self._books) as connection:
            return read_record(connection, product_id)

    def next_prices(self, product_id: int) -> tuple[DatedPrice, ...]:
        """The prices that are to begin, in the shop's time. Raises BooksError."""
        zone = self._clock().tzinfo
        with books_reader(self._books) as connection:
            return tuple(
                replace(each, starts=each.starts.astimezone(zone))
                for each in dated_prices(connection, product_id)
            )

    def changes(self, product_id: int) -> list[ProductChange]:
        """What was changed of a product, the latest first. Raises BooksError."""
        with books_reader(self._books) as connection:
            return changes_of(connection, product_id)

    def code_of(self, text: str) -> str:
        """A scan as the books keep a product's code. Raises ProductError where it can be none."""
        return self._code(text, "codes")

    # ---- as it is typed ----------------------------------------------------------------------

    def texts_of(self, record: ProductRecord, next_price: DatedPrice | None) -> dict[str, str]:
        """A product as it would be typed."""
        texts = {name: getattr(record, name) for name in (*TEXT_FIELDS, "tax", "shelf_life")}
        texts |= {
            "price": format_amount(record.price, self._currency) if record.price else "",
            "codes": ", ".join(_typed_codes(record)),
            "age_limit": str(record.age_limit or ""),
            "deposit": printed_code(record.deposit),
            "tare": str(record.tare or ""),
            "next_price": "",
            "starts": "",
        }
        if next_price is not None:
            texts["next_price"] = format_amount(next_price.price, self._currency)
            texts["starts"] = f"{next_price.starts:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
        return texts

    def draft(self, texts: Mapping[str, str], before: ProductRecord | None = None) -> ProductDraft:
        """A product as it is typed; fields that are not given stay as they were in `before`.

        Raises ProductError, whose value `field` names the field.
        """
        record = before or ProductRecord((), "")
        upcoming = self.next_prices(record.id) if record.id else ()
        written = {**self.texts_of(record, next(iter(upcoming), None)), **texts}
        typed = {name: " ".join(plain_text(text).split()) for name, text in written.items()}
        codes = self._codes(typed["codes"], record)
        changed = replace(
            record,
            **{name: typed[name] for name in TEXT_FIELDS},
            price=self._amount(typed["price"], "price") if typed["price"] else 0,
            tax=self._tax_class(typed["tax"], record.tax),
            codes=tuple(codes),
            pieces=tuple((code, count) for code, count in codes.items() if count != 1),
            shelf_life=_shelf_life(typed["shelf_life"]),
            age_limit=_age_limit(typed["age_limit"]),
            deposit=self._deposit(typed["deposit"], record),
            tare=_tare(typed["tare"]),
        )
        if not changed.name:
            raise ProductError("product.no_name", field="name")
        if not changed.codes:
            raise ProductError("product.no_code", field="codes")
        instead_of = next(iter(upcoming), None)
        next_price = self._next_price(typed["next_price"], typed["starts"])
        if next_price == instead_of:
            return ProductDraft(changed, record)
        if next_price is not None and next_price.starts <= self._clock():
            raise ProductError("product.starts_past", text=typed["starts"], field="starts")
        return ProductDraft(changed, record, next_price, instead_of)

    # ---- changing ----------------------------------------------------------------------------

    def keep(self, draft: ProductDraft) -> tuple[ProductRecord, tuple[FieldChange, ...]]:
        """Keep a product as it is drafted: sold so from the next scan on. What was changed.

        Raises ProductError and BooksError.
        """
        now, by = self._clock(), self._by()

        def job(connection: apsw.Connection) -> tuple[ProductRecord, tuple[FieldChange, ...]]:
            product_id, changes = put_record(connection, draft.record, now, by, draft.seen)
            kept = read_record(connection, product_id)
            assert kept is not None
            dated = []
            for each, price in _dated(draft):
                change = set_dated_price(connection, product_id, each.starts, price, by)
                dated += [] if change is None else [change]
            write_changes(connection, now, product_id, kept.codes[0], dated, by)
            return kept, (*changes, *dated)

        return self._books.write(job).result()

    def renew_pinyin(self, record: ProductRecord) -> None:
        """Have a product that is new or renamed found by its pinyin; that takes about a second.

        Where it cannot be, the product is found by its characters all the same.
        """
        pinyin = pinyin_apart(record.name)
        if pinyin:
            with suppress(BooksError):
                self._books.write(lambda c: put_pinyin(c, record.id, record.name, pinyin)).result()

    def discontinue(self, record: ProductRecord, *, again: bool = False) -> ProductRecord:
        """Discontinue a product; `again`: it is sold as before. Raises ProductError, BooksError."""
        since = "" if again else self._clock().date().isoformat()
        return self.keep(ProductDraft(replace(record, discontinued=since), record))[0]

    # ---- inside ------------------------------------------------------------------------------

    def _keys(self, text: str) -> Iterator[str]:
        yield text.strip().upper()
        reading = self._read_code(text)
        for each in (reading, *reading.others):
            if isinstance(each, ItemCode):
                yield from (each.key, *each.aliases)

    def _codes(self, text: str, before: ProductRecord) -> dict[str, int]:
        """The codes that are typed, and how many pieces each stands for: 12x before a case's."""
        kept = {printed_code(code): code for code in before.codes}
        as_typed = dict(zip(_typed_codes(before), before.codes, strict=True))
        pieces = dict(before.pieces)
        found: dict[str, int] = {}
        for word in filter(None, (each.strip() for each in _COMMA.split(text))):
            match = _CASE.fullmatch(word)
            if word in as_typed:
                code = as_typed[word]
                count = pieces.get(code, 1)
            elif match and (match[2] in kept or len(match[2]) >= _SHORTEST_OF_A_CASE):
                code, count = kept.get(match[2]) or self._code(match[2], "codes"), int(match[1])
            else:
                code, count = kept.get(word) or self._code(word, "codes"), 1
            if not count:
                raise ProductError("product.no_pieces", text=word, field="codes")
            found[code] = count if count != 1 else found.get(code, 1)
        return found

    def _deposit(self, text: str, before: ProductRecord) -> str:
        word = next((word.strip() for word in _COMMA.split(text) if word.strip()), "")
        if word == printed_code(before.deposit):
            return before.deposit
        return self._code(word, "deposit")

    def _code(self, text: str, field: str) -> str:
        reading = self._read_code(text)
        if isinstance(reading, PaymentCode) or (
            isinstance(reading, ItemCode) and reading.like_payment
        ):
            raise ProductError("product.payment_code", field=field)
        if not isinstance(reading, ItemCode):
            why = reading.why if isinstance(reading, RefusedCode) else None
            if why is not None:
                raise ProductError("product.code_refused", code=text, why=why, field=field)
            raise ProductError("product.not_a_code", code=text, field=field)
        if reading.doubt is not None:
            raise ProductError("product.code_misread", code=text, why=reading.doubt, field=field)
        return reading.key

    def _amount(self, text: str, field: str) -> int:
        try:
            return parse_amount(text, self._currency)
        except AmountError as error:
            raise ProductError("product.no_amount", why=reason_of(error), field=field) from error

    def _tax_class(self, text: str, before: str) -> str:
        known = not self.tax_classes or text in ("", before, *self.tax_classes)
        if not known:
            raise ProductError(
                "product.no_tax_class", text=text, classes=self.tax_classes, field="tax"
            )
        return text

    def _next_price(self, price: str, starts: str) -> DatedPrice | None:
        if not price and not starts:
            return None
        if not price or not starts:
            field = "starts" if price else "next_price"
            raise ProductError("product.half_a_next_price", field=field)
        try:
            at = datetime.fromisoformat(starts)
        except ValueError as error:
            raise ProductError("product.no_date", text=starts, field="starts") from error
        if at.tzinfo is None:
            at = at.replace(tzinfo=self._clock().tzinfo)
        amount = self._amount(price, "next_price")
        return DatedPrice(at.replace(second=0, microsecond=0), amount)


def printed_code(code: str) -> str:
    """An item code as it is printed below the bars: a GTIN without the zero of its 14 digits."""
    return code[1:] if len(code) == 14 and code.isdigit() and code[0] == "0" else code


def _typed_codes(record: ProductRecord) -> list[str]:
    """A product's codes as they are typed; those of cases with their pieces before them."""
    pieces = dict(record.pieces)
    words = []
    for code in record.codes:
        printed, count = printed_code(code), pieces.get(code, 1)
        words.append(f"{count}x{printed}" if count != 1 or _CASE.fullmatch(printed) else printed)
    return words


def shown_change(change: ProductChange, currency: Currency) -> tuple[Reason, Reason]:
    """What stood in a field and what stands there now, as people write it."""
    before, after = (_shown(change.field, each, currency) for each in (change.before, change.after))
    return before, after


def _shown(field: str, text: str, currency: Currency) -> Reason:
    if field == "price":
        return plain(format_amount(int(text or 0), currency))
    if field == "dated_price" and text:
        price, _, starts = text.partition(" ")
        amount, at = format_amount(int(price), currency), datetime.fromisoformat(starts)
        return because("product.price_from", price=amount, at=f"{at:%Y-%m-%d %H:%M}")
    if field == "pieces" and text:
        cases = (each.partition("x") for each in text.split(", "))
        return plain(", ".join(f"{count}x{printed_code(code)}" for count, _, code in cases))
    if field in {"codes", "deposit"}:
        return plain(", ".join(printed_code(code) for code in text.split(", ")))
    return plain(text)


def _dated(draft: ProductDraft) -> Iterator[tuple[DatedPrice, int | None]]:
    """What happens to prices that begin at a date: the new price at each, None where it goes."""
    old, new = draft.instead_of, draft.next_price
    if old is not None and (new is None or new.starts.astimezone(UTC) != old.starts):
        yield old, None
    if new is not None:
        yield new, new.price


def _shelf_life(text: str) -> str:
    match = _SHELF_LIFE.fullmatch(text.lower())
    if text and match is None:
        raise ProductError("product.no_shelf_life", text=text, field="shelf_life")
    if match is None or not int(match[1]):
        return ""
    return match[1] + match[2].replace("d", "")


def _age_limit(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and int(text) <= _OLDEST):
        raise ProductError("product.no_age", text=text, most=_OLDEST, field="age_limit")
    return int(text)


def _tare(text: str) -> int:
    match = _TARE.fullmatch(text)
    if text and match is None:
        raise ProductError("product.no_tare", text=text, field="tare")
    return 0 if match is None else int(match[1])
