"""What a code carries beside its number: price, weight, count, lot, dates; from whatever form."""

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.codes import ItemCode, RefusedCode, UnknownCode
from pos_tui.codes.dates import gs1_date
from pos_tui.codes.gtin import check_digit
from pos_tui.codes.identify import identify
from pos_tui.codes.restricted import LayoutError, measure_check_digit, parse_layout
from pos_tui.reasons import because
from pos_tui.wording.current import in_words
from tests.codes.contexts import TODAY, context, item, shop

GTIN = "09501101020917"
# Without 3 and 1 behind the first place: a lot that could end in a count or a date is refused.
lots = st.builds(
    str.__add__, st.sampled_from("ABK0123456789-./"), st.text("ABCDEFGHJK02456789-./", max_size=19)
)
dates = st.dates(date(2000, 1, 1), date(2070, 12, 31))


@given(lots, dates, dates, st.integers(1, 999_999))
def test_gs1_data_come_back_as_they_were_put_in(lot, produced, use_by, grams):
    text = f"01{GTIN}11{produced:%y%m%d}17{use_by:%y%m%d}3103{grams:06d}10{lot}"
    bracketed = f"(01){GTIN}(11){produced:%y%m%d}(17){use_by:%y%m%d}(3103){grams:06d}(10){lot}"
    for scan in ("]C1" + text, "\x1d" + text, bracketed):
        found = identify(scan, shop())
        assert isinstance(found, ItemCode)
        assert (found.gtin, found.lot) == (GTIN, lot)
        assert (found.produced_on, found.expires_on) == (produced, use_by)
        assert found.weight_kg == Decimal(grams).scaleb(-3)


@given(st.text("0123456789", min_size=5, max_size=5), st.integers(1, 99_999))
def test_a_label_with_a_price_comes_back_as_it_was_printed(item, price):
    body = f"21{item}{price:05d}"
    found = identify(body + check_digit(body), shop())
    assert isinstance(found, ItemCode)
    assert (found.house_code, found.price) == (item, price)


@given(st.text("0123456789", min_size=5, max_size=5), st.integers(1, 9999), st.integers(1, 9))
def test_a_label_with_a_wrong_price_check_digit_is_never_sold_at_that_price(item, price, change):
    digits = f"{price:04d}"
    wrong = (int(measure_check_digit(digits)) + change) % 10
    body = f"20{item}{wrong}{digits}"
    found = identify(body + check_digit(body), shop("europe"))
    assert isinstance(found, RefusedCode)


@pytest.mark.parametrize(("digits", "check"), [("2875", "9"), ("14685", "6")])
def test_the_examples_of_gs1_for_a_price_check_digit(digits, check):
    assert measure_check_digit(digits) == check


@pytest.mark.parametrize(
    "text", ["", "21IIIIIPPPPP", "10IIIIIPPPPPC", "21IIIIIVPPPPPPC", "21IIXPPC"]
)
def test_a_layout_that_cannot_be_is_refused_with_how_to_write_it(text):
    with pytest.raises(LayoutError, match=r"layout|check digit"):
        parse_layout(text)


def test_a_label_of_nothing_is_refused():
    for scan in ("]C101" + GTIN + "3103000000", "2112345000000"):
        found = identify(scan[:-1] + check_digit(scan[:-1]) if scan[0] == "2" else scan, shop())
        assert isinstance(found, RefusedCode)
        assert found.why.kind in {"codes.label_of_nothing", "codes.measure_zero"}


def test_a_bad_date_keeps_the_rest_and_says_so():
    found = identify(f"]C101{GTIN}17269931\x1d10AB", shop())
    assert isinstance(found, ItemCode)
    assert (found.lot, found.expires_on) == ("AB", None)
    assert found.doubt
    assert in_words(found.doubt) == "(17) use by is no date: 269931"


def test_use_by_with_its_hour():
    found = item(f"]d201{GTIN}70032611241800", shop())
    assert (found.expires_on, found.expires_at) == (date(2026, 11, 24), time(18, 0))


def test_a_price_in_another_currency_is_refused():
    found = identify(f"]e001{GTIN}3932978" + "1234", shop())
    assert isinstance(found, RefusedCode)
    assert found.why == because("codes.other_currency", number="978")
    assert item(f"]e001{GTIN}3932156" + "1234", shop()).price == 1234


def test_a_pallet_is_no_product():
    assert isinstance(identify("]C100106141412345678908", shop()), UnknownCode)


@given(dates)
def test_the_century_is_the_one_within_fifty_years(day):
    found = gs1_date(f"{day:%y%m%d}", TODAY)
    assert found is not None
    assert -50 < found.year - TODAY.year <= 50
    assert (found.month, found.day) == (day.month, day.day)


@pytest.mark.parametrize(
    ("digits", "expected"),
    [("260200", date(2026, 2, 28)), ("240200", date(2024, 2, 29)), ("261301", None),
     ("260230", None), ("760101", date(2076, 1, 1)), ("770101", date(1977, 1, 1))],
)  # fmt: skip
def test_the_last_day_of_a_month_and_days_that_are_none(digits, expected):
    assert gs1_date(digits, TODAY) == expected


