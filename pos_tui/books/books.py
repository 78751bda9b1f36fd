"""The books as the till holds them: a read connection, the writer, and the shop's acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import apsw

from pos_tui.books.catalogue.lots import lots_on_hand, put_aside
from pos_tui.books.catalogue.offers import count_uses, readable_offers
from pos_tui.books.catalogue.products import Product, find_product, search_products
from pos_tui.books.connection import migrate, open_connection
from pos_tui.books.journal import entries as journal
from pos_tui.books.sales.sales import (
    HeldSale,
    close_sale,
    find_order,
    held_sales,
    hold_sale,
    keep_explanation,
    last_paid_numbers,
    next_sale_number,
    open_sale,
    paid_sale,
    put_order,
    recalled_sale,
    set_sale_state,
    set_stream_position,
    stream_position,
    unfinished_sale,
)
from pos_tui.books.writer import Writer
from pos_tui.checkout.expiry import Lot
from pos_tui.checkout.orders import Order
from pos_tui.checkout.sale import Customer, Sale, SaleState, Tender
from pos_tui.pricing import Offer
from pos_tui.pricing.tax import NO_TAX, TaxSystem
from pos_tui.reasons import Reason

if TYPE_CHECKING:
    from pos_tui.checkout.explained import ExplainedSale

_Result = TypeVar("_Result")
FILE_NAME = "books.db"


class Books:
    """One shop's books in a folder. Look-ups are direct; whatever is written goes to one thread."""

    def __init__(self, folder: Path) -> None:
        """Open, or make, the books in this folder. Raises BooksError."""
        self.path = folder / FILE_NAME
        self._reader = open_connection(self.path)
        migrate(self._reader)
        self._writer = Writer(self.path)
        self.tax: TaxSystem = NO_TAX
        self.offers: tuple[Offer, ...] = ()
        self.unread_offers = 0

    def close(self) -> None:
        """Write what waits and close."""
        self._reader.close()
        self._writer.close()

    def on_trouble(self, notify: Callable[[Reason | None], None]) -> None:
        """Whom to notify, from the writer's thread, when the disk refuses (None: it is over)."""
        self._writer.on_trouble = notify

    def write(self, job: Callable[[apsw.Connection], _Result]) -> Future[_Result]:
        """Run a change on the write connection; the future is done once it is on disk."""
        return self._writer.submit(job)

    # ---- looking up --------------------------------------------------------------------------

    def product(self, code: str) -> Product | None:
        """The product with this item code."""
        return find_product(self._reader, code)

    def search(self, words: str) -> list[Product]:
        """Products that match these words."""
        return search_products(self._reader, words)

    def lots_of(self, product_id: int) -> list[Lot]:
        """The lots of a product on hand."""
        return lots_on_hand(self._reader, product_id)

    def refresh_offers(self) -> None:
        """Read the offers anew; done at the start of each sale."""
        self.offers, self.unread_offers = readable_offers(self._reader)

    def customer(self, code: str) -> Customer | None:
        """The customer whose card has this code."""
        from pos_tui.books.people.customers import find_customer

        found = find_customer(self._reader, code)
        return None if found is None else Customer(found.code, found.name, found.group)

    def needs_approval(self) -> bool:
        """Whether the shop has a supervisor who could approve."""
        from pos_tui.books.people.staff import has_supervisor

        return has_supervisor(self._reader)

    def set_latest_entry(self, at: datetime, by: str, sale: Sale) -> None:
        """This machine's clock had been wrong: an earlier time is the latest from now on."""
        body = journal.encode(journal.Noted("clock", by))
        number = sale.number

        def job(connection: apsw.Connection) -> None:
            journal.append(connection, at.isoformat(), number, body)
            journal.set_latest(connection, at)

        self._writer.post(job)

    def latest_entry(self) -> datetime | None:
        """The latest time in the journal."""
        return journal.latest(self._reader)

    # ---- sales -------------------------------------------------------------------------------

    def next_sale_number(self) -> int:
        """The number of the next new sale."""
        return next_sale_number(self._reader)

    def unfinished_sale(self) -> Sale | None:
        """The sale that was under way when the till last stopped."""
        return unfinished_sale(self._reader, self.offers, self.tax)

    def new_sale(self, number: int, at: datetime) -> Sale:
        """A sale that begins, priced by the offers as they are now."""
        return Sale(number, at, self.offers, self.tax)

    def held(self) -> list[HeldSale]:
        """The sales that were put aside, the latest first."""
        return held_sales(self._reader)

    def recalled(self, number: int) -> Sale:
        """A sale that was put aside. Raises LookupError when it is not."""
        return recalled_sale(self._reader, number, self.offers, self.tax)

    def last_paid_numbers(self, most: int) -> list[int]:
        """The numbers of the sales that were paid last, the latest first."""
        return last_paid_numbers(self._reader, most)

    def paid_sale(self, number: int) -> tuple[Sale, datetime, Tender]:
        """A paid sale, when it was paid, and by what. Raises LookupError when it is not."""
        return paid_sale(self._reader, number, self.tax)

    def order(self, order_no: str) -> Order | None:
        """The order with this number."""
        return find_order(self._reader, order_no)

    def stream_position(self, stream: str) -> str:
        """The id of the last message accepted from a stream."""
        return stream_position(self._reader, stream)

    def record(self, sale: Sale, at: datetime, act: journal.Act) -> None:
        """Journal one act of a sale, soon; the first act writes the sale itself down too."""
        body, when, number, opened_at = (
            journal.encode(act),
            at.isoformat(),
            sale.number,
            sale.opened_at,
        )

        def job(connection: apsw.Connection) -> None:
            open_sale(connection, number, opened_at)
            journal.append(connection, when, number, body)

        self._writer.post(job)

    def keep_order(
        self, order: Order, at: datetime, state: SaleState, detail: str = ""
    ) -> Future[None]:
        """Write an order's state and its sale's, journalled; done once it is on disk."""
        body = journal.encode(journal.Noted(f"order {order.state}", f"{order.order_no} {detail}"))

        def job(connection: apsw.Connection) -> None:
            put_order(connection, order)
            set_sale_state(connection, order.sale_no, state)
            journal.append(connection, at.isoformat(), order.sale_no, body)

        return self._writer.submit(job)

    def confirm_expired(self, sale: Sale, at: datetime, act: journal.WarningConfirmed) -> None:
        """Journal that an expired item was dealt with, and note in the stock what became of it."""
        body, when, number = journal.encode(act), at.isoformat(), sale.number
        warning = act.warning

        def job(connection: apsw.Connection) -> None:
            put_aside(
                connection,
                warning.product_id,
                warning.lot,
                warning.quantity,
                act.then,
                number,
                act.by,
                at,
            )
            journal.append(connection, when, number, body)

        self._writer.post(job)

    def explain(self, explained: ExplainedSale) -> None:
        """Keep, soon, why a paid sale cost what it did."""
        self._writer.post(lambda connection: keep_explanation(connection, explained))

    def hold(self, sale: Sale, at: datetime, by: str) -> None:
        """Put an open sale aside, soon."""
        body = journal.encode(journal.Noted("held", by))
        number, opened_at, total = sale.number, sale.opened_at, sale.list.totals.total

        def job(connection: apsw.Connection) -> None:
            open_sale(connection, number, opened_at)
            hold_sale(connection, number, at, total)
            journal.append(connection, at.isoformat(), number, body)

        self._writer.post(job)

    def recall(self, sale: Sale, instead_of: Sale, at: datetime, by: str) -> None:
        """Recall a sale, soon; the empty one that was open gives way to it."""
        body = journal.encode(journal.Noted("recalled", by))
        number, other = sale.number, instead_of.number

        def job(connection: apsw.Connection) -> None:
            if other != number:
                set_sale_state(connection, other, "void")
            set_sale_state(connection, number, "open")
            journal.append(connection, at.isoformat(), number, body)

        self._writer.post(job)

    def wait(self) -> None:
        """Wait until what was handed over so far is written down. Raises BooksError."""
        self._writer.submit(lambda _connection: None).result()

    def complete(
        self,
        sale_no: int,
        at: datetime,
        total: int,
        tender: Tender,
        order: Order | None = None,
        message: tuple[str, str] | None = None,
        uses: Mapping[int, int] | None = None,
    ) -> Future[None]:
        """Complete a sale, its order and the stream's position together, or nothing of it.

        `message` is the (stream, id) that brought it, if one did; `uses` how often offers that
        are counted applied. Done once it is on disk.
        """
        source = "" if order is None else f"redis {message[1]}" if message else "gateway"
        detail = f"{tender.kind} {tender.order_no} {source}".strip()
        body = journal.encode(journal.Noted("paid", detail))

        def job(connection: apsw.Connection) -> None:
            if order is not None:
                put_order(connection, order)
            close_sale(connection, sale_no, at, total, tender)
            count_uses(connection, uses or {})
            if message is not None:
                set_stream_position(connection, *message)
            journal.append(connection, at.isoformat(), sale_no, body)

        return self._writer.submit(job)

    def void(self, sale: Sale, at: datetime) -> Future[None]:
        """Void a sale."""
        body = journal.encode(journal.Noted("void"))
        number, opened_at = sale.number, sale.opened_at

        def job(connection: apsw.Connection) -> None:
            open_sale(connection, number, opened_at)
            set_sale_state(connection, number, "void")
            journal.append(connection, at.isoformat(), number, body)

        return self._writer.submit(job)

    def keep_position(self, stream: str, last_id: str, at: datetime, note: str) -> None:
        """Keep how far a stream is read when its message changed nothing, and note why."""
        body = journal.encode(journal.Noted("message", note))

        def job(connection: apsw.Connection) -> None:
            set_stream_position(connection, stream, last_id)
            if note:
                journal.append(connection, at.isoformat(), 0, body)

        self._writer.post(job)
