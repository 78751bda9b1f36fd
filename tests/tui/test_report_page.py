"""The page of reports, by keys only: periods, rows, a map of hours, a moment back, a level down."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from pos_tui.books import BooksError
from pos_tui.books.people.staff import set_staff
from pos_tui.terminal_marks import drawable
from pos_tui.text_width import width_of
from pos_tui.wording.current import use
from tests.conftest import CHICKEN, COLA, MILK
from tests.tui.seat import sitting


@asynccontextmanager
async def reports(shop, size=(80, 24)):
    """A shop that has sold something in each of three hours, and its page of reports."""
    shop.books.write(
        lambda c: c.execute("UPDATE products SET category = '饮料' WHERE name LIKE 'Cola%'")
    ).result()
    async with sitting(shop, size) as seat:
        for hour, codes in enumerate([(COLA, MILK), (f"0.842*{CHICKEN}",), (f"2*{COLA}",)]):
            shop.now = shop.now.replace(hour=12 + hour)
            await seat.scan(*codes)
            shop.till.pay("=")
            await shop.till.until_idle()
        await seat.open_money("reports")
        await seat.until_shown("51.20")
        yield seat


async def test_today_by_the_hour_is_what_opens(shop):
    async with reports(shop) as seat:
        assert "Sun 22 Nov 2026 · by hour" in seat.rows[0]
        assert "3 sales, 17.06 each   ▅█▂" in seat.text
        rows = [row for row in seat.rows if "–1" in row]
        assert [row.split()[1:4] for row in rows] == [
            ["12–13", "1", "16.40"], ["13–14", "1", "28.80"], ["14–15", "1", "6.00"]
        ]  # fmt: skip
        assert "██████████" in rows[1]


async def test_arrows_go_to_other_periods_and_letters_to_other_lengths(shop):
    async with reports(shop) as seat:
        await seat.press("left")
        await seat.until_shown("Sat 21 Nov 2026")
        await seat.until_shown("Nothing was sold")
        await seat.press("right", "m")
        await seat.until_shown("2026-11 · by day")
        await seat.press("y")
        await seat.until_shown("the year 2026 · by month")
        await seat.press("w")
        await seat.until_shown("week 47 of 2026")
        await seat.press("d")
        await seat.until_shown("Sun 22 Nov 2026 · by hour")


@pytest.mark.parametrize(
    ("key", "title", "row"),
    [
        ("2", "by product", "Roast chicken"), ("3", "by category", "without a category"),
        ("4", "by cashier", "Ada"), ("5", "by tender", "Cash"), ("6", "by offer", "2 for 6"),
        ("7", "by tax", "without tax"), ("1", "by hour", "12–13"), ("tab", "by product", "Milk"),
    ],
)  # fmt: skip
async def test_numbers_choose_what_the_rows_are(shop, key, title, row):
    async with reports(shop) as seat:
        await seat.press(key)
        await seat.until_shown(title)
        await seat.until_shown(row)


async def test_enter_goes_from_a_month_to_the_receipt_of_a_sale(shop):
    async with reports(shop) as seat:
        await seat.press("y")
        await seat.until_shown("by month")
        await seat.press("enter")
        await seat.until_shown("2026-11 · by day")
        await seat.until_shown("2026-11-22")
        await seat.press("enter")
        await seat.until_shown("Sales of 22 Nov 2026")
        await seat.until_shown("000003")
        await seat.press("down", "enter")
        await seat.until_shown("Roast chicken")
        assert "Sale 000002" in seat.rows[0]
        await seat.press(*["pagedown"] * 3)
        await seat.until_shown("✓ −10 %")
        await seat.press("escape", "escape", "escape")
        await seat.until_shown("the year 2026")


async def test_enter_on_an_hour_shows_its_sales_only(shop):
    async with reports(shop) as seat:
        await seat.press("down", "enter")
        await seat.until_shown("000002")
        assert "000001" not in seat.text
        assert "13–14" in seat.rows[0]


async def test_a_receipt_that_is_gone_is_a_sentence(shop):
    async with reports(shop) as seat:
        (shop.data / "receipts" / "000001.json").unlink()
        await seat.press("enter")
        await seat.until_shown("000001")
        await seat.press("enter")
        await seat.until_shown("is not in its folder any more")


async def test_a_category_opens_its_products(shop):
    async with reports(shop) as seat:
        await seat.press("3")
        await seat.until_shown("饮料")
        await seat.press("down", "enter")
        await seat.until_shown("by product · 饮料")
        assert "Cola 330 ml" in seat.text
        assert "Milk" not in seat.text
        await seat.press("enter")
        await seat.until_shown("nothing more to see")


async def test_the_hours_of_weekdays_are_a_map_with_numbers(shop):
    async with reports(shop) as seat:
        await seat.press("m", "h")
        await seat.until_shown("1 is little, 9 the most")
        assert "2026-11 · hours of the weekdays" in seat.rows[0]
        row = next(row for row in seat.rows if "│ Sun" in row)
        assert row.split()[2:5] == ["▓6", "█9", "░2"]
        await seat.press("escape")
        await seat.until_shown("2026-11-22")
        await seat.press("enter")
        await seat.until_shown("Sales of")


async def test_the_moment_goes_back_by_the_hour_and_as_it_is_typed(shop):
    async with reports(shop) as seat:
        shop.now += timedelta(minutes=30)
        await seat.press("comma")
        await seat.until_shown("as it stood at 2026-11-22 13:30")
        await seat.until_shown("45.20")
        await seat.press("full_stop")
        await seat.until_shown("51.20")
        await seat.press("t")
        await seat.until_shown("As of which moment?")
        await seat.press(*["backspace"] * 16)
        await seat.type("nonsense")
        await seat.press("enter")
        await seat.until_shown("is not a moment")
        await seat.press(*["backspace"] * 8)
        await seat.type("12:30")
        await seat.press("enter")
        await seat.until_shown("as it stood at 2026-11-22 12:30")
        await seat.until_shown("1 sale, 16.40 each")
        await seat.press("n")
        await seat.until_shown("3 sales")


async def test_books_that_cannot_be_read_are_a_sentence(shop, monkeypatch):
    async with reports(shop) as seat:

        def refuse(*_):
            raise BooksError("books.disk_full")

        monkeypatch.setattr(shop.till.money.reports, "report", refuse)
        await seat.press("m")
        await seat.until_shown("full")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)])
async def test_every_view_fits_its_screen_and_can_be_drawn_in_ascii(shop, language, size):
    async with reports(shop, size) as seat:
        use(language)
        await seat.press("escape", "escape")
        await seat.open_money("reports")
        await seat.until_shown("51.20")
        for key in ("m", "2", "3", "5", "6", "h"):
            await seat.press(key)
            await seat.pilot.pause(0.1)
            for row in seat.rows:
                assert width_of(row) <= size[0]
                assert row[-1:] in "│╮╯", seat.text
                assert all(sign.isascii() or width_of(sign) == 2 or sign in "“”，。"
                           for sign in drawable(row, "ascii")), row  # fmt: skip
            assert "…" not in seat.rows[-2], seat.text


async def test_the_page_is_for_those_who_may_see_reports(shop):
    shop.books.write(lambda c: set_staff(c, "Eve", "supervisor", "471142")).result()
    async with sitting(shop) as seat:
        await seat.open_money("reports")
        await seat.until_shown("PIN")
        assert "The shop's reports." in seat.text
