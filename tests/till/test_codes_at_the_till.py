"""Codes with data in them, sold: labels, GS1 messages, templates, and what must not be sold."""

from datetime import date, datetime
from decimal import Decimal

import msgspec
import pytest

from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.checkout import events
from pos_tui.codes.gtin import check_digit
from pos_tui.settings import TillSettings
from tests.conftest import NOON, Counter
from tests.spoken import spoken

SALMON, YOGURT = "09501101020917", "06903252014419"


def label(body):
    return body + check_digit(body)


def shop(tmp_path, **settings):
    plain = {"shop": {"name": "Corner Market"}, "till": {"cashier": "Ada"}, **settings}
    counter = Counter(tmp_path / "till", msgspec.convert(plain, TillSettings, dec_hook=_path))
    rows = (
        ProductRow(SALMON, "Salmon", 15800, "kg"),
        ProductRow(YOGURT, "Yogurt", 650),
        ProductRow("12345", "Cheese", 9900, "kg"),
        ProductRow("COLA:COLA 500", "Cola 500", 400),
        ProductRow("31123456789012345", "Old own number", 990),
    )
    counter.books.write(lambda c: import_products(c, rows)).result()
    return counter.stock().open()


def _path(kind, value):
    return kind(value)


LAYOUTS = {"codes": {"layouts": ["21IIIIIPPPPPC", "22IIIIIWWWWWC"]}}


@pytest.fixture
def till(tmp_path):
    counter = shop(tmp_path, **LAYOUTS)
    yield counter
    counter.books.close()


def lines(counter):
    return [(line.item.name, line.quantity, line.actual) for line in counter.till.sale.list.lines]


def test_a_label_with_a_weight_is_sold_by_the_kilogram(till):
    till.scan(label("221234500842"))
    assert lines(till) == [("Cheese", Decimal("0.842"), 8336)]


def test_a_label_with_a_price_is_sold_at_that_price(till):
    till.scan(label("211234501234"), label("211234501234"), label("211234500990"))
    assert lines(till) == [("Cheese", 2, 2468), ("Cheese", 1, 990)]


def test_three_labels_of_one_weight_typed_as_a_quantity(till):
    till.scan("3*" + label("221234500500"))
    assert lines(till) == [("Cheese", Decimal("1.500"), 14850)]


def test_a_misread_label_is_not_sold_and_said(till):
    wrong = label("221234500842")[:-1] + str((int(label("221234500842")[-1]) + 3) % 10)
    till.scan(wrong)
    assert not lines(till)
    assert "Misread" in spoken(till.last(events.NotSold))


def test_a_gs1_code_sells_its_weight_and_keeps_its_lot_on_the_line(till):
    till.scan(f"]e001{SALMON}310300125017261231\x1d10L7")
    line = till.till.sale.list.lines[0]
    assert (line.quantity, line.actual, line.item.lot) == (Decimal("1.250"), 19750, "L7")
    assert line.item.expires_on == date(2026, 12, 31)


def test_goods_of_another_lot_stand_on_a_line_of_their_own(till):
    till.scan(f"01{YOGURT}17261231\x1d10A", f"01{YOGURT}17261231\x1d10A", f"01{YOGURT}\x1d10B")
    assert [(line.item.lot, line.quantity) for line in till.till.sale.list.lines] == [
        ("A", 2),
        ("B", 1),
    ]


def test_what_its_code_says_has_expired_comes_off_and_blocks_payment(till):
    till.scan(f"01{YOGURT}17261121\x1d10A")
    assert not lines(till)
    warning = till.last(events.ItemExpired).warning
    assert (warning.name, warning.lot, warning.expires_on) == ("Yogurt", "A", date(2026, 11, 21))
    assert till.till.sale.why_not_pay()


def test_what_is_good_until_an_hour_is_sold_before_it_and_not_after(till):
    code = f"01{YOGURT}70032611221230"
    till.scan(code)
    assert lines(till)
    till.now = datetime(2026, 11, 22, 12, 31, tzinfo=NOON.tzinfo)
    till.till.pay("10")
    assert till.all(events.ItemExpired)
    assert not lines(till)


def test_a_code_whose_date_cannot_be_read_is_sold_with_a_word_about_it(till):
    till.scan(f"]d201{YOGURT}17269931\x1d10A")
    assert lines(till)
    assert "Look at its date" in spoken(till.last(events.Notice))


