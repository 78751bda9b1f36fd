"""Goods that come and go by a command, beside a till that has the books open."""

import json
from datetime import date

import pytest

from pos_tui.books.catalogue.products import find_product
from pos_tui.books.connection import open_connection
from pos_tui.books.deliveries.drafts import deliveries
from pos_tui.books.stock.issuing import last_issued
from pos_tui.books.stock.on_hand import mismatches, on_hand
from pos_tui.codes import gtin_of
from tests.command_line import typed
from tests.conftest import BREAD, COLA, MILK, SPREAD, UNPRICED

SPREAD_OF_LOT = f"(01)0{SPREAD}(17)261224(30)12(10)L-7"


@pytest.fixture
def shop(counter):
    return counter


@pytest.fixture
def receive(shop, tmp_path):
    def received(*rows, total, header="code,quantity,cost,lot,date", more=()):
        path = tmp_path / "delivery.csv"
        path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
        paper = ("--supplier", "Dairy", "--document", "A-1", "--total", total)
        return typed("receive", str(path), *paper, *more, "--data", str(shop.data))

    return received


def issue(shop, *arguments):
    return typed("issue", *arguments, "--data", str(shop.data))


class Looked:
    """What the books say once a command has ended."""

    def __init__(self, shop):
        self.connection = open_connection(shop.data / "books.db")

    def there(self, code, lot=""):
        product = find_product(self.connection, gtin_of(code) or code)
        assert product
        return on_hand(self.connection, product.id, lot)


@pytest.fixture
def books(shop):
    looked = Looked(shop)
    yield looked
    assert mismatches(looked.connection) == []
    looked.connection.close()


def test_a_file_is_booked_as_it_stands(receive, books):
    done = receive(
        f"{COLA},12,24.00,,", f"{MILK},10,16,L-1,2026-12-01", f"{SPREAD_OF_LOT},,240,,", total="280"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Delivery 1 is booked: 3 lines, 280.00.\n"
    assert books.there(COLA)[1:3] == (12_000, 2400)
    assert books.there(MILK, "L-1").expires_on == date(2026, 12, 1)
    spread = books.there(SPREAD, "L-7")
    assert (spread.quantity, spread.cost, spread.expires_on) == (12_000, 24_000, date(2026, 12, 24))
    (delivery,) = deliveries(books.connection, 5)
    assert (delivery.supplier, delivery.document, delivery.total) == ("Dairy", "A-1", 28_000)


def test_a_chinese_file_with_prices_for_one_is_understood(receive, books):
    header = "商品条码,数量,单价,批号,生产日期,有效期至"
    rows = (f"{COLA},3,1.1125,,,", f"{BREAD},2,5,B-7,2026-11-20,2026-11-25")
    done = receive(*rows, total="13.34", header=header)
    assert done.returncode == 0
    assert "Learnt: French bread keeps 5 days." in done.stdout
    assert books.there(COLA).cost == 334
    assert books.there(BREAD, "B-7").expires_on == date(2026, 11, 25)


@pytest.mark.parametrize("more", [[], ["--dry-run"], ["--json"]])
def test_the_same_paper_is_not_booked_twice(receive, books, more):
    assert receive(f"{COLA},12,24,,", total="24").returncode == 0
    done = receive(f"{COLA},12,24,,", total="24", more=more)
    assert (done.returncode, done.stdout) == (2, "")
    assert "was booked already: delivery 1" in done.stderr
    assert books.there(COLA).quantity == 12_000


def test_a_sum_that_is_not_the_papers_is_booked_only_when_that_is_accepted(receive, books):
    done = receive(f"{COLA},12,24,,", total="20", more=["--json"])
    assert done.returncode == 2
    assert "4.00 too much" in done.stderr
    assert json.loads(done.stdout)["difference"] == 400
    assert books.there(COLA).quantity == 0
    done = receive(f"{COLA},12,24,,", total="20", more=["--json", "--accept-difference"])
    assert json.loads(done.stdout) == {
        "delivery": 1, "lines": 1, "cost": 2400, "total": 2000, "difference": 400, "refused": 0,
    }  # fmt: skip
    assert deliveries(books.connection, 1)[0].difference == 400


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("4000417025005,1,1,,", "is no goods of this shop"),
        (f"{MILK},,1,,", "is no quantity"),
        (f"{MILK},-3,1,,", "is no quantity"),
        (f"{MILK},1,,,", "it has no cost"),
        (f"{MILK},1,1.005,,", "1.005"),
        (f"{MILK},1,1,,tomorrow", "tomorrow"),
        (",1,1,,", "it has no code"),
        ("134857901234567890,1,1,,", "payment code"),
    ],
)
def test_a_row_that_is_wrong_is_named_and_nothing_is_booked(receive, books, row, why):
    done = receive(f"{COLA},12,24,,", row, total="25")
    assert done.returncode == 2
    assert why in done.stderr
    assert "nothing was booked" in done.stderr
    assert "134857901234567890" not in done.stderr
    assert deliveries(books.connection, 5) == []


