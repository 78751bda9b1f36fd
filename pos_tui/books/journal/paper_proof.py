"""Whether the journal is still what it was when Z reports were printed, by the codes on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import apsw
import msgspec

from pos_tui.books.connection import journal_key_of, readable
from pos_tui.books.journal.entries import GENESIS, KEY_NOTE, Noted, decode
from pos_tui.books.journal.key import chained, key_id
from pos_tui.reasons import Reason, because
from pos_tui.receipts.paper_code import PaperCode, paper_digits


@readable
def prove_papers(
    reader: apsw.Connection, codes: Iterable[PaperCode]
) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """What these papers prove, and what they show to be wrong.

    The chain is made anew from the rows, whatever hashes stand beside them. Of several papers the
    last that is right and the first that is not bracket the fault. Raises BooksError.
    """
    wanted = sorted(codes, key=lambda each: each.row)
    found, troubles = _hashes_at(reader, [each.row for each in wanted])
    right: PaperCode | None = None
    for code in wanted:
        hashed = found.get(code.row)
        if hashed is not None and paper_digits(hashed) == code.digits:
            right = code
            continue
        proven = () if right is None else (_proven(reader, right),)
        first = 1 if right is None else right.row + 1
        since = because("paper_code.beginning") if right is None else _paper(reader, right)
        paper = _paper(reader, code)
        why = because("paper_code.cut_off", paper=paper)
        if hashed is not None:
            why = because(
                "paper_code.changed", paper=paper, since=since, first=first, last=code.row
            )
        return proven, (*troubles, why)
    return () if right is None else (_proven(reader, right),), troubles


def _proven(reader: apsw.Connection, code: PaperCode) -> Reason:
    return because("paper_code.whole", paper=_paper(reader, code), count=code.row)


def _paper(reader: apsw.Connection, code: PaperCode) -> Reason:
    """The Z report that a code stands on, or the row that it names."""
    row = reader.execute("SELECT shift FROM z_reports WHERE journal = ?", (code.row,)).fetchone()
    if row is None:
        return because("paper_code.row", row=code.row)
    return because("paper_code.z", number=int(str(row[0])))


def _hashes_at(
    reader: apsw.Connection, rows: Sequence[int]
) -> tuple[dict[int, bytes], tuple[Reason, ...]]:
    """The hashes of these rows, made anew from the first row on; what that could not be done for.

    Rows of a key that is not here cannot be made anew: of these the hash beside them is believed.
    """
    if not rows:
        return {}, ()
    key = journal_key_of(reader)
    wanted, found = set(rows), {}
    before, seal, knows_key = GENESIS, b"", True
    troubles: list[Reason] = []
    for seq, at, sale_no, body, hashed in reader.execute(
        "SELECT seq, at, sale_no, CAST(body AS BLOB), hash FROM journal WHERE seq <= ?"
        " ORDER BY seq",
        (max(rows),),
    ):
        assert isinstance(body, bytes)
        if KEY_NOTE.encode() in body:
            act = _act_of(body)
            if isinstance(act, Noted) and act.what == KEY_NOTE:
                seal = key if key and key_id(key) == act.detail else b""
                knows_key = bool(seal)
                if not knows_key:
                    troubles.append(because("journal.other_key", row=int(str(seq))))
        before = chained(before, str(at), int(str(sale_no)), body, seal)
        if not knows_key and isinstance(hashed, bytes):
            before = hashed
        if seq in wanted:
            found[int(str(seq))] = before
    return found, tuple(troubles)


def _act_of(body: bytes) -> object:
    try:
        return decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