def test_a_line_with_a_lot_is_there_again_after_a_power_cut(till):
    till.scan(f"01{YOGURT}17261231\x1d10A")
    till.power_cut()
    till.scan(f"01{YOGURT}17261231\x1d10A")
    assert [(line.item.lot, line.quantity) for line in till.till.sale.list.lines] == [("A", 2)]


def test_a_template_sells_at_the_price_in_its_code(tmp_path):
    counter = shop(
        tmp_path, codes={"template": [{"name": "cola", "pattern": "{name};{price};{shelf_life}"}]}
    )
    counter.scan("Cola 500;3.50;365")
    assert lines(counter) == [("Cola 500", 1, 350)]
    counter.books.close()


async def test_a_template_that_could_be_a_payment_code_is_told_and_not_used(tmp_path):
    counter = shop(
        tmp_path, codes={"template": [{"name": "bad", "pattern": r"(?P<code>\d{12,20})"}]}
    )
    await counter.till.start()
    told = await counter.until(events.Notice)
    assert "payment codes" in spoken(told)
    assert "not used" in spoken(told)
    counter.scan("123456789012345678901"[:20])
    assert not lines(counter)
    await counter.till.close()
    counter.books.close()


def test_a_number_of_the_shops_own_sells_though_a_wallet_not_taken_has_that_form(till):
    till.scan("31123456789012345")
    assert lines(till) == [("Old own number", 1, 990)]
    till.scan("31999999999999999")
    assert "Baidu" in spoken(till.last(events.NotSold))


def test_a_damaged_payment_code_is_never_shown_whole(till):
    till.scan("13485790123456789")
    refused = till.last(events.NotSold)
    assert "134857" not in refused.code
    assert "nearly a payment code" in spoken(refused)


def test_a_shops_own_table_of_formats_is_read_again_with_the_next_sale(tmp_path):
    file = tmp_path / "formats.toml"
    row = (
        '[[format]]\nid = "x"\nplatform = "wechat"\nregions = ["CN"]\npriority = 1\n'
        'pattern = \'{}\'\nconfidence = "seen"\nsays = "x"\nsource = "the acquirer"\n'
    )
    file.write_text(row.format(r"77\d{16}"))
    counter = shop(tmp_path, payments={"formats_file": str(file)})
    assert type(counter.till.codes.read("7" * 18)).__name__ == "PaymentCode"
    file.write_text(row.format(r"78\d{16}"))
    os_time = file.stat().st_mtime + 5
    import os

    os.utime(file, (os_time, os_time))
    counter.till._next_sale()
    assert type(counter.till.codes.read("7" * 18)).__name__ == "ItemCode"
    assert type(counter.till.codes.read("78" + "7" * 16)).__name__ == "PaymentCode"
    file.write_text("[[format]]\nid = 3")
    os.utime(file, (os_time + 5, os_time + 5))
    counter.till._next_sale()
    assert "used on" in spoken(counter.last(events.Notice))
    assert type(counter.till.codes.read("78" + "7" * 16)).__name__ == "PaymentCode"
    counter.books.close()


def test_a_label_of_nothing_is_not_sold_at_the_price_in_the_books(till):
    base = label("221234500000")
    till.books.write(
        lambda c: import_products(c, [ProductRow(base.zfill(14), "Chicken", 3800, "kg")])
    ).result()
    till.scan(base)
    assert not lines(till)
    assert "weight 0" in spoken(till.last(events.NotSold))
    till.scan(label("221234500842"))
    assert lines(till) == [("Chicken", Decimal("0.842"), 3200)]


def test_the_labels_own_product_goes_before_a_plu_of_the_same_number(till):
    base = label("211234500000")
    till.books.write(
        lambda c: import_products(c, [ProductRow(base.zfill(14), "Cake", 900)])
    ).result()
    till.scan(label("211234501234"))
    assert lines(till) == [("Cake", 1, 1234)]


def test_a_production_date_counts_with_the_products_shelf_life(till):
    row = ProductRow("05449000000996", "Cola", 350, shelf_life_days=30)
    till.books.write(lambda c: import_products(c, [row])).result()
    till.scan("(01)05449000000996(11)200101")
    assert not lines(till)
    assert till.last(events.ItemExpired).warning.expires_on == date(2020, 1, 31)


