"""Products and their history: what was changed, one after another, makes what there is now."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict, replace

from pos_tui.books.catalogue.dated_prices import begin_prices, dated_prices, set_dated_price
from pos_tui.books.catalogue.product_changes import changes_of
from pos_tui.books.catalogue.product_records import (
    ProductError,
    ProductRecord,
    put_record,
    read_record,
)
from pos_tui.books.catalogue.products import find_product
from pos_tui.books.connection import BooksConnection, migrate, open_connection
from pos_tui.books.journal import entries as journal
from pos_tui.books.schema import MIGRATIONS

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

WORDS = st.sampled_from(["", "can", "Drinks", "a, b", "饮料", "0"])
CODES = st.lists(st.sampled_from(["1001", "1002", "A-1", "05449000000996"]), min_size=1, max_size=4)
RECORDS = st.builds(
    ProductRecord,
    codes=CODES.map(lambda codes: (*codes, "CASE")),
    name=st.sampled_from(["Cola", "Cola light", "可乐"]),
    price=st.integers(0, 3),
    unit=WORDS,
    category=WORDS,
    tax=WORDS,
    shelf_life=st.sampled_from(["", "30", "2w"]),
    age_limit=st.sampled_from([0, 16, 18]),
    tare=st.sampled_from([0, 8]),
    discontinued=st.sampled_from(["", "2026-11-22"]),
    pieces=st.sampled_from([(), (("CASE", 12),), (("CASE", 6), ("GONE", 3))]),
)
DATED = st.tuples(st.integers(1, 5), st.one_of(st.none(), st.integers(0, 3)))


@pytest.fixture
def books(tmp_path: Path) -> Iterator[BooksConnection]:
    connection = open_connection(tmp_path / "books.db")
    migrate(connection)
    yield connection
    connection.close()


def in_memory() -> BooksConnection:
    connection = BooksConnection(":memory:")
    for change in MIGRATIONS:
        if callable(change):
            change(connection)
        else:
            connection.execute(change)
    return connection


def test_the_code_of_a_case_stays_one_when_another_code_is_added(books):
    added, _ = put_record(books, ProductRecord(("1001",), "Cola"), NOW, "Ada")
    books.execute("INSERT INTO item_codes VALUES ('CASE', ?, 1, 12)", (added,))
    before = read_record(books, added)
    assert before is not None
    put_record(books, replace(before, codes=(*before.codes, "A-1")), NOW, "Ada")
    found = {code: find_product(books, code) for code in ("1001", "A-1", "CASE")}
    assert {code: each.pieces for code, each in found.items() if each} == {
        "1001": 1, "A-1": 1, "CASE": 12,
    }  # fmt: skip


def as_text(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(
            each if isinstance(each, str) else f"{each[1]}x{each[0]}" for each in value
        )
    return "" if value == 0 else str(value)


@given(st.lists(st.one_of(RECORDS, DATED), min_size=1, max_size=8))
def test_the_history_played_again_is_the_product_as_it_is_now(steps):
    connection = in_memory()
    product_id, at = 0, NOW
    prices: dict[datetime, int] = {}
    price = 0
    for step in steps:
        at += timedelta(days=1)
        if isinstance(step, ProductRecord):
            product_id, _ = put_record(connection, replace(step, id=product_id), at, "Ada")
            price = step.price
            prices = {starts: each for starts, each in prices.items() if starts > at}
        elif product_id:
            days, dated = step
            set_dated_price(connection, product_id, at + timedelta(days=days), dated, "Ada")
            prices.pop(at + timedelta(days=days), None)
            if dated is not None:
                prices[at + timedelta(days=days)] = dated
    at += timedelta(days=3)
    for starts in sorted(starts for starts in prices if starts <= at):
        price = prices.pop(starts)
    if not product_id:
        return
    begin_prices(connection, at)
    record = read(connection, product_id)
    assert record.price == price
    assert {each.starts: each.price for each in dated_prices(connection, product_id)} == prices
    played: dict[str, str] = {}
    for change in reversed(changes_of(connection, product_id)):
        if change.field != "dated_price":
            assert played.get(change.field, "") == change.before
            played[change.field] = change.after
    now = {name: as_text(value) for name, value in asdict(record).items() if name != "id"}
    assert {name: text for name, text in played.items() if text} == {
        name: text for name, text in now.items() if text
    }
    connection.close()


def read(connection: apsw.Connection, product_id: int) -> ProductRecord:
    record = read_record(connection, product_id)
    assert record is not None
    return record


def test_a_look_up_is_one_query_also_where_a_price_is_to_begin(books):
    product_id, _ = put_record(books, ProductRecord(("1001",), "Cola", 350), NOW, "Ada")
    set_dated_price(books, product_id, NOW + timedelta(hours=1), 300, "Ada")
    asked: list[str] = []

    def trace(cursor, sql, bindings):
        asked.append(sql)
        return True

    books.exec_trace = trace
    found = [
        find_product(books, "1001", int((NOW + timedelta(minutes=minutes)).timestamp()))
        for minutes in (59, 60)
    ]
    books.exec_trace = None
    assert [product.price for product in found if product] == [350, 300]
    assert len(asked) == 2
    steps = books.execute(f"EXPLAIN QUERY PLAN {asked[0]}", ("1001", 0)).fetchall()
    assert not [step for step in steps if "SCAN" in str(step[3])]


def test_what_is_refused_leaves_nothing_behind(books):
    put_record(books, ProductRecord(("1001",), "Cola"), NOW, "Ada")
    before = books.execute("SELECT count(*) FROM journal").fetchone()
    with pytest.raises(ProductError), books:
        put_record(books, ProductRecord(("1002", "1001"), "Other"), NOW, "Ada")
    assert find_product(books, "1002") is None
    assert books.execute("SELECT count(*) FROM journal").fetchone() == before


def test_a_product_that_is_gone_is_said_and_not_made_again(books):
    with pytest.raises(ProductError) as caught:
        put_record(books, ProductRecord(("1001",), "Cola", id=7), NOW, "Ada")
    assert caught.value.reason.kind == "product.gone"
    assert find_product(books, "1001") is None


def test_the_history_is_journalled_in_the_same_transaction(books):
    put_record(books, ProductRecord(("1001",), "Cola", 350), NOW, "Ada")
    (body,) = books.execute("SELECT body FROM journal").fetchone()
    act = journal.decode(body)
    assert isinstance(act, journal.ProductChanged)
    assert [(each.field, each.after) for each in act.changes] == [
        ("codes", "1001"), ("name", "Cola"), ("price", "350"),
    ]  # fmt: skip
