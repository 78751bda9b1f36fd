"""Labels of more digits than an EAN-13, and where they could be a customer's payment code."""

from decimal import Decimal

import pytest

from pos_tui.codes import ItemCode, PaymentCode, RefusedCode, UnknownCode
from pos_tui.codes.clashes import overlaps
from pos_tui.codes.gtin import check_digit
from pos_tui.codes.identify import identify
from pos_tui.codes.masking import shown
from pos_tui.codes.restricted import LayoutError, parse_layout
from tests.codes.contexts import context, item, shop

SCALE = "26IIIIIPPPPPWWWWWC"


def with_layouts(*layouts, **settings):
    return context(codes={"layouts": layouts}, **settings)


def labelled(body):
    return body + check_digit(body)


def test_a_scales_label_of_18_digits_is_goods_with_price_and_weight(shared):
    scan = (shared / "data/field/23-scale-label-of-18-digits/scans.txt").read_text().strip()
    found = item(scan, with_layouts(SCALE))
    assert (found.house_code, found.price) == ("00123", 1580)
    assert found.weight_kg == Decimal("0.512")
    assert "123" in found.aliases
    assert isinstance(identify(scan, shop()), PaymentCode)


def test_it_is_never_a_payment_then_and_a_wrong_last_digit_never_a_label():
    here, body = with_layouts(SCALE), "26001230158000512"
    for last in "0123456789":
        found = identify(body + last, here)
        is_label = last == check_digit(body)
        assert isinstance(found, ItemCode if is_label else PaymentCode)
        assert not any(isinstance(each, PaymentCode) for each in found.others) or not is_label


def test_a_label_that_may_be_a_payment_code_is_not_shown_whole():
    scan = "260012301580005120"
    assert "2600123" not in shown(scan, identify(scan, with_layouts(SCALE)))


@pytest.mark.parametrize(
    ("layout", "body", "price", "weight"),
    [
        ("26IIIIIPPP.PPWW.WWWC", "26001230158000512", 1580, "0.512"),
        ("26IIIIIPPPP.PWWWWWC", "26001230158000512", 15800, "0.512"),
        ("26IIIIIWWW.WWPPPPPC", "26001230005101580", 1580, "0.51"),
        ("20IIIIIIWWWWWPPPPPPXXC", "20" + "001234" + "00512" + "001580" + "99", 1580, "0.512"),
        ("29IIIIVPPPPPWWWWWC", "29" + "0012" + "6" + "14685" + "00512", 14685, "0.512"),
    ],
)  # fmt: skip
def test_layouts_of_any_length_have_decimals_where_they_say_so(layout, body, price, weight):
    found = item(labelled(body), with_layouts(layout))
    assert (found.price, found.weight_kg) == (price, Decimal(weight))


def test_a_thousandth_of_the_currency_is_rounded_by_the_house():
    found = item(labelled("26" + "00123" + "01585" + "00512"),
                 with_layouts("26IIIIIPP.PPPWWWWWC"))  # fmt: skip
    assert found.price == 159


def test_a_label_that_says_nothing_or_too_much_is_refused():
    here = with_layouts("31IIIIIIWWWWWWPPPPPPPPPPPPC")
    for weight, price in (("000000", "000000001580"), ("000512", "999999999999")):
        found = identify(labelled("31" + "001234" + weight + price), here)
        assert isinstance(found, RefusedCode)


@pytest.mark.parametrize(
    "text",
    ["26IIIIIPPPPPWWWWW", "26IIIIIC", "26IIIIIPPPPPIIIIIC", "IIIIIPPPPPWWWWWC", "26PPPPPWWWWWC",
     "26IIIIIP.P.PPPWWWWWC", "26IIIIIVPPPPPVWWWWWC", "26IIIIIPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPPC",
     "99IIIIIPPPPPC", "26IIIIIPPPPC", "26IIIII.PPPPPWWWWC", "26VIIIIIPPPPPPWWWWC"],
)  # fmt: skip
def test_a_layout_that_cannot_be_is_refused(text):
    with pytest.raises(LayoutError):
        parse_layout(text)


def test_two_short_labels_that_ran_together_are_no_payment():
    here = with_layouts("02IIIIIVPPPPC")
    label = labelled("02" + "12345" + "9" + "2875")[1:]
    assert len(label) == 12
    assert item(label, here).price == 2875
    found = identify("25" + "0" * 22, here)
    assert isinstance(found, PaymentCode)
    twice = identify(label + label, with_layouts("02IIIIIVPPPPC"))
    assert not isinstance(twice, PaymentCode)
    other = labelled("02" + "54321" + "9" + "2875")[1:]
    assert isinstance(identify(label + other, here), UnknownCode)


def test_where_a_payment_code_and_an_items_code_are_alike_is_listed_with_an_example():
    here = shop("all")
    found = list(overlaps(here.accepted, [SCALE, "02IIIIIVPPPPC"]))
    assert {why.kind for why in found} == {
        "codes.overlap_label", "codes.overlap_two_labels", "codes.overlap_item",
    }  # fmt: skip
    for why in found:
        example = str(why.values["example"])
        assert any(row.pattern.fullmatch(example) for row in here.accepted)
        if why.kind == "codes.overlap_item":
            assert isinstance(identify(example, here), PaymentCode)
