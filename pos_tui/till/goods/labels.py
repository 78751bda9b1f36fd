"""Labels made at the till; goods that came without a date get one here, and a lot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

import apsw
from msgspec import Struct
from msgspec.structs import replace

from pos_tui.books import Books, Product
from pos_tui.books.catalogue.offers import current_offers
from pos_tui.books.connection import open_connection
from pos_tui.books.journal import entries as journal
from pos_tui.books.movement import Movement
from pos_tui.books.paper.jobs import NewPrintJob
from pos_tui.books.stock.lots import put_lot
from pos_tui.books.stock.movements import MovingStock
from pos_tui.checkout.by_piece import is_by_piece
from pos_tui.checkout.expiry import DateKind
from pos_tui.devices.printers import PrinterError
from pos_tui.devices.printers.label_jobs import label_job, label_picture
from pos_tui.devices.printers.label_symbols import Dots, draw_symbol
from pos_tui.pricing import Goods, Occasion, Pricer
from pos_tui.pricing.unit_price import unit_price
from pos_tui.reasons import Reason, ReasonError, because
from pos_tui.receipts.labels import (
    LONGEST_LOT,
    LOT_LETTERS,
    Label,
    dated_code,
    gtin_for_label,
    label_lines,
    shelf_code,
)
from pos_tui.settings import TillSettings
from pos_tui.till.goods.stock import make_folder, write_whole
from pos_tui.till.paper.print_queue import not_on_paper
from pos_tui.till.paper.spool import PrintSpool

LabelForm = Literal["png", "escpos"]
MOST_COPIES = 200
_LABELLED = "labelled"


class LabelError(ReasonError):
    """A label that cannot be made; its reason says what to do."""


class DraftLabel(Struct, frozen=True):
    """A label, and what is written into the books once it is on paper.

    `dates_goods`: goods that were there without a lot are of this one from then on. `own_code`: the
    goods have no GTIN, and are known under this one of the shop's from then on.
    """

    label: Label
    product: Product
    copies: int
    dates_goods: bool = False
    own_code: str = ""


class ShopLabels:
    """Makes labels of the shop's goods, prints them, and keeps the lots that they name."""

    def __init__(
        self,
        settings: TillSettings,
        books: Books,
        clock: Callable[[], datetime],
        spool: PrintSpool,
        language: str,
        by: Callable[[], str],
    ) -> None:
        """`clock` gives aware times in the shop's zone; labels are in `language`; `by` is who is
        at the till.
        """
        self._settings = settings
        self._books = books
        self._clock = clock
        self._spool = spool
        self._language = language
        self._by = by

    def product(self, code: str) -> Product | None:
        """The product with this item code, as the books have it. Raises BooksError."""
        return self._books.product(code)

    def draft(
        self,
        product: Product,
        copies: int = 1,
        expires_on: date | None = None,
        lot: str = "",
        kind: DateKind = "use_by",
    ) -> DraftLabel:
        """A label: a shelf's, or with a last good day or a lot one of the goods themselves.

        A lot that the books know has its day there. With a day, goods that have none get it, and
        the day is their lot where no other is given. Raises LabelError, BooksError.
        """
        if not 1 <= copies <= MOST_COPIES:
            raise LabelError("label.wrong_copies", most=MOST_COPIES)
        lot = lot.strip()
        if len(lot) > LONGEST_LOT or not LOT_LETTERS.issuperset(lot):
            raise LabelError("label.wrong_lot", lot=lot, most=LONGEST_LOT)
        shown = Label(
            name=product.name,
            price=product.price,
            money=self._settings.currency,
            code=shelf_code(product.code),
            by_measure=unit_price(product.price, product.size, product.name),
            unit=product.unit,
            language=self._language,
        )
        if expires_on is None and not lot:
            return DraftLabel(shown, product, copies)
        connection = open_connection(self._books.path)
        try:
            is_dated = expires_on is not None
            expires_on, lot, kind = _lot_of(connection, product, expires_on, lot, kind)
            if expires_on < self._clock().date():
                raise LabelError("label.past", name=product.name, day=f"{expires_on:%Y-%m-%d}")
            gtin, is_own = gtin_for_label(product.code, product.id)
            reduced = self._reduced(connection, product, expires_on, lot)
        finally:
            connection.close()
        shown = replace(
            shown,
            code=dated_code(gtin, lot, expires_on, kind),
            lot=lot,
            expires_on=expires_on,
            date_kind=kind,
            reduced=reduced,
        )
        return DraftLabel(shown, product, copies, is_dated, gtin if is_own else "")

    def print(self, draft: DraftLabel) -> Reason:
        """Print a label and keep its lot; without a printer it is put into a file.

        Returns what was done. Raises PrinterError, OrderFileError, BooksError.
        """
        count, name = draft.copies, draft.product.name
        if not self._spool.has_printer_for("labels"):
            make_folder(self._books.path.parent / "labels")
            path = self._free_path()
            self.write(draft, path)
            return because("label.put_into_file", path=str(path))
        job = self.job(draft)
        number, at, by = draft.product.id, self._clock(), self._by()
        new = NewPrintJob("label", number, lambda _: job, at, by, role="labels")
        outcome = self._spool.print_or_drop(new)
        if outcome.state == "waiting" and outcome.why is not None:
            raise PrinterError(outcome.why)
        self._keep(draft)  # also where only some may be on paper
        if not outcome.is_printed:
            return not_on_paper(outcome)
        return because("label.printed", count=count, name=name)

    def write(
        self, draft: DraftLabel, path: Path, form: str = "png", font: Path | None = None
    ) -> None:
        """Write a label to a file, as a picture or as the printer's job; then keep its lot.

        Raises PrinterError, OrderFileError, BooksError.
        """
        content = self.job(draft) if form == "escpos" else self.picture(draft, font)
        write_whole(path, content)
        self._keep(draft)

    def job(self, draft: DraftLabel) -> bytes:
        """The printer's job: each copy is cut off. Raises PrinterError."""
        printer, symbol = self._settings.printer_of("labels"), _symbol_of(draft.label)
        lines = [(line.text, line.style) for line in label_lines(draft.label, printer.columns)]
        text = "" if draft.label.code is None else draft.label.code.text
        return label_job(lines, symbol, text, printer) * draft.copies

    def picture(self, draft: DraftLabel, font: Path | None = None) -> bytes:
        """The label as a PNG; `font` is a file with its letters. Raises PrinterError."""
        lines = [(line.text, line.style) for line in label_lines(draft.label, 28)]
        text = "" if draft.label.code is None else draft.label.code.text
        return label_picture(lines, _symbol_of(draft.label), text, font)

    def _keep(self, draft: DraftLabel) -> None:
        """From now on the books know the lot, and under which code a label names the goods."""
        label, product = draft.label, draft.product
        if label.expires_on is None:
            return
        at, by, day = self._clock(), self._by(), label.expires_on
        pieces = draft.copies if _is_piece(product) and draft.dates_goods else 0
        note = journal.Noted("label", f"{product.code} {label.lot} {day} x{draft.copies} {by}")

        def job(connection: apsw.Connection) -> None:
            if draft.own_code:
                connection.execute(
                    "INSERT OR IGNORE INTO item_codes (code, product_id, alternative)"
                    " VALUES (?, ?, 1)",
                    (draft.own_code, product.id),
                )
            put_lot(connection, product.id, label.lot, day, kind=label.date_kind)
            _move_to_lot(connection, product.id, label.lot, 1000 * pieces, at, by)
            journal.append(connection, at.isoformat(), 0, journal.encode(note))

        self._books.write(job).result()

    def _reduced(
        self, connection: apsw.Connection, product: Product, day: date, lot: str
    ) -> int | None:
        """What one costs now by the offers on goods near their date; None for the same."""
        if not product.price:
            return None
        goods = Goods(product.code, product.price, Decimal(1), product.terms, day, lot)
        pricer = Pricer(current_offers(connection))
        pricer.put(1, goods)
        pricer.price(Occasion(self._clock()))
        actual = pricer.priced[1].actual
        return actual if actual < product.price else None

    def _free_path(self) -> Path:
        """A name that is free in the folder for labels."""
        folder = self._books.path.parent / "labels"
        begin = f"label-{self._clock():%Y%m%d-%H%M%S}"
        names = (f"{begin}.png", *(f"{begin}-{n}.png" for n in range(2, 1000)))
        return next(path for name in names if not (path := folder / name).exists())


