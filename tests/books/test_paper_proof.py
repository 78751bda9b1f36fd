"""An old Z report proves that nothing before it has changed; two say where the fault lies."""

from datetime import UTC, date, datetime

import pytest

from pos_tui.books.cash.closing import ClosingOrder, PrintedReport, close_shift, open_shift
from pos_tui.books.cash.drawer_acts import move_cash
from pos_tui.books.connection import BooksConnection, migrate, open_connection
from pos_tui.books.journal.entries import Noted, append, encode, use_key
from pos_tui.books.journal.paper_proof import prove_papers
from pos_tui.reasons import because
from pos_tui.receipts.paper_code import paper_code, read_paper_code
from pos_tui.receipts.shift_report import ReportShop

AT = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)


@pytest.fixture
def books(tmp_path):
    connection = open_connection(tmp_path / "books.db")
    migrate(connection)
    yield connection
    connection.close()


def close_one(books):
    """A shift with a pay-in; the code on its Z."""
    codes = []

    def rendering(report, head):
        codes.append(read_paper_code(paper_code(head.row, bytes.fromhex(head.hash))))
        return PrintedReport(b"", b"")

    open_shift(books, AT, "Ada", date(2026, 11, 29))
    move_cash(books, AT, "pay_in", 100, "coins", "Ada")
    close_shift(books, AT, ClosingOrder("Ada"), ReportShop(), rendering)
    return codes[0]


@pytest.fixture(params=[False, True], ids=["plain", "with the till's key"])
def papers(books, request):
    if request.param:
        append(books, AT.isoformat(), 0, encode(Noted("before the key")))
        assert isinstance(books, BooksConnection)
        use_key(books, AT, b"k" * 32)
    return [close_one(books) for _ in range(4)]


def kinds(found):
    return [reason.kind for reason in found]


def test_nothing_has_changed(books, papers):
    for paper in papers:
        proven, wrong = prove_papers(books, [paper])
        assert (kinds(proven), wrong) == (["paper_code.whole"], ())
        assert proven[0].values["count"] == paper.row


def test_a_row_that_was_changed_lies_between_two_papers(books, papers):
    row = papers[1].row + 2
    books.execute("UPDATE journal SET body = replace(body, 'Ada', 'Eve') WHERE seq = ?", (row,))
    assert prove_papers(books, papers[:2])[1] == ()
    proven, (wrong,) = prove_papers(books, papers)
    assert kinds(proven) == ["paper_code.whole"]
    assert proven[0].values["paper"] == because("paper_code.z", number=2)
    assert wrong == because(
        "paper_code.changed",
        paper=because("paper_code.z", number=3),
        since=because("paper_code.z", number=2),
        first=papers[1].row + 1,
        last=papers[2].row,
    )
    assert papers[1].row < row <= papers[2].row


def test_a_row_that_is_gone_is_found(books, papers):
    books.execute("DELETE FROM journal WHERE seq = 2")
    proven, wrong = prove_papers(books, papers[:1])
    assert (proven, kinds(wrong)) == ((), ["paper_code.changed"])


def test_an_end_that_was_cut_off_is_found(books, papers):
    books.execute("DELETE FROM journal WHERE seq > ?", (papers[2].row,))
    proven, wrong = prove_papers(books, papers)
    assert (kinds(proven), kinds(wrong)) == (["paper_code.whole"], ["paper_code.cut_off"])


def test_a_chain_that_was_made_anew_is_found_where_the_hashes_agree_with_it(books, papers):
    """Whoever changes a row and all hashes after it has another code than the paper."""
    from pos_tui.books.connection import journal_key_of
    from pos_tui.books.journal.entries import GENESIS
    from pos_tui.books.journal.key import chained

    books.execute("UPDATE journal SET body = replace(body, 'coins', 'cheat') WHERE kind = 'posted'")
    before = GENESIS
    for seq, at, sale_no, body in books.execute(
        "SELECT seq, at, sale_no, CAST(body AS BLOB) FROM journal ORDER BY seq"
    ).fetchall():
        before = chained(before, at, sale_no, body, journal_key_of(books))
        books.execute("UPDATE journal SET hash = ? WHERE seq = ?", (before, seq))
    assert kinds(prove_papers(books, papers)[1]) == ["paper_code.changed"]


def test_without_the_key_it_says_what_it_could_not_check(books):
    assert isinstance(books, BooksConnection)
    use_key(books, AT, b"k" * 32)
    paper = close_one(books)
    books.journal_key = b""
    assert kinds(prove_papers(books, [paper])[1]) == ["journal.other_key"]
