"""Nothing is confirmed by a scanner, a held key or a habit: a hasty Enter is none."""

from datetime import date

import pytest

from pos_tui.books.connection import open_connection
from pos_tui.books.journal.entries import WarningConfirmed, acts_of_sale
from tests.conftest import BREAD, COLA, MILK, UNPRICED
from tests.tui.seat import sitting

OLD_SPREAD = "(01)03017620422003(17)250101"


@pytest.mark.parametrize("after_s", [0.0005, 0.2, 0.69])
async def test_an_enter_right_after_a_scan_confirms_nothing(shop, after_s):
    async with sitting(shop) as seat:
        await seat.scan(BREAD)
        await seat.press("enter", after_s=after_s)
        assert shop.till.sale.warnings
        assert "✗ French bread" in seat.text
        await seat.press("enter", after_s=0.8)
        assert not shop.till.sale.warnings


async def test_a_key_held_down_confirms_nothing_however_long(shop):
    async with sitting(shop) as seat:
        await seat.press("enter", after_s=0)
        await seat.scan(BREAD)
        for _ in range(60):
            await seat.press("enter", after_s=0.033)
        assert shop.till.sale.warnings


async def test_each_of_two_warnings_needs_an_enter_of_its_own(shop):
    async with sitting(shop) as seat:
        await seat.scan(BREAD, BREAD)
        await seat.press("enter")
        assert len(shop.till.sale.warnings) == 1
        await seat.press("enter", after_s=0.3)
        assert len(shop.till.sale.warnings) == 1
        await seat.press("enter")
        assert not shop.till.sale.warnings


async def test_a_warning_that_comes_up_while_keys_are_pressed_is_not_confirmed_by_the_next(shop):
    shop.lot("0" + MILK, "M", date(2026, 11, 22))
    async with sitting(shop) as seat:
        await seat.scan(MILK, COLA)
        shop.now = shop.now.replace(day=23)
        await seat.press("plus")
        await seat.type("50")
        await seat.press("enter")
        assert shop.till.sale.warnings
        await seat.press("enter", after_s=0.5)
        assert shop.till.sale.warnings
        await seat.press("enter")
        assert not shop.till.sale.warnings


async def test_a_second_end_neither_closes_a_question_nor_answers_it(shop):
    async with sitting(shop) as seat:
        await seat.scan(UNPRICED)
        await seat.press("enter", after_s=0.2)
        assert "Odd cup has no price" in seat.text
        await seat.type("4.20")
        await seat.press("enter", after_s=0.1)
        assert shop.total == 420
        await seat.press("f12", "y")
        await seat.scan(COLA)
        await seat.press("enter", after_s=0.2)
        assert shop.till.sale.state == "open"
        assert seat.till_screen.entry.is_used


async def test_the_latest_of_several_is_on_top_marked_and_the_one_that_enter_confirms(shop):
    async with sitting(shop) as seat:
        await seat.scan(OLD_SPREAD, BREAD)
        assert "▸✗ French bread" in seat.text
        assert "expired 20 Nov 2026" in seat.text
        assert " ✗ Hazelnut spread" in seat.text
        assert seat.text.index("French bread") < seat.text.index("Hazelnut spread")
        await seat.press("plus")
        assert "French bread is expired" in seat.text
        await seat.press("enter")
        assert "▸✗ Hazelnut spread" in seat.text
        assert "expired 1 Jan 2025" in seat.text.replace("01 Jan", "1 Jan")
    shop.books.write(lambda _: None).result()
    acts = [row.act for row in acts_of_sale(open_connection(shop.books.path), 1)]
    named = [act.warning.name for act in acts if isinstance(act, WarningConfirmed)]
    assert named == ["French bread"]
    shop.power_cut()
    assert [each.name for each in shop.till.sale.warnings] == ["Hazelnut spread"]


async def test_many_are_counted_where_there_is_no_room_for_all(shop):
    async with sitting(shop) as seat:
        await seat.scan(*[BREAD] * 7)
        assert seat.text.count("✗ French bread") + 5 >= 7
        assert "and 5 more" in seat.text
