"""The shop's books as double entry, judged by other people's programs: beancount and hledger."""

from __future__ import annotations

import asyncio
import csv
import shutil
import subprocess
from contextlib import closing

import pytest

from pos_tui.books.connection import open_connection
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.accounting_csv import accounting_rows, write_accounting_csv
from pos_tui.books.ledger.beancount import beancount_of_ledger
from pos_tui.books.ledger.hledger import hledger_of_ledger
from pos_tui.books.ledger.posting import Entry, balance, post
from pos_tui.money import Currency
from tests.conftest import NOON
from tests.judges import WITH_BEANCOUNT, WITH_HLEDGER, judges_environment
from tests.model_stock import year
from tests.stock_keeper import BEGINS, do, open_shop
from tests.trading_shop import trade

FORMS = {"beancount": beancount_of_ledger, "hledger": hledger_of_ledger}
JUDGES = [
    pytest.param("beancount", marks=WITH_BEANCOUNT),
    pytest.param("hledger", marks=WITH_HLEDGER),
]
_FREE = (
    "DROP TRIGGER movements_stay; DROP TRIGGER movements_remain; DROP TRIGGER postings_stay;"
    " DROP TRIGGER postings_remain; DROP TRIGGER ledger_entries_stay;"
    " DROP TRIGGER ledger_entries_remain"
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Books after three days of sales of every tender, deliveries, drops and counts."""
    folder = tmp_path_factory.mktemp("shop")
    asyncio.run(trade(folder, 3, 3))
    return folder


@pytest.fixture(scope="module")
def goods(tmp_path_factory):
    """Books after a year of deliveries, sales, counts and returns."""
    folder = tmp_path_factory.mktemp("goods")
    books = open_shop(folder, 24)
    for act in year(3, 24, 300, BEGINS):
        do(books, act)
    books.close()
    return folder


def written(shop, form, fault="", currency="CNY"):
    """The file's lines, after a fault that is taken back."""
    with closing(open_connection(shop / "books.db")) as connection:
        connection.execute(f"BEGIN; {_FREE}")
        connection.execute(fault)
        lines = list(FORMS[form](connection, Currency.of(currency)))
        connection.execute("ROLLBACK")
    return lines


def judged(folder, form, lines):
    """What the judge says of a file; "" where all is well."""
    file = folder / f"books.{form}"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = ["bean-check", file]
    if form == "hledger":
        command = ["hledger", "-f", file, "check", "--strict", "ordereddates"]
    environment = judges_environment()
    command[0] = shutil.which(command[0], path=environment["PATH"])
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    said = done.stderr.decode(errors="replace")
    assert (done.returncode == 0) == (not said)
    return said


@pytest.mark.parametrize("form", JUDGES)
def test_days_of_money_and_goods_are_balanced(shop, tmp_path, form):
    lines = written(shop, form)
    text = "\n".join(lines)
    for name in ("Income:Sales:饮料", "Income:Sales:Soft---sweet", "Assets:Drawer", "Assets:Safe",
                 "Assets:Goods:Units", "Assets:Stock", "Liabilities:Tax:Reduced"):  # fmt: skip
        assert name in text
    assert not judged(tmp_path, form, lines)


@pytest.mark.parametrize("form", JUDGES)
def test_a_year_of_goods_is_balanced(goods, tmp_path, form):
    lines = written(goods, form)
    assert sum(" * " in line for line in lines) > 300
    assert not judged(tmp_path, form, lines)


@pytest.mark.parametrize("form", JUDGES)
@pytest.mark.parametrize(
    "fault",
    [
        "UPDATE movements SET quantity = quantity - 1000 WHERE seq = 40",
        "UPDATE movements SET cost = cost + 5 WHERE seq = (SELECT min(seq) FROM movements"
        " WHERE cost IS NOT NULL)",
        "DELETE FROM movements WHERE kind = 'received' AND seq > 20",
        "UPDATE stock_on_hand SET quantity = quantity + 1 WHERE product_id = 2",
        "UPDATE stock_on_hand SET cost = cost + 1 WHERE product_id = 2",
    ],
)
def test_a_fault_planted_in_the_goods_is_named(goods, tmp_path, form, fault):
    assert "alance" in judged(tmp_path, form, written(goods, form, fault))


@pytest.mark.parametrize("form", JUDGES)
@pytest.mark.parametrize(
    "fault",
    [
        "UPDATE postings SET amount = amount + 1 WHERE entry = 5 AND leg = 1",
        "DELETE FROM postings WHERE entry = 5 AND leg = 1",
        "UPDATE postings SET account = (SELECT id FROM accounts WHERE name = 'Assets:Safe')"
        " WHERE entry = (SELECT max(number) FROM ledger_entries WHERE kind = 'sale') AND leg = 1",
        "DELETE FROM ledger_entries WHERE number = (SELECT max(number) FROM ledger_entries"
        " WHERE kind = 'pay_out')",
        "UPDATE ledger_entries SET day = date(day, '+1 day') WHERE number ="
        " (SELECT min(number) FROM ledger_entries WHERE kind = 'pay_out')",
        "UPDATE ledger_sums SET debit = debit + 5 WHERE account ="
        " (SELECT id FROM accounts WHERE name = 'Assets:Drawer')",
        "UPDATE stock_on_hand SET cost = cost + 1 WHERE product_id = 2",
    ],
)
def test_a_fault_planted_in_the_money_is_named(shop, tmp_path, form, fault):
    assert "alance" in judged(tmp_path, form, written(shop, form, fault))


@pytest.mark.parametrize("form", JUDGES)
def test_names_from_elsewhere_do_no_harm(tmp_path, form):
    books = open_shop(tmp_path / "shop", 3)
    for act in year(3, 3, 6, BEGINS):
        do(books, act)
    odd = (
        "UPDATE products SET name = 'A \"B\" \\ C';"
        "INSERT INTO item_codes (code, product_id) VALUES ('BAKERY:CHEESE ROLL', 1), ('00012', 2)"
    )
    books.write(lambda c: c.execute(odd)).result()

    def job(connection):
        for reason in ("coins", "Coins", "a b", "a-b", "-", '\n;"\\|', "é", "ｶﾅ", "\u3000x", "1=2"):
            legs = ((accounts.paid_out(reason), 1), (accounts.DRAWER, -1))
            entry = Entry("pay_out", legs, document=f'{reason} ; "quoted" | \\')
            post(connection, NOON, f"Ada\t{reason}", entry)

    books.write(job).result()
    books.close()
    lines = written(tmp_path / "shop", form, currency="JPY")
    assert not judged(tmp_path, form, lines)
    assert any(" ID1" in line or '"ID1"' in line for line in lines)
    assert any("P00012" in line for line in lines)


@pytest.mark.parametrize("form", JUDGES)
def test_books_without_an_entry_are_balanced(tmp_path, form):
    open_shop(tmp_path / "shop", 3).close()
    assert not judged(tmp_path, form, written(tmp_path / "shop", form))


# ---- for the accountant --------------------------------------------------------------------------


def test_a_spreadsheet_gets_a_row_a_posting(shop, tmp_path):
    with closing(open_connection(shop / "books.db")) as connection:
        with (tmp_path / "books.csv").open("w", encoding="utf-8-sig", newline="") as file:
            count = write_accounting_csv(file, accounting_rows(connection, Currency.of("CNY")))
        drawer = balance(connection, accounts.DRAWER)
        day = "2026-11-23"
        of_day = list(accounting_rows(connection, Currency.of("CNY"), day, day))
    assert (tmp_path / "books.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "books.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == count
    assert sum(minor(row["debit"]) - minor(row["credit"]) for row in rows) == 0
    in_drawer = [row for row in rows if row["account"] == "Assets:Drawer"]
    assert sum(minor(row["debit"]) - minor(row["credit"]) for row in in_drawer) == drawer
    assert all((row["debit"] == "") != (row["credit"] == "") for row in rows)
    assert 0 < len(of_day) < count
    assert {row[0] for row in of_day} == {day}


def test_no_cell_is_a_formula(tmp_path):
    books = open_shop(tmp_path / "shop", 1)
    legs = (("Assets:=1+1", 1), ("=cmd|' /C calc'!A0", -1))
    entry = Entry("pay_out", legs, document="\t=2+2")
    books.write(lambda c: post(c, NOON, "@SUM(A1)", entry)).result()
    books.close()
    with closing(open_connection(tmp_path / "shop" / "books.db")) as connection:
        rows = list(accounting_rows(connection, Currency.of("CNY")))
    cells = [cell for row in rows for cell in row]
    assert any("cmd" in cell for cell in cells)
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in cells)


def minor(text):
    """An amount of two decimals in minor units, without a float."""
    return int(text.replace(".", "") or 0)
