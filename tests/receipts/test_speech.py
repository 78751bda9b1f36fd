"""What a voice gets to say: amounts as people say them, and sentences around them."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.checkout.tenders import Tender
from pos_tui.money import Currency, format_amount
from pos_tui.receipts import speech_amounts
from pos_tui.receipts.data import ReceiptData, ReceiptLine, ReceiptReturn
from pos_tui.receipts.speech import (
    say_aside,
    say_item,
    say_not_known,
    say_not_paid,
    say_receipt,
    say_taken,
)
from pos_tui.receipts.speech_amounts import say_amount
from tests.conftest import NOON

YUAN = Currency.of("CNY")


@pytest.mark.parametrize(
    ("minor", "english", "mandarin"),
    [
        (3480, "thirty-four yuan eighty", "三十四点八元"),
        (3405, "thirty-four yuan oh five", "三十四点零五元"),
        (100_500, "one thousand and five yuan", "一千零五元"),
        (1000, "ten yuan", "十元"),
        (1250, "twelve yuan fifty", "十二点五元"),
        (5, "five fen", "零点零五元"),
        (80, "eighty fen", "零点八元"),
        (2_000_000, "twenty thousand yuan", "两万元"),
        (200, "two yuan", "两元"),
        (250, "two yuan fifty", "二点五元"),
        (20_000, "two hundred yuan", "两百元"),
        (120_000, "one thousand, two hundred yuan", "一千二百元"),
        (2200, "twenty-two yuan", "二十二元"),
        (0, "zero yuan", "零元"),
        (-3480, "thirty-four yuan eighty", "三十四点八元"),
    ],
)
def test_amounts_are_said_as_people_say_them(minor, english, mandarin):
    assert say_amount(minor, YUAN, "en") == english
    assert say_amount(minor, YUAN, "zh-CN") == mandarin


@pytest.mark.parametrize(
    ("code", "minor", "english", "mandarin"),
    [
        ("JPY", 1980, "one thousand, nine hundred and eighty yen", "一千九百八十日元"),
        ("KRW", 1, "one won", "一韩元"),
        ("KWD", 1250, "one dinar and two hundred and fifty fils", "一点二五第纳尔"),
        ("KWD", 2005, "two dinars and five fils", "二点零零五第纳尔"),
        ("USD", 101, "one dollar oh one", "一点零一元"),
        ("GBP", 1, "one penny", "零点零一英镑"),
        ("EUR", 2000, "twenty euros", "二十欧元"),
        ("HUF", 150, "one point five forints", "一点五福林"),
        ("BND", 3480, "thirty-four point eight B N D", "三十四点八B N D"),
        ("BND", 3400, "thirty-four B N D", "三十四B N D"),
    ],
)
def test_other_currencies_have_their_own_parts_and_names(code, minor, english, mandarin):
    currency = Currency.of(code)
    assert say_amount(minor, currency, "en") == english
    assert say_amount(minor, currency, "zh") == mandarin


def test_a_language_without_words_for_numbers_gets_digits(monkeypatch):
    monkeypatch.setattr(speech_amounts, "number_speaker", lambda _language: None)
    assert say_amount(3480, YUAN, "zh") == "34.80元"
    assert say_amount(101, Currency.of("JPY"), "en") == "101 yen"


@given(st.integers(0, 10**12), st.sampled_from(["CNY", "JPY", "KWD", "BND"]))
def test_what_is_said_in_mandarin_is_the_amount_and_no_other(minor, code):
    """Read back by another library, which knows 两 too, from its words alone."""
    cn2an = pytest.importorskip("cn2an")
    currency = Currency.of(code)
    said = say_amount(minor, currency, "zh").removesuffix("B N D").rstrip("元日第纳尔")
    whole, _, decimals = said.partition("点")
    value = Decimal(cn2an.cn2an(whole, "smart"))
    for place, digit in enumerate(decimals, 1):
        value += Decimal(cn2an.cn2an(digit, "smart")).scaleb(-place)
    assert value == Decimal(format_amount(minor, currency))
    assert not decimals.endswith("零")


@given(st.integers(0, 10**12), st.sampled_from(["CNY", "USD", "JPY", "KWD", "HUF", "BND"]))
def test_different_amounts_never_sound_alike(minor, code):
    currency = Currency.of(code)
    for language in ("en", "zh"):
        said = say_amount(minor, currency, language)
        for other in (minor + 1, minor * 10, minor + 100):
            if other != minor:
                assert say_amount(other, currency, language) != said


# ---- sentences -------------------------------------------------------------------------------


def tender(kind, given, change=0, **more):
    return Tender(kind, due=given - change, given=given, change=change, **more)


@pytest.mark.parametrize(
    ("taken", "english", "mandarin"),
    [
        (
            tender("wallet", 3480, platform="wechat"),
            "WeChat Pay, thirty-four yuan eighty",
            "微信收款三十四点八元",
        ),
        (tender("wallet", 1000, platform="alipay"), "Alipay, ten yuan", "支付宝收款十元"),
        (tender("wallet", 100, platform="newpay"), "newpay, one yuan", "newpay收款一元"),
        (tender("card", 100), "Card, one yuan", "银行卡收款一元"),
        (tender("voucher", 100), "Voucher, one yuan", "代金券收款一元"),
        (tender("account", 100), "On account, one yuan", "挂账一元"),
        (tender("cash", 1000), "Cash, ten yuan", "收现金十元"),
        (
            tender("cash", 1000, 650),
            "Cash, ten yuan. Change, six yuan fifty",
            "收现金十元，找零六点五元",
        ),
        (tender("wallet", -200, platform="alipay"), "Refunded, two yuan", "退款两元"),
    ],
)
def test_what_is_taken_is_said_with_its_way_and_its_amount(taken, english, mandarin):
    assert say_taken(taken, YUAN, "en") == english
    assert say_taken(taken, YUAN, "zh") == mandarin


def test_what_is_not_paid_and_what_is_not_known_are_never_alike():
    assert say_not_paid("en") == "Not paid."
    assert "Take no other payment" in say_not_known("en")
    assert "请不要重复收款" in say_not_known("zh")
    assert say_aside(148, "Not paid.", "en") == "Sale 148, put aside. Not paid."
    assert say_item("Cola", 350, YUAN, "zh") == "Cola，三点五元"


@pytest.fixture
def receipt():
    return ReceiptData(
        shop="Corner Market",
        address="",
        merchant="M001",
        till="01",
        cashier="Ada",
        sale_no=148,
        at=NOON,
        currency="CNY",
        exponent=2,
        lines=(
            ReceiptLine("Cola 330 ml", "1", "1", "can", 350, "", 350, 350),
            ReceiptLine("Roast chicken", "2", "0.842", "kg", 3800, "", 3200, 3130),
        ),
        saved=70,
        total=3480,
        footer="",
        tenders=(tender("wallet", 1000, platform="alipay"), tender("cash", 5000, 2520)),
    )


def test_a_whole_receipt_can_be_heard(receipt):
    assert say_receipt(receipt, "en") == (
        "Cola 330 ml, three yuan fifty. 0.842 kg Roast chicken, thirty-one yuan thirty."
        " Total, thirty-four yuan eighty. Alipay, ten yuan."
        " Cash, fifty yuan. Change, twenty-five yuan twenty."
    )
    assert say_receipt(receipt, "zh").endswith(
        "合计三十四点八元。支付宝收款十元。收现金五十元，找零二十五点二元。"
    )


def test_a_receipt_of_goods_that_came_back_says_what_went_back(receipt):
    back = msgspec.structs.replace(
        receipt, lines=(), returns=(ReceiptReturn("Cola", "1", "can", 350),), total=-350
    )
    assert say_receipt(back, "en") == (
        "Returned: Cola, three yuan fifty. Refunded, three yuan fifty."
    )
