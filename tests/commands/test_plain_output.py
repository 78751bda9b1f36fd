"""What commands print of data that came with control characters: nothing that steers."""

from __future__ import annotations

import io
import json
import logging
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from pos_tui.books import Books
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.cli import run
from pos_tui.cloud.wire.serving import PlainLogFormatter
from pos_tui.commands.plain_output import plain_output, styled_output
from pos_tui.plain_text import escaped_lines
from pos_tui.reasons import because, plain
from pos_tui.wording.current import in_words
from tests.command_line import in_chinese, typed

HOSTILE = "Milk \x1b[2J\x1b]0;owned\x07 \x9b31m \u202etxet"


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    """A shop with a product whose name steers, put into its books past every check."""
    settings = tmp_path / "till.toml"
    settings.write_text('[shop]\nname = "Corner"\n', encoding="utf-8")
    books = Books(tmp_path / "data")
    books.write(lambda c: import_products(c, [ProductRow("Z1", HOSTILE, 100)])).result()
    books.close()
    return ["--settings", str(settings), "--data", str(tmp_path / "data")]


def test_a_sale_writes_json_that_steers_nothing_and_keeps_the_name(arguments: list[str]) -> None:
    done = typed("sell", "Z1", "cash", "1", *arguments)

    assert done.returncode == 0
    assert escaped_lines(done.stdout) == done.stdout
    line = json.loads(done.stdout.splitlines()[0])
    assert line["name"] == HOSTILE


@pytest.mark.parametrize(
    "command", [["receipt", "1"], ["explain", "1"], ["receipt", "1", "--as", "escpos"]]
)
def test_what_is_shown_of_a_sale_steers_nothing(arguments: list[str], command: list[str]) -> None:
    typed("sell", "Z1", "cash", "1", *arguments)

    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="utf-8", newline="", write_through=True)
    with redirect_stdout(out):
        done = run([*command, *arguments])
    out.flush()
    written = raw.getvalue()

    assert done == 0
    assert b"owned" in written
    assert b"\x1b]" not in written
    assert b"\x07" not in written
    if "--as" not in command:
        assert escaped_lines(written.decode()) == written.decode()


def test_a_quoted_argument_steers_nothing(arguments: list[str]) -> None:
    done = typed("offers", "remove", "a\x1b[2Jb\x9b", *arguments)

    assert done.returncode == 2
    assert escaped_lines(done.stderr) == done.stderr
    wrong = typed("sell", "--no\x1b[2J", *arguments)
    assert "\x1b" not in wrong.stderr


def test_a_value_in_a_sentence_is_plain() -> None:
    assert in_words(plain("a\x1b[2J\nb\u202e")) == "a[2J b"
    assert "\x1b" not in in_words(because("cash.hardly", typed="1\x1b", owed="2"))


def test_bytes_and_styled_help_go_their_own_way() -> None:
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(io.StringIO()), plain_output():
        print("a\x1b[1m")
        print("b\x1b[1m", file=styled_output())

    assert out.getvalue() == "a\\u001b[1m\nb\x1b[1m\n"


def test_a_line_of_a_servers_log_is_one_line() -> None:
    record = logging.LogRecord("pos", logging.INFO, "", 0, "%s", ("a\nforged\x1b[2J\x9b",), None)

    line = PlainLogFormatter("%(message)s").format(record)

    assert line == "a\\u000aforged\\u001b[2J\\u009b"


def test_a_sale_of_nothing_says_what_it_needs(arguments: list[str]) -> None:
    done = typed("sell", *arguments)

    assert done.returncode == 2
    assert "Name item codes, then a payment code or `cash AMOUNT`" in done.stderr


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a = " + "[" * 5000, "nested too deep"),
        ("a = " + "9" * 5000, "no TOML"),
        ("a = 1e" + "9" * 30, "no TOML"),
        ('[[offer]]\nname = "x"\nkind = "nth"\nnth = 9223372036854775807\npercent = 50\n',
         "a whole number up to 1000000"),
        ('[[offer]]\nname = "x"\nkind = "nth"\nnth = 5000\npercent = 50\n', "than 1000 pieces"),
        ('[[offer]]\nname = "x"\nkind = "percent_off"\npercent = "9e999999"\n', "from 0 to 100"),
    ],
)  # fmt: skip
def test_offers_that_cannot_be_meant_are_a_sentence(
    arguments: list[str], tmp_path: Path, text: str, says: str
) -> None:
    file = tmp_path / "offers.toml"
    file.write_text(text, encoding="utf-8")

    done = typed("offers", "import", str(file), *arguments)

    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr) < 500


@pytest.mark.parametrize("words", [["account"], ["voucher"], ["books"], ["shift"], ["staff", "x"]])
def test_a_missing_or_wrong_word_is_called_by_those_there_are(words: list[str]) -> None:
    with in_chinese():
        done = typed(*words)
    assert done.returncode == 2
    complaint = done.stderr.splitlines()[-1]
    assert "{" in complaint
    assert "act" not in complaint.replace("hand-over", "")
