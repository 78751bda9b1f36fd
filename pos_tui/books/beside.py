"""What lies beside the books: receipts of sales that the books do not have show that they are old.

Books may be lost, cut off, or put back from a copy. The receipts in the same folder remain, and the
gateway remembers the till's last order: so no number is ever used for two sales.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import apsw
from msgspec import Struct

from pos_tui.books.journal.entries import JournalHead

RECEIPTS = "receipts"
_NAME = re.compile(r"(\d{6,15})(-\d+)?\.json")
_GAP = 200  # so many sales in a row may have been void, and have no receipt


class MissingSales(Struct, frozen=True):
    """Sales that the books should have and do not: how many receipts show them, and which."""

    count: int
    first: int
    last: int


def receipt_numbers(folder: Path) -> set[int]:
    """The numbers of the sales whose receipts lie in a till's folder. Raises OSError."""
    try:
        names = os.listdir(folder / RECEIPTS)  # noqa: PTH208 - there may be very many
    except FileNotFoundError:
        return set()
    return {int(found[1]) for name in names if (found := _NAME.fullmatch(name))}


def sales_not_in_books(reader: apsw.Connection, folder: Path) -> MissingSales | None:
    """Sales whose receipts are there and that the books do not know; None where there are none.

    It is quick where nothing is missing: then only the next numbers are looked at.
    """
    (highest,) = reader.execute("SELECT coalesce(max(number), 0) FROM sales").fetchone() or (0,)
    assert isinstance(highest, int)
    receipts = folder / RECEIPTS
    following = range(highest + 1, highest + 1 + _GAP)
    if highest and not any((receipts / f"{number:06d}.json").exists() for number in following):
        return None
    missing = sorted(number for number in receipt_numbers(folder) if number > highest)
    return MissingSales(len(missing), missing[0], missing[-1]) if missing else None


def are_empty(reader: apsw.Connection) -> bool:
    """Whether there is neither an act in the journal nor a product."""
    query = "SELECT EXISTS (SELECT 1 FROM journal) OR EXISTS (SELECT 1 FROM products)"
    return reader.execute(query).fetchone() == (0,)


def is_head_known(reader: apsw.Connection, text: str) -> bool:
    """Whether the journal has this row with this hash; an empty text says nothing."""
    if not text:
        return True
    row = text.partition("-")[0]
    found = reader.execute("SELECT hash FROM journal WHERE seq = ?", (int(row),)).fetchone()
    if found is None or not isinstance(found[0], bytes):
        return False
    return str(JournalHead(int(row), found[0].hex())) == text
