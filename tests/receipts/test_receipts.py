import json
from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pos_tui.checkout.line import ListedItem, SettlementLine
from pos_tui.checkout.returns import ReturnLine
from pos_tui.checkout.settlement_list import Totals
from pos_tui.checkout.tenders import Tender
from pos_tui.devices.printers.escpos_commands import barcode
from pos_tui.devices.printers.escpos_jobs import compose
from pos_tui.money import Currency
from pos_tui.receipts.data import (
    decode_receipt,
    encode_receipt,
    make_receipt,
    receipt_with_returns,
)
from pos_tui.receipts.layout import lay_out
from pos_tui.receipts.text import as_text
from pos_tui.settings import ShopSettings, TillIdentity
from pos_tui.text_width import clip, pad, width_of, wrap
from tests.conftest import NOON

WALLET = Tender(
    kind="wallet", due=3440, given=3440, platform="wechat", platform_ref="42000000000000000000001",
    order_no="26112212000001ABCDEFGH", masked_code="····7890",
)  # fmt: skip


LATER_WORDS_OF_A_TENDER = {
    "number", "state", "rounding", "reference", "authorisation", "at",
    "refund_no", "of_sale", "of_tender",
}  # fmt: skip


def receipt(tender=WALLET, name="Cola 330 ml"):
    lines = [
        SettlementLine(1, ListedItem(1, "0" + "5449000000996", name, "can", 350), Decimal(2), 700,
                       600, "2 for 6"),
        SettlementLine(2, ListedItem(2, "1002", "红烧牛肉面 120 g", "袋", 3155), Decimal("0.900"),
                       2840, 2840),
    ]  # fmt: skip
    return make_receipt(
        ShopSettings(name="Corner Market", address="12 Harbour Street"),
        TillIdentity(cashier="Ada"),
        Currency.of("CNY"),
        148,
        lines,
        Totals(2, 100, 3440),
        (tender,),
        NOON + timedelta(seconds=5),
    )


EXPECTED = """\
         Corner Market
       12 Harbour Street
--------------------------------
Sale 000148              Till 01
2026-11-22 12:00:05          Ada
--------------------------------
Cola 330 ml
  2 can x 3.50              7.00
  2 for 6                  -1.00
红烧牛肉面 120 g
  0.9 袋 x 31.55           28.40
--------------------------------
Saved                       1.00
TOTAL                  34.40 CNY
WeChat Pay                 34.40
Code                    ····7890
Order     26112212000001ABCDEFGH
Ref      42000000000000000000001
--------------------------------
           Thank you
         RC01-000148GFZ
"""


def test_a_receipt_of_a_wallet_payment_says_who_paid_what_and_where_to_find_it():
    assert as_text(receipt(), 32) == EXPECTED


def test_the_receipt_data_file_gives_the_same_receipt_again():
    data = encode_receipt(receipt())
    assert decode_receipt(data) == receipt()
    assert b'"total": 3440' in data


def test_a_data_file_of_an_earlier_till_with_its_one_tender_gives_the_same_receipt():
    kept = json.loads(encode_receipt(receipt()))
    (tender,) = kept.pop("tenders")
    before = {name: tender[name] for name in tender if name not in LATER_WORDS_OF_A_TENDER}
    kept |= {"tender": before, "version": 2}
    found = decode_receipt(json.dumps(kept).encode())
    assert found.tenders == receipt().tenders
    assert as_text(found, 32) == EXPECTED


names = st.text(min_size=1, max_size=60).filter(lambda name: name.strip())


@given(names, st.sampled_from([24, 32, 42, 48]))
def test_no_line_is_wider_than_the_paper_whatever_a_product_is_called(name, columns):
    for line in lay_out(receipt(name=name), columns):
        assert width_of(line.text) <= columns


@given(st.text(max_size=40), st.integers(0, 30))
def test_clipped_and_padded_text_has_its_width(text, columns):
    assert width_of(clip(text, columns)) <= columns
    assert width_of(pad(text, columns)) == columns


def test_words_are_broken_between_words_and_long_ones_anywhere():
    assert wrap("put it aside now", 8) == ["put it", "aside", "now"]
    assert wrap("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert wrap("", 5) == []


def job():
    return compose([(line.text, line.style) for line in lay_out(receipt(), 32)], "gb18030")


def test_the_print_job_sets_the_printer_up_prints_chinese_and_cuts():
    made = job()
    assert made.startswith(b"\x1b@\x1c&")
    assert "红烧牛肉面".encode("gb18030") in made
    assert b"TOTAL" in made
    assert b"\x1dV" in made[-8:]


def test_a_print_job_for_a_western_printer_uses_its_code_page():
    assert "Crème".encode("cp858") in compose([("Crème brûlée", "plain")], "cp858")
    assert b"Cola" in compose([("Cola", "bold")], "auto")


def test_what_came_back_stands_in_a_block_of_its_own():
    back = (
        ReturnLine(1, 7, "Cola 330 ml", 2000, 600, tax=69, sale_no=12, line=1, unit="can"),
        ReturnLine(2, 8, "Bottle", 3000, 75, kind="deposit"),
    )
    tenders = (
        Tender("wallet", -600, -600, platform="wechat", order_no="A1", refund_no="B2R"),
        Tender("cash", -75, -75, rounding=0),
    )
    base = replace(receipt(), lines=(), saved=0, discounts=(), taxes=(), total=0, tenders=tenders)
    text = as_text(receipt_with_returns(base, back), 32)
    assert text.split("-" * 32 + "\n")[2:4] == [
        "Returned\n"
        "Cola 330 ml\n"
        "  2 can (sale 000012)      -6.00\n"
        "Bottle\n"
        "  3                        -0.75\n"
        "of which tax               -0.69\n",
        "TOTAL                  -6.75 CNY\n"
        "Back to WeChat Pay         -6.00\n"
        "Order                         A1\n"
        "Refund                       B2R\n"
        "Cash back                  -0.75\n",
    ]
    void = as_text(receipt_with_returns(base, back, 12), 32)
    assert "Void of sale 000012\n" in void


def test_the_bars_of_a_receipt_s_code_go_to_the_printer():
    job = barcode("RC01-000148GFZ")
    assert b"\x1dk\x49\x10{BRC01-000148GFZ" in job
