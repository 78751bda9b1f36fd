"""What the books have about one order: how it stands, its rows of the journal, the messages read.

Needs no table or column that the first books did not have.
"""

from __future__ import annotations

import re

import apsw
from msgspec import MsgspecError, Struct

from pos_tui.books.connection import BooksError
from pos_tui.books.journal.entries import JournalRow, Noted, acts_of_sale
from pos_tui.books.sales.sales import find_order
from pos_tui.checkout.orders import Order
from pos_tui.reasons import reason_of

_NO_SALE = 0  # messages that changed no sale are journalled under this number


class OrderHistory(Struct, frozen=True):
    """An order as it stands (None: not this till's), what the journal has of it, in its order.

    `rows` are notes only: the order's states, and the messages that named it and changed nothing.
    `read_upto` is the id of the last message accepted from each stream.
    """

    order: Order | None
    rows: tuple[tuple[JournalRow, Noted], ...]
    read_upto: dict[str, str]


def order_history(reader: apsw.Connection, order_no: str) -> OrderHistory | None:
    """What the books have about an order; None when they do not name it. Raises BooksError."""
    try:
        order = find_order(reader, order_no)
        sales = (_NO_SALE,) if order is None else (order.sale_no, _NO_SALE)
        rows = sorted(
            (row for sale_no in sales for row in _naming(reader, sale_no, order_no)),
            key=lambda row: row[0].seq,
        )
        positions = reader.execute("SELECT stream, last_id FROM stream_positions ORDER BY stream")
        read_upto = {str(stream): str(last_id) for stream, last_id in positions}
    except (apsw.Error, MsgspecError) as error:
        raise BooksError("books.unreadable", why=reason_of(error)) from error
    return OrderHistory(order, tuple(rows), read_upto) if order or rows else None


def _naming(reader: apsw.Connection, sale_no: int, order_no: str) -> list[tuple[JournalRow, Noted]]:
    named = re.compile(rf"(?<![0-9A-Za-z]){re.escape(order_no)}(?![0-9A-Za-z])")
    return [
        (row, row.act)
        for row in acts_of_sale(reader, sale_no)
        if isinstance(row.act, Noted) and named.search(row.act.detail)
    ]
