"""`pos-tui count`: on a pipe, from a file, beside a till that sells, and killed at any moment."""

import json
import random
import signal
import subprocess
import sys
import time

import pytest

from pos_tui.books import Books
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow, find_product
from pos_tui.books.connection import open_connection
from pos_tui.books.counts.entries import counted_lots
from pos_tui.books.journal.verify import first_broken_row
from pos_tui.books.stock.on_hand import lots_there, mismatches
from tests.command_line import in_chinese, typed
from tests.conftest import COLA, MILK, SPREAD

ROWS = (
    ProductRow("0" + COLA, "Cola 330 ml", 350, "can"),
    ProductRow("0" + SPREAD, "Hazelnut spread", 3290, "jar"),
    ProductRow("0" + MILK, "Milk 1 l", 1290),
)


@pytest.fixture
def folder(tmp_path):
    books = Books(tmp_path / "till")
    books.write(lambda c: import_products(c, ROWS)).result()
    books.close()
    return tmp_path / "till"


@pytest.fixture
def count(folder):
    return lambda *arguments, text="": typed("count", *arguments, "--data", str(folder), text=text)


def begin_counting(folder, *arguments):
    """A process that counts what is written to it, line by line."""
    command = [sys.executable, "-m", "pos_tui", "count", *arguments, "--data", str(folder)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )


def say_line(process, line):
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    return process.stdout.readline().rstrip("\n")


def pieces(folder, code=COLA):
    connection = open_connection(folder / "books.db")
    try:
        assert mismatches(connection) == []
        product = find_product(connection, "0" + code)
        assert product
        there = lots_there(connection, product.id)
        return sum(each.quantity for each in there.values()) / 1000
    finally:
        connection.close()


def test_a_shelf_is_counted_on_a_pipe_shown_and_approved(count, folder):
    done = count("Shelf 4", "--shelf", "dairy", "--by", "Ada", text=f"{COLA}\n{COLA}\n12*{MILK}\n")
    assert done.stdout.splitlines() == [
        "Count 1 “Shelf 4” begins.",
        "✓ Cola 330 ml: 1 can",
        "✓ Cola 330 ml: 2 can",
        "✓ Milk 1 l: 12",
        "Count 1 “Shelf 4”: 2 items were counted so far. Nothing is posted before it is approved.",
    ]
    assert (done.returncode, pieces(folder)) == (0, 0)
    assert "2 can" in count("--show", "1").stdout
    assert "approved: 2 items are posted" in count("--approve", "1").stdout
    assert pieces(folder) == 2
    again = count("--approve", "1")
    assert (again.returncode, pieces(folder)) == (2, 2)
    assert "is approved already" in again.stderr


def test_a_question_is_answered_in_the_next_line(count, folder):
    count("Shelf", text=f"5*{COLA}\n")
    done = count("Shelf", "--by", "Bob", text=f"{COLA}\n{SPREAD}\na\nlist\nundo\ndone\n{MILK}\n")
    lines = done.stdout.splitlines()
    assert lines[0] == "Count 1 “Shelf” goes on."
    assert lines[1].startswith("? Cola 330 ml was counted already: 5 can")
    assert lines[2].startswith("✗ Not counted: say first")
    assert lines[3:6] == [
        "✓ Cola 330 ml: 1 can here, 6 can in all",
        "  Cola 330 ml: 6 can",
        "✓ Taken back. Cola 330 ml: 5 can",
    ]
    assert done.returncode == 1  # on a pipe nobody sees that a line was refused


def test_again_answers_for_a_pipe(count):
    count("Shelf", text=f"5*{COLA}\n")
    done = count("Shelf", "--again", "replace", "--json", text=f"7*{COLA}\n")
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"what": "counted", "text": "Cola 330 ml: 7 can"}
    ]
    (row,) = [json.loads(line) for line in count("--show", "1", "--json").stdout.splitlines()]
    assert (row["difference"], row["counted"]["replaced"]) == (7000, [5000])


def test_a_file_is_counted_and_its_refused_rows_are_kept(count, folder, tmp_path):
    file = tmp_path / "handheld.csv"
    file.write_text(f"code,counted\n{COLA},12\n999,1\n", encoding="utf-8")
    done = count("Shelf", "--file", str(file))
    assert "1 row counted, 0 left as counted before, 1 refused" in done.stdout
    assert "line 3" in done.stderr
    assert (folder / "handheld.rejects.csv").exists()
    file.write_text("name,price\nCola,3\n", encoding="utf-8")
    done = count("Shelf", "--file", str(file))
    assert done.returncode == 2
    assert "columns code and counted" in done.stderr


def test_which_count_is_asked_where_several_are_open(count):
    assert "There are no counts" in count("--list").stdout
    count("one", text=f"{COLA}\n")
    assert "“one” goes on" in count(text="").stdout
    count("two", text="")
    several = count(text=f"{COLA}\n")
    assert (several.returncode, "two, one" in several.stderr) == (2, True)
    assert count("--void", "2").returncode == 0
    rows = [json.loads(line) for line in count("--list", "--json").stdout.splitlines()]
    assert [(row["name"], row["state"]) for row in rows] == [("one", "open"), ("two", "void")]
    assert count("--approve", "7").returncode == 2
    assert count("--list", "--void", "1").returncode == 2


