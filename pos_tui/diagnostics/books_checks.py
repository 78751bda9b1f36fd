"""Whether a till's books are whole, agree with themselves, and every receipt was printed."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from pos_tui.books.books import FILE_NAME
from pos_tui.books.connection import BooksError, first_damage, open_connection
from pos_tui.books.journal.entries import count_rows
from pos_tui.books.journal.verify import differences
from pos_tui.books.paper.not_printed import not_on_paper_yet
from pos_tui.diagnostics.checks import Check
from pos_tui.reasons import because


def check_books(folder: Path) -> list[Check]:
    """The whole file is read, and the journal from its first row on; none for no books yet."""
    path = folder / FILE_NAME
    if not path.exists():
        return []
    size = f"{path.stat().st_size / 1_000_000:.1f} MB"
    do = because("books_check.do_rescue")
    try:
        with closing(open_connection(path)) as connection:
            damage = first_damage(connection, thorough=True)
            if damage is not None:
                return [Check("books", "", "broken", size, damage, do)]
            found = differences(connection, folder)
            rows = count_rows(connection)
            unprinted = not_on_paper_yet(connection)
    except BooksError as error:
        return [Check("books", "", "broken", size, error.reason, do)]
    checks = [Check("books", "", "ok", size, because("books_check.whole"))]
    if found:
        say = because("books_check.differs", first=found[0])
        do = because("books_check.do_verify")
        checks.append(Check("journal", "", "broken", str(len(found)), say, do))
    else:
        checks.append(Check("journal", "", "ok", str(rows), because("books_check.journal_whole")))
    if unprinted:
        say = because("books_check.not_printed", papers=tuple(unprinted[:10]))
        do = because("books_check.do_print")
        checks.append(Check("receipts", "", "warning", str(len(unprinted)), say, do))
    return checks
