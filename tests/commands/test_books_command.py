"""`pos-tui books verify`, as it is typed."""

import json
from contextlib import closing

import pytest

from pos_tui.books.connection import open_connection
from pos_tui.books.movement import Movement
from pos_tui.books.stock.movements import move_stock
from pos_tui.books.stock.on_hand import on_hand
from tests.command_line import in_chinese, typed
from tests.judges import WITH_BEANCOUNT, WITH_HLEDGER, judges_environment
from tests.trading_shop import trade


@pytest.fixture
def shop(counter):
    """A shop in which a delivery of 24 cans has come."""
    received = [Movement(1, "", 24_000, "received", 4800)]
    counter.books.write(lambda c: move_stock(c, counter.now, "Ada", received)).result()
    return counter


def books(shop, *arguments):
    return typed("books", "verify", *arguments, "--data", str(shop.data))


def change(shop, *statements):
    with closing(open_connection(shop.data / "books.db")) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_stock_as_it_was_written_is_said_to_be_whole(shop):
    done = books(shop)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "1 movement, as it was written; sums and journal agree with it.\n"
        "1 entry of the ledger, balanced and as it was written; sums, sales and stock agree with"
        " it.\n"
    )


def test_an_entry_that_was_changed_is_named(shop):
    change(shop, "DROP TRIGGER postings_stay", "UPDATE postings SET amount = 2 * amount")
    done = books(shop)
    assert done.returncode == 1
    assert "Entry 1 of the ledger is not as row" in done.stderr
    assert "technician" in done.stderr or "--repair" in done.stderr
    answer = json.loads(books(shop, "--json", "--repair").stdout)
    assert (answer["entries"], answer["repaired"]) == (1, 2)
    assert {each["kind"] for each in answer["differences"]} == {"entry_changed", "stock_differs"}


def test_a_sum_that_was_changed_is_named_and_can_be_made_again(shop):
    change(shop, "UPDATE stock_on_hand SET quantity = 99000 WHERE product_id = 1")
    done = books(shop)
    assert done.returncode == 1
    assert "99 are kept as on hand" in done.stderr
    assert "--repair" in done.stderr
    done = books(shop, "--repair")
    assert done.returncode == 0
    assert "1 sum was made again" in done.stdout
    with closing(open_connection(shop.data / "books.db")) as connection:
        assert on_hand(connection, 1, "").quantity == 24_000
        notes = connection.execute(
            "SELECT count(*) FROM journal WHERE CAST(body AS TEXT) LIKE '%stock resummed%'"
        ).fetchone()
    assert notes == (1,)
    assert books(shop).returncode == 0


def test_a_repair_does_not_hide_a_movement_that_was_changed(shop):
    change(shop, "DROP TRIGGER movements_stay", "UPDATE movements SET quantity = 20000")
    done = books(shop, "--repair", "--json")
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    assert answer["repaired"] == 1
    assert [each["kind"] for each in answer["differences"]] == ["movement_changed"]
    assert "changed" in answer["differences"][0]["say"]


@pytest.mark.parametrize(
    ("name", "arguments", "line"),
    [
        ("books.beancount", (), "  Assets:Stock  48.00 CNY"),
        ("books.txt", ("--as", "hledger"), "    Assets:Stock  48.00 CNY"),
        ("books.journal", (), "    Assets:Stock  48.00 CNY"),
    ],
)
def test_the_ledger_is_written_for_a_ledger_program(shop, tmp_path, name, arguments, line):
    file = tmp_path / name
    done = typed("books", "ledger", str(file), *arguments, "--data", str(shop.data))
    assert (done.returncode, done.stderr) == (0, "")
    assert str(file) in done.stdout
    lines = file.read_text(encoding="utf-8").splitlines()
    assert line in lines
    form = "beancount" if name.endswith(".beancount") else "hledger"
    shown = typed("books", "ledger", "-", "--as", form, "--data", str(shop.data)).stdout
    assert shown.splitlines() == lines
    assert [each.name for each in tmp_path.glob("books.*")] == [name]


def test_the_ledger_is_written_for_the_accountant(shop, tmp_path):
    file = tmp_path / "books.csv"
    done = typed("books", "ledger", str(file), "--data", str(shop.data))
    assert (done.returncode, done.stdout) == (0, f"2 postings are written to {file}.\n")
    assert file.read_bytes().startswith(b"\xef\xbb\xbfdate,entry,account,debit,credit,text")
    none = typed("books", "ledger", "-", "--as", "csv", "--to", "2020-01-01", "--data",
                 str(shop.data))  # fmt: skip
    assert none.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("ledger",), "pos-tui books ledger FILE"),
        (("verify", "file"), "pos-tui books ledger FILE"),
        (("ledger", "f.csv", "--from", "29.11.2026"), "29.11.2026 is no day"),
        (("ledger", "f.bean", "--from", "2026-11-29"), "from their beginning"),
        (("ledger", "/nowhere/f.bean"), "/nowhere/f.bean"),
    ],
)
def test_what_cannot_be_written_is_said(shop, arguments, why):
    done = typed("books", *arguments, "--data", str(shop.data))
    assert done.returncode == 2
    assert why in done.stderr


