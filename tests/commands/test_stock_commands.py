"""`pos-tui stock` and `pos-tui label`, as they are typed."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta

import pytest
import zxingcpp
from PIL import Image

from tests.command_line import in_chinese, typed
from tests.conftest import BREAD, COLA, MILK, SPREAD
from tests.stockroom import product_id, receive, sell


@pytest.fixture
def shop(counter):
    """The stocked shop by the wall's clock, as the commands have it: milk expires in two days."""
    counter.now = datetime.now().astimezone()
    today = counter.now.date()
    receive(counter, MILK, 10_000, 5000, "A7", today + timedelta(days=2), days_ago=60)
    receive(counter, COLA, 60_000, 12_000, days_ago=60)
    sell(counter, COLA, 56_000, days_ago=27)
    counter.books.write(
        lambda c: c.execute("UPDATE products SET supplier = '=Drinks' WHERE name LIKE 'Cola%'")
    ).result()
    return counter


def stock(shop, *arguments):
    return typed("stock", *arguments, "--data", str(shop.data))


def label(shop, *arguments):
    return typed("label", *map(str, arguments), "--data", str(shop.data))


def test_without_a_list_it_says_how_long_each_is(shop):
    done = stock(shop)
    assert done.returncode == 0
    counts = dict(line.split()[:2] for line in done.stdout.splitlines())
    assert counts == {"low": "1", "reorder": "1", "expiring": "2", "below-zero": "0",
                      "dead": "0", "undated": "0"}  # fmt: skip
    assert json.loads(stock(shop, "--json").stdout)["below_zero"] == 0


def test_a_list_is_a_table(shop):
    done = stock(shop, "expiring")
    head, bread, milk = done.stdout.splitlines()
    assert head.split() == ["Product", "Lot", "Last", "day", "In", "Left", "Cost"]
    assert "not counted" in bread
    assert "2 days" in milk
    assert milk.endswith("50.00")
    assert len(stock(shop, "expiring", "--days", "0").stdout.splitlines()) == 2


def test_a_list_is_read_by_programs(shop):
    lines = [json.loads(line) for line in stock(shop, "expiring", "--json").stdout.splitlines()]
    milk = lines[1]
    assert (milk["lot"], milk["left"], milk["value"], milk["days_left"]) == ("A7", "10", 5000, 2)
    (cola,) = (json.loads(line) for line in stock(shop, "low", "--json").stdout.splitlines())
    assert (cola["on_hand"], cola["sold"], cola["cover"]) == ("4", "56", 2)


def test_an_order_for_the_supplier_is_a_file_that_no_spreadsheet_counts(shop, tmp_path):
    file = tmp_path / "order.csv"
    done = stock(shop, "reorder", "--csv", str(file), "--days", "28")
    assert (done.returncode, done.stdout) == (0, "")
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))
    assert rows == [
        ["Code", "Product", "Size", "Quantity", "Unit", "Cases", "In a case", "Supplier"],
        [COLA, "Cola 330 ml", "", "52", "can", "", "", "'=Drinks"],
    ]
    assert stock(shop, "reorder", "--csv", str(file), "--supplier", "nobody").returncode == 0
    assert len(file.read_text("utf-8-sig").splitlines()) == 1


def test_any_list_can_be_a_file(shop, tmp_path):
    file = tmp_path / "list.csv"
    assert stock(shop, "expiring", "--csv", str(file)).returncode == 0
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))
    assert rows[0][:3] == ["Code", "Product", "Lot"]
    assert rows[2][:3] == [MILK, "Milk 1 l", "A7"]


def test_a_file_that_cannot_be_written_is_a_sentence(shop, tmp_path):
    done = stock(shop, "reorder", "--csv", str(tmp_path))
    assert done.returncode == 2
    assert "cannot be written" in done.stderr


