"""`pos-tui shift` and `pos-tui journal verify --paper`, as somebody types them."""

import json
import re

import pytest

from pos_tui.books.connection import open_connection
from tests.command_line import in_chinese, typed


@pytest.fixture
def shift(counter):
    def run(*arguments):
        return typed("shift", *arguments, "--data", str(counter.data))

    return run


def test_a_day_by_commands(shift):
    assert "Left in the drawer: 0.00" in shift("status").stdout
    assert "a float of 153.50" in shift("open", "--count", "3x50", "--count", "3.50").stdout
    assert "Shift 1 of" in shift("status").stdout
    assert "20.00 paid in (no. 2)" in shift("pay-in", "20", "for", "the", "window").stdout
    assert "5.00 paid out (no. 3)" in shift("pay-out", "5", "1").stdout
    assert "10.00 went to the safe (no. 4)" in shift("drop", "10").stdout
    assert "without a sale (no. 5)" in shift("no-sale", "change").stdout
    x = json.loads(shift("x", "--json").stdout)
    assert (x["kind"], x["drawer"]["expected"]) == ("x", 15_850)
    closed = shift("close", "--count", "3x50+8", "--left", "100", "--json")
    z = json.loads(closed.stdout)
    assert (z["shift"], z["drawer"]["difference"], z["drawer"]["to_safe"]) == (1, -50, 5800)
    assert [each["name"] for each in z["pay_ins"]] == ["for the window"]
    assert json.loads(shift("status", "--json").stdout)["proposed"] == 10_000
    assert json.loads(shift("z", "1", "--as", "json").stdout) == z
    assert shift("z", "1").stdout == shift("z", "1", "--as", "text").stdout


def test_handed_over(shift):
    shift("open", "--by", "Ada")
    assert shift("hand-over", "--by", "Ada").returncode == 2
    assert shift("hand-over", "--by", "Ada", "--to", "Bob", "--count", "0").returncode == 0
    status = json.loads(shift("status", "--json").stdout)
    assert (status["shift"]["number"], status["shift"]["opened_by"]) == (2, "Bob")


@pytest.mark.parametrize(
    "arguments",
    [
        ("pay-in", "20"), ("pay-in", "nan", "x"), ("pay-out", "inf", "x"), ("drop", "-5"),
        ("drop", "0"), ("no-sale",), ("z", "x"), ("z", "9"), ("close",), ("x",),
        ("open", "--day", "tomorrow"), ("open", "--count", "NaN"), ("open", "--count", "-1"),
        ("open", "--count", "99999999999999"), ("status", "now"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_a_sentence_and_changes_nothing(shift, arguments):
    done = shift(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("pos-tui: ")
    assert "Traceback" not in done.stderr
    assert json.loads(shift("status", "--json").stdout)["shift"] is None


def test_more_than_was_counted_cannot_stay_and_the_shift_is_still_open(shift):
    shift("open")
    assert shift("close", "--count", "10", "--left", "11").returncode == 2
    assert json.loads(shift("status", "--json").stdout)["shift"]["number"] == 1


def test_in_chinese(shift):
    with in_chinese():
        shift("open", "--count", "100")
        assert "换零钱 × 1" in shift("pay-in", "20", "1").stdout + shift("x").stdout
        assert "Z 报表 1" in shift("close").stdout


def test_an_old_paper_proves_the_journal(counter, shift):
    def verify(*codes):
        papers = [argument for code in codes for argument in ("--paper", code)]
        return typed("journal", "verify", *papers, "--data", str(counter.data))

    codes = []
    for _ in range(3):
        shift("open")
        codes.append(" ".join(re.findall(r"\b\d{5}\b", shift("close").stdout)))
    done = verify(codes[0])
    assert done.returncode == 0
    assert "Z report 1: nothing before it has changed" in done.stdout
    assert verify("12").returncode == 2
    connection = open_connection(counter.books.path)
    connection.execute(
        "UPDATE journal SET body = replace(body, 'Cashier', 'Nobody') WHERE seq ="
        " (SELECT max(seq) FROM journal WHERE kind = 'shift_opened')"
    )
    connection.close()
    done = verify(*codes)
    assert done.returncode == 1
    assert "Z report 2: nothing before it has changed" in done.stdout
    assert "between Z report 2 and it" in done.stderr