def test_it_speaks_chinese(shop):
    with in_chinese():
        assert books(shop).stdout.startswith("共 1 条出入库记录")


def test_a_folder_without_books_is_said(tmp_path):
    done = typed("books", "verify", "--data", str(tmp_path))
    assert done.returncode == 2
    assert str(tmp_path) in done.stderr
    assert not list(tmp_path.iterdir())


# ---- prove ---------------------------------------------------------------------------------------


@pytest.fixture
def judges(monkeypatch):
    """Every judge that this machine has is found."""
    for name, value in judges_environment().items():
        monkeypatch.setenv(name, value)


def prove(folder, *arguments):
    return typed("books", "prove", *arguments, "--data", str(folder))


@WITH_BEANCOUNT
@WITH_HLEDGER
async def test_the_books_are_proved_in_one_sentence(tmp_path, judges):
    await trade(tmp_path / "till", 5, 2)
    done = prove(tmp_path / "till")
    assert (done.returncode, done.stderr) == (0, "")
    first, *_ = done.stdout.splitlines()
    assert first.endswith(" sales, 4 shifts, 0 deliveries: balanced, by beancount, hledger.")
    day = json.loads(prove(tmp_path / "till", "2026-11-23", "--json").stdout)
    whole = json.loads(prove(tmp_path / "till", "--json").stdout)
    assert (day["shifts"], whole["shifts"]) == (2, 4)
    assert 0 < day["sales"] < whole["sales"]
    assert [each["state"] for each in whole["judges"]][:2] == ["agrees", "agrees"]


@WITH_BEANCOUNT
async def test_what_a_judge_says_is_shown(shop, judges):
    change(shop, "UPDATE ledger_sums SET debit = debit + 5")
    done = prove(shop.data)
    assert done.returncode == 1
    assert "NOT in order, by beancount" in done.stdout
    assert "books verify" in done.stdout
    assert "Balance failed" in done.stderr


def test_judges_who_are_not_there_are_named(shop, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    done = prove(shop.data)
    assert done.returncode == 3
    assert "nobody has judged them" in done.stdout
    assert "Not here: beancount, hledger" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "why"),
    [(("yesterday",), "yesterday is no day"), (("--xsd", "no.xsd"), "There is no file no.xsd")],
)
def test_what_cannot_be_proved_is_said(shop, arguments, why):
    done = prove(shop.data, *arguments)
    assert done.returncode == 2
    assert why in done.stderr


# ---- SAF-T ---------------------------------------------------------------------------------------


async def test_a_period_is_written_as_saft(tmp_path):
    await trade(tmp_path / "till", 5, 2)
    file = tmp_path / "day.xml"
    done = typed("books", "saft", str(file), "--from", "2026-11-23", "--to", "2026-11-23", "--json",
                 "--data", str(tmp_path / "till"))  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert (answer["from"], answer["to"], answer["reports"]) == ("2026-11-23", "2026-11-23", 2)
    text = file.read_text(encoding="utf-8")
    assert text.count("<cashtransaction>") == answer["transactions"] > 10
    assert [each.name for each in tmp_path.glob("day.*")] == ["day.xml"]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("saft",), "pos-tui books saft FILE"),
        (("saft", "f.xml", "--from", "1.2."), "1.2. is no day"),
        (("saft", "f.xml", "--from", "2026-11-02", "--to", "2026-11-01"), "ends before it begins"),
    ],
)
def test_a_period_that_cannot_be_written_is_said(shop, arguments, why):
    done = typed("books", *arguments, "--data", str(shop.data))
    assert done.returncode == 2
    assert why in done.stderr


@WITH_BEANCOUNT
async def test_the_schema_judges_too(tmp_path, judges, shared):
    pytest.importorskip("lxml.etree", reason="lxml is not for this system")
    (xsd,) = (shared / "data" / "saft-cash-no").glob("*.xsd")
    await trade(tmp_path / "till", 5, 2)
    for day in ((), ("2026-11-22",)):
        done = prove(tmp_path / "till", *day, "--xsd", str(xsd), "--json")
        answer = json.loads(done.stdout)
        assert done.returncode == 0
        assert {each["judge"]: each["state"] for each in answer["judges"]}["saft"] == "agrees"
    wrong = tmp_path / "wrong.xsd"
    wrong.write_text(xsd.read_text(encoding="utf-8").replace('"registerID"', '"otherID"', 1))
    done = prove(tmp_path / "till", "--xsd", str(wrong))
    assert done.returncode == 1
    assert "NOT in order, by the schema" in done.stdout
