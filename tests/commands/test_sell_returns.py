"""`pos-tui sell`: goods that come back as lines of input, and their money."""

import json

import pytest

from pos_tui.__main__ import main
from tests.conftest import COLA, MILK, Counter


@pytest.fixture
def data(tmp_path):
    counter = Counter(tmp_path / "till").stock()
    bottle, cola = (counter.make_till(print).codes.product(code) for code in (MILK, COLA))
    assert bottle
    assert cola
    counter.books.write(
        lambda c: c.execute("UPDATE products SET deposit_id = ? WHERE id = ?", (bottle.id, cola.id))
    ).result()
    counter.books.close()
    return tmp_path / "till"


@pytest.fixture
def sell(data, capsys):
    def run(*scans):
        ended = main(["sell", "--data", str(data), *scans])
        out = capsys.readouterr().out
        return ended, [json.loads(line) for line in out.splitlines()]

    return run


def of(told, kind):
    return [event for event in told if event["event"] == kind]


def test_goods_of_a_sale_come_back_and_a_new_one_is_bought(sell):
    assert sell(MILK, "cash", "20")[0] == 0
    ended, told = sell("return", "1", "1", "1", "refund")
    assert ended == 0
    assert of(told, "return")[-1]["due"] == of(told, "paid")[0]["total"] == -1290
    ended, told = sell("return 1 1 1", "refund")
    assert ended == 3
    assert of(told, "status")[0]["reason"] == "returns.all_back"


def test_of_a_return_it_is_explained_what_went_back(sell, data, capsys):
    sell(MILK, "cash", "20")
    sell("return", "1", "1", "1", "refund")
    assert main(["explain", "2", "--data", str(data)]) == 0
    said = capsys.readouterr().out
    assert "Went back 12.90 CNY" in said
    assert "Total" not in said
    sell(COLA, f"empty {MILK}", "cash", "20")
    assert main(["explain", "3", "--data", str(data)]) == 0
    said = capsys.readouterr().out
    assert "Total 16.40 CNY" in said
    assert "Went back" not in said


def test_empties_and_a_void(sell):
    ended, told = sell(f"empty 2*{MILK}", "refund")
    assert ended == 0
    assert of(told, "paid")[0]["total"] == -2580
    assert sell(COLA, "cash", "50")[0] == 0
    ended, told = sell("void 2 wrong customer")
    assert ended == 0
    assert of(told, "paid")[0]["total"] == -350 - 1290  # the goods and the deposit


def test_what_is_typed_wrong_is_said(sell):
    ended, told = sell("return 1", "refund")
    assert ended == 3
    assert of(told, "status")[0]["reason"] == "cmd_sell.no_return"
