"""Whether the ledger is as it was written: entries, sums, journal, sales and stock say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

import apsw

from pos_tui.books.connection import readable
from pos_tui.books.journal.by_tag import bodies_of, readable_act, rows_lost, sales_lost
from pos_tui.books.journal.entries import Posted
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import balance, wrong_sums
from pos_tui.books.vouchers.vouchers import wrong_vouchers
from pos_tui.reasons import Reason, because

_MOST = 50  # differences of one kind; after so many, nobody reads on
_MOST_SALES = 20
# Neither means that the books were changed: money that nobody noted, sales from before a rescue.
DOUBTS = frozenset(("ledger_check.drawer_below_zero", "ledger_check.rescued_sale"))
_ENTRIES = (
    "SELECT e.journal, e.number, e.at, e.sale_no, e.kind, e.day, e.shift, e.document, e.by,"
    " coalesce(a.name, '#' || p.account), p.amount FROM ledger_entries e"
    " LEFT JOIN postings p ON p.entry = e.number LEFT JOIN accounts a ON a.id = p.account"
    " ORDER BY e.journal, e.number, p.leg"
)
_SOLD = (
    "SELECT s.number, s.total, (SELECT count(*) FROM sold_lines l WHERE l.sale_no = s.number),"
    " (SELECT coalesce(sum(l.paid), 0) FROM sold_lines l WHERE l.sale_no = s.number),"
    " EXISTS (SELECT 1 FROM ledger_entries e WHERE e.sale_no = s.number AND e.sale_no > 0"
    "  AND e.kind IN ('sale', 'return', 'void'))"
    " FROM sales s WHERE s.state = 'paid' ORDER BY s.number"
)
_ENTRIES_WITHOUT_SALE = (
    "SELECT e.number, e.sale_no FROM ledger_entries e LEFT JOIN sales s ON s.number = e.sale_no"
    " WHERE e.kind IN ('sale', 'return', 'void') AND e.sale_no > 0"
    " AND coalesce(s.state, '') <> 'paid' ORDER BY e.number"
)
_BY_SALE = (
    "SELECT e.sale_no, sum(p.amount) FROM postings p JOIN accounts a ON a.id = p.account"
    " JOIN ledger_entries e ON e.number = p.entry WHERE a.name = ?"
    " GROUP BY e.sale_no HAVING sum(p.amount) <> 0 ORDER BY e.sale_no"
)

_Written = tuple[str, int, Posted]


@readable
def ledger_differences(reader: apsw.Connection) -> list[Reason]:
    """Everything that shows that the ledger is not as it was written, at most 50 of a kind.

    Those of a kind in DOUBTS may have an innocent cause. Raises BooksError.
    """
    found: list[Reason] = []
    seen: Counter[str] = Counter()
    checks = (
        _of_entries,
        _of_sums,
        _of_sales,
        _of_suspense,
        _of_open_sales,
        _of_stock,
        _of_drawer,
        _of_vouchers,
    )
    with reader:  # all of it as it stands at one moment: a till may be selling
        for check in checks:
            for reason in check(reader):
                seen[reason.kind] += 1
                if seen[reason.kind] <= _MOST:
                    found.append(reason)
    more = sum(max(count - _MOST, 0) for count in seen.values())
    if more:
        found.append(because("ledger_check.more", count=more))
    return found


@readable
def count_entries(reader: apsw.Connection) -> int:
    """How many entries the ledger has."""
    (count,) = reader.execute("SELECT count(*) FROM ledger_entries").fetchone() or (0,)
    return int(str(count))


def _of_entries(reader: apsw.Connection) -> Iterator[Reason]:
    """Each entry against the journal's row that says so, and the other way round."""
    for entry, amount in reader.execute(
        "SELECT entry, sum(amount) FROM postings GROUP BY entry HAVING sum(amount) <> 0"
    ):
        yield because("ledger_check.unbalanced", number=int(str(entry)), amount=int(str(amount)))
    for (entry,) in reader.execute(
        "SELECT DISTINCT entry FROM postings WHERE entry NOT IN"
        " (SELECT number FROM ledger_entries) ORDER BY entry"
    ):
        yield because("ledger_check.postings_alone", number=int(str(entry)))
    lost = rows_lost(reader)
    kept = _entries_by_row(reader)
    waiting = next(kept, None)
    for row, at, sale_no, body in bodies_of(reader, "posted"):
        act = readable_act(body)
        if not isinstance(act, Posted):
            continue
        while waiting is not None and waiting[0] < row:
            yield from _extra(waiting[0], waiting[1], lost)
            waiting = next(kept, None)
        if waiting is None or waiting[0] != row:
            yield because("ledger_check.entry_missing", row=row, entry=act.entry)
            continue
        (number, written), *others = waiting[1]
        if written != (at, sale_no, act):
            yield because("ledger_check.entry_changed", number=number, row=row)
        yield from _extra(row, others, frozenset())
        waiting = next(kept, None)
    while waiting is not None:
        yield from _extra(waiting[0], waiting[1], lost)
        waiting = next(kept, None)


