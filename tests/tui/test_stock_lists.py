"""The pages of the stock's lists, by keys only: look, offer, order, label, set a minimum."""

from __future__ import annotations

import csv
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from pos_tui.books.connection import BooksError, open_connection
from pos_tui.books.stock.lists import goods_on_list
from pos_tui.pricing.offers import NearExpiry
from pos_tui.text_width import width_of
from pos_tui.wording.current import use
from tests.conftest import COLA, MILK, NOON, SPREAD
from tests.stockroom import product_id, receive, sell
from tests.tui.seat import Seat, sitting

TODAY = NOON.date()


@pytest.fixture
def stocked(shop):
    """Milk expires soon, cola runs out, and nobody wants the spread."""
    shop.books.write(
        lambda c: c.execute("UPDATE products SET supplier = 'Drinks & Co' WHERE name LIKE 'Cola%'")
    ).result()
    receive(shop, SPREAD, 5000, 6000, days_ago=200)
    receive(shop, MILK, 10_000, 5000, "A7", TODAY + timedelta(days=2), days_ago=60)
    receive(shop, COLA, 60_000, 12_000, days_ago=60)
    sell(shop, COLA, 56_000, 27)
    return shop


async def open_lists(seat):
    """By the menu of goods."""
    await seat.open_goods("stock_lists")


@asynccontextmanager
async def lists(shop, size=(80, 24)):
    """The menu of goods, and in it the lists."""
    async with sitting(shop, size) as seat:
        await open_lists(seat)
        await seat.until(lambda: "Stock lists" in seat.text and "Looking" not in seat.text)
        yield seat


async def choose(seat: Seat, place: int) -> None:
    await seat.press(*["down"] * place, "enter")


LOW, REORDER, EXPIRING, BELOW_ZERO, DEAD, UNDATED = range(6)


async def test_the_lists_and_how_much_is_on_each(stocked):
    async with lists(stocked) as seat:
        await seat.until(lambda: "Looking" not in seat.text)
        for title, count in (("low stock", 1), ("to order", 1), ("expiring soon", 2),
                             ("below zero", 0), ("not selling", 1)):  # fmt: skip
            row = next(row for row in seat.rows if f"│ {title} " in row)
            assert str(count) in row.removeprefix(f"│ {title}").split()[:1], row


async def test_a_near_expiry_offer_is_made_right_from_the_list(stocked):
    async with lists(stocked) as seat:
        await choose(seat, EXPIRING)
        await seat.until_shown("Milk 1 l")
        row = next(row for row in seat.rows if "Milk 1 l" in row)  # the bread has no number
        assert "2026-11-24" in row
        assert "2 days" in row
        assert "A7" in row
        assert "50.00" in row
        await seat.type("milk")
        await seat.press("f4")
        await seat.until_shown("2: 30%, 0: 50%")
        await seat.press("f2")
        await seat.until_shown("Is this the offer?")
        await seat.press("enter")
        await seat.until_shown("is kept")
        (offer,) = [
            row.offer
            for row in stocked.till.goods.offers.rows()
            if isinstance(row.offer.gives, NearExpiry)
        ]
        assert offer.on == (f"product:0{MILK}",)
        assert (offer.when.ends - timedelta(days=1)).date() == TODAY + timedelta(days=2)
        await seat.press(*["escape"] * 6)  # some end a search
        await seat.scan(MILK)
        assert stocked.total == 903


async def test_goods_past_their_day_get_no_offer(stocked):
    gone = TODAY - timedelta(days=3)
    receive(stocked, SPREAD, 1000, lot="old", expires=gone, days_ago=9)
    async with lists(stocked) as seat:
        await choose(seat, EXPIRING)
        await seat.until_shown("3 days over")
        await seat.press("f4")
        await seat.until_shown("past its last day: no offer")


async def test_order_files_for_the_suppliers(stocked):
    async with lists(stocked) as seat:
        await choose(seat, REORDER)
        await seat.until_shown("24 can")  # 28 for a fortnight, 4 are there
        await seat.press("f8")
        await seat.until_shown("1 file for a supplier")
    (path,) = (stocked.data / "orders").iterdir()
    assert path.name == "order-2026-11-22-Drinks-&-Co.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["Code", "Product", "Size", "Quantity", "Unit", "Cases", "In a case", "Supplier"],
        [COLA, "Cola 330 ml", "", "24", "can", "", "", "Drinks & Co"],
    ]