def test_a_dry_run_shows_the_lines_and_writes_nothing(receive, books):
    done = receive(f"{COLA},12,48,,", total="48", more=["--dry-run"])
    assert done.returncode == 0
    assert "Cola 330 ml" in done.stdout
    assert "1 line, 48.00, would be booked." in done.stdout
    assert "line 2: Cola 330 ml sells at 3.50 and costs 4.00" in done.stderr
    assert deliveries(books.connection, 5) == []


def test_goods_are_written_off_from_the_oldest_lot(shop, receive, books):
    receive(f"{MILK},2,4,old,2026-12-01", f"{MILK},5,20,new,2026-12-24", total="24")
    done = issue(shop, MILK, "3", "--reason", "broken")
    assert (done.returncode, done.stdout) == (0, "✓ Milk 1 l: 3 gone (broken), cost 8.00.\n")
    assert (books.there(MILK, "old").quantity, books.there(MILK, "new").quantity) == (0, 4000)
    done = issue(shop, MILK, "1", "--reason", "to-supplier", "--note", "Dairy", "--lot", "new")
    assert done.returncode == 0
    gone = last_issued(books.connection, 1)[0]
    assert (gone.kind, gone.reason, gone.document) == ("moved", "to_supplier", "Dairy")


def test_a_code_that_names_a_lot_takes_it_from_that_lot(shop, receive, books):
    receive(f"{SPREAD},2,5,old,2026-12-01", f"{SPREAD_OF_LOT},,240,,", total="245")
    assert issue(shop, SPREAD_OF_LOT, "3", "--reason", "expired").returncode == 0
    assert books.there(SPREAD, "old").quantity == 2000
    assert books.there(SPREAD, "L-7")[1:3] == (9000, 18_000)


def test_goods_are_repacked(shop, receive, books):
    receive(f"{MILK},2,5,old,2026-12-01", total="5")
    pieces = ("--into", UNPRICED, "--pieces", "7")
    done = issue(shop, MILK, "1", "--reason", "repacked", *pieces, "--json")
    assert json.loads(done.stdout)["cost"] == 250
    assert books.there(UNPRICED, "old")[1:3] == (7000, 250)


def test_more_than_there_goes_and_is_to_be_counted(shop, books):
    done = issue(shop, COLA, "1", "--reason", "stolen")
    assert done.returncode == 0
    assert "The books had 0 of it" in done.stderr
    assert books.there(COLA).quantity == -1000


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((COLA, "x", "--reason", "broken"), "is no quantity"),
        ((COLA, "1", "--reason", "other"), "needs --note"),
        ((COLA, "1", "--reason", "repacked"), "needs --into"),
        ((COLA, "1", "--reason", "broken", "--into", MILK, "--pieces", "2"), "needs --into"),
        ((COLA, "1", "--reason", "broken", "--lot", "L-9"), "no lot L-9"),
        ((COLA, "1", "--reason", "repacked", "--into", COLA, "--pieces", "2"), "as itself"),
        (("4000417025005", "1", "--reason", "broken"), "is no goods"),
    ],
)
def test_what_cannot_go_is_said_and_nothing_moves(shop, books, arguments, why):
    done = issue(shop, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert why in done.stderr
    assert last_issued(books.connection, 5) == []