def _entries_by_row(
    reader: apsw.Connection,
) -> Iterator[tuple[int, list[tuple[int, _Written]]]]:
    """By row of the journal: the entries that name it, each as the journal should have it."""
    by_row = groupby(reader.execute(_ENTRIES), key=lambda legs: int(str(legs[0])))
    for row, legs_of_row in by_row:
        found = []
        for number, legs in groupby(legs_of_row, key=lambda leg: int(str(leg[1]))):
            rows = list(legs)
            _, _, at, sale_no, kind, day, shift, document, by, _, _ = rows[0]
            postings = tuple(
                (str(account), int(str(amount)))
                for *_, account, amount in rows
                if amount is not None
            )
            act = Posted(str(kind), str(day), int(str(shift)), postings, str(document), str(by))
            found.append((number, (str(at), int(str(sale_no)), act)))
        yield row, found


def _extra(row: int, entries: list[tuple[int, _Written]], lost: frozenset[int]) -> Iterator[Reason]:
    for number, _ in entries:
        if row not in lost:
            yield because("ledger_check.entry_extra", number=number)


def _of_sums(reader: apsw.Connection) -> Iterator[Reason]:
    for account, day, shift in wrong_sums(reader):
        yield because("ledger_check.sum_differs", account=account, day=day, shift=shift)


def _of_sales(reader: apsw.Connection) -> Iterator[Reason]:
    """The paid sales since the ledger began, and the lines that each of them sold; what came back
    in one is no part of its total.
    """
    since = _first_sale(reader)
    lost = sales_lost(reader)
    for number, total, lines, paid, has_entry in reader.execute(_SOLD):
        sale, amount = int(str(number)), int(str(total or 0))
        if not has_entry and amount:
            if sale in lost:
                yield because("ledger_check.rescued_sale", number=sale)
            elif since is not None and not _was_paid_before(reader, sale, since):
                yield because("ledger_check.sale_without_entry", number=sale)
        came_to = int(str(paid))
        if (lines or (has_entry and amount)) and came_to != amount:
            values = {"number": sale, "lines": came_to, "total": amount}
            yield because("ledger_check.lines_differ", **values)
    for entry, number in reader.execute(_ENTRIES_WITHOUT_SALE):
        yield because(
            "ledger_check.entry_without_sale", entry=int(str(entry)), number=int(str(number))
        )


def _first_sale(reader: apsw.Connection) -> int | None:
    """The journal's first row by which a sale's money was posted."""
    for row, _, sale_no, body in bodies_of(reader, "posted"):
        act = readable_act(body)
        if sale_no and isinstance(act, Posted) and act.entry in {"sale", "tender"}:
            return row
    return None


def _was_paid_before(reader: apsw.Connection, sale_no: int, row: int) -> bool:
    last = reader.execute("SELECT max(seq) FROM journal WHERE sale_no = ?", (sale_no,)).fetchone()
    return last is not None and last[0] is not None and int(str(last[0])) < row


def _of_vouchers(reader: apsw.Connection) -> Iterator[Reason]:
    """What is on all vouchers is what the ledger says is owed for them."""
    more = wrong_vouchers(reader)
    if more:
        yield because("ledger_check.vouchers_differ", more=more)


def _of_suspense(reader: apsw.Connection) -> Iterator[Reason]:
    """What no rule explained: zero, or the sales that left something there."""
    left = [(int(str(sale)), int(str(sum_))) for sale, sum_ in
            reader.execute(_BY_SALE, (accounts.SUSPENSE,))]  # fmt: skip
    if left:
        numbers = tuple(f"{sale:06d}" for sale, _ in left[:_MOST_SALES])
        amount = sum(sum_ for _, sum_ in left)
        yield because("ledger_check.suspense", amount=amount, count=len(left), sales=numbers)


def _of_open_sales(reader: apsw.Connection) -> Iterator[Reason]:
    """What was taken for open sales: nothing of it is left once a sale is paid or void."""
    for number, amount in reader.execute(_BY_SALE, (accounts.OPEN_SALES,)).fetchall():
        state = reader.execute("SELECT state FROM sales WHERE number = ?", (number,)).fetchone()
        if state is None or state[0] in {"paid", "void"}:
            values = {"number": int(str(number)), "amount": -int(str(amount))}
            yield because("ledger_check.left_open", **values)


def _of_stock(reader: apsw.Connection) -> Iterator[Reason]:
    """The stock's account against what the goods on hand cost."""
    if reader.execute("SELECT 1 FROM ledger_entries LIMIT 1").fetchone() is None:
        return  # books that no till has opened since the ledger came
    (worth,) = reader.execute("SELECT coalesce(sum(cost), 0) FROM stock_on_hand").fetchone() or (0,)
    posted = balance(reader, accounts.STOCK)
    if posted != int(str(worth)):
        yield because("ledger_check.stock_differs", ledger=posted, stock=int(str(worth)))


def _of_drawer(reader: apsw.Connection) -> Iterator[Reason]:
    in_drawer = balance(reader, accounts.DRAWER)
    if in_drawer < 0:
        yield because("ledger_check.drawer_below_zero", amount=in_drawer)