@pytest.mark.parametrize(
    "link",
    [
        "https://id.gs1.org/01/09501101020917/10/AB?17=261231",
        "HTTPS://ID.GS1.ORG/01/9501101020917/10/AB?17=261231",
        "https://shop.example/any/way/01/09501101020917/10/AB?17=261231&x=1",
    ],
)
def test_a_digital_link_is_read_from_any_host(link):
    found = identify(link, shop())
    assert isinstance(found, ItemCode)
    assert (found.gtin, found.lot, found.expires_on) == (GTIN, "AB", date(2026, 12, 31))


def test_any_other_web_address_is_no_item():
    assert isinstance(identify("https://example.com/offers", shop()), UnknownCode)


def test_capslock_is_undone_where_the_code_shows_it():
    assert item(f"]c101{GTIN}10aBc", shop()).lot == "AbC"


def test_one_number_of_eight_digits_that_is_ean_and_upc_e_has_both_readings():
    digits = next(
        f"{n:07d}" + check_digit(f"{n:07d}")
        for n in range(100_000, 2_000_000)
        if len(identify(f"{n:07d}" + check_digit(f"{n:07d}"), context()).others) == 1
    )
    first = item(digits, context())
    assert first.gtin == digits.zfill(14)
    assert first.others[0].why.kind == "codes.upc_e"
    assert not identify("]E4" + digits, context()).others


@pytest.mark.parametrize(
    "scan",
    [f"]C101{GTIN}3103abc", f"(01){GTIN}(3103)0019", f"(01){GTIN}(3103)0001951",
     f"(01){GTIN}(392)0350", f"]C101{GTIN}30"],
)  # fmt: skip
def test_a_damaged_weight_price_or_count_is_never_sold_as_one(scan):
    assert isinstance(identify(scan, shop()), RefusedCode)


def test_a_bad_hour_does_not_lose_the_good_date_beside_it():
    found = item(f"]C101{GTIN}172001017003261301" + "1200", shop())
    assert found.expires_on == date(2020, 1, 1)


def test_the_count_of_a_cartons_contents_is_not_the_cartons():
    found = item(f"(01){GTIN}(02)05449000000996(37)6", shop())
    assert (found.gtin, found.count) == (GTIN, None)
    assert item("(02)05449000000996(37)6", shop()).count == 6


def test_a_gtin_of_thirteen_digits_typed_in_brackets_is_understood():
    assert item("(01)5449000000996", shop()).gtin == "05449000000996"


def test_an_add_on_alone_is_no_item():
    assert isinstance(identify("]E212345", shop()), UnknownCode)


def test_an_american_number_that_starts_like_a_collection_code_is_an_item():
    assert item("020100000007", shop()).gtin == "00020100000007"
    assert item("00020100000007", shop()).gtin == "00020100000007"


def test_two_layouts_of_which_one_could_never_apply_are_refused():
    with pytest.raises(LayoutError, match=r"codes\.layout_hidden layout=21IIIIWWWWWWC"):
        context(codes={"layouts": ["21IIIIIPPPPPC", "21IIIIWWWWWWC"]})


LINK = "https://id.gs1.org/01/09506000134352"


@pytest.mark.parametrize(
    "text",
    [
        f"{LINK}https://id.gs1.org/01/96901234123459",
        f"{LINK} https://id.gs1.org/01/96901234123459",
        f"{LINK}/10/Ahttps://id.gs1.org/01/96901234123459",
        f"{LINK}?17=290101https://id.gs1.org/01/96901234123459",
        f"{LINK}?10=A https://id.gs1.org/01/96901234123459",
        f"{LINK}#ahttps://id.gs1.org/gtin/96901234123459",
    ],
)
def test_two_links_in_one_scan_sell_neither(text):
    found = identify(text, shop())
    assert isinstance(found, UnknownCode)
    assert found.why.kind == "codes.two_in_one"


def test_a_link_may_name_another_address_that_holds_no_product():
    found = identify(f"{LINK}?17=290101&u=https://shop.example/", shop())
    assert isinstance(found, ItemCode)


@pytest.mark.parametrize("mark", ["\x1d", "%1D", "<GS>", "<gs>", "{GS}", "|", "^", " "])
@pytest.mark.parametrize(
    "form", ["(01)09506000134352(10)A{mark}17260101", LINK + "/10/A{mark}17260101"]
)
def test_a_separator_within_a_bracket_or_a_link_never_hides_a_date(form, mark):
    found = identify(form.replace("{mark}", mark), shop())
    assert isinstance(found, RefusedCode)
    assert found.why.kind == "codes.separator_lost"


def test_a_long_label_of_nothing_is_refused_and_never_a_payment():
    at = context(codes={"layouts": ("26IIIIIPPPPPWWWWWC",)})
    for digits in ("26001230158000000", "26001230000000512"):
        found = identify(digits + check_digit(digits), at)
        assert isinstance(found, RefusedCode)
        assert found.why.kind == "codes.measure_zero"


@pytest.mark.parametrize(("price", "sold"), [("(3923)28505", None), ("(3923)28500", 2850)])
def test_a_labels_price_is_never_rounded(price, sold):
    found = identify(f"(01)96901234123459{price}", shop())
    if sold is None:
        assert isinstance(found, RefusedCode)
        assert found.why.kind == "codes.price_decimals"
    else:
        assert isinstance(found, ItemCode)
        assert found.price == sold
