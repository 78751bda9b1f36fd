"""Vouchers and customers' accounts by a command, and sold by `sell`, with the books open beside."""

import json

import pytest

from pos_tui.books.connection import open_connection
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import balance
from pos_tui.books.people.customers import set_customer
from pos_tui.books.vouchers.vouchers import list_vouchers, wrong_vouchers
from tests.command_line import typed
from tests.conftest import COLA, NOON, SPREAD


@pytest.fixture
def folder(counter, tmp_path):
    counter.books.write(lambda c: set_customer(c, "M1", "Grace", "member", NOON.date())).result()
    return counter.data


@pytest.fixture
def reader(folder):
    connection = open_connection(folder / "books.db")
    yield connection
    connection.close()


def run(folder, *arguments):
    return typed(*arguments, "--data", str(folder))


def sold(folder, *scans):
    """What a sale reported, each event by its last."""
    finished = run(folder, "sell", *scans)
    events = [json.loads(line) for line in finished.stdout.splitlines()]
    return finished.returncode, {each["event"]: each for each in events}


def test_a_voucher_is_issued_shown_listed(folder, reader, tmp_path):
    issued = run(folder, "voucher", "issue", "20", "--reason", "goodwill", "--months", "12")
    assert issued.returncode == 0, issued.stderr
    (voucher,) = list_vouchers(reader)
    assert voucher.left == 2000
    assert voucher.expires_on is not None
    assert voucher.number[-4:-2] in issued.stdout
    listed = run(folder, "voucher", "list")
    assert voucher.shown in listed.stdout
    assert voucher.number not in listed.stdout
    row = json.loads(run(folder, "voucher", "list", "--json").stdout)
    assert (row["id"], row["left"], row["state"]) == (voucher.id, 2000, "good")
    shown = run(folder, "voucher", "show", voucher.number)
    assert "20.00" in shown.stdout
    assert "Issued over 20.00" in shown.stderr
    slip = tmp_path / "slip.bin"
    assert (
        run(
            folder, "voucher", "show", str(voucher.id), "--as", "escpos", "--out", str(slip)
        ).returncode
        == 0
    )
    assert slip.read_bytes().startswith(b"\x1b@")
    assert balance(reader, accounts.given_as_voucher("goodwill")) == 2000
    assert wrong_vouchers(reader) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("issue", "20"), "Say why"),
        (("issue", "0", "--reason", "x"), "more than nothing"),
        (("issue", "x", "--reason", "x"), "x"),
        (("issue", "20", "--reason", "x", "--months", "-1"), "0 (for ever) to 600"),
        (("show",), "Say which"),
        (("show", "99"), "no voucher"),
        (("show", "VCH00000000000194"), "misread"),
        (("write-back", "99"), "no voucher"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_2(folder, arguments, words):
    finished = run(folder, "voucher", *arguments)
    assert finished.returncode == 2
    assert words in finished.stderr
    assert finished.stderr.count("\n") == 1


def test_a_good_voucher_is_not_written_back(folder, reader):
    run(folder, "voucher", "issue", "20", "--reason", "x")
    finished = run(folder, "voucher", "write-back", "1")
    assert finished.returncode == 2
    assert "has not expired" in finished.stderr
    assert balance(reader, accounts.EXPIRED_VOUCHERS) == 0


def test_sell_sells_a_voucher_and_takes_it(folder, reader):
    code, events = sold(folder, COLA, "new-voucher", "50", "cash", "100")
    assert code == 0
    assert events["paid"]["total"] == 5350
    (voucher,) = list_vouchers(reader)
    code, events = sold(folder, SPREAD, voucher.number)
    assert code == 0
    assert (events["paid"]["tender"], events["paid"]["left"]) == ("voucher", 1710)
    code, events = sold(folder, SPREAD, "part", "10", voucher.number, "card", "22.90")
    assert [each["given"] for each in events["paid"]["tenders"]] == [1000, 2290]
    assert balance(reader, accounts.VOUCHERS) == -710


def test_an_account_gets_a_limit_is_bought_on_and_settled(folder, reader):
    assert "may owe 50.00" in run(folder, "account", "limit", "M1", "50").stdout
    code, events = sold(folder, SPREAD, "M1", "account", "=")
    assert code == 0
    assert (events["paid"]["tender"], events["paid"]["left"]) == ("account", 3290)
    row = json.loads(run(folder, "account", "list", "--json").stdout)
    assert (row["code"], row["owes"]) == ("M1", 3290)
    assert "32.90" in run(folder, "account", "list").stdout
    code, _ = sold(folder, "settle", "M1 12.90", "cash", "20")
    assert code == 0
    assert balance(reader, accounts.customer_account("M1")) == 2000
    text = run(folder, "account", "show", "m1").stdout
    assert "Grace owes 20.00" in text
    csv = run(folder, "account", "show", "M1", "--as", "csv").stdout
    assert len(csv.splitlines()) == 3
    assert "no account any more" in run(folder, "account", "limit", "M1", "-").stdout


def test_no_account_is_without_its_customer(folder):
    for arguments in (("limit", "M9", "50"), ("show", "M9"), ("limit", "M1", "x"), ("limit", "M1")):
        finished = run(folder, "account", *arguments)
        assert finished.returncode == 2, arguments
        assert finished.stderr.count("\n") == 1
