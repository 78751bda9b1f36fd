"""The commands, as a technician types them."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from unittest import mock

import pytest

from pos_tui.books.connection import open_connection
from pos_tui.cli import run as run_here
from pos_tui.commands.table import COMMANDS
from tests.command_line import typed
from tests.conftest import BREAD, COLA, MILK, SPREAD, Counter, platform_folders


def run(*arguments, home=None, text=""):
    """The command in this process, its books and settings in `home` where one is given."""
    with mock.patch.dict(os.environ, platform_folders(home) if home else {}):
        return typed(*arguments, text=text)


def start(*arguments, home=None, text=None):
    """The command as a process of its own, as a shell starts it."""
    return subprocess.run(
        [sys.executable, "-m", "pos_tui", *arguments],
        capture_output=True, text=True, input=text, timeout=120, check=False,
        env={**os.environ, **(platform_folders(home) if home else {})},
    )  # fmt: skip


def events(finished):
    return [json.loads(line) for line in finished.stdout.splitlines()]


def test_one_line_does_a_whole_sale_through_every_real_part(tmp_path):
    done = start("sell", "--demo", "--data", str(tmp_path), "5449000000996", "3017620422003",
               "134857901234567890")  # fmt: skip
    told = events(done)
    assert done.returncode == 0, done.stderr
    assert [event["event"] for event in told if event["event"] != "status"] == [
        "line", "total", "line", "total", "order", "paid", "receipt",
    ]  # fmt: skip
    order, paid = (next(e for e in told if e["event"] == name) for name in ("order", "paid"))
    assert order["amount"] == paid["total"] == 3340
    assert order["order_no"] == paid["order_no"]
    assert paid["channel"] == "redis"
    assert Path(told[-1]["path"]).exists()
    assert all("at" in event for event in told)
    assert "134857901234567890" not in done.stdout + done.stderr
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"134857901234567890" not in path.read_bytes(), path
    text = start("receipt", str(paid["sale"]), "--demo", "--data", str(tmp_path))
    assert "TOTAL                            33.40 CNY" in text.stdout


def test_an_expired_item_stops_the_sale_unless_it_is_confirmed(tmp_path):
    counter = Counter(tmp_path).stock()
    counter.lot(BREAD, "B-0", date(2020, 1, 1))
    counter.books.close()
    sell = ("sell", "--data", str(tmp_path), COLA, BREAD)
    stopped = start(*sell, "cash", "10")
    assert stopped.returncode == 3
    assert any(event["event"] == "expired" for event in events(stopped))
    assert "expired" in stopped.stderr
    paid = start(*sell, "--confirm-expired", "cash", "10")
    assert paid.returncode == 0
    assert next(e for e in events(paid) if e["event"] == "paid")["total"] == 350


def test_a_sale_is_made_whether_or_not_its_reader_reads_on(tmp_path):
    counter = Counter(tmp_path).stock()
    counter.books.close()
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "pos_tui", "sell", COLA, "cash", "50", "--data", str(tmp_path)]
    with os.fdopen(writing, "wb") as nobody_reads:
        done = subprocess.run(command, stdout=nobody_reads, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert list((tmp_path / "receipts").glob("*.json"))


def test_a_till_that_never_printed_gives_a_receipt_as_a_printers_bytes(tmp_path):
    settings = tmp_path / "till.toml"
    settings.write_text('[printer]\nencoding = "utf-8"\n')
    arguments = ("--settings", str(settings), "--data", str(tmp_path / "data"))
    Counter(tmp_path / "data").stock().books.close()
    assert typed("sell", COLA, "cash", "50", *arguments).returncode == 0

    done = typed("receipt", "1", "--as", "escpos", *arguments)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("\x1b@")
    assert "TOTAL" in done.stdout


@pytest.mark.parametrize("command", ["offers list", "journal verify", "staff list"])
def test_a_folder_that_may_not_be_entered_is_a_sentence(tmp_path, command, monkeypatch, capsys):
    def refuse(path, *_, **__):
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "till.toml").write_text("[shop]\n")
    monkeypatch.setattr(Path, "exists", refuse)
    places = ["--settings", str(tmp_path / "till.toml"), "--data", str(tmp_path)]
    assert run_here([*command.split(), *places]) == 2
    assert "Permission denied" in capsys.readouterr().err


def test_the_same_command_again_sells_the_same_once(tmp_path):
    Counter(tmp_path).stock().books.close()
    sell = ("sell", "--data", str(tmp_path), COLA)
    assert run(*sell, "cash", "1").returncode == 3
    again = run(*sell, "cash", "5")
    assert again.returncode == 0
    assert next(e for e in events(again) if e["event"] == "paid")["total"] == 350


def test_an_open_list_of_the_till_is_not_added_to(tmp_path):
    counter = Counter(tmp_path).stock().open()
    counter.scan(COLA)
    counter.books.close()
    added = run("sell", "--data", str(tmp_path), SPREAD, "cash", "50")
    assert added.returncode == 2
    assert "still open" in added.stderr
    too_little = run("sell", "--data", str(tmp_path), "cash", "1")
    assert too_little.returncode == 3
    paid = run("sell", "--data", str(tmp_path), "cash", "5")
    assert paid.returncode == 0
    assert next(e for e in events(paid) if e["event"] == "paid")["total"] == 350


def test_the_journal_is_verified_and_a_changed_row_is_named(tmp_path):
    counter = Counter(tmp_path).stock().open()
    counter.scan(COLA, SPREAD)
    counter.books.close()
    whole = run("journal", "verify", "--data", str(tmp_path))
    assert (whole.returncode, whole.stdout) == (0, "3 rows, each as it was written.\n")
    connection = open_connection(tmp_path / "books.db")
    connection.execute("UPDATE journal SET at = '2020-01-01T00:00:00+00:00' WHERE seq = 1")
    connection.close()
    changed = run("journal", "verify", "--data", str(tmp_path))
    assert changed.returncode == 1
    assert "Row 1" in changed.stderr
    assert run("journal", "verify", "--data", str(tmp_path / "nothing")).returncode == 2


def test_a_house_code_that_begins_like_cash_is_a_code_and_places_may_stand_first(tmp_path):
    Counter(tmp_path).stock().books.close()
    done = run("--data", str(tmp_path), "sell", "cashew", COLA, "cash", "5")
    assert [event["code"] for event in events(done) if event["event"] == "unknown"] == ["cashew"]
    assert done.returncode == 0


def test_scans_come_from_standard_input_too(tmp_path):
    Counter(tmp_path).stock().books.close()
    done = start("sell", "--data", str(tmp_path), "-", text=f"{COLA}\n2*{MILK}\ncash 30\n")
    assert done.returncode == 0
    assert next(e for e in events(done) if e["event"] == "paid")["total"] == 350 + 2 * 1290


def test_the_real_goods_are_taken_in_and_sold(shared, tmp_path):
    file = str(shared / "data" / "old-till-export.csv")
    dry = run("import", file, "--dry-run", "--json", home=tmp_path)
    assert json.loads(dry.stdout.splitlines()[-1])["accepted"] == 6467
    taken = run("import", file, "--json", home=tmp_path)
    assert json.loads(taken.stdout.splitlines()[-1]) == {
        "accepted": 6467, "refused": 0, "unchanged": 0, "stock": 0, "rejects": "",
    }  # fmt: skip
    again = run("import", file, "--json", home=tmp_path)
    assert json.loads(again.stdout.splitlines()[-1])["unchanged"] == 6467
    sold = run("sell", "6970239290029", "cash", "20", home=tmp_path)
    assert sold.returncode == 0
    assert next(e for e in events(sold) if e["event"] == "paid")["change"] == 800


def test_the_goods_go_out_and_come_in_again_unchanged(tmp_path):
    (tmp_path / "in.csv").write_text(
        "code,name,price,further_codes\n5449000000996,Cola,3.50,15449000000993*12\n1028,Tea,0,\n"
    )
    run("import", str(tmp_path / "in.csv"), home=tmp_path)
    for file in ("out.csv", "out.xlsx"):
        out = tmp_path / file
        done = run("export", str(out), "--json", home=tmp_path)
        assert json.loads(done.stdout) == {"products": 2, "file": str(out)}
        again = run("import", str(out), "--json", home=tmp_path)
        assert json.loads(again.stdout.splitlines()[-1])["unchanged"] == 2
    shown = run("export", "-", home=tmp_path).stdout.splitlines()
    assert sorted(row.split(",")[:3] for row in shown[1:]) == [
        ["1028", "Tea", "0.00"],
        ["5449000000996", "Cola", "3.50"],
    ]
    assert len(shown) == 3
    wrong = run("export", str(tmp_path / "out.pdf"), home=tmp_path)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert list(tmp_path.glob("*.new")) == []


def test_refused_rows_are_listed_with_line_and_reason(tmp_path):
    file = tmp_path / "goods.csv"
    file.write_text("code,name,price\n1,One,1\n2,,1\n3,Three,x\n")
    done = run("import", str(file), "--json", home=tmp_path)
    result = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, result["accepted"], result["refused"]) == (0, 1, 2)
    assert "line 3: it has no name" in done.stderr
    assert "line 4" in Path(result["rejects"]).read_text("utf-8").replace("4,", "line 4,")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("5449000000996", {"kind": "item", "gtin": "05449000000996"}),
        ("1028", {"kind": "item", "house_code": "1028"}),
        ("134857901234567890", {"kind": "payment", "platform": "wechat"}),
        ("6225735053201615202", {"kind": "payment", "platform": "unionpay"}),
        ("wxp://f2f0", {"kind": "refused"}),
        ("x" * 99, {"kind": "unknown"}),
    ],
)
def test_decode_says_what_a_scan_means(code, expected, tmp_path):
    done = run("decode", code, "--json", home=tmp_path)
    meaning = json.loads(done.stdout)
    assert expected.items() <= meaning.items()
    assert meaning["why"]
    if meaning["kind"] == "payment":
        assert code not in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "/nowhere.csv"),
        ("receipt", "999"),
        ("sell", "--settings", "/nowhere.toml"),
        ("gateway", "--settings", "/nowhere.toml"),
        ("--settings", "/nowhere.toml"),
        ("nonsense",),
        ("import",),
    ],
)
def test_wrong_input_is_exit_2_and_one_clear_sentence(arguments, tmp_path):
    done = run(*arguments, home=tmp_path)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_command_has_help_with_an_example(command):
    done = run(command, "--help")
    assert done.returncode == 0
    assert f"pos-tui {command}" in done.stdout.split("Example:")[1]


def test_the_till_without_a_terminal_says_what_works_without_one(tmp_path):
    done = start(home=tmp_path)
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr
