"""GS1 data whose separators are lost or stand in: read where only one reading makes sense."""

import random
from datetime import date
from decimal import Decimal

import pytest

from pos_tui.codes import ItemCode, PaymentCode, RefusedCode, UnknownCode
from pos_tui.codes.identify import identify
from tests.codes.contexts import context, item, shop
from tests.codes.labels import GS, STAND_INS, damaged, is_sold_wrong, random_label

JUICE, BEEF, OTHER = "09506000134352", "96901234123459", "09521234543213"


def refused(scan, where=None):
    found = identify(scan, where or shop())
    assert isinstance(found, RefusedCode), found
    return found.why


def test_a_label_that_lost_its_separators_or_anything_else_is_never_sold_as_another():
    rng = random.Random(14)
    tried, wrong, lost = 0, [], []
    while tried < 5_000:
        label = random_label(rng)
        for form in ("]C1" + label.text(), label.text(), label.bracketed(), label.link()):
            found = identify(form, shop())
            wrong += [("whole", form)] if is_sold_wrong(label, found) else []
            lost += [] if isinstance(found, ItemCode) else [form]
        for name, scan in damaged(label, rng):
            tried += 1
            wrong += [(name, scan)] if is_sold_wrong(label, identify(scan, shop())) else []
    assert not wrong
    assert len(lost) < tried / 500


def test_labels_without_separators_are_refused_or_read_as_they_are(shared):
    scans = (shared / "data/field/21-price-swallows-the-next-field/scans.txt").read_text()
    with_date, with_lot, counted, expired = (scan for scan in scans.split("\n") if scan)
    for scan in (with_date, with_lot):
        found = item(scan, shop())
        assert (found.price, found.weight_kg) == (2850, Decimal("0.750"))
    assert item(with_date, shop()).best_before == date(2026, 12, 3)
    assert item(with_lot, shop()).lot == "A12"
    assert refused(counted)
    assert refused(expired)


@pytest.mark.parametrize(
    "scan",
    [
        f"01{BEEF}3103000750" + "3922285010123456",  # 28.50 of lot 123456 is 28,501,012,345.6
        f"01{BEEF}3932156" + "2850" + "15261203",
        f"01{BEEF}3922" + "2850" + "211234",
    ],
)
def test_a_price_is_read_to_its_end_where_nothing_else_makes_sense(scan):
    found = identify(scan, shop())
    assert isinstance(found, RefusedCode | ItemCode)
    assert isinstance(found, RefusedCode) or found.price == 2850


@pytest.mark.parametrize(
    "scan",
    [
        f"01{JUICE}10AB17261231",
        f"01{JUICE}21AB15261231",
        f"01{JUICE}240AB3922285",
        f"01{JUICE}10AB3103000750",
        f"01{JUICE}22AB7003261231" + "1200",
        f"01{JUICE}10AB3012",
        f"01{JUICE}400AB11261201",
        f"01{JUICE}3922123410" + "5",
        f"01{JUICE}30" + "1210" + "5",
        f"02{JUICE}37" + "1010" + "7",
        f"]C101{JUICE}10AB17261231\x1d21S",
    ],
)
def test_what_can_be_read_in_two_ways_is_not_sold(scan):
    assert refused(scan).kind == "codes.separator_lost"


@pytest.mark.parametrize(
    ("scan", "lot", "price"),
    [
        (f"01{JUICE}17261231" + "10L20261122A", "L20261122A", None),
        (f"01{JUICE}10ABC172", "ABC172", None),
        (f"01{JUICE}10A17999999", "A17999999", None),
        (f"01{BEEF}3103000750" + "392212105", None, 12105),
        (f"01{BEEF}3103000750" + "39221105", None, 1105),
    ],
)
def test_what_only_looks_like_another_field_is_sold(scan, lot, price):
    found = item(scan, shop())
    assert (found.lot, found.price, found.doubt) == (lot, price, None)


def test_a_price_beyond_what_a_label_can_say_is_refused():
    assert refused(f"(01){BEEF}(3922)285015261203").kind == "codes.measure_too_much"
    assert refused(f"(01){BEEF}(30)10000").kind == "codes.measure_too_much"
    assert refused(f"(01){BEEF}(3100)010000").kind == "codes.measure_too_much"
    assert item(f"(01){BEEF}(30)9999", shop()).count == 9999


def test_an_end_that_cannot_be_read_is_never_replaced_by_the_books_price():
    for end in ("X", "3", "17", "1726123", "8922285", "39228A50", "(3922)2850"):
        assert refused(f"01{BEEF}3103000750{end}").kind == "codes.gs1_damaged"


# ---- stand-ins for GS ----------------------------------------------------------------------------


def test_each_stand_in_is_refused_and_proposed(shared):
    lines = (shared / "data/field/07-separator-stand-ins/scans.txt").read_text().split("\n")
    scans = [line for line in lines if line]
    found = [refused(scan) for scan in scans]
    assert {why.kind for why in found} == {"codes.separator_stand_in"}
    assert [why.values["separator"] for why in found] == [
        "|", "^", "~", "#", " ", "{GS}", "\\x1d", "\u2194", "<GS>", "%",
    ]  # fmt: skip


@pytest.mark.parametrize("separator", [*STAND_INS, "FNC1", "\u2194"])
def test_a_named_stand_in_is_a_separator(separator):
    here = context(scanner={"separator": separator})
    for head in ("", "]C1"):
        found = item(f"{head}01{JUICE}10AB{separator}17260101{separator}", here)
        assert (found.lot, found.expires_on) == ("AB", date(2026, 1, 1))
    assert item(f"01{JUICE}10AB{GS}17260101", here).expires_on == date(2026, 1, 1)


def test_a_named_stand_in_changes_no_other_code():
    here = context(scanner={"separator": "|"})
    assert item("TEA|42", here).house_code == "TEA|42"
    assert isinstance(identify("134857901234567890", here), PaymentCode)


# ---- one thing said twice ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "scan",
    [
        f"01{OTHER}\x1d01{JUICE}",
        f"01{OTHER}01{JUICE}",
        f"01{OTHER}10AB01{JUICE}",
        f"]C101{OTHER}10AB\x1d01{OTHER}10AB",
        f"(01){OTHER}(01){JUICE}",
        f"(01){OTHER}(10)A(10)B",
        f"01{OTHER}17261231" + "17261130",
        f"(01){BEEF}(3922)100(3922)200",
        f"(01){BEEF}(3922)100(3932)156100",
        f"(01){BEEF}(3102)000100(3103)001000",
        f"https://id.gs1.org/01/{OTHER}/10/A?10=B",
    ],
)
def test_two_labels_or_one_field_twice_are_said_and_none_is_sold(scan):
    found = identify(scan, shop())
    assert isinstance(found, UnknownCode)
    assert found.why.kind == "codes.two_in_one"
    assert not found.others


def test_of_dates_that_contradict_each_other_the_earlier_counts():
    assert item(f"01{JUICE}7003300101" + "120017240101", shop()).expires_on == date(2024, 1, 1)
    found = item(f"01{JUICE}7003240101" + "120017300101", shop())
    assert (found.expires_on, str(found.expires_at)) == (date(2024, 1, 1), "12:00:00")
    assert item(f"01{JUICE}16261201" + "17261231", shop()).expires_on == date(2026, 12, 1)


def test_a_weight_in_pounds_that_is_not_the_one_in_kilograms_is_refused():
    assert item(f"01{BEEF}3103001000" + "3203002205", shop()).weight_kg == 1
    assert refused(f"01{BEEF}3103001000" + "3203001000").kind == "codes.gs1_damaged"


@pytest.mark.parametrize("end", ["12261231", "3705", "13261301"])
def test_fields_that_no_label_of_goods_has_are_others_misread(end):
    assert refused(f"01{JUICE}{end}").kind == "codes.gs1_damaged"


@pytest.mark.parametrize(
    "typed",
    [
        f"(01){BEEF}(3103)000750(3922(2850",
        f"(01){BEEF}(10)A(3922 2850",
        f"(01){BEEF}(10)A3922)2850",
        f"(01){BEEF}(9322)2850",
        f"(01){BEEF}(3922)285 (17)261231(10)A",
    ],
)
def test_a_damaged_bracket_is_refused(typed):
    assert isinstance(identify(typed, shop()), RefusedCode)


def test_blanks_that_people_type_between_fields_are_no_data():
    found = item(f"(01) {BEEF} (3922) 2850 (10) AB", shop())
    assert (found.price, found.lot) == (2850, "AB")


@pytest.mark.parametrize("end", ["172612" + "39222850", "17261" + "3103000750", "112612" + "3012"])
def test_a_date_that_lost_digits_to_a_measure_is_not_only_doubted(end):
    assert refused(f"]C101{BEEF}{end}").kind == "codes.gs1_damaged"


def test_a_date_that_is_none_beside_whole_fields_is_a_doubt():
    found = item(f"]C101{BEEF}172613013922" + "2850", shop())
    assert (found.price, found.expires_on) == (2850, None)
    assert found.doubt
