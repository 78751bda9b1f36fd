"""What a rescue has to say in the journal: which rows are lost, after which number it goes on."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import apsw
import msgspec

from pos_tui.books.beside import RECEIPTS, receipt_numbers
from pos_tui.books.connection import BooksConnection
from pos_tui.books.journal import entries as journal
from pos_tui.books.journal.rescue_note import JournalLosses, write_rescue_note
from pos_tui.books.journal.verify import sales_not_noted
from pos_tui.reasons import Reason
from pos_tui.receipts.data import decode_receipt

_HEAD = re.compile(r"(\d{1,12})-[0-9a-f]{64}")


def note_rescue(
    target: BooksConnection, at: datetime, rows: dict[str, int], lost: tuple[tuple[int, int], ...]
) -> None:
    """Say in the journal what was kept and lost, after the rows that were lost."""
    kept = ", ".join(f"{name} {count}" for name, count in sorted(rows.items()))
    sales = sales_not_noted(target) if lost else ()
    note = journal.encode(write_rescue_note(kept, JournalLosses(lost, sales)))
    head = journal.head(target)
    row: int | None = max(0 if head is None else head.row, *(last for _, last in lost), 0) + 1
    if target.journal_key and journal.use_key(target, at, target.journal_key, row):
        row = None
    journal.append(target, at.isoformat(), 0, note, row)


def journal_rows_lost(
    target: BooksConnection, folder: Path, losses: list[Reason], known: int
) -> tuple[tuple[int, int], ...]:
    """The rows of the journal that are lost, as (first, last); `known`: the last there was."""
    lost: list[tuple[int, int]] = []
    for loss in losses:
        if loss.kind == "rescue.rows_lost" and loss.values["table"] == "journal":
            lost.append((int(str(loss.values["first"])), int(str(loss.values["last"]))))
    head = journal.head(target)
    last = 0 if head is None else head.row
    ends_early = any(
        loss.kind == "rescue.nothing_readable"
        or (
            loss.kind in {"rescue.rows_lost_from", "rescue.table_lost"}
            and loss.values["table"] == "journal"
        )
        for loss in losses
    )
    known = max(known, _row_on_receipts(folder), last + 1 if ends_early else 0)
    if known > last:
        lost.append((last + 1, known))
    return tuple(lost)


def _row_on_receipts(folder: Path) -> int:
    """The last row of the journal that a receipt remembers; 0 where none does."""
    known = 0
    for number in receipt_numbers(folder):
        try:
            receipt = decode_receipt((folder / RECEIPTS / f"{number:06d}.json").read_bytes())
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            continue
        found = _HEAD.fullmatch(receipt.journal)
        known = max(known, int(found[1]) if found else 0)
    return known


def last_journal_row(source: apsw.Connection) -> int:
    """The number of the journal's last row, which an index has too; 0 where it cannot be read."""
    known = 0
    for query in (
        "SELECT max(seq) FROM (SELECT seq FROM journal INDEXED BY journal_of_sale"
        " WHERE sale_no >= 0 ORDER BY sale_no)",
        "SELECT max(seq) FROM journal_keys",
    ):
        try:
            row = source.execute(query).fetchone()
        except apsw.Error:
            continue
        known = max(known, int(str(row[0])) if row and row[0] is not None else 0)
    return known
