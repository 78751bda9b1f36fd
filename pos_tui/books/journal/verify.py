"""Whether the journal is as it was written, and sales, orders and receipts agree with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import apsw
import msgspec

from pos_tui.books.beside import RECEIPTS, is_head_known, receipt_numbers
from pos_tui.books.connection import journal_key_of, readable
from pos_tui.books.journal.entries import GENESIS, KEY_NOTE, Noted, TenderPut, decode
from pos_tui.books.journal.key import chained, key_id
from pos_tui.books.journal.rescue_note import JournalLosses, as_ranges, read_rescue_note
from pos_tui.books.sales.sales import read_tenders
from pos_tui.checkout.orders import Order
from pos_tui.checkout.tenders import Tender
from pos_tui.messages import LastOrder
from pos_tui.reasons import Reason, because
from pos_tui.receipts.data import ReceiptData, decode_receipt

_MOST = 50  # differences of one kind; after so many, nobody reads on


@readable
def differences(
    reader: apsw.Connection, folder: Path, last_order: LastOrder | None = None
) -> list[Reason]:
    """Everything that shows that the books of a till's folder are not as they were written.

    `last_order` is what the gateway remembers of this till. Raises BooksError.
    """
    notes = _Notes()
    found = list(_of_chain(reader, journal_key_of(reader), notes))
    found += list(_of_sales(reader, notes))
    found += list(_of_orders(reader, notes))
    found += list(_of_receipts(reader, folder, notes))
    if last_order is not None:
        found += list(_of_gateway(reader, last_order, notes))
    return found


def sales_not_noted(reader: apsw.Connection) -> tuple[tuple[int, int], ...]:
    """The sales, as (first, last), of which the books know what no row of the journal says."""
    notes = _Notes()
    list(_of_chain(reader, journal_key_of(reader), notes))
    paid = reader.execute("SELECT number FROM sales WHERE state = 'paid'")
    numbers = {int(str(number)) for (number,) in paid if number not in notes.paid}
    for order_no, sale_no, state in reader.execute("SELECT order_no, sale_no, state FROM orders"):
        if notes.orders.get(str(order_no)) != state:
            numbers.add(int(str(sale_no)))
    return as_ranges(numbers)


def first_broken_row(reader: apsw.Connection) -> int | None:
    """The first row that does not follow from the one before it; None when the chain is whole."""
    for reason in _of_chain(reader, journal_key_of(reader), _Notes()):
        if reason.kind in {"journal.row_changed", "journal.rows_missing"}:
            row = reason.values.get("row", reason.values.get("first"))
            return int(str(row))
    return None


class _Notes:
    """What the journal notes of sales and orders: the last word on each; what rescues lost."""

    def __init__(self) -> None:
        self.rescues: list[tuple[str, JournalLosses]] = []
        self.paid: dict[int, Mapping[str, str]] = {}
        self.orders: dict[str, str] = {}
        self.tenders: dict[int, dict[int, Tender]] = {}

    def take(self, sale_no: int, act: Noted) -> None:
        """Remember what a note says."""
        words = act.detail.split()
        if act.what == "paid":
            self.paid[sale_no] = dict(word.split("=", 1) for word in words if "=" in word)
            if words[:1] == ["wallet"] and len(words) > 1:
                self.orders[words[1]] = "paid"
        elif act.what.startswith("order ") and words and self.orders.get(words[0]) != "paid":
            self.orders[words[0]] = act.what.removeprefix("order ")

    def rescue_of(self, first: int, last: int) -> str | None:
        """When the rescue was that lost these rows; None where none did."""
        for at, losses in self.rescues:
            if _has(losses.rows, first, last):
                return at
        return None

    def lost_head(self, text: str) -> bool:
        """Whether a rescue lost the row that somebody else remembers."""
        row = int(text.partition("-")[0])
        return self.rescue_of(row, row) is not None

    def lost_sale(self, number: int) -> bool:
        """Whether a rescue lost what the journal said of a sale."""
        return any(_has(losses.sales, number, number) for _, losses in self.rescues)


def _has(ranges: tuple[tuple[int, int], ...], first: int, last: int) -> bool:
    return any(low <= first and last <= high for low, high in ranges)


def _of_chain(reader: apsw.Connection, key: bytes, notes: _Notes) -> list[Reason]:
    """What is wrong with the chain; rows that a rescue lost are named as that."""
    found = list(_of_rows(reader, key, notes))  # to its end: a rescue is noted after what it lost
    for place, reason in enumerate(found):
        if reason.kind == "journal.rows_missing":
            first, last = int(str(reason.values["first"])), int(str(reason.values["last"]))
            at = notes.rescue_of(first, last)
            if at is not None:
                at = at[:16].replace("T", " ")
                found[place] = because("journal.lost_in_rescue", first=first, last=last, at=at)
    return found


def _of_rows(reader: apsw.Connection, key: bytes, notes: _Notes) -> Iterator[Reason]:
    before, expected, seal, broken, knows_key = GENESIS, 1, b"", 0, True
    rows = reader.execute(
        "SELECT seq, at, sale_no, CAST(body AS BLOB), hash FROM journal ORDER BY seq"
    )
    for seq, at, sale_no, body, hashed in rows:
        act = _act_of(body)
        starts = isinstance(act, Noted) and act.what == KEY_NOTE
        if starts and isinstance(act, Noted):
            seal = key if key and key_id(key) == act.detail else b""
            knows_key = bool(seal)
            if not knows_key:
                yield because("journal.other_key", row=seq)
        follows = knows_key and chained(before, at, sale_no, body, seal) == hashed
        if not follows and key and chained(before, at, sale_no, body, key) == hashed:
            # Nobody else has the key; the row that says so may be lost.
            follows, seal, knows_key = True, key, True
        if seq != expected:
            yield because("journal.rows_missing", first=expected, last=seq - 1)
        elif knows_key and not follows:
            broken += 1
            if broken <= _MOST:
                yield because("journal.row_changed", row=seq)
        if isinstance(act, TenderPut):
            notes.tenders.setdefault(sale_no, {})[act.tender.number] = act.tender
        if isinstance(act, Noted):
            notes.take(sale_no, act)
            losses = read_rescue_note(act)
            if losses is not None and follows and seal == key:
                notes.rescues.append((at, losses))
        before, expected = hashed, seq + 1
    if key and not seal and expected > 1:
        yield because("journal.key_unused")
    sold = reader.execute("SELECT count(*) FROM sales").fetchone()
    if expected == 1 and sold is not None and sold[0]:
        yield because("journal.gone")


def _act_of(body: bytes) -> object:
    try:
        return decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _of_sales(reader: apsw.Connection, notes: _Notes) -> Iterator[Reason]:
    paid: set[int] = set()
    for number, total, tender in reader.execute(
        "SELECT number, total, tender FROM sales WHERE state = 'paid' ORDER BY number"
    ):
        paid.add(number)
        noted = notes.paid.get(number)
        if noted is None:
            if not notes.lost_sale(number):
                yield because("journal.paid_without_row", number=number)
            continue
        tenders = read_tenders(tender)
        kept = tenders[-1]
        amounts = {"total": total, "given": kept.given, "change": kept.change}
        for name, amount in amounts.items():
            if name in noted and noted[name] != str(amount):
                yield because(
                    f"journal.{name}_differs", number=number, written=noted[name], kept=str(amount)
                )
        written = notes.tenders.get(number, {})
        if written and tuple(each for each in written.values() if each.state == "taken") != tenders:
            yield because("journal.tenders_differ", number=number)
    for number in sorted(set(notes.paid) - paid):
        yield because("journal.sale_missing", number=number)


def _of_orders(reader: apsw.Connection, notes: _Notes) -> Iterator[Reason]:
    known: set[str] = set()
    for order_no, sale_no, state, body in reader.execute(
        "SELECT order_no, sale_no, state, body FROM orders ORDER BY seq"
    ):
        known.add(order_no)
        order = msgspec.json.decode(body, type=Order)
        noted = notes.orders.get(order_no)
        is_noted = noted == state or notes.lost_sale(sale_no)
        if not is_noted or order.state != state or order.sale_no != sale_no:
            yield because("journal.order_differs", order_no=order_no, state=state)
        row = reader.execute("SELECT tender FROM sales WHERE number = ?", (sale_no,)).fetchone()
        if state == "paid" and row is not None and row[0] is not None:
            charged = {
                (each.order_no, each.given)
                for each in (*read_tenders(str(row[0])), *notes.tenders.get(sale_no, {}).values())
            }
            if (order_no, order.amount) not in charged:
                yield because("journal.tender_differs", number=sale_no, order_no=order_no)
    for order_no in sorted(set(notes.orders) - known):
        yield because("journal.order_missing", order_no=order_no)


def _of_receipts(reader: apsw.Connection, folder: Path, notes: _Notes) -> Iterator[Reason]:
    on_file = receipt_numbers(folder)
    paid = {
        int(number): (total, tender)
        for number, total, tender in reader.execute(
            "SELECT number, total, tender FROM sales WHERE state = 'paid'"
        )
    }
    for number in sorted(on_file):
        path = folder / RECEIPTS / f"{number:06d}.json"
        try:
            receipt = decode_receipt(path.read_bytes())
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            yield because("journal.receipt_unreadable", number=number, path=str(path))
            continue
        if number not in paid:
            yield because("journal.receipt_without_sale", number=number)
        elif not _agree(receipt, *paid[number]):
            yield because("journal.receipt_differs", number=number)
        if (
            not is_head_known(reader, receipt.journal)
            and not notes.lost_head(receipt.journal)
            and not notes.lost_sale(number)
        ):
            row = receipt.journal.partition("-")[0]
            yield because("journal.receipt_remembers", number=number, row=row)
    for number in sorted(set(paid) - on_file):
        yield because("journal.receipt_missing", number=number)


def _agree(receipt: ReceiptData, total: int, tender: str) -> bool:
    return (receipt.sold, receipt.tenders) == (total, read_tenders(tender))


def _of_gateway(reader: apsw.Connection, last: LastOrder, notes: _Notes) -> Iterator[Reason]:
    values: dict[str, str | int | datetime] = {
        "order_no": last.order_no,
        "number": last.sale_no,
        "at": last.ordered_at,
    }
    row = reader.execute("SELECT 1 FROM orders WHERE order_no = ?", (last.order_no,)).fetchone()
    if row is None:
        yield because("books.order_not_in_books", **values)
    if (
        re.fullmatch(r"\d+-[0-9a-f]{64}", last.journal)
        and not is_head_known(reader, last.journal)
        and not notes.lost_head(last.journal)
    ):
        yield because("books.journal_is_another", **values)
