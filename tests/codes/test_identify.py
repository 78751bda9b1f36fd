"""The one door: every string has a reading, and none a wrong one."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pos_tui.codes import ItemCode, PaymentCode, RefusedCode, UnknownCode, gtin_of
from pos_tui.codes.gtin import check_digit
from pos_tui.codes.identify import identify
from pos_tui.codes.masking import shown
from pos_tui.reasons import because
from tests.codes.contexts import context, shop

bodies = st.sampled_from((7, 11, 12, 13)).flatmap(
    lambda length: st.text("0123456789", min_size=length, max_size=length)
)


def gtins_read(found):
    return {each.gtin for each in (found, *found.others) if isinstance(each, ItemCode)} - {None}


@given(bodies)
def test_every_gtin_with_its_check_digit_is_read(body):
    digits = body + check_digit(body)
    assert digits.zfill(14) in gtins_read(identify(digits, context()))


@given(bodies.filter(lambda body: len(body) > 7), st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_never_another_product(body, place, change):
    digits = body + check_digit(body)
    place %= len(digits)
    wrong = digits[:place] + str((int(digits[place]) + change) % 10) + digits[place + 1 :]
    found = identify(wrong, shop())
    assert not gtins_read(found)
    assert isinstance(found, ItemCode)
    assert found.doubt


@given(bodies.filter(lambda body: len(body) == 7), st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_of_eight_is_at_most_a_upc_e_number(body, place, change):
    digits = body + check_digit(body)
    wrong = digits[:place] + str((int(digits[place]) + change) % 10) + digits[place + 1 :]
    assert wrong.zfill(14) not in gtins_read(identify(wrong, shop()))


@given(st.text(max_size=80))
@example("]C1\x1d")
@example("(01)(17)(10)")
@example("https://[/01/1")
@example("\ud800")
@example("01" + "0" * 14 + "7003" + "9" * 10)
def test_no_string_makes_it_fail(text):
    assert identify(text, shop("all")) is not None


@given(st.binary(max_size=60), st.sampled_from(("", "]C1", "]d2", "(01)", "hQVDUFYwM", "01", "2")))
def test_no_bytes_make_it_fail(raw, beginning):
    assert identify(beginning + raw.decode("latin-1"), shop("all")) is not None


@given(st.text(string.digits + "\x1d()", max_size=40), st.sampled_from(("0109501101020917", "02")))
def test_what_follows_a_gtin_never_makes_it_another_product(rest, beginning):
    found = identify(beginning + rest, shop())
    if beginning.startswith("01") and isinstance(found, ItemCode) and found.gtin:
        assert found.gtin == "09501101020917"


@pytest.mark.parametrize(
    "code",
    ["１３４８５７９０１２３４５６７８９０", " 134857901234567890\r\n", "]Q1134857901234567890"],
)
def test_a_customers_code_is_known_however_it_was_typed(code):
    found = identify(code, shop())
    assert isinstance(found, PaymentCode)
    assert found.platform == "wechat"
    assert found.code == "134857901234567890"


def test_a_gs1_symbol_is_never_a_payment_code():
    digits = "100000000000000000"
    assert isinstance(identify(digits, shop()), PaymentCode)
    assert not isinstance(identify("]C1" + digits, shop()), PaymentCode)


def test_a_wallet_the_shop_does_not_take_is_refused_by_name_and_its_code_masked():
    found = identify("6225735053201615202", context(payments={"platforms": ["wechat"]}))
    assert isinstance(found, RefusedCode)
    assert found.why == because(
        "codes.platform_not_accepted", platform=because("platform.unionpay")
    )
    assert "62257350" not in found.text


def test_every_platform_that_a_code_can_belong_to_is_listed_in_order():
    found = identify("281006027875779978448005", shop("asia"))
    assert isinstance(found, PaymentCode)
    others = [each for each in found.others if isinstance(each, PaymentCode)]
    assert len(others) == len(found.others)
    platforms = [found.platform, *(each.platform for each in others)]
    assert platforms[0] == "alipayplus"
    assert platforms[-1] == "alipay"


def test_a_code_that_is_a_payment_and_a_gs1_message_is_a_payment_first():
    found = identify("0109501101020917301", shop("all"))
    assert isinstance(found, PaymentCode)
    assert found.platform == "ecny"
    assert [each.gtin for each in found.others if isinstance(each, ItemCode)] == ["09501101020917"]


def test_two_bar_codes_that_ran_together_are_said_to_be_two():
    found = identify("54490000009963017620422003", shop())
    assert isinstance(found, UnknownCode)
    assert found.why.kind == "codes.two_in_one"


def test_a_payment_code_with_a_digit_lost_is_not_shown_whole_as_an_item():
    found = identify("13485790123456789", shop())
    assert isinstance(found, ItemCode)
    assert found.like_payment


@pytest.mark.parametrize(
    ("digits", "gtin"),
    [
        ("5449000000996", "05449000000996"),
        ("96385074", "00000096385074"),
        ("036000291452", "00036000291452"),
        ("04252614", "00042100005264"),
        ("5449000000997", None),
        ("1028", None),
    ],
)
def test_gtins_of_all_lengths_and_upc_e(digits, gtin):
    assert gtin_of(digits) == gtin


def test_every_code_of_the_old_till_is_an_item_and_none_a_payment(shared):
    lines = (shared / "data" / "old-till-export.csv").read_text().splitlines()[1:]
    found = {line.split(",")[0]: identify(line.split(",")[0], shop()) for line in lines}
    readings = {code: (each, *each.others) for code, each in found.items()}
    assert not [c for c, each in readings.items() if isinstance(each[0], PaymentCode)]
    assert not [c for c, each in readings.items() if not any(isinstance(e, ItemCode) for e in each)]


@pytest.mark.parametrize("name", ["", "all", "japan", "asia", "weak"])
def test_every_code_of_every_format_that_a_shop_takes_pays_and_never_sells(name):
    rows = [row for row in shop(name).accepted if row.platform != "emv_cpm"]
    assert rows

    @given(st.sampled_from(rows).flatmap(lambda row: st.from_regex(row.pattern, fullmatch=True)))
    def every_code(code):
        found = identify(code, shop(name))
        assert isinstance(found, PaymentCode)
        assert found.code == code
        assert found.platform in shop(name).platforms

    every_code()


@given(st.from_regex(r"1[0-5][0-9]{16}|62[0-9]{17}|2[5-9][0-9]{14,22}", fullmatch=True))
def test_a_payment_code_scanned_from_a_screen_with_its_symbology_pays_too(code):
    for symbology in ("]C0", "]Q1", "]Q0", "]z0"):
        found = identify(symbology + code, shop())
        assert isinstance(found, PaymentCode)
        assert found.code == code


@pytest.mark.parametrize(
    "scan",
    ["134857901234567890\x1d", "\x1d134857901234567890", "1348 5790 1234 5678 90",
     "*134857901234567890*"],
)  # fmt: skip
def test_a_payment_code_pays_whatever_stands_around_it(scan):
    found = identify(scan, shop())
    assert isinstance(found, PaymentCode)
    assert found.code == "134857901234567890"


@pytest.mark.parametrize(
    "scan",
    [
        "34857901234567890",
        "134857901234567890" * 2,
        "134857901234567890x",
        "1348579012345678905449000000996",
        "fp" + "a1" * 16,
        "HqvdufyWmwE",
        "281234567890123456789012345",
        "510000000000001234",
    ],
)
def test_what_may_be_a_wallets_code_is_never_shown_whole(scan):
    found = identify(scan, shop())
    for each in (found, *found.others):
        assert scan not in shown(scan, each)
