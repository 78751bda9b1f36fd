"""The books as the till holds them: a read connection, the writer, and the shop's acts."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import apsw

from pos_tui.books.beside import MissingSales, are_empty, is_head_known, sales_not_in_books
from pos_tui.books.catalogue.dated_prices import are_prices_due, begin_prices
from pos_tui.books.catalogue.offers import readable_offers
from pos_tui.books.catalogue.products import Product, find_product, product_of_id
from pos_tui.books.connection import (
    BooksError,
    as_books_error,
    first_damage,
    migrate,
    open_connection,
    readable,
)
from pos_tui.books.journal import entries as journal
from pos_tui.books.journal.key import make_key, read_key
from pos_tui.books.movement import Movement, thousandths
from pos_tui.books.sales.paper import receipts_due
from pos_tui.books.sales.sales import (
    HeldSale,
    UnfinishedSales,
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
    set_aside,
    set_sale_state,
    set_stream_position,
    stream_position,
    unfinished_sales,
)
from pos_tui.books.stock.lots import lots_on_hand
from pos_tui.books.writer import Writer
from pos_tui.checkout.expiry import Lot
from pos_tui.checkout.orders import Order
from pos_tui.checkout.sale import Customer, Sale, SaleState
from pos_tui.checkout.tenders import Tender
from pos_tui.pricing import Offer
from pos_tui.pricing.tax import NO_TAX, TaxSystem
from pos_tui.reasons import Reason, because, plain

if TYPE_CHECKING:
    from pos_tui.books.catalogue.searching import GoodsSearching
    from pos_tui.books.paper.jobs import PrintJob
    from pos_tui.books.people.accounts import CustomerAccount
    from pos_tui.books.people.permissions import Role
    from pos_tui.books.sales.completing import Closing, NewVouchers
    from pos_tui.books.sales.late_money import LateState
    from pos_tui.books.vouchers.vouchers import Voucher
    from pos_tui.checkout.explained import ExplainedSale
    from pos_tui.checkout.refunds import PaidPart
    from pos_tui.checkout.returns import ReturnableLine
    from pos_tui.money import Currency

_Result = TypeVar("_Result")
FILE_NAME = "books.db"
_TAKEN_OVER = (
    "SELECT EXISTS (SELECT 1 FROM movements WHERE journal = 0),"
    " EXISTS (SELECT 1 FROM ledger_entries WHERE kind <> 'goods')"
)


class Books:
    """One shop's books in a folder. Look-ups are direct; whatever is written goes to one thread.

    `day_ends_at` is the hour at which an accounting day ends, where that is after midnight.
    """

    def __init__(self, folder: Path) -> None:
        """Open, or make, the books in this folder. Raises BooksError."""
        self.path = folder / FILE_NAME
        self._key = read_key(folder)
        self._reader = open_connection(self.path)
        if not os.access(self.path, os.W_OK):  # before a customer pays, not after
            self._reader.close()
            why = because("books.read_only")
            raise BooksError("books.cannot_open", path=str(self.path), why=why)
        self._lowest_free = 1
        self.missing: MissingSales | None = None
        try:
            migrate(self._reader)
            self._look_beside(folder)
            self.are_lost = bool(self._key) and are_empty(self._reader)
        except (apsw.Error, OSError) as error:
            self._reader.close()
            raise as_books_error(error) from error
        except BooksError:
            self._reader.close()
            raise
        self._examiner: apsw.Connection | None = None
        self._searching: GoodsSearching | None = None
        self._writer = Writer(self.path)
        self.tax: TaxSystem = NO_TAX
        self.offers: tuple[Offer, ...] = ()
        self.unread_offers = 0
        self.day_ends_at = 0

    def close(self) -> None:
        """Write what waits and close."""
        self.stop_examining()
        if self._searching is not None:
            self._searching.close()
        self._reader.close()
        self._writer.close()

    def on_trouble(self, notify: Callable[[Reason | None], None]) -> None:
        """Whom to notify, from the writer's thread, when the disk refuses (None: it is over)."""
        self._writer.on_trouble = notify

    def write(self, job: Callable[[apsw.Connection], _Result]) -> Future[_Result]:
        """Run a change on the write connection; the future is done once it is on disk."""
        return self._writer.submit(job)

    def examine(self) -> Reason | None:
        """Read the whole file once; what is wrong with it. It may take seconds, and is broken off
        when the books are closed.
        """
        self._examiner = examiner = open_connection(self.path)
        try:
            return first_damage(examiner)
        finally:
            self._examiner = None
            examiner.close()

    def stop_examining(self) -> None:
        """Break off the reading of the whole file, where it is under way."""
        examiner = self._examiner
        if examiner is not None:
            with contextlib.suppress(apsw.Error):  # it may have ended by itself just now
                examiner.interrupt()

    def _look_beside(self, folder: Path) -> None:
        self.missing = sales_not_in_books(self._reader, folder)
        if self.missing is not None:
            self._lowest_free = self.missing.last + 1

    # ---- looking up --------------------------------------------------------------------------

    @readable
    def product(self, code: str, at: datetime | None = None) -> Product | None:
        """The product with this item code, at the price of an aware moment."""
        return find_product(self._reader, code, 0 if at is None else int(at.timestamp()))

    @readable
    def product_of_id(self, product_id: int, at: datetime) -> Product | None:
        """The product that the books keep under this number, at the price of an aware moment."""
        return product_of_id(self._reader, product_id, int(at.timestamp()))

    @readable
    def begin_prices(self, at: datetime) -> Future[None] | None:
        """Prices that have begun become their products' prices; None where none has."""
        if not are_prices_due(self._reader, at):
            return None
        return self._writer.submit(lambda connection: begin_prices(connection, at))

    @readable
    def search(self, words: str) -> list[Product]:
        """Products that match these words, those whose names begin so first."""
        if self._searching is None:
            from pos_tui.books.catalogue.searching import GoodsSearching

            self._searching = GoodsSearching(self._reader, self.path)
        return self._searching.find(words)

    @contextlib.contextmanager
    def goods_rows(self, currency: Currency) -> Iterator[Iterator[Sequence[str | Decimal]]]:
        """Every product as the cells of a row of an export, as they all are at one moment.

        Raises BooksError.
        """
        from pos_tui.books.catalogue.goods_file.writing import goods_rows

        reader = open_connection(self.path)
        try:
            with reader:
                yield goods_rows(reader, currency)
        except apsw.Error as error:
            raise as_books_error(error) from error
        finally:
            reader.close()

    @readable
    def lots_of(self, product_id: int) -> list[Lot]:
        """The lots of a product on hand."""
        return lots_on_hand(self._reader, product_id)

    @readable
    def refresh_offers(self) -> None:
        """Read the offers anew; done at the start of each sale."""
        self.offers, self.unread_offers = readable_offers(self._reader)

    @readable
    def customer(self, code: str) -> Customer | None:
        """The customer whose card has this code."""
        from pos_tui.books.people.customers import find_customer

        found = find_customer(self._reader, code)
        return None if found is None else Customer(found.code, found.name, found.group)

    @readable
    def voucher(self, number: str) -> Voucher | None:
        """The shop's voucher with this whole number."""
        from pos_tui.books.vouchers.vouchers import find_voucher

        return find_voucher(self._reader, number)

    @readable
    def vouchers_of_sale(self, number: int) -> list[Voucher]:
        """The vouchers that a sale sold."""
        from pos_tui.books.vouchers.vouchers import vouchers_of_sale

        return vouchers_of_sale(self._reader, number)

    @readable
    def unit_cost(self, product_id: int, lot: str) -> int | None:
        """What one unit of a product's lot costs (minor units); None where nothing is known."""
        from pos_tui.books.stock.movements import unit_cost

        return unit_cost(self._reader, product_id, lot)

    @readable
    def account(self, code: str) -> CustomerAccount | None:
        """The account of the customer with this code; None where there is neither."""
        from pos_tui.books.people.accounts import find_account

        return find_account(self._reader, code)

    @readable
    def staff_roles(self) -> dict[str, Role]:
        """Everyone on the staff and their roles."""
        from pos_tui.books.people.staff import staff_roles

        return staff_roles(self._reader)

    @readable
    def name_on_badge(self, code: str) -> str:
        """Whose badge has this code; "" where it is none."""
        from pos_tui.books.people.badges import name_on_badge

        return name_on_badge(self._reader, code)

    def set_latest_entry(self, at: datetime, by: str, sale: Sale) -> None:
        """This machine's clock had been wrong: an earlier time is the latest from now on."""
        body = journal.encode(journal.Noted("clock", by))
        number = sale.number

        def job(connection: apsw.Connection) -> None:
            journal.append(connection, at.isoformat(), number, body)
            journal.set_latest(connection, at)

        self._writer.post(job)

    @readable
    def latest_entry(self) -> datetime | None:
        """The latest time in the journal."""
        return journal.latest(self._reader)

    # ---- sales -------------------------------------------------------------------------------

    @readable
    def next_sale_number(self) -> int:
        """The number of the next new sale."""
        self._lowest_free = max(next_sale_number(self._reader), self._lowest_free)
        return self._lowest_free

    @property
    def lowest_free(self) -> int:
        """The lowest number that no sale has had, as far as this till has seen since its start."""
        return self._lowest_free

    def keep_free(self, number: int) -> None:
        """This number, and those before it, have been used, also where the books do not say so."""
        self._lowest_free = max(self._lowest_free, number + 1)

    @readable
    def journal_head(self) -> str:
        """How far the journal is on disk: rows, a hyphen, the last row's hash; "" without rows."""
        return str(journal.head(self._reader) or "")

    @readable
    def paid_head(self, number: int) -> str:
        """How far the journal was when a sale was paid, in the same form."""
        return str(journal.paid_head(self._reader, number) or "")

    @readable
    def has_head(self, text: str) -> bool:
        """Whether the journal has a row that somebody else remembers, as it was then."""
        return is_head_known(self._reader, text)

    @readable
    def receipts_due(self) -> list[int]:
        """The paid sales whose receipts are not print jobs yet, the earliest first."""
        return receipts_due(self._reader)

    @readable
    def open_print_jobs(self) -> list[PrintJob]:
        """The print jobs that are not over, the earliest first, without their bytes."""
        from pos_tui.books.paper.jobs import open_jobs

        return open_jobs(self._reader)

    def post(self, job: Callable[[apsw.Connection], object]) -> None:
        """Run a change on the write connection soon; it is kept until the disk accepts it."""
        self._writer.post(job)

    @readable
    def cash_in_drawer(self) -> int:
        """What should be in the drawer, in minor units."""
        from pos_tui.books.ledger.accounts import DRAWER
        from pos_tui.books.ledger.posting import balance

        return balance(self._reader, DRAWER)

    def use_journal_key(self, at: datetime) -> None:
        """From now on the journal is chained with the till's own key, if it is not already.

        The key is made here where there is none. Raises BooksError.
        """
        try:
            key = self._key = self._key or make_key(self.path.parent)
        except OSError as error:
            why = plain(error.strerror or str(error))
            folder = str(self.path.parent)
            raise BooksError("books.folder_unusable", folder=folder, why=why) from error

        def job(connection: apsw.Connection) -> None:
            journal.use_key(connection, at, key)
            _take_over(connection, at)

        self._writer.post(job)

    @readable
    def unfinished_sales(self) -> UnfinishedSales:
        """The sales that were under way when the till last stopped."""
        return unfinished_sales(self._reader, self.offers, self.tax)

    def new_sale(self, number: int, at: datetime) -> Sale:
        """A sale that begins, priced by the offers as they are now."""
        return Sale(number, at, self.offers, self.tax)

    @readable
    def held(self) -> list[HeldSale]:
        """The sales that were put aside, the latest first."""
        return held_sales(self._reader)

    @readable
    def recalled(self, number: int) -> Sale:
        """A sale that was put aside. Raises LookupError when it is not."""
        return recalled_sale(self._reader, number, self.offers, self.tax)

    @readable
    def last_paid_numbers(self, most: int) -> list[int]:
        """The numbers of the sales that were paid last, the latest first."""
        return last_paid_numbers(self._reader, most)

    @readable
    def paid_sale(self, number: int) -> tuple[Sale, datetime, tuple[Tender, ...]]:
        """A paid sale, when it was paid, and by what. Raises LookupError when it is not."""
        return paid_sale(self._reader, number, self.tax)

    @readable
    def returnable_lines(self, number: int) -> tuple[ReturnableLine, ...]:
        """The lines of a paid sale, and what has come back of each. Raises LookupError."""
        from pos_tui.books.sales.returned_lines import returnable_lines

        return returnable_lines(self._reader, number, self.tax)

    @readable
    def is_deposit(self, product_id: int) -> bool:
        """Whether a product is the deposit of goods."""
        return bool(
            self._reader.execute(
                "SELECT 1 FROM products WHERE deposit_id = ? AND deposit_id > 0 LIMIT 1",
                (product_id,),
            ).fetchone()
        )

    @readable
    def is_of_open_shift(self, number: int) -> bool:
        """Whether a sale was paid in the shift that is open."""
        return bool(
            self._reader.execute(
                "SELECT 1 FROM sales s JOIN shifts t ON t.number = s.shift"
                " WHERE s.number = ? AND s.state = 'paid' AND t.closed_at IS NULL",
                (number,),
            ).fetchone()
        )

    @readable
    def last_sold_number(self) -> int:
        """The number of the last sale that sold goods, as far as the books keep them; else 0."""
        (last,) = self._reader.execute("SELECT max(sale_no) FROM sold_lines").fetchone() or (0,)
        return int(str(last or 0))

    @readable
    def came_back_in(self, number: int) -> bool:
        """Whether goods came back in this sale."""
        return bool(
            self._reader.execute(
                "SELECT 1 FROM returned_lines WHERE return_sale = ? LIMIT 1", (number,)
            ).fetchone()
        )

    @readable
    def paid_parts(self, number: int) -> tuple[PaidPart, ...]:
        """What a paid sale was paid with, less what has gone back of it. Raises LookupError."""
        from pos_tui.books.sales.returned_lines import parts_of_sale

        return parts_of_sale(self._reader, number, self.tax)

    @readable
    def order(self, order_no: str) -> Order | None:
        """The order with this number."""
        return find_order(self._reader, order_no)

    @readable
    def orders_given_up(self, since: datetime) -> list[Order]:
        """The orders since an aware moment that will not be paid, for which money may come late."""
        from pos_tui.books.sales.late_money import orders_given_up

        return orders_given_up(self._reader, since)

    def note_late_money(
        self, order: Order, state: LateState, at: datetime, by: str = ""
    ) -> Future[bool]:
        """Note where money is that came for an order given up; True where that is news."""
        from pos_tui.books.sales.late_money import note_late_money

        return self._writer.submit(lambda c: note_late_money(c, order, state, at, by))

    @readable
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
        self,
        order: Order,
        at: datetime,
        state: SaleState,
        detail: str = "",
        tender: Tender | None = None,
    ) -> Future[None]:
        """Write an order's state, its sale's and its tender's, journalled; done once on disk."""
        body = journal.encode(journal.Noted(f"order {order.state}", f"{order.order_no} {detail}"))
        put = None if tender is None else journal.encode(journal.TenderPut(tender))

        def job(connection: apsw.Connection) -> None:
            put_order(connection, order)
            set_sale_state(connection, order.sale_no, state)
            if put is not None:
                journal.append(connection, at.isoformat(), order.sale_no, put)
            journal.append(connection, at.isoformat(), order.sale_no, body)

        return self._writer.submit(job)

    def keep_tenders(
        self,
        sale_no: int,
        tenders: Sequence[Tender],
        at: datetime,
        state: SaleState,
        by: str = "",
    ) -> Future[None]:
        """Write tenders of a sale as they stand now, and its state; done once on disk.

        One that was given back leaves the ledger's account of its money in the same moment.
        """
        bodies = [journal.encode(journal.TenderPut(tender)) for tender in tenders]
        from pos_tui.books.ledger.of_sales import entry_of_return
        from pos_tui.books.ledger.posting import post
        from pos_tui.books.shift import need_shift

        back = [entry_of_return(sale_no, each) for each in tenders if each.state == "given_back"]

        def job(connection: apsw.Connection) -> None:
            set_sale_state(connection, sale_no, state)
            for body in bodies:
                journal.append(connection, at.isoformat(), sale_no, body)
            for entry in back:
                need_shift(connection, at, self.day_ends_at)
                post(connection, at, by, entry)
            for tender in tenders:
                if tender.voucher and tender.state == "given_back":
                    from pos_tui.books.vouchers.vouchers import give_voucher_back

                    give_voucher_back(connection, at, by, tender.voucher, tender.amount, sale_no)

        return self._writer.submit(job)

    def claim_returns(self, sale: Sale) -> Future[None]:
        """Claim what comes back in a sale, before any money does; done once it is on disk.

        The future raises BackMeanwhileError where something of it has come back already, and
        TenderRefusedError where a voucher of a sale that is voided is not whole any more.
        """
        from pos_tui.books.sales.returned_lines import claim_returns

        number, opened_at, returns = sale.number, sale.opened_at, sale.returns

        def job(connection: apsw.Connection) -> None:
            open_sale(connection, number, opened_at)
            claim_returns(connection, number, returns)

        return self._writer.submit(job)

    def drop_claims(self, sale_no: int) -> None:
        """What a sale had claimed does not come back in it after all, soon."""
        from pos_tui.books.sales.returned_lines import drop_claims

        self._writer.post(lambda connection: drop_claims(connection, sale_no))

    def put_aside(self, sale_no: int, at: datetime | None, by: str) -> None:
        """Note, soon, that a sale waits aside for its payment; `at` None: it is in front again."""
        body = journal.encode(journal.Noted("in front" if at is None else "aside", by))

        def job(connection: apsw.Connection) -> None:
            set_aside(connection, sale_no, at)
            if at is not None:
                journal.append(connection, at.isoformat(), sale_no, body)

        self._writer.post(job)

    def confirm_expired(self, sale: Sale, at: datetime, act: journal.WarningConfirmed) -> None:
        """Journal that an expired item was dealt with, and note in the stock what became of it."""
        body, when, number = journal.encode(act), at.isoformat(), sale.number
        warning = act.warning

        aside = Movement(
            warning.product_id,
            warning.lot,
            -thousandths(warning.quantity),
            "written_off" if act.then == "written_off" else "put_aside",
            reason="expired",
        )

        def job(connection: apsw.Connection) -> None:
            from pos_tui.books.sales.completing import move_or_note
            from pos_tui.books.stock.movements import move_stock

            move_or_note(
                connection, at, number, lambda: move_stock(connection, at, act.by, (aside,), number)
            )
            journal.append(connection, when, number, body)

        self._writer.post(job)

    def explain(self, explained: ExplainedSale) -> None:
        """Keep, soon, why a paid sale cost what it did."""
        self._writer.post(lambda connection: keep_explanation(connection, explained))

    def hold(self, sale: Sale, at: datetime, by: str) -> None:
        """Put an open sale aside, soon."""
        body = journal.encode(journal.Noted("held", by))
        number, opened_at, total = sale.number, sale.opened_at, sale.total

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
            set_aside(connection, number, None)
            journal.append(connection, at.isoformat(), number, body)

        self._writer.post(job)

    def wait(self) -> None:
        """Wait until what was handed over so far is written down. Raises BooksError."""
        self._writer.submit(lambda _connection: None).result()

    def accept_tender(
        self,
        sale_no: int,
        at: datetime,
        tender: Tender,
        order: Order | None = None,
        message: tuple[str, str] | None = None,
        closing: Closing | None = None,
        by: str = "",
        vouchers: NewVouchers | None = None,
    ) -> Future[None]:
        """Keep a tender that was taken, its order and the stream's position together, or nothing.

        `message` is the (stream, id) that brought it, if one did; `closing` completes the sale in
        the same moment, `vouchers` are issued in it. Done once it is on disk; with
        TenderRefusedError where the voucher or account that it draws on has changed meanwhile.
        """
        from pos_tui.books.sales.completing import keep_taken_tender

        day_ends_at = self.day_ends_at
        return self._writer.submit(
            lambda connection: keep_taken_tender(
                connection, day_ends_at, sale_no, at, tender, order, message, closing, by, vouchers
            )
        )

    def move(self, sale: Sale, number: int, at: datetime) -> None:
        """Write an open sale, as it stands, under another number, soon; the old one is void."""
        old, opened_at = sale.number, sale.opened_at
        acts: list[journal.Act] = [journal.LinePut(line) for line in sale.list.lines]
        acts += [journal.Expired(warning) for warning in sale.warnings]
        acts += [journal.CouponScanned(code) for code in sale.coupons]
        acts += [journal.ReturnPut(line) for line in sale.returns]
        if sale.voids:
            acts.append(journal.PaidSaleVoided(sale.voids, "", ""))
        if sale.age_checked:
            acts.append(journal.AgeChecked(sale.age_checked))
        if sale.customer is not None:
            acts.append(journal.CustomerOfSale(sale.customer))
        if sale.list.basket_discount is not None:
            acts.append(journal.BasketDiscounted(sale.list.basket_discount))
        bodies = [journal.encode(act) for act in acts]
        note = journal.encode(journal.Noted("moved", f"{number:06d}"))

        def job(connection: apsw.Connection) -> None:
            set_sale_state(connection, old, "void")
            journal.append(connection, at.isoformat(), old, note)
            if bodies:
                open_sale(connection, number, opened_at)
            for body in bodies:
                journal.append(connection, at.isoformat(), number, body)

        self._writer.post(job)

    def void(self, sale: Sale, at: datetime, by: str = "") -> Future[None]:
        """Void a sale; `by` whom."""
        body = journal.encode(journal.Noted("void", by))
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


def _take_over(connection: apsw.Connection, at: datetime) -> None:
    """Stock from before the journal had it, and the ledger's first entry, where these are new."""
    found = connection.execute(_TAKEN_OVER).fetchone() or (0, 0)
    if found[0]:
        from pos_tui.books.stock.movements import journal_taken_over

        journal_taken_over(connection, at)
    if not found[1]:
        from pos_tui.books.ledger.posting import open_ledger

        open_ledger(connection, at)