async def test_what_comes_in_cases_is_ordered_in_whole_ones(stocked):
    cola = product_id(stocked, COLA)
    further = "INSERT INTO item_codes (code, product_id, alternative, pieces) VALUES (?, ?, 1, ?)"
    codes = [("15449000000993", cola, 18), ("15449000000986", cola, 60), ("COLA-1", cola, 1)]
    stocked.books.write(lambda c: c.executemany(further, codes)).result()
    async with lists(stocked) as seat:
        await choose(seat, REORDER)
        await seat.until_shown("36 can")  # 24 are missing, and the smaller case has 18
        await seat.until_shown("2 cases of 18")
        await seat.press("f8")
        await seat.until_shown("1 file for a supplier")
    (path,) = (stocked.data / "orders").iterdir()
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1][3:7] == ["36", "can", "2", "18"]


async def test_what_is_below_zero_is_counted_right_from_the_list(stocked):
    sell(stocked, SPREAD, 8000, 1)
    sell(stocked, COLA, 7000, 1)
    async with lists(stocked) as seat:
        await choose(seat, BELOW_ZERO)
        await seat.until_shown("Hazelnut spread")
        for number, name in ((6, "Cola 330 ml"), (4, "Hazelnut spread")):
            await seat.type(name[:4].lower())
            await seat.press("ctrl+n")
            await seat.until_shown(f"{name}: type how many there are")
            await seat.type(str(number))
            await seat.press("enter")
            await seat.until_shown(f"✓ {name}: {number}")
            await seat.press("escape")
            await seat.until_shown("below zero")
            await seat.press("escape")  # the search
        (take,) = stocked.till.goods.counts.rows()
        assert (take.name, take.products) == ("Below zero", 2)
        await seat.type("haz")
        await seat.press("ctrl+n")
        await seat.until_shown("Hazelnut spread: type how many")
        await seat.press("f2")
        await seat.until_shown("On hand")
        await seat.press("f2")
        await seat.until_shown("Post 2 items?")
        await seat.press("y", "enter")
        await seat.until_shown("2 items are posted")
        await seat.press("escape")
        await seat.until_shown("Nothing is on this list")
    assert {row.on_hand for row in stocked.till.goods.stock.rows("low", 10**3)} >= {4000, 6000}


async def test_a_minimum_is_set_in_the_list_and_the_list_follows(stocked):
    async with lists(stocked) as seat:
        await choose(seat, LOW)
        await seat.until_shown("Cola 330 ml")
        await seat.press("f6")
        await seat.until_shown("Minimum of Cola 330 ml")
        await seat.press("backspace")
        await seat.type("48")
        await seat.press("enter")
        await seat.until_shown("the minimum is 48 can now")
        assert "48 can" in next(row for row in seat.rows if "60" in row or "4 can" in row)
    connection = open_connection(stocked.data / "books.db")
    assert [row.minimum for row in goods_on_list(connection, "low", NOON)] == [48_000]
    connection.close()


async def test_the_days_of_a_list_can_be_changed(stocked):
    async with lists(stocked) as seat:
        await choose(seat, DEAD)
        await seat.until_shown("Hazelnut spread")
        await seat.press("f2")
        await seat.until_shown("How many days?")
        await seat.press("backspace", "backspace")
        await seat.type("300")
        await seat.press("enter")
        await seat.until_shown("not selling, 300 days")
        await seat.until_shown("Nothing is on this list")


async def test_enter_shows_what_came_and_went(stocked):
    async with lists(stocked) as seat:
        await choose(seat, LOW)
        await seat.until_shown("Cola 330 ml")
        await seat.press("enter")
        await seat.until_shown("what came and went")
        await seat.until_shown("sold, sale 000007")
        assert "-56" in seat.text
        assert "received" in seat.text
        await seat.press("escape")
        await seat.until_shown("low stock, 7 days")