def test_a_minimum_is_set_by_any_code_of_the_product(shop):
    done = stock(shop, "minimum", MILK, "12,5")
    assert done.stdout == "Milk 1 l: the minimum is 12.5 now.\n"
    assert "Milk 1 l" in stock(shop, "low").stdout
    assert stock(shop, "minimum", MILK, "0").stdout == "Milk 1 l: there is no minimum now.\n"
    assert "Milk 1 l" not in stock(shop, "low").stdout


def test_a_history_says_what_came_and_went(shop):
    done = stock(shop, "history", COLA)
    assert [line.split()[2:4] for line in done.stdout.splitlines()[1:]] == [
        ["sold,", "sale"],
        ["received", "+60"],
    ]
    lines = [json.loads(line) for line in stock(shop, "history", COLA, "--json").stdout.split("\n")
             if line]  # fmt: skip
    assert [(each["quantity"], each["after"]) for each in lines] == [("-56", "4"), ("60", "60")]
    assert "Nothing" in stock(shop, "history", SPREAD).stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("lower",), "no list “lower”"),
        (("minimum", MILK), "QUANTITY"),
        (("minimum", MILK, "-3"), "no quantity"),
        (("minimum", MILK, "1e3", "x"), "too much"),
        (("minimum", MILK, "0.0001"), "no quantity"),
        (("minimum", "4711", "3"), "4711"),
        (("history",), "history CODE"),
        (("low", "dead"), "dead"),
        (("low", "--days", "-1"), "--days"),
        (("--csv", "x.csv"), "--csv"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(shop, arguments, words):
    done = stock(shop, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_lists_speak_chinese(shop):
    with in_chinese():
        assert "快到期" not in stock(shop).stdout  # the names are what is typed
        assert "2 天" in stock(shop, "expiring").stdout


# ---- labels --------------------------------------------------------------------------------------


def test_a_label_for_goods_as_a_picture(shop, tmp_path):
    file, day = tmp_path / "label.png", shop.now.date() + timedelta(days=9)
    done = label(shop, SPREAD, "--expires", day, "--lot", "B-9", "--out", file)
    assert (done.returncode, done.stdout) == (0, "")
    (found,) = zxingcpp.read_barcodes(Image.open(file), text_mode=zxingcpp.TextMode.Plain)
    assert found.text == f"010{SPREAD}17{day:%y%m%d}10B-9"
    (lot,) = shop.books.lots_of(product_id(shop, SPREAD))
    assert (lot.lot, lot.expires_on) == ("B-9", day)


def test_a_shelf_label_as_the_printers_bytes(shop, tmp_path):
    file = tmp_path / "label.bin"
    assert label(shop, COLA, "--as", "escpos", "--copies", 2, "--out", file).returncode == 0
    job = file.read_bytes()
    assert job.startswith(b"\x1b@")
    assert job.count(b"\x1dV\x00") == 2
    assert b"10.61 per litre" in job


def test_a_label_is_printed_on_the_printer_of_the_settings(shop, tmp_path):
    paper, settings = tmp_path / "paper.bin", tmp_path / "till.toml"
    settings.write_text(f'[printer]\nkind = "file"\npath = "{paper.as_posix()}"\n')
    day = shop.now.date()
    done = label(shop, BREAD, "--expires", day, "--print", "--settings", settings)
    assert done.stdout == "French bread: 1 label went to the printer.\n", done.stderr
    assert f"use by {day}".encode() in paper.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("4711", "--out", "x.png"), "4711"),
        ((MILK, "--print"), "no printer"),
        ((MILK, "--expires", "tomorrow", "--out", "x.png"), "no day"),
        ((MILK, "--expires", "2020-01-01", "--out", "x.png"), "past"),
        ((MILK, "--lot", "B 1", "--out", "x.png"), "no lot"),
        ((MILK, "--lot", "new", "--out", "x.png"), "no lot new"),
        ((MILK, "--copies", "0", "--out", "x.png"), "1 to 200"),
        ((MILK, "--out", "/nowhere/at/all/x.png", "--font", "none.ttf"), "none.ttf"),
    ],
)
def test_a_label_that_cannot_be_is_a_sentence(shop, arguments, words, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    done = label(shop, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert not list(tmp_path.glob("*.png*"))
