"""What is not over when a shift is closed: payments under way, sales on hold. All is carried."""

from __future__ import annotations

import apsw
import msgspec
from msgspec import Struct

from pos_tui.books.ledger.accounts import OPEN_SALES
from pos_tui.books.ledger.posting import posted_of_sale
from pos_tui.receipts.shift_report import OpenSale, OpenState


class _Amount(Struct):
    amount: int = 0


def unpaid_sales(reader: apsw.Connection) -> tuple[OpenSale, ...]:
    """The sales whose payment is under way or not known, or that are paid in part.

    The amount is the payment's, or what has been paid so far.
    """
    found = []
    rows = reader.execute(
        "SELECT s.number, (SELECT o.state FROM orders o WHERE o.sale_no = s.number"
        " ORDER BY o.seq DESC LIMIT 1), (SELECT o.body FROM orders o WHERE o.sale_no = s.number"
        " ORDER BY o.seq DESC LIMIT 1) FROM sales s WHERE s.state IN ('open', 'awaiting')"
        " AND s.state = 'awaiting' ORDER BY s.number"
    )
    for number, order_state, body in list(rows):
        sale_no, state = int(str(number)), str(order_state)
        is_under_way = state in {"drafted", "sent", "pending", "unknown"}
        kind: OpenState = "part_paid"
        if is_under_way:
            kind = "unknown" if state == "unknown" else "pending"
            amount = _amount(body)
        else:
            amount = -posted_of_sale(reader, sale_no, OPEN_SALES)
        found.append(OpenSale(sale_no, kind, amount))
    return tuple(found)


def held_and_open(reader: apsw.Connection) -> tuple[OpenSale, ...]:
    """The sales on hold, and those that were begun and are not paid."""
    held = reader.execute(
        "SELECT number, coalesce(total, 0) FROM sales WHERE state = 'held' ORDER BY number"
    )
    found = [OpenSale(int(str(number)), "held", int(str(total))) for number, total in held]
    begun = reader.execute(
        "SELECT number FROM sales WHERE state IN ('open', 'awaiting') AND state = 'open'"
        " ORDER BY number"
    )
    found += [OpenSale(int(str(number)), "open", 0) for (number,) in begun]
    return tuple(sorted(found, key=lambda each: each.number))


def _amount(body: apsw.SQLiteValue) -> int:
    """An order's amount; 0 where its row cannot be read."""
    try:
        return msgspec.json.decode(str(body), type=_Amount).amount
    except msgspec.MsgspecError:
        return 0