async def test_a_label_gives_goods_without_a_date_one(stocked):
    receive(stocked, SPREAD, 3000, days_ago=2)
    sell(stocked, SPREAD, 1000, 1)
    stocked.books.write(lambda c: c.execute("UPDATE products SET shelf_life_days = 99")).result()
    async with lists(stocked) as seat:
        await choose(seat, UNDATED)
        await seat.until_shown("Hazelnut spread")
        await seat.type("hazel")
        await seat.press("f11")
        await seat.until_shown("Label: Hazelnut spread")
        await seat.type("2026-12-24")
        await seat.press("f2")
        await seat.until_shown("1 label went to the printer")
    (job,) = stocked.printer.jobs
    assert b"use by 2026-12-24" in job
    (lot,) = stocked.books.lots_of(product_id(stocked, SPREAD))
    assert (lot.lot, f"{lot.expires_on}") == ("261224", "2026-12-24")


async def test_the_label_of_a_lot_is_printed_again_as_the_books_know_it(stocked):
    async with lists(stocked) as seat:
        await choose(seat, EXPIRING)
        await seat.until_shown("Milk 1 l")
        await seat.type("milk")
        await seat.press("f11")
        await seat.until_shown("Label: Milk 1 l")
        await seat.press("f2")
        await seat.until_shown("1 label went to the printer")
    (job,) = stocked.printer.jobs
    assert b"use by 2026-11-24" in job
    assert b"(10)A7" in job


async def test_a_label_that_cannot_be_is_refused_on_the_page(stocked):
    async with lists(stocked) as seat:
        await choose(seat, DEAD)
        await seat.until_shown("Hazelnut spread")
        await seat.press("f11")
        await seat.until_shown("Label: Hazelnut")
        await seat.type("2026-01-01")
        await seat.press("f2")
        await seat.until_shown("is past. Nothing was printed")
    assert stocked.printer.jobs == []


async def test_books_that_cannot_be_read_are_a_sentence(stocked, monkeypatch):
    async with lists(stocked) as seat:
        await seat.until(lambda: "Looking" not in seat.text)

        def refuse(*_):
            raise BooksError("books.read_only")

        monkeypatch.setattr(stocked.till.goods.stock, "rows", refuse)
        await choose(seat, LOW)
        await seat.until(lambda: "read" in seat.text and "Looking" not in seat.text)


async def test_a_scan_chooses_the_goods_on_a_list_or_says_that_they_are_not_there(stocked):
    async with lists(stocked) as seat:
        await choose(seat, EXPIRING)
        await seat.until_shown("Milk 1 l")
        await seat.scan(MILK)
        await seat.until_shown(f"{MILK} · lot A7")
        await seat.type("bread")
        await seat.until(lambda: "Milk" not in seat.text)
        await seat.scan(MILK)
        await seat.until_shown(f"{MILK} · lot A7")
        await seat.scan(COLA)
        await seat.until_shown("Cola 330 ml is not on this list")
        assert not list(stocked.till.sale.list.lines)


async def test_a_label_with_a_best_before_day(stocked):
    async with lists(stocked) as seat:
        await choose(seat, DEAD)
        await seat.until_shown("Hazelnut spread")
        await seat.press("f11")
        await seat.until_shown("Label: Hazelnut")
        await seat.type("2026-12-24")
        await seat.press("down", "down", "space", "down", "backspace")
        await seat.type("3")
        await seat.press("enter")
        await seat.until_shown("3 labels went to the printer")
    (job,) = stocked.printer.jobs
    assert job.count(b"best before 2026-12-24") == 3


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)])
async def test_every_list_fits_its_screen(stocked, language, size):
    use(language)
    async with sitting(stocked, size) as seat:
        await open_lists(seat)
        await seat.pilot.pause(0.1)
        for place in range(6):
            await seat.press(*["down"] * (place > 0), "enter")
            await seat.pilot.pause(0.1)
            for row in seat.rows:
                assert width_of(row) <= size[0]
                assert "│" in row or "─" in row or not row.strip(), row
            assert "…" not in seat.rows[-2], seat.text  # the keys are there in full
            await seat.press("escape")
            await seat.pilot.pause(0.05)
