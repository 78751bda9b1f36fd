"""Late money: a wallet paid an order that was given up. Noted, posted, shown until it is seen."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import apsw
import msgspec
from msgspec import Struct

from pos_tui.books.journal import entries as journal
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import Entry, post
from pos_tui.checkout.orders import Order

_LOOKED_THROUGH = 1000  # so many of the latest orders
LateState = Literal["here", "going_back", "gone_back"]
"""Where late money is: at the platform, on its way back to the customer, or back."""


class LateMoney(Struct, frozen=True):
    """Money of an order that was given up: whose sale it was to pay, how much (minor units), where
    it is, since when the till knows that (aware), and whether somebody has seen it.
    """

    order_no: str
    sale_no: int
    amount: int
    platform: str
    state: LateState
    at: datetime
    is_seen: bool = False


def note_late_money(
    connection: apsw.Connection, order: Order, state: LateState, at: datetime, by: str
) -> bool:
    """Note where an order's late money is, in the caller's transaction; False where that is known.

    It came to the platform and is owed to the customer until it has gone back; what is back does
    not come again.
    """
    row = connection.execute(
        "SELECT state FROM late_money WHERE order_no = ?", (order.order_no,)
    ).fetchone()
    before = None if row is None else str(row[0])
    if before in {state, "gone_back"} or (before == "going_back" and state == "here"):
        return False
    act = journal.LateMoneyNoted(order.order_no, order.amount, order.platform, state, by)
    journal.append(connection, at.isoformat(), order.sale_no, journal.encode(act))
    there, owed = accounts.clearing(order.platform), accounts.LATE_MONEY
    legs: list[tuple[str, int]] = []
    if before is None:
        legs += [(there, order.amount), (owed, -order.amount)]
    if state == "gone_back":
        legs += [(owed, order.amount), (there, -order.amount)]
    post(connection, at, by, Entry("late", tuple(legs), order.sale_no, order.order_no))
    connection.execute(
        "INSERT INTO late_money VALUES (?,?,?,?,?,?,0) ON CONFLICT (order_no)"
        " DO UPDATE SET state = excluded.state, at = excluded.at, is_seen = 0",
        (order.order_no, order.sale_no, order.amount, order.platform, state, at.isoformat()),
    )
    return True


def late_money_not_seen(reader: apsw.Connection) -> list[LateMoney]:
    """Late money that nobody has seen yet, the latest first."""
    return [
        LateMoney(
            str(order_no),
            int(str(sale_no)),
            int(str(amount)),
            str(platform),
            msgspec.convert(state, LateState),
            datetime.fromisoformat(str(at)),
        )
        for order_no, sale_no, amount, platform, state, at in reader.execute(
            "SELECT order_no, sale_no, amount, platform, state, at FROM late_money"
            " WHERE is_seen = 0 ORDER BY at DESC"
        )
    ]


def see_late_money(connection: apsw.Connection, sale_no: int, at: datetime, by: str) -> bool:
    """Somebody has seen what came late for a sale; False where there was nothing new."""
    connection.execute(
        "UPDATE late_money SET is_seen = 1 WHERE sale_no = ? AND is_seen = 0", (sale_no,)
    )
    if not connection.changes():
        return False
    note = journal.encode(journal.Noted("seen", by))
    journal.append(connection, at.isoformat(), sale_no, note)
    return True


def orders_given_up(reader: apsw.Connection, since: datetime, most: int = 50) -> list[Order]:
    """The orders made since an aware moment that will not be paid and whose late money, if there
    is any, has not gone back yet; the latest first.
    """
    rows = reader.execute(
        "SELECT o.body FROM orders o LEFT JOIN late_money l ON l.order_no = o.order_no"
        " WHERE o.seq > (SELECT max(seq) FROM orders) - ? AND o.state IN ('declined', 'cancelled')"
        " AND coalesce(l.state, '') <> 'gone_back' ORDER BY o.seq DESC LIMIT ?",
        (_LOOKED_THROUGH, most),
    )
    found = [msgspec.json.decode(str(body), type=Order) for (body,) in rows]
    return [each for each in found if each.made_at >= since]
