"""`pos-tui report` and `pos-tui clearing`, as they are typed."""

from __future__ import annotations

import csv
import io
import json

import apsw
import pytest
from python_calamine import load_workbook

from pos_tui.books.movement import Movement
from pos_tui.books.shift import end_shift
from pos_tui.books.stock.movements import move_stock
from tests.command_line import in_chinese, typed
from tests.conftest import CHICKEN, COLA, MILK

DAY = "2026-11-22"


@pytest.fixture
async def shop(counter):
    """Three sales at noon, at one and at two, the last by card."""
    for hour, (codes, payment) in enumerate(
        [((f"2*{COLA}", MILK), "="), ((f"0.842*{CHICKEN}",), "="), ((MILK,), "c= 4242")]
    ):
        counter.now = counter.now.replace(hour=12 + hour)
        counter.scan(*codes)
        counter.till.pay(payment)
        await counter.till.until_idle()
    return counter


def report(shop, *arguments):
    return typed("report", *arguments, "--data", str(shop.data))


def as_json(shop, *arguments):
    return json.loads(report(shop, *arguments, "--as", "json").stdout)


def test_a_day_is_a_table_of_its_hours(shop):
    done = report(shop, "day", DAY)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "Sun 22 Nov 2026 · by hour"
    assert "Income" in lines[2]
    assert "60.60" in lines[2]
    rows = [line.split() for line in lines if line[:2] in ("12", "13", "14")]
    assert [row[:3] for row in rows] == [
        ["12–13", "1", "18.90"], ["13–14", "1", "28.80"], ["14–15", "1", "12.90"]
    ]  # fmt: skip


def test_amounts_are_minor_units_for_programs(shop):
    found = as_json(shop, "month", DAY, "--by", "tender")
    assert (found["total"]["income"], found["total"]["count"], found["exponent"]) == (6060, 3, 2)
    assert {row["key"]: row["income"] for row in found["rows"]} == {"cash": 4770, "card": 1290}
    assert found["before"]["period"]["first"] == "2026-10-01"
    assert found["year_ago"]["period"]["last"] == "2025-11-30"
    assert as_json(shop, "year", DAY)["year_ago"] is None


def test_a_report_as_it_stood_at_a_moment(shop):
    assert as_json(shop, DAY, "--at", "2026-11-22T13:30+08:00")["total"]["income"] == 4770
    assert as_json(shop, DAY, "--at", "2026-11-22T11:00+08:00")["total"]["income"] == 0


def test_the_drawer_and_the_stock_as_they_stood_at_a_moment(shop):
    received = [Movement(2, "", 24_000, "received", 4800)]
    at = shop.now.replace(hour=15)
    shop.books.write(lambda c: move_stock(c, at, "Ada", received)).result()
    shop.books.write(lambda c: end_shift(c, 1, at.replace(hour=16), "Ada")).result()
    drawers = {"11": 0, "12": 1890, "13": 4770, "14": 4770, "17": 4770}
    for hour, drawer in drawers.items():
        found = as_json(shop, DAY, "--at", f"2026-11-22T{hour}:30+08:00")["balances"]
        assert (found["drawer"], found["stock"]) == (drawer, 4400 if hour == "17" else 0)
    assert as_json(shop, DAY)["balances"]["stock"] == 4400
    assert "Drawer 18.90" in report(shop, DAY, "--at", "2026-11-22T12:30+08:00").stdout


def test_csv_has_major_units_and_no_formula(shop):
    shop.books.write(lambda c: c.execute("UPDATE products SET name = '=1+1' WHERE id = 2")).result()
    done = report(shop, "week", DAY, "--by", "product", "--as", "csv")
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert rows[0][:3] == ["Product", "Quantity", "Income"]
    assert {row[-1] for row in rows} == {"Before", "0.00"}
    assert sorted(row[2] for row in rows[1:]) == ["25.80", "28.80", "6.00"]
    assert "'=1+1" in [row[0] for row in rows]