def _lot_of(
    connection: apsw.Connection,
    product: Product,
    expires_on: date | None,
    lot: str,
    kind: DateKind,
) -> tuple[date, str, DateKind]:
    """The last good day of a label's goods, their lot, and which kind of day it is."""
    if not lot:
        assert expires_on is not None
        lot = f"{expires_on:%y%m%d}"
    row = connection.execute(
        "SELECT expires_on, kind FROM lots WHERE product_id = ? AND lot = ?", (product.id, lot)
    ).fetchone()
    if row is None:
        if expires_on is None:
            raise LabelError("label.no_day", name=product.name, lot=lot)
        return expires_on, lot, kind
    known = date.fromisoformat(str(row[0]))
    if expires_on is not None and expires_on != known:
        raise LabelError("label.other_day", name=product.name, lot=lot, day=f"{known:%Y-%m-%d}")
    return known, lot, str(row[1])  # type: ignore[return-value]


def _move_to_lot(
    connection: apsw.Connection, product_id: int, lot: str, quantity: int, at: datetime, by: str
) -> None:
    """Goods that were there without a lot are of this one now, at the cost that they had."""
    stock = MovingStock(connection)
    before = stock.there(product_id).get("")
    quantity = 0 if before is None else min(quantity, before.quantity)
    if before is None or quantity <= 0:
        return
    stock.move(Movement(product_id, "", -quantity, "repacked", reason=_LABELLED))
    after = stock.there(product_id)[""]
    uncosted = max(before.uncosted - after.uncosted, 0)
    cost = before.cost - after.cost
    if uncosted < quantity:
        there = Movement(product_id, lot, quantity - uncosted, "repacked", cost, _LABELLED)
        stock.move(there)
    if uncosted:
        stock.move(Movement(product_id, lot, uncosted, "repacked", reason=_LABELLED))
    stock.write(at, by)


def _is_piece(product: Product) -> bool:
    return not product.unit.strip() or is_by_piece(product.unit, product.code)


def _symbol_of(label: Label) -> Dots | None:
    code = label.code
    return None if code is None else draw_symbol(code.symbol, code.content)
