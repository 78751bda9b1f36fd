"""What goes in and out of a command through pipes and files, whatever the machine's encoding is."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import IO

import pytest

from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.commands.table import COMMANDS
from pos_tui.pricing.offers import PercentOff
from tests.command_line import typed
from tests.conftest import COLA, Counter

NAME = "可口可乐 330 毫升"
OTHER_ENCODINGS = ({"PYTHONIOENCODING": "cp1252"}, {"PYTHONIOENCODING": "gbk"}, {"LC_ALL": "C"})
full_disk = pytest.mark.skipif(
    sys.platform == "win32" or not Path("/dev/full").exists(),
    reason="there is no /dev/full on this system",
)
shell = pytest.mark.skipif(sys.platform == "win32", reason="only a POSIX shell closes a stream")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The data folder of a shop that sells a Chinese item with ten percent off."""
    counter = Counter(tmp_path / "till")
    rows = [ProductRow("0" + COLA, NAME, 350)]
    counter.books.write(lambda c: import_products(c, rows)).result()
    counter.offer(COLA, "−10 %", PercentOff(Decimal(10)))
    counter.books.close()
    return tmp_path / "till"


def run(
    *arguments: str,
    data: Path,
    given: bytes = b"",
    out: IO[bytes] | int = subprocess.PIPE,
    **environment: str,
) -> subprocess.CompletedProcess[bytes]:
    """`pos-tui ARGUMENTS` as a process, with UTF-8 mode off, as it is by default."""
    without = {k: v for k, v in os.environ.items() if k not in {"PYTHONUTF8", "LC_ALL", "LANG"}}
    return subprocess.run(
        [sys.executable, "-m", "pos_tui", *arguments, "--data", str(data)],
        input=given, stdout=out, stderr=subprocess.PIPE, timeout=120, check=False,
        env=without | environment,
    )  # fmt: skip


def events(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, object]]:
    """The events of a sale, as a program reads them."""
    return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]


