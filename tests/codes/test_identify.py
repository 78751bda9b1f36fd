import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.codes import ItemCode, PaymentCode, Refused, Unknown, gtin_of, identify
from pos_tui.codes.item import check_digit

ALL = ("wechat", "alipay", "unionpay")
bodies = st.text("0123456789", min_size=7, max_size=13).filter(lambda d: len(d) in {7, 11, 12, 13})


@given(bodies)
def test_every_gtin_with_its_check_digit_is_read(body):
    digits = body + check_digit(body)
    found = identify(digits, ALL)
    assert isinstance(found, ItemCode)
    assert found.key == digits.zfill(14)


@given(bodies.filter(lambda d: len(d) > 7), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_never_another_product(body, place, change):
    digits = body + check_digit(body)
    place %= len(digits)
    wrong = digits[:place] + str((int(digits[place]) + change) % 10) + digits[place + 1 :]
    found = identify(wrong, ())
    assert isinstance(found, ItemCode)
    assert found.gtin is None
    assert found.doubt


@given(st.text(max_size=80))
def test_no_string_makes_it_fail(text):
    assert identify(text, ALL) is not None


@pytest.mark.parametrize(
    ("code", "platform"),
    [
        ("134857901234567890", "wechat"),
        ("100000000000000000", "wechat"),
        ("280244567856723026", "alipay"),
        ("3012345678901234", "alipay"),
        ("281006027875779978448005", "alipay"),
        ("6225735053201615202", "unionpay"),
        ("１３４８５７９０１２３４５６７８９０", "wechat"),
        (" 134857901234567890\r\n", "wechat"),
    ],
)
def test_a_customers_code_is_known_by_its_format(code, platform):
    found = identify(code, ALL)
    assert isinstance(found, PaymentCode)
    assert found.platform == platform


def test_a_platform_that_the_shop_does_not_take_is_not_recognised():
    assert not isinstance(identify("6225735053201615202", ("wechat",)), PaymentCode)


@pytest.mark.parametrize("code", ["000201010211", "wxp://f2f0abc", "HTTPS://QR.ALIPAY.COM/fkx1"])
def test_a_shops_own_collection_code_is_refused_with_what_to_ask_for(code):
    found = identify(code, ALL)
    assert isinstance(found, Refused)
    assert "payment code" in found.why


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


@pytest.mark.parametrize("code", ["1028", "*ZC13169216SL*", "ab-77", "01153", "+12"])
def test_the_odd_codes_of_real_shops_stay_house_codes(code):
    found = identify(code, ALL)
    assert isinstance(found, ItemCode)
    assert found.house_code == code
    assert found.key == code.upper()


def test_a_code_that_is_none_says_so():
    assert isinstance(identify("x" * 60, ALL), Unknown)
    assert isinstance(identify("\x00\x1b", ALL), Unknown)


def test_every_code_of_the_old_till_is_an_item_and_none_a_payment(shared):
    lines = (shared / "data" / "old-till-export.csv").read_text().splitlines()[1:]
    kinds = {type(identify(line.split(",")[0], ALL)) for line in lines}
    assert kinds == {ItemCode}
