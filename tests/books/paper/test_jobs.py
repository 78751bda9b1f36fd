"""Print jobs: their order, their states, their age; what books of an earlier version had."""

from contextlib import closing
from datetime import timedelta

import pytest

from pos_tui.books import Books
from pos_tui.books.connection import open_connection
from pos_tui.books.paper.jobs import (
    NewPrintJob,
    claim_next,
    count_open,
    end_job,
    find_open_job,
    give_job_up,
    interrupt_jobs,
    keep_job,
    open_jobs,
    put_job,
    send_again,
)
from pos_tui.books.schema import MIGRATIONS
from pos_tui.reasons import because
from tests.conftest import NOON

AWAY = because("printer.no_answer", host="printer", port=9100)
LONG_AGO = NOON - timedelta(hours=8)


@pytest.fixture
def books(tmp_path):
    with closing(open_connection(tmp_path / "books.db")) as connection:
        Books(tmp_path).close()
        yield connection


def receipt(sale, at=NOON, *, copy=False):
    def make(number):
        return b"receipt %d copy %d" % (sale, number)

    return NewPrintJob("receipt", sale, make, at, "Ada", copy)


def claimed(books, oldest=LONG_AGO, role="receipt"):
    job = claim_next(books, role, NOON, oldest)
    return None if job is None else (job.number, job.job)


def states(books):
    return [(each.number, each.state) for each in open_jobs(books)]


def test_first_in_first_out_for_each_printer(books):
    for sale in (7, 8):
        put_job(books, receipt(sale), "receipt")
    put_job(books, receipt(9), "labels")
    assert claimed(books) == (1, b"receipt 7 copy 0")
    assert claimed(books, role="labels") == (3, b"receipt 9 copy 0")
    assert claimed(books) == (2, b"receipt 8 copy 0")
    assert claimed(books) is None
    assert states(books) == [(1, "sending"), (2, "sending"), (3, "sending")]


@pytest.mark.parametrize("end", ["confirmed", "sent"])
def test_what_is_printed_is_over_and_its_bytes_are_gone(books, end):
    put_job(books, receipt(7), "receipt")
    claimed(books)
    end_job(books, 1, NOON, end)
    assert open_jobs(books) == []
    rows = list(books.execute("SELECT state, job FROM print_jobs"))
    assert rows == [(end, None)]


def test_what_did_not_go_out_keeps_its_place(books):
    for sale in (7, 8):
        put_job(books, receipt(sale), "receipt")
    claimed(books)
    keep_job(books, 1, NOON, "waiting", AWAY)
    assert open_jobs(books)[0].why == AWAY
    assert claimed(books) == (1, b"receipt 7 copy 0")


def test_what_was_being_sent_at_a_stop_is_unsure_and_never_claimed(books):
    put_job(books, receipt(7), "receipt")
    claimed(books)
    interrupt_jobs(books, NOON, AWAY)
    assert states(books) == [(1, "unsure")]
    assert claimed(books) is None
    assert count_open(books, "receipt", LONG_AGO) == (0, 1)
    assert send_again(books, 1, NOON, b"again")
    assert claimed(books) == (1, b"again")


def test_what_is_old_waits_for_somebody_s_word(books):
    put_job(books, receipt(7, NOON - timedelta(hours=9)), "receipt")
    put_job(books, receipt(8), "receipt")
    assert claimed(books) == (2, b"receipt 8 copy 0")
    assert claimed(books) is None
    assert [each.is_offered(LONG_AGO) for each in open_jobs(books)] == [True, False]
    assert count_open(books, "receipt", LONG_AGO) == (1, 1)
    assert send_again(books, 1, NOON, b"now")
    assert claimed(books) == (1, b"now")


def test_a_job_that_is_being_sent_is_neither_given_up_nor_sent_twice(books):
    put_job(books, receipt(7), "receipt")
    claimed(books)
    assert not give_job_up(books, 1, NOON)
    assert not send_again(books, 1, NOON, b"")
    keep_job(books, 1, NOON, "unsure", AWAY)
    assert give_job_up(books, 1, NOON)
    assert find_open_job(books, 1) is None
    assert not send_again(books, 1, NOON, b"")


def test_copies_are_numbered_by_document(books):
    put = [put_job(books, receipt(7, copy=copy), "receipt").copy for copy in (False, True, True)]
    assert put == [0, 1, 2]
    assert put_job(books, receipt(8, copy=True), "receipt").copy == 1
    job = find_open_job(books, 3)
    assert job is not None
    assert job.job == b"receipt 7 copy 2"


def test_receipts_that_an_earlier_version_did_not_print_are_unsure(tmp_path):
    """They may have been printed: that version did not know."""
    path = tmp_path / "books.db"
    with closing(open_connection(path)) as books:
        before = next(n for n, step in enumerate(MIGRATIONS) if "print_jobs" in str(step))
        for step in MIGRATIONS[:before]:
            with books:
                if callable(step):
                    step(books)
                else:
                    books.execute(step)
        books.pragma("user_version", before)
        books.execute("INSERT INTO paper VALUES (7, '2026-11-22T12:00:00.5+08:00'), (9, 'odd')")
    Books(tmp_path).close()
    with closing(open_connection(path)) as books:
        assert [(each.document, each.state) for each in open_jobs(books)] == [
            (7, "unsure"), (9, "unsure"),
        ]  # fmt: skip
        assert open_jobs(books)[0].made_at == NOON
        assert list(books.execute("SELECT * FROM paper")) == []
