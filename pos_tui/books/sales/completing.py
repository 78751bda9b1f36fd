"""A tender that was taken, in one transaction: its money, and what completes the sale with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import NamedTuple

import apsw

from pos_tui.books.catalogue.offers import count_uses
from pos_tui.books.journal import entries as journal
from pos_tui.books.ledger.accounts import OPEN_SALES
from pos_tui.books.ledger.of_sales import entry_of_part, entry_of_sale
from pos_tui.books.ledger.posting import EntryKind, post, posted_of_sale
from pos_tui.books.sales.paper import note_receipt_due
from pos_tui.books.sales.sales import close_sale, put_order, set_sale_state, set_stream_position
from pos_tui.books.sales.sold_lines import categories_of, keep_sold_lines
from pos_tui.books.shift import need_shift
from pos_tui.books.stock.lots import SoldGoods, sell_stock
from pos_tui.checkout.expiry import DateKind
from pos_tui.checkout.orders import Order
from pos_tui.checkout.returns import ReturnLine
from pos_tui.checkout.sold_lines import SoldLine
from pos_tui.checkout.tenders import Tender


class NewVouchers(NamedTuple):
    """The vouchers that a sale sells, or gives for what came back: what each is over (minor units),
    their last good day, and where whole numbers of 40 bits come from that nobody can guess.
    """

    amounts: tuple[int, ...]
    expires_on: date | None
    randomness: Callable[[], int]


class Closing(NamedTuple):
    """What completes a sale: what the goods it sold come to (minor units), all that it is paid
    with, how often offers that are counted applied, which goods it takes out of the stock (by whom,
    never of a lot that is past a date of the kinds in `refused`), and whether its receipt is still
    to be printed; `lines` are what it was, for the ledger; `returns` what came back in it, `voids`
    the paid sale that it undoes.
    """

    total: int
    tenders: tuple[Tender, ...]
    uses: Mapping[int, int]
    to_print: bool = False
    goods: tuple[SoldGoods, ...] = ()
    by: str = ""
    refused: frozenset[DateKind] = frozenset()
    lines: tuple[SoldLine, ...] = ()
    returns: tuple[ReturnLine, ...] = ()
    voids: int = 0


def keep_taken_tender(
    connection: apsw.Connection,
    day_ends_at: int,
    sale_no: int,
    at: datetime,
    tender: Tender,
    order: Order | None = None,
    message: tuple[str, str] | None = None,
    closing: Closing | None = None,
    by: str = "",
    vouchers: NewVouchers | None = None,
) -> None:
    """Keep a tender that was taken, its order and the stream's position, inside a transaction.

    `message` is the (stream, id) that brought it, if one did; `closing` completes the sale,
    `vouchers` are issued. Raises TenderRefusedError where the voucher or account that it draws on
    has changed meanwhile.
    """
    if order is not None:
        put_order(connection, order)
    set_sale_state(connection, sale_no, "awaiting")
    journal.append(connection, at.isoformat(), sale_no, journal.encode(journal.TenderPut(tender)))
    need_shift(connection, at, day_ends_at)
    _draw_on(connection, at, sale_no, tender, by)
    if vouchers is not None:
        _issue_vouchers(connection, at, sale_no, by, vouchers)
    if closing is None:
        post(connection, at, by, entry_of_part(sale_no, tender))
    else:
        _complete(connection, at, sale_no, tender, closing)
    if message is not None:
        set_stream_position(connection, *message)
    source = "" if order is None else f"redis {message[1]}" if message else "gateway"
    if closing is not None:
        money = f"total={closing.total} given={tender.given} change={tender.change}"
        detail = " ".join(f"{tender.kind} {tender.order_no} {source} {money}".split())
        note = journal.Noted("paid", detail)
    elif order is not None:
        note = journal.Noted("order paid", f"{order.order_no} {source}")
    else:
        return
    journal.append(connection, at.isoformat(), sale_no, journal.encode(note))


def _complete(
    connection: apsw.Connection, at: datetime, sale_no: int, tender: Tender, closing: Closing
) -> None:
    close_sale(connection, sale_no, at, closing.total, closing.tenders, closing.by)
    _post_sale(connection, at, sale_no, tender, closing)
    count_uses(connection, closing.uses)
    move_or_note(
        connection,
        at,
        sale_no,
        lambda: sell_stock(connection, at, closing.by, sale_no, closing.goods, closing.refused),
    )
    if closing.returns:
        from pos_tui.books.stock.returned_goods import stock_returned

        move_or_note(
            connection,
            at,
            sale_no,
            lambda: stock_returned(connection, at, closing.by, sale_no, closing.returns),
        )
    if closing.to_print:
        note_receipt_due(connection, sale_no, at)


def move_or_note(
    connection: apsw.Connection, at: datetime, sale_no: int, move: Callable[[], object]
) -> None:
    """Move stock; where that is not possible the journal says so, and what else is written stays.

    Nothing about stock stops a sale: `books verify` names the sales that moved none.
    """
    connection.execute("SAVEPOINT stock")
    try:
        move()
    except (apsw.Error, OverflowError) as error:
        if not connection.in_transaction:
            raise
        connection.execute("ROLLBACK TO stock")
        note = journal.encode(journal.Noted(journal.STOCK_NOT_MOVED, str(error)))
        journal.append(connection, at.isoformat(), sale_no, note)
    connection.execute("RELEASE stock")


def _post_sale(
    connection: apsw.Connection, at: datetime, sale_no: int, tender: Tender, closing: Closing
) -> None:
    categories = categories_of(connection, closing.lines)
    keep_sold_lines(connection, sale_no, closing.lines, categories)
    earlier = 0
    if len(closing.tenders) > 1:
        earlier = -posted_of_sale(connection, sale_no, OPEN_SALES)
    paying: Tender | None = tender
    if closing.returns:
        from pos_tui.books.ledger.of_sales import entry_of_goods_back
        from pos_tui.books.sales.returned_lines import keep_returned_lines, sales_of_vouchers

        back = keep_returned_lines(connection, sale_no, closing.returns)
        for voided in sales_of_vouchers(closing.returns):
            from pos_tui.books.vouchers.vouchers import void_vouchers_of_sale

            void_vouchers_of_sale(connection, at, closing.by, voided)
        kind: EntryKind = "void" if closing.voids else "return"
        if not closing.lines:
            entry = entry_of_goods_back(sale_no, tender, earlier, back, kind)
            post(connection, at, closing.by, entry)
            return
        # An exchange: what came back is an entry of its own, with the money that goes back.
        refund = tender if tender.is_refund else None
        paying = None if tender.is_refund else tender
        entry = entry_of_goods_back(sale_no, refund, None, back, kind)
        post(connection, at, closing.by, entry)
        earlier = -posted_of_sale(connection, sale_no, OPEN_SALES)
    entry = entry_of_sale(sale_no, paying, earlier, closing.lines, categories)
    post(connection, at, closing.by, entry)


def _draw_on(
    connection: apsw.Connection, at: datetime, sale_no: int, tender: Tender, by: str
) -> None:
    """Take a tender off the voucher or onto the account that it draws on. Raises
    TenderRefusedError.
    """
    if tender.voucher and tender.left is not None:
        from pos_tui.books.vouchers.vouchers import spend_voucher

        spend_voucher(connection, at, by, tender.voucher, tender.given, tender.left, sale_no)
    elif tender.kind == "account" and tender.left is not None:
        from pos_tui.books.people.accounts import check_account

        check_account(connection, tender.reference, tender.given, tender.left)


def _issue_vouchers(
    connection: apsw.Connection, at: datetime, sale_no: int, by: str, new: NewVouchers
) -> None:
    from pos_tui.books.vouchers.vouchers import issue_voucher

    for amount in new.amounts:
        issue_voucher(connection, at, by, amount, new.expires_on, new.randomness, sale_no=sale_no)
