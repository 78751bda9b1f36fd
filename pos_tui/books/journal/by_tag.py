"""The journal's rows of one kind, by how their bodies begin, and what rescues lost of it."""

from __future__ import annotations

from collections.abc import Iterator

import apsw
import msgspec

from pos_tui.books.journal.entries import Act, decode
from pos_tui.books.journal.rescue_note import read_rescue_note

# By how the body begins, which is chained; the column beside it is not.
_OF_KIND = (
    "SELECT seq, at, sale_no, CAST(body AS BLOB) FROM journal"
    " WHERE substr(CAST(body AS BLOB), 1, ?) = ? ORDER BY seq"
)


def bodies_of(reader: apsw.Connection, tag: str) -> Iterator[tuple[int, str, int, bytes]]:
    """Row, time (aware, ISO 8601), sale's number and body of each act with this tag."""
    begins = b'{"type":"%s"' % tag.encode()
    for seq, at, sale_no, body in reader.execute(_OF_KIND, (len(begins), begins)):
        yield int(str(seq)), str(at), int(str(sale_no)), body


def readable_act(body: bytes) -> Act | None:
    """The act of a body; None for one that cannot be read."""
    try:
        return decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def rows_lost(reader: apsw.Connection) -> frozenset[int]:
    """The rows of the journal that a rescue is known to have lost."""
    rows: set[int] = set()
    for _, _, _, body in bodies_of(reader, "note"):
        losses = read_rescue_note(readable_act(body))
        for first, last in losses.rows if losses is not None else ():
            rows.update(range(first, last + 1))
    return frozenset(rows)


def sales_lost(reader: apsw.Connection) -> frozenset[int]:
    """The sales whose acts a rescue is known to have lost."""
    sales: set[int] = set()
    for _, _, _, body in bodies_of(reader, "note"):
        losses = read_rescue_note(readable_act(body))
        for first, last in losses.sales if losses is not None else ():
            sales.update(range(first, last + 1))
    return frozenset(sales)