def test_a_workbook_has_numbers(shop, tmp_path):
    path = tmp_path / "report.xlsx"
    done = report(shop, "day", DAY, "--by", "product", "--output", str(path))
    assert (done.returncode, done.stdout) == (0, "")
    rows = load_workbook(path).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "Sun 22 Nov 2026 · by product"
    assert sorted(row[2] for row in rows[2:]) == [6.0, 25.8, 28.8]


def test_a_file_is_written_as_its_name_says(shop, tmp_path):
    path = tmp_path / "report.csv"
    assert report(shop, DAY, "--output", str(path)).returncode == 0
    assert path.read_text(encoding="utf-8-sig").startswith("Hour,Sales,Income")
    missing = tmp_path / "none" / "report.csv"
    assert report(shop, DAY, "--output", str(missing)).returncode == 2


@pytest.mark.parametrize(
    "wrong",
    [
        ["fortnight"], ["day", "22.11.2026"], ["day", DAY, "more"], [DAY, "--at", "noon"],
        [DAY, "--as", "xlsx"],
    ],
)  # fmt: skip
def test_what_is_typed_wrong_is_answered_in_one_sentence(shop, wrong):
    done = report(shop, *wrong)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_a_day_without_sales_is_said(shop):
    done = report(shop, "day", "2020-02-29")
    assert done.returncode == 0
    assert "Nothing was sold." in done.stdout


def test_the_report_is_in_the_readers_language(shop):
    with in_chinese():
        done = report(shop, "month", DAY, "--by", "cashier")
    assert "2026 年 11 月 · 按收银员" in done.stdout
    assert "收入" in done.stdout


def test_no_books_is_a_sentence(tmp_path):
    done = typed("report", "--data", str(tmp_path / "none"))
    assert done.returncode == 2
    assert "no books" in done.stderr


def test_clearing_lists_days_reads_bills_and_books_payouts(shop, tmp_path):
    def clearing(*arguments):
        return typed("clearing", *arguments, "--data", str(shop.data))

    listed = clearing("--from", DAY, "--to", DAY)
    assert listed.stdout.splitlines()[1].split() == [DAY, "Card", "12.90", "0.00", "0.00", "0.00",
                                                     "12.90"]  # fmt: skip
    bills = tmp_path / "bills.json"
    total = {"currency": "CNY", "paid_there": 1280, "refunded_there": 0}
    channel = {"channel": "Card", "day": DAY, "totals": [total]}
    bills.write_text(json.dumps({"day": DAY, "channels": [channel]}))
    read = clearing("bill", str(bills))
    assert read.returncode == 3
    assert "differs by -0.10" in read.stdout
    assert clearing("payout", "Card", "12.00", "--fee", "0.9").returncode == 2
    assert clearing("payout", "Card", "12", "--fee", "0.9", "--document", "A-1").returncode == 0
    assert "booked already" in clearing("payout", "Card", "1", "--document", "A-1").stderr
    lines = clearing("--json", "--from", DAY).stdout.splitlines()
    assert json.loads(lines[0])["owed"] == 0
    assert clearing("payout").returncode == 2
    assert clearing("--from", "yesterday").returncode == 2


def test_books_verify_names_a_sum_of_reports_that_is_wrong_and_makes_it_again(shop):
    def verify(*arguments):
        return typed("books", "verify", *arguments, "--data", str(shop.data))

    report(shop, DAY)
    assert verify().returncode == 0
    sums = apsw.Connection(str(shop.data / "reports.db"))
    sums.execute("UPDATE sums SET paid = 1 WHERE by = 'tender' AND key = 'cash'")
    sums.close()
    done = verify()
    assert done.returncode == 1
    assert f"{DAY} by tender “cash”" in done.stderr
    assert verify("--repair").returncode == 0
    assert as_json(shop, DAY, "--by", "tender")["total"]["income"] == 6060