@contextlib.contextmanager
def reader_that_left():
    """A pipe whose other end is closed."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        yield pipe


# ---- encodings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", OTHER_ENCODINGS)
def test_a_sale_is_written_in_utf_8_whatever_the_machine_writes(shop, encoding):
    done = run("sell", COLA, "cash 5", data=shop, **encoding)
    assert done.returncode == 0, done.stderr
    line = events(done)[0]
    assert (line["name"], line["offer"]) == (NAME, "−10 %")


@pytest.mark.parametrize("encoding", OTHER_ENCODINGS)
def test_paper_and_troubles_are_written_in_utf_8(shop, encoding):
    assert typed("sell", COLA, "cash 5", "--data", str(shop)).returncode == 0
    receipt = run("receipt", "1", data=shop, **encoding)
    assert receipt.returncode == 0, receipt.stderr
    assert NAME in receipt.stdout.decode("utf-8")
    settings = shop.with_name("till.toml")
    settings.write_text('[printer]\nkind = "network"\nhost = "127.0.0.1"\nport = 9\n')
    doctor = run("doctor", "--settings", str(settings), data=shop, **encoding)
    assert "→" in doctor.stdout.decode("utf-8")
    wrong = run("sell", "--language", "zh_CN", data=shop, **encoding)
    assert "没有要卖的商品" in wrong.stderr.decode("utf-8")


def test_every_commands_help_is_written_in_utf_8(tmp_path):
    names = [command.name for command in COMMANDS]
    script = (
        "import sys; from pos_tui.standard_streams import open_standard_streams as o; o();"
        "from pos_tui.cli import run\n"
        f"for name in {names!r}: assert run([name, '--help', '--language', 'zh_CN']) == 0"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, timeout=120, check=False,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode("utf-8").count("\n例：") >= len(names)


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", ""), ("utf-8", "\ufeff"), ("utf-16-le", "\ufeff"), ("utf-16-be", "\ufeff")],
)
def test_scans_are_read_as_other_programs_write_them(shop, encoding, mark):
    given = f"{mark}{COLA}\r\n可乐\r\ncash 5\r\n".encode(encoding)
    done = run("sell", "-", data=shop, given=given, PYTHONIOENCODING="cp1252")
    assert done.returncode == 0, done.stderr
    assert [event["code"] for event in events(done) if "code" in event] == [COLA, "可乐"]


def test_bytes_that_are_no_utf_8_are_an_unknown_scan(shop):
    given = b"\xff\xfe\xfd\r\n".replace(b"\xff\xfe", b"\xc9\xcf") + COLA.encode() + b"\ncash 5\n"
    done = run("sell", "-", data=shop, given=given)
    assert done.returncode == 0, done.stderr
    assert [event["event"] for event in events(done)][:2] == ["unknown", "line"]


# ---- nobody reads, or nothing can be written -----------------------------------------------------


def still_open(data: Path) -> bool:
    return "still open" in typed("sell", COLA, "--data", str(data)).stderr


def test_a_reader_that_left_does_not_make_a_sale_paid(shop):
    with reader_that_left() as pipe:
        done = run("sell", COLA, data=shop, out=pipe)
    assert (done.returncode, done.stderr) == (3, b"")
    assert not still_open(shop)


def test_a_reader_that_left_does_not_keep_a_sale_from_being_paid(shop):
    with reader_that_left() as pipe:
        done = run("sell", COLA, "cash 5", data=shop, out=pipe)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (shop / "receipts" / "000001.json").exists()


def test_nobody_reads_the_complaints_either(shop):
    with reader_that_left() as pipe:
        done = subprocess.run(
            [sys.executable, "-m", "pos_tui", "sell", COLA, "cash no", "--data", str(shop)],
            stdout=pipe, stderr=subprocess.STDOUT, timeout=120, check=False,
        )  # fmt: skip
    assert done.returncode == 3
    assert not still_open(shop)


@pytest.mark.parametrize("form", ["text", "json", "escpos"])
def test_a_reader_that_has_seen_enough_of_a_receipt_is_no_fault(shop, form):
    typed("sell", COLA, "cash 5", "--data", str(shop))
    with reader_that_left() as pipe:
        done = run("receipt", "1", "--as", form, data=shop, out=pipe)
    assert (done.returncode, done.stderr) == (0, b"")


@full_disk
@pytest.mark.parametrize(("payment", "code"), [(["cash 5"], 0), ([], 3)])
def test_a_sale_whose_events_find_no_room_ends_as_it_ends(shop, payment, code):
    with Path("/dev/full").open("wb") as full:
        done = run("sell", COLA, *payment, data=shop, out=full)
    assert done.returncode == code
    assert done.stderr.count(b"\n") == 1
    assert b"No space left on device" in done.stderr
    assert (shop / "receipts" / "000001.json").exists() == (code == 0)
    assert not still_open(shop)


@full_disk
@pytest.mark.parametrize(
    "arguments", [["offers", "list"], ["--help"], ["receipt", "1", "--as", "json"]]
)
def test_what_finds_no_room_is_a_sentence(shop, arguments):
    typed("sell", COLA, "cash 5", "--data", str(shop))
    with Path("/dev/full").open("wb") as full:
        done = run(*arguments, data=shop, out=full)
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    assert b"No space left on device" in done.stderr


@shell
@pytest.mark.parametrize(
    ("closed", "payment", "code"),
    [(">&-", "'cash 5'", 0), (">&-", "", 3), ("<&- >&- 2>&-", "'cash 5'", 0), ("<&-", "-", 3)],
)
def test_closed_streams_change_nothing_of_a_sale(shop, closed, payment, code):
    command = f"'{sys.executable}' -m pos_tui sell {COLA} {payment} --data '{shop}' {closed}"
    done = subprocess.run(
        ["/bin/sh", "-c", command], stderr=subprocess.PIPE, timeout=120, check=False
    )
    assert done.returncode == code, done.stderr
    assert b"Traceback" not in done.stderr
    assert (shop / "receipts" / "000001.json").exists() == (code == 0)
    if closed == ">&-":
        assert b"could be written to standard output" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux makes a pipe this small")
def test_a_pipe_that_does_not_block_gets_everything(shop):
    import fcntl

    whole = run("manual", "settings", data=shop).stdout
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    os.set_blocking(writing, False)
    command = [sys.executable, "-m", "pos_tui", "manual", "settings", "--data", str(shop)]
    with os.fdopen(writing, "wb") as pipe:
        child = subprocess.Popen(command, stdout=pipe)
    with os.fdopen(reading, "rb") as page:
        read = page.read()
    assert child.wait(60) == 0
    assert read == whole
    assert len(whole) > 2 * 4096
