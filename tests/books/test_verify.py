"""`journal verify` names what was changed behind the till's back, whichever table it is in."""

import hashlib
import shutil
from contextlib import closing

import msgspec
import pytest

from pos_tui.books.connection import open_connection
from pos_tui.books.journal.entries import GENESIS, head
from pos_tui.books.journal.key import KEY_FILE
from pos_tui.books.journal.verify import differences
from pos_tui.messages import LastOrder
from tests.conftest import COLA, NOON, SPREAD, Counter


@pytest.fixture
async def shop(tmp_path):
    """A till that has sold three times, and is closed."""
    counter = Counter(tmp_path / "till").stock().open()
    for codes in ((COLA,), (COLA, SPREAD), (SPREAD,)):
        counter.scan(*codes)
        counter.till.pay("100")
        await counter.till.until_idle()
    await counter.till.close()
    counter.books.close()
    return counter.data


def kinds(folder, last=None):
    with closing(open_connection(folder / "books.db")) as connection:
        return [reason.kind for reason in differences(connection, folder, last)]


def change(folder, *statements):
    with closing(open_connection(folder / "books.db")) as connection:
        for statement in statements:
            connection.execute(statement)


async def test_books_that_nobody_touched_agree_with_everything(shop):
    assert kinds(shop) == []


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["UPDATE journal SET body = replace(body, '350', '100') WHERE seq = 2"], "row_changed"),
        (["DELETE FROM journal WHERE seq = 3"], "rows_missing"),
        (["DELETE FROM journal WHERE seq > 4"], "receipt_remembers"),
        (["DELETE FROM journal"], "gone"),
        (["DELETE FROM journal WHERE seq > 4", "DELETE FROM sales WHERE number > 1"],
         "receipt_without_sale"),
        (["DELETE FROM sales WHERE number = 2"], "sale_missing"),
        (["UPDATE sales SET total = total - 100 WHERE number = 2"], "total_differs"),
        (["UPDATE sales SET tender = replace(tender, '10000', '9000') WHERE number = 2"],
         "given_differs"),
        (["UPDATE sales SET total = total - 100 WHERE number = 2"], "receipt_differs"),
        (["UPDATE sales SET state = 'void' WHERE number = 3"], "sale_missing"),
        (["INSERT INTO orders VALUES (1, 'A1234567', 1, 'paid', '{body}')"], "order_differs"),
    ],
)  # fmt: skip
async def test_what_was_changed_is_named(shop, statements, expected):
    order = (
        '{"order_no":"A1234567","sale_no":1,"amount":350,"currency":"CNY","platform":"wechat",'
        '"masked_code":"","state":"paid","made_at":"2026-11-22T12:00:00Z"}'
    )
    change(shop, *(statement.replace("{body}", order) for statement in statements))
    assert f"journal.{expected}" in kinds(shop)


async def test_receipts_are_compared_too(shop):
    receipts = shop / "receipts"
    (receipts / "000001.json").unlink()
    changed = msgspec.json.decode((receipts / "000002.json").read_bytes())
    changed["total"] = 1
    (receipts / "000002.json").write_bytes(msgspec.json.encode(changed))
    (receipts / "000003.json").write_bytes(b"half a rec")
    assert set(kinds(shop)) == {
        "journal.receipt_missing", "journal.receipt_differs", "journal.receipt_unreadable",
    }  # fmt: skip


async def test_a_chain_that_was_computed_again_without_the_key_is_noticed(shop):
    """Whoever changes the books, and all hashes after it, lacks the till's key."""
    with closing(open_connection(shop / "books.db")) as connection:
        before = GENESIS
        rows = connection.execute(
            "SELECT seq, at, sale_no, CAST(body AS BLOB) FROM journal ORDER BY seq"
        ).fetchall()
        for seq, at, sale_no, written in rows:
            assert isinstance(written, bytes)
            body = written.replace(b"350", b"100")
            before = hashlib.sha256(before + f"{at}\n{sale_no}\n".encode() + body).digest()
            connection.execute(
                "UPDATE journal SET body = ?, hash = ? WHERE seq = ?", (body, before, seq)
            )
    assert "journal.row_changed" in kinds(shop)
    change(shop, "DELETE FROM journal WHERE seq = 1")
    assert "journal.key_unused" in kinds(shop)


async def test_a_key_that_is_gone_is_said_and_the_receipts_still_tell(shop):
    (shop / KEY_FILE).unlink()
    assert kinds(shop) == ["journal.other_key"]


async def test_the_journal_goes_on_under_a_new_key_where_the_old_one_was_lost(shop):
    (shop / KEY_FILE).unlink()
    counter = Counter(shop).open()
    counter.scan(COLA)
    await counter.till.close()
    counter.books.close()
    assert kinds(shop) == ["journal.other_key"]
    change(shop, "UPDATE journal SET at = '2020-01-01T00:00:00+00:00' WHERE seq ="
                 " (SELECT max(seq) FROM journal)")  # fmt: skip
    assert kinds(shop) == ["journal.other_key", "journal.row_changed"]


async def test_rows_from_before_there_was_a_key_stay_what_they_are(tmp_path):
    """Books of an earlier version: SHA-256 up to the row that says that a key is used."""
    counter = Counter(tmp_path).stock()
    before = GENESIS
    at, body = NOON.isoformat(), b'{"type":"note","what":"paid","detail":"cash"}'

    def job(connection):
        hashed = hashlib.sha256(b"%s%s\n%d\n%s" % (before, at.encode(), 0, body)).digest()
        connection.execute(
            "INSERT INTO journal (at, sale_no, kind, body, hash) VALUES (?, 0, 'note', ?, ?)",
            (at, body, hashed),
        )

    counter.books.write(job).result()
    counter.open()
    counter.scan(COLA)
    counter.books.close()
    found = kinds(tmp_path)
    assert found == ["journal.sale_missing"]  # of that made-up payment; the chain is whole
    change(tmp_path, "UPDATE journal SET at = '2020-01-01T00:00:00+00:00' WHERE seq = 1")
    assert "journal.row_changed" in kinds(tmp_path)


async def test_the_gateway_is_a_witness_outside(shop, tmp_path):
    with closing(open_connection(shop / "books.db")) as connection:
        last_row = head(connection)
    last = LastOrder(
        merchant="M001", till="01", order_no="A1234567", amount=1, currency="CNY", sale_no=3,
        highest_sale_no=3, journal=str(last_row), ordered_at=NOON,
    )  # fmt: skip
    assert kinds(shop, last) == ["books.order_not_in_books"]
    shutil.rmtree(shop / "receipts")
    change(shop, "DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)")
    assert "books.journal_is_another" in kinds(shop, last)
