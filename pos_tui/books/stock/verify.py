"""Whether the stock is as it was written: sums, movements and the journal say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

import apsw
import msgspec

from pos_tui.books.connection import readable
from pos_tui.books.journal.by_tag import bodies_of, readable_act, rows_lost
from pos_tui.books.journal.entries import (
    STOCK_NOT_MOVED,
    LinePut,
    LineRemoved,
    Noted,
    StockMoved,
    acts_of_sale,
)
from pos_tui.books.movement import Movement, from_thousandths, thousandths
from pos_tui.books.stock.on_hand import mismatches
from pos_tui.reasons import Reason, because

_MOST = 50  # differences of one kind; after so many, nobody reads on
_MOVEMENTS = (
    "SELECT journal, seq, at, sale_no, by, product_id, lot, quantity, kind, cost, reason,"
    " document, line, counted FROM movements WHERE journal <> 0 ORDER BY journal, seq"
)
# Only what was taken over waits for the journal, and it came before anything else.
_NOT_JOURNALLED = (
    "SELECT seq, product_id, lot FROM movements WHERE journal = 0"
    " AND (kind <> 'taken_over'"
    "  OR seq > (SELECT min(seq) FROM movements WHERE kind <> 'taken_over'))"
    " ORDER BY seq"
)
_MOVING_SINCE = (
    "SELECT min(journal) FROM movements WHERE kind IN ('sold', 'taken_over') AND journal <> 0"
)
_SALES = "SELECT DISTINCT sale_no FROM movements WHERE kind IN ('sold', 'returned')"
_FIELDS = ("product_id", "lot", "quantity", "kind", "cost", "reason", "document", "line", "counted")


@readable
def stock_differences(reader: apsw.Connection) -> list[Reason]:
    """Everything that shows that the stock is not as it was written. Raises BooksError."""
    found: list[Reason] = []
    seen: Counter[str] = Counter()
    with reader:  # all of it as it stands at one moment: a till may be selling
        for reason in (*_of_sums(reader), *_of_movements(reader), *_of_sales(reader)):
            seen[reason.kind] += 1
            if seen[reason.kind] <= _MOST:
                found.append(reason)
    more = sum(max(count - _MOST, 0) for count in seen.values())
    if more:
        found.append(because("stock_check.more", count=more))
    return found


def _of_sums(reader: apsw.Connection) -> Iterator[Reason]:
    for each in mismatches(reader):
        yield because(
            "stock_check.sum_differs",
            goods=_goods(reader, each.product_id, each.lot),
            kept=str(from_thousandths(each.kept[0])),
            kept_cost=each.kept[1],
            counted=str(from_thousandths(each.counted[0])),
            counted_cost=each.counted[1],
        )


def _of_movements(reader: apsw.Connection) -> Iterator[Reason]:
    lost = rows_lost(reader)
    rows = groupby(reader.execute(_MOVEMENTS), key=lambda row: int(str(row[0])))
    waiting = next(rows, None)
    for seq, at, sale_no, body in bodies_of(reader, "stock"):
        act = readable_act(body)
        if not isinstance(act, StockMoved):
            continue
        while waiting is not None and waiting[0] < seq:
            if waiting[0] not in lost:
                yield from _extra(reader, (row[1:] for row in waiting[1]))
            waiting = next(rows, None)
        kept: list[tuple[apsw.SQLiteValue, ...]] = []
        if waiting is not None and waiting[0] == seq:
            kept = [row[1:] for row in waiting[1]]
            waiting = next(rows, None)
        yield from _compared(reader, seq, (at, sale_no, act.by), act.movements, kept)
    while waiting is not None:
        if waiting[0] not in lost:
            yield from _extra(reader, (row[1:] for row in waiting[1]))
        waiting = next(rows, None)
    for seq, product_id, lot in reader.execute(_NOT_JOURNALLED):
        goods = _goods(reader, int(str(product_id)), str(lot))
        yield because("stock_check.movement_extra", seq=int(str(seq)), goods=goods)


def _compared(
    reader: apsw.Connection,
    journal_row: int,
    written: tuple[str, int, str],
    movements: tuple[Movement, ...],
    kept: list[tuple[apsw.SQLiteValue, ...]],
) -> Iterator[Reason]:
    """What differs between a row of the journal and the movements that name it."""
    missing, other = list(movements), []
    for row in kept:
        moved = msgspec.convert(dict(zip(_FIELDS, row[4:], strict=True)), Movement, strict=False)
        # What was taken over keeps the time it had before the journal knew of it.
        at = written[0] if moved.kind == "taken_over" else row[1]
        if moved in missing and (at, row[2], row[3]) == written:
            missing.remove(moved)
        else:
            other.append(row)
    for row in other[: len(missing)]:
        goods = _goods(reader, int(str(row[4])), str(row[5]))
        seq = int(str(row[0]))
        yield because("stock_check.movement_changed", seq=seq, row=journal_row, goods=goods)
    yield from _extra(reader, other[len(missing) :])
    for moved in missing[len(other) :]:
        goods = _goods(reader, moved.product_id, moved.lot)
        quantity = str(from_thousandths(moved.quantity))
        yield because(
            "stock_check.movement_missing", row=journal_row, goods=goods, quantity=quantity
        )


def _extra(
    reader: apsw.Connection, rows: Iterable[tuple[apsw.SQLiteValue, ...]]
) -> Iterator[Reason]:
    for row in rows:
        goods = _goods(reader, int(str(row[4])), str(row[5]))
        yield because("stock_check.movement_extra", seq=int(str(row[0])), goods=goods)


def _of_sales(reader: apsw.Connection) -> Iterator[Reason]:
    """The paid sales that took no goods out of the stock, though they have lines."""
    (since,) = reader.execute(_MOVING_SINCE).fetchone() or (None,)
    moved = {number for (number,) in reader.execute(_SALES)}
    for seq, _, number, body in bodies_of(reader, "note"):
        act = readable_act(body)
        if not isinstance(act, Noted):
            continue
        if act.what == STOCK_NOT_MOVED:
            yield because("stock_check.not_moved", number=number, why=act.detail)
        elif (
            act.what == "paid"
            and since is not None
            and seq > int(str(since))
            and number not in moved
            and _has_goods(reader, number)
        ):
            yield because("stock_check.sale_without_movement", number=number)


def _has_goods(reader: apsw.Connection, number: int) -> bool:
    """Whether a sale has lines, and no note says why they were not moved."""
    lines: dict[int, int] = {}
    for row in acts_of_sale(reader, number):
        match row.act:
            case LinePut(line) if line.item.kind == "goods":
                lines[line.number] = thousandths(line.quantity)
            case LineRemoved(line_number):
                lines.pop(line_number, None)
            case Noted(what) if what == STOCK_NOT_MOVED:
                return False
    return any(lines.values())


def _goods(reader: apsw.Connection, product_id: int, lot: str) -> Reason:
    """A product's lot as a sentence names it."""
    row = reader.execute("SELECT name FROM products WHERE id = ?", (product_id,)).fetchone()
    name = f"#{product_id}" if row is None else str(row[0])
    if lot:
        return because("stock_check.goods_of_lot", name=name, lot=lot)
    return because("stock_check.goods", name=name)