@pytest.mark.parametrize("end", ["10LOT17200101", "10LOT|17200101", "{GS}17200101"])
def test_an_item_is_not_sold_when_one_reading_of_its_code_says_it_is_over(till, end):
    till.scan(f"01{YOGURT}{end}")
    assert not lines(till)
    assert till.last(events.NotSold)
    assert till.last(events.ItemExpired).warning.expires_on == date(2020, 1, 1)


def test_an_item_whose_price_is_typed_keeps_what_its_code_said(till):
    row = ProductRow("03017620422003", "Cheese, cut", 0, "kg")
    till.books.write(lambda c: import_products(c, [row])).result()
    till.scan("(01)03017620422003(3103)000500(17)261231(10)L1")
    asked = till.last(events.NotSold)
    till.till.sell_at(till.till.codes.product(asked.code), "10", asked.unpriced)
    line = till.till.sale.list.lines[0]
    assert (line.quantity, line.actual, line.item.lot) == (Decimal("0.500"), 500, "L1")
    till.scan("(01)03017620422003(3103)000500(17)200101")
    assert till.all(events.ItemExpired)


def test_the_price_of_a_label_is_the_labels(till):
    assert "8.34" not in spoken(till.till.codes.price_of("12345"))
    assert "this label (0.842): 83.36" in spoken(till.till.codes.price_of(label("221234500842")))


async def test_a_payment_code_typed_where_cash_is_asked_is_not_shown(till):
    till.scan(SALMON)
    till.till.pay("134857901234567890")
    assert "no payment gateway" in spoken(till.last(events.Notice))
    till.till.pay("13485790123456789012345")
    assert "134857" not in spoken(till.last(events.Notice))


def test_what_can_be_read_in_two_ways_is_neither_sold_nor_expired(till):
    till.scan(f"01{YOGURT}10LOT17271231", f"01{SALMON}310300125010A3922" + "19750")
    assert not lines(till)
    assert "separator" in spoken(till.last(events.NotSold))
    assert not till.all(events.ItemExpired)
    assert till.till.codes.product(f"01{YOGURT}10LOT17271231") is None


def test_a_stand_in_for_the_separator_is_proposed_and_then_read(tmp_path):
    scan = f"01{YOGURT}10AB~17261231"
    plain = shop(tmp_path / "plain")
    plain.scan(scan)
    assert "separator = '~'" in spoken(plain.last(events.NotSold))
    plain.books.close()
    named = shop(tmp_path / "named", scanner={"separator": "~"})
    named.scan(scan)
    item = named.till.sale.list.lines[0].item
    assert (item.lot, item.expires_on) == ("AB", date(2026, 12, 31))
    named.books.close()


def test_a_scales_label_of_18_digits_is_sold_at_its_price(tmp_path):
    counter = shop(tmp_path, codes={"layouts": ["26IIIIIPPPPPWWWWWC"]})
    counter.scan(label("26123450158000512"))
    assert lines(counter) == [("Cheese", 1, 1580)]
    counter.scan(label("26999990158000512"))
    assert "payment code" in spoken(counter.last(events.NotSold))
    assert "2699999" not in counter.last(events.NotSold).code
    counter.books.close()


@pytest.mark.parametrize(
    "scan", ["1.5*" + YOGURT, "0.5*" + label("211234501234"), "1.5*" + label("221234500842")]
)
def test_part_of_a_piece_is_not_sold_and_the_next_scan_is_for_one(till, scan):
    till.scan(scan)
    assert not lines(till)
    assert "whole number" in spoken(till.last(events.NotSold))
    till.scan(YOGURT)
    assert lines(till) == [("Yogurt", 1, 650)]
    till.set_quantity(0, "1.5")
    assert lines(till) == [("Yogurt", 1, 650)]
    assert "whole number" in spoken(till.last(events.Notice))
    till.scan("3*" + YOGURT, "0.25*12345")
    assert [quantity for _, quantity, _ in lines(till)] == [4, Decimal("0.25")]


def test_templates_and_labels_have_bounds_as_typed_figures_do(tmp_path):
    counter = shop(
        tmp_path,
        codes={
            "template": [{"name": "x", "pattern": r"X(?P<price>[0-9]+);(?P<count>[0-9]+);{name}"}],
            "layouts": ["23IIIINNNNNNC"],
        },
    )
    counter.scan("X99999999;1;Cola 500", "X1;10000;Cola 500", label("231234010000"))
    assert not lines(counter)
    assert [each.why.kind for each in counter.all(events.NotSold)] == (
        ["codes.measure_too_much"] * 3
    )
    counter.books.close()
