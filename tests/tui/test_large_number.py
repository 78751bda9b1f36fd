"""The number that is needed now is the largest, and columns share the width by what they hold."""

from decimal import Decimal

import pytest

from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.checkout.line import ListedItem, SettlementLine
from pos_tui.money import Currency
from pos_tui.tui.panes.large_amount import first_difference, large
from pos_tui.tui.panes.list_columns import LineCells, ListColumns, cells_of_line
from tests.conftest import CHICKEN, COLA, MILK, SPREAD
from tests.tui.seat import sitting

HEADS = LineCells("#", "Item", "Qty", "Unit", "Offer", "", "Actual")
LONG = "Organic wholegrain sourdough bread loaf 400 g"
CNY = Currency.of("CNY")


def line(name, quantity="1", price=350, actual=None, offer=""):
    item = ListedItem(1, "5449000000996", name, "can", price)
    gross = int(Decimal(quantity) * price)
    return SettlementLine(
        1, item, Decimal(quantity), gross, gross if actual is None else actual, offer
    )


def rows(room, *lines):
    columns = ListColumns()
    columns.begin(room, HEADS)
    cells = [cells_of_line(place, each, CNY) for place, each in enumerate(lines)]
    for each in cells:
        columns.make_room(each)
    return [columns.row(each) for each in cells]


def test_with_80_columns_a_name_has_26_cells_and_the_offer_shows_what_it_takes_off():
    (row,) = rows(52, line(LONG, "3", 1990, 4980, "3 for 2 on all the bread of this week"))
    assert row.startswith(" Organic wholegrain sourdo…  ")
    assert row.endswith(" −9.90  49.80")
    assert "3 for" in row
    assert len(row) == 52


def test_a_short_name_leaves_its_room_to_the_offer():
    (row,) = rows(52, line("Cola 330 ml", "2", 350, 600, "2 for 6 all week"))
    assert "2 for 6 all … −1.00   6.00" in row


def test_a_unit_price_stands_where_it_is_not_the_amount_itself():
    one, two = rows(78, line("Cola"), line("Cola", "2"))
    assert one.split() == ["1", "Cola", "1", "3.50"]
    assert two.split() == ["2", "Cola", "2", "3.50", "7.00"]


def test_in_a_narrow_pane_name_quantity_and_amount_are_left():
    (row,) = rows(32, line(LONG, "2", 1990, 3480, "offer"))
    assert len(row) == 32
    assert row.endswith("   2  34.80")
    assert "offer" not in row


@pytest.mark.parametrize("amount", ["0.00", "47.70", "1234567.89", "-5.05"])
def test_an_amount_in_large_digits_is_three_rows_of_one_width(amount):
    digits = large(amount)
    assert len({len(row) for row in digits}) == 1
    assert first_difference(digits, digits) == 0


def test_only_the_digits_that_differ_are_painted_again():
    assert first_difference(large("47.70"), large("47.71")) == 3
    assert first_difference(large("47.70"), large("48.70")) == 11
    assert first_difference(large("9.00"), large("10.00")) == 14


async def test_the_change_is_the_largest_until_the_next_customers_first_scan(shop):
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await seat.press("plus")
        await seat.type("50")
        await seat.press("enter")
        await shop.till.until_idle()
        await seat.pilot.pause()
        digits = large("17.10")
        assert all(part in seat.text for part in digits)
        for words in ("CHANGE", "Given 50.00", "Total 32.90"):
            assert words in seat.text
        assert "TOTAL" not in seat.text
        await seat.press("f1", "escape", "f3", "escape")
        assert "CHANGE" in seat.text
        await seat.scan(COLA)
        assert "TOTAL" in seat.text
        assert "CHANGE" not in seat.text


async def test_total_ends_in_the_column_of_actual_at_each_size(shop):
    for size in ((60, 20), (80, 24), (120, 36)):
        async with sitting(shop, size) as seat:
            if shop.till.sale.is_empty:
                await seat.scan(MILK, SPREAD)
            left = [row.partition("││")[0] for row in seat.rows]
            end = len(left[3])
            assert left[3].endswith("12.90")
            total = next(row for row in left if "TOTAL" in row)
            assert len(total) == end
            assert total[-1] != " "


async def test_an_amount_too_long_for_large_digits_stays_whole(shop):
    row = ProductRow("X1", "Ring", 123456789)
    shop.books.write(lambda c: import_products(c, [row])).result()
    async with sitting(shop, (60, 30)) as seat:
        await seat.scan("X1")
        total = next(row for row in seat.rows if "TOTAL" in row)
        assert total.partition("││")[0].endswith("1234567.89")
        assert all(len(row) <= 60 for row in seat.rows)


async def test_goods_are_counted_not_lines(shop):
    async with sitting(shop) as seat:
        await seat.scan(f"3*{COLA}", f"0.842*{CHICKEN}", MILK)
        assert "5 items" in seat.text
        await seat.press("delete")
        assert "4 items" in seat.text
        await seat.press("up", "f2", "7", "enter")
        assert "8 items" in seat.text


async def test_the_whole_name_and_what_is_in_view_stand_in_the_foot(shop):
    bread = "Organic wholegrain sourdough bread 400 g"
    goods = [ProductRow(f"L{n:03d}", f"{bread} No {n:03d}", 100 + n) for n in range(60)]
    shop.books.write(lambda c: import_products(c, goods)).result()
    async with sitting(shop) as seat:
        for each in goods:
            seat.till_screen.accept_scan(each.code)
        await seat.pilot.pause()
        assert "of 60" in seat.text
        assert f"╰─ {bread} No 059 ─" in seat.text
        await seat.press("home")
        assert "1-14 of 60" in seat.text
        assert "No 000" in seat.text
        await seat.press("end")
        assert "No 059" in seat.text
        await seat.press("pageup")
        assert "No 045" in seat.rows[20]
