"""Books of earlier versions: their lots and counts become movements, and the journal has them."""

from __future__ import annotations

import apsw
import pytest

from pos_tui.books import Books
from pos_tui.books.connection import migrate, open_connection
from pos_tui.books.journal.verify import differences
from pos_tui.books.schema import MIGRATIONS
from pos_tui.books.stock.on_hand import mismatches, on_hand
from tests.conftest import NOON

BREAD, MILK, HAM, COLA = 1, 2, 3, 4


@pytest.fixture
def before(tmp_path):
    """A shop's books as the version before wrote them: lots, counts, sales, offers."""
    connection = open_connection(tmp_path / "books.db")
    for number, step in enumerate(MIGRATIONS[:4], 1):
        assert isinstance(step, str)
        connection.execute(step)
        connection.pragma("user_version", number)
    connection.execute(
        "INSERT INTO products (id, name, price) VALUES (1, 'Bread', 1250), (2, 'Milk', 1290),"
        " (3, 'Ham', 900), (4, 'Cola', 350);"
        "INSERT INTO item_codes (code, product_id) VALUES ('1', 1), ('2', 2), ('3', 3), ('4', 4);"
        "INSERT INTO lots (product_id, lot, expires_on, on_hand) VALUES"
        " (1, 'B-1', '2026-11-20', 0), (2, 'M-1', '2026-12-01', 24), (2, 'M-2', '2026-12-09', 1),"
        " (3, 'H-1', '2026-12-01', 1);"
        "INSERT INTO stock_movements (at, product_id, lot, quantity, kind, sale_no, by) VALUES"
        " ('2026-11-01T10:00:00+00:00', 3, 'H-1', '0.9', 'counted', 0, ''),"
        " ('2026-11-01T10:00:00+00:00', 4, '', '40', 'counted', 0, ''),"
        " ('2026-11-02T10:00:00+00:00', 4, '', '48', 'counted', 0, ''),"
        " ('2026-11-03T10:00:00+00:00', 3, 'H-1', '0.25', 'to_check', 7, 'Ada');"
        "INSERT INTO sales (number, state, opened_at) VALUES (7, 'void', '2026-11-03')"
    )
    connection.close()
    return tmp_path


def test_what_was_counted_is_on_hand_less_what_was_put_aside_since(before):
    books = Books(before)
    books.use_journal_key(NOON)
    books.wait()
    reader = open_connection(before / "books.db")
    there = {
        key: on_hand(reader, *key)[1:5]
        for key in ((BREAD, "B-1"), (MILK, "M-1"), (MILK, "M-2"), (HAM, "H-1"), (COLA, ""))
    }
    assert there == {
        (BREAD, "B-1"): (0, 0, 0, True),
        (MILK, "M-1"): (24_000, 0, 24_000, True),
        (MILK, "M-2"): (0, 0, 0, False),  # one was noted where nobody had counted
        (HAM, "H-1"): (650, 0, 650, True),
        (COLA, ""): (48_000, 0, 48_000, True),
    }
    assert [lot.lot for lot in books.lots_of(MILK)] == ["M-1", "M-2"]
    assert not mismatches(reader)
    assert {kind for (kind,) in reader.execute("SELECT kind FROM movements")} == {"taken_over"}
    reader.close()
    books.close()


def test_the_journal_has_what_was_taken_over_once(before):
    for _ in range(2):
        books = Books(before)
        books.use_journal_key(NOON)
        books.wait()
        books.close()
    reader = open_connection(before / "books.db")
    assert reader.execute("SELECT count(*) FROM movements WHERE journal = 0").fetchone() == (0,)
    assert reader.execute("SELECT count(*) FROM journal WHERE kind = 'stock'").fetchone() == (1,)
    assert not differences(reader, before, None)
    with pytest.raises(apsw.ConstraintError):
        reader.execute("UPDATE movements SET quantity = 1")
    reader.close()


def test_taking_over_is_whole_or_nothing(before, monkeypatch):
    """A power cut in the migration leaves the books as the version before wrote them."""
    connection = open_connection(before / "books.db")
    step = MIGRATIONS[5]
    assert callable(step)

    def cut(connection):
        step(connection)
        raise KeyboardInterrupt

    monkeypatch.setattr("pos_tui.books.schema.MIGRATIONS", (*MIGRATIONS[:5], cut))
    with pytest.raises(KeyboardInterrupt):
        migrate(connection)
    monkeypatch.undo()
    migrate(connection)
    assert on_hand(connection, COLA, "").quantity == 48_000
    connection.close()
