"""What wallets and cards owe by day, beside their bills; what came to the bank is booked once."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from pos_tui.books.connection import open_connection
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import balance, wrong_sums
from pos_tui.till.money.clearing import BillFileError, PayoutRefusedError
from tests.conftest import MILK

DAY = "2026-11-22"


async def sell_by_card(counter):
    counter.scan(MILK)
    counter.till.pay("c= 4242")
    await counter.till.until_idle()


@pytest.fixture
async def clearing(counter):
    """A milk was paid by card, and another."""
    await sell_by_card(counter)
    await sell_by_card(counter)
    return counter.till.money.clearing


def days(counter):
    today = counter.now.date()
    return counter.till.money.clearing.days(today - timedelta(days=7), today)


def bill_file(folder, paid, refunded=0, **channel):
    total = {"currency": "CNY", "payments": 2, "paid_there": paid, "paid_here": paid,
             "refunds": 0, "refunded_there": refunded, "refunded_here": 0}  # fmt: skip
    whole = {"merchant": "m1", "channel": "Card", "day": DAY, "totals": [total]} | channel
    path = folder / "bills.json"
    path.write_text(json.dumps({"day": DAY, "channels": [whole]}) + "\n", encoding="utf-8")
    return path


async def test_a_platform_owes_what_was_taken_by_it(counter, clearing):
    (day,) = days(counter)
    assert (day.platform, day.taken, day.given_back, day.owed) == ("Card", 2580, 0, 2580)
    assert day.difference is None


@pytest.mark.parametrize(("paid", "refunded", "difference"), [(2580, 0, 0), (2600, 30, -10)])
async def test_a_bill_is_compared_with_the_day(
    counter, clearing, tmp_path, paid, refunded, difference
):
    clearing.read_bills(bill_file(tmp_path, paid, refunded))
    (day,) = days(counter)
    assert day.difference == difference


async def test_the_last_bill_of_a_day_counts(counter, clearing, tmp_path):
    clearing.read_bills(bill_file(tmp_path, 1))
    clearing.read_bills(bill_file(tmp_path, 2580))
    assert [day.difference for day in days(counter)] == [0]


async def test_a_channel_of_another_name_is_told(counter, clearing, tmp_path):
    clearing.read_bills(bill_file(tmp_path, 2580, channel="terminal_v2"), "Card")
    assert [day.difference for day in days(counter)] == [0]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("", "clearing.not_a_file"),
        ("{}", "clearing.not_a_file"),
        ('{"day": "2026-11-22", "channels": []}', "clearing.not_a_file"),
        ('{"day": "x", "channels": []}', "clearing.not_a_file"),
        ("\udcff", "clearing.not_a_file"),
    ],
)
async def test_what_is_no_bill_is_kept_of_none(counter, clearing, tmp_path, content, kind):
    path = tmp_path / "wrong.json"
    path.write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(BillFileError) as refused:
        clearing.read_bills(path)
    assert refused.value.reason.kind == kind
    assert [day.bill for day in days(counter)] == [None]


async def test_a_bill_that_the_gateway_did_not_get_is_not_kept(counter, clearing, tmp_path):
    with pytest.raises(BillFileError) as refused:
        clearing.read_bills(bill_file(tmp_path, 0, problem="The bill is not ready."))
    assert refused.value.reason.kind == "clearing.no_bill"
    with pytest.raises(BillFileError) as missing:
        clearing.read_bills(tmp_path / "none.json")
    assert missing.value.reason.kind == "clearing.unreadable"


async def test_a_bill_in_another_currency_is_refused(counter, clearing, tmp_path):
    path = bill_file(tmp_path, 2580)
    path.write_text(path.read_text().replace("CNY", "EUR"))
    with pytest.raises(BillFileError) as refused:
        clearing.read_bills(path)
    assert refused.value.reason.kind == "clearing.other_currency"


async def test_what_came_to_the_bank_is_owed_no_more(counter, clearing):
    clearing.pay_out("Card", 2500, 30, "2026-1")
    (day,) = days(counter)
    assert (day.taken, day.given_back, day.paid_out, day.fee, day.owed) == (2580, 0, 2500, 30, 50)
    reader = open_connection(counter.books.path)
    names = (accounts.BANK, accounts.BANK_FEES, accounts.CARD)
    assert [balance(reader, name) for name in names] == [2500, 30, 50]
    assert wrong_sums(reader) == []
    kinds = [kind for (kind,) in reader.execute("SELECT kind FROM journal ORDER BY seq DESC")]
    assert kinds[:2] == ["payout", "posted"]
    reader.close()


@pytest.mark.parametrize(
    ("platform", "amount", "fee", "document", "kind"),
    [
        ("Card", 100, 0, " A-1 ", "clearing.booked_already"),
        ("Card", 100, 0, "a-1", "clearing.booked_already"),
        ("Card", 100, 0, " ", "clearing.no_document"),
        ("Card", 0, 0, "A-2", "clearing.no_amount"),
        ("Card", 100, -1, "A-2", "clearing.no_amount"),
        ("paypal", 100, 0, "A-2", "clearing.no_platform"),
    ],
)
async def test_a_payout_that_cannot_be_is_refused_and_nothing_booked(
    counter, clearing, platform, amount, fee, document, kind
):
    clearing.pay_out("Card", 500, 0, "A-1")
    with pytest.raises(PayoutRefusedError) as refused:
        clearing.pay_out(platform, amount, fee, document)
    assert refused.value.reason.kind == kind
    assert [day.paid_out for day in days(counter)] == [500]


async def test_what_is_owed_goes_on_from_day_to_day(counter, clearing):
    counter.now += timedelta(days=1)
    clearing.pay_out("Card", 1000, 0, "A-1")
    first = counter.now.date()
    owed = [day.owed for day in clearing.days(first - timedelta(days=2), first)]
    assert owed[0] == 1580