def test_goods_of_the_category_that_nobody_counted_are_named(count, folder):
    books = Books(folder)
    rows = [row._replace(category="Drinks") for row in ROWS if row.name != "Milk 1 l"]
    books.write(lambda c: import_products(c, rows)).result()
    books.close()
    count("all", text=f"5*{COLA}\n5*{SPREAD}\n5*{MILK}\n")
    count("--approve", "1")
    count("Shelf", "--shelf", "Drinks", text=f"5*{COLA}\n")
    assert (
        "1 item is in the books and was not counted: Hazelnut spread" in count("--show", "2").stdout
    )
    count("Shelf", text=f"0*{SPREAD}\n")
    assert "in the books" not in count("--show", "2").stdout
    count("--approve", "2")
    assert [pieces(folder, code) for code in (COLA, SPREAD, MILK)] == [5, 0, 5]


def test_some_are_approved_by_code(count, folder):
    count("Shelf", text=f"5*{COLA}\n6*{MILK}\n")
    assert count("--approve", "1", "--only", "999").returncode == 2
    assert "1 item is posted, 1 left" in count("--approve", "1", "--only", MILK).stdout
    assert (pieces(folder), pieces(folder, MILK)) == (0, 6)


def test_a_supervisor_approves_where_there_is_one(count, folder, tmp_path):
    pin = tmp_path / "pin"
    pin.write_text("4711\n", encoding="utf-8")
    staff = ("--role", "supervisor", "--pin-file", str(pin), "--data", str(folder))
    assert typed("staff", "add", "Grace", *staff).returncode == 0
    count("Shelf", text=f"5*{COLA}\n")
    for option in ("--approve", "--void"):
        assert count(option, "1").returncode == 2
    pin.write_text("2580\n", encoding="utf-8")
    assert count("--approve", "1", "--pin-file", str(pin)).returncode == 2
    assert pieces(folder) == 0
    pin.write_text("4711\n", encoding="utf-8")
    done = count("--approve", "1", "--pin-file", str(pin))
    assert (done.returncode, "4711" in done.stdout + done.stderr, pieces(folder)) == (0, False, 5)
    (row,) = [json.loads(line) for line in count("--list", "--json").stdout.splitlines()]
    assert row["closed_by"] == "Grace"


def test_it_speaks_chinese(count):
    with in_chinese():
        done = count("冷柜", text=f"{COLA}\n完成\n")
    assert "Count" not in done.stdout
    assert "Cola 330 ml" in done.stdout


# ---- real processes ------------------------------------------------------------------------------


def test_the_till_sells_while_somebody_counts(folder):
    with begin_counting(folder, "Shelf", "--by", "Ada") as counting:
        assert "begins" in counting.stdout.readline()
        assert say_line(counting, f"10*{COLA}") == "✓ Cola 330 ml: 10 can"
        sell = [sys.executable, "-m", "pos_tui", "sell", COLA, COLA, "cash", "50"]
        sold = subprocess.run([*sell, "--data", str(folder)], capture_output=True, check=False)
        assert sold.returncode in (0, 1), sold.stderr  # 1: there is no printer
        assert say_line(counting, f"4*{MILK}") == "✓ Milk 1 l: 4"
        rest, _ = counting.communicate("done\n", timeout=60)
    assert "2 items were counted" in rest
    assert pieces(folder) == -2
    assert typed("count", "--approve", "1", "--data", str(folder)).returncode == 0
    assert pieces(folder) == 8


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_request_to_end_leaves_what_was_counted(folder, name):
    with begin_counting(folder, "Shelf") as counting:
        counting.stdout.readline()
        say_line(counting, COLA)
        counting.send_signal(getattr(signal, name))
        rest, _ = counting.communicate(timeout=60)
    assert counting.returncode == 0
    assert "1 item was counted so far" in rest


def test_a_kill_between_two_enters_loses_nothing_that_was_answered(folder):
    rng, answered = random.Random(17), 0
    for round_ in range(6):
        with begin_counting(folder, "Shelf", "--again", "add") as counting:
            counting.stdout.readline()
            for _ in range(rng.randint(1, 8)):
                assert say_line(counting, COLA).startswith("✓")
                answered += 1
            pending = round_ % 2
            if pending:  # one that is on its way when the power goes
                counting.stdin.write(f"{COLA}\n")
                counting.stdin.flush()
                time.sleep(rng.random() / 200)
            counting.kill()
            counting.wait()
        connection = open_connection(folder / "books.db")
        (lot,) = counted_lots(connection, 1)
        connection.close()
        assert answered <= lot.quantity / 1000 <= answered + pending
        answered = lot.quantity // 1000
    connection = open_connection(folder / "books.db")
    assert first_broken_row(connection) is None
    connection.close()
