"""The screen when prices and dates are what matters: what the cashier sees and presses."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from pos_tui.books.people.customers import set_customer
from pos_tui.books.people.staff import set_staff
from pos_tui.checkout import events
from pos_tui.pricing.offers import (
    NearExpiry,
    NearExpiryStep,
    NForPrice,
    Offer,
    PercentOff,
    Threshold,
)
from pos_tui.pricing.when import Hours, When
from tests.conftest import BREAD, CHICKEN, COLA, MILK, NOON, SPREAD
from tests.tui.seat import SIZES, sitting


async def test_unit_price_offer_and_actual_amount_stand_on_every_line(shop):
    async with sitting(shop, (120, 36)) as seat:
        await seat.scan(COLA, COLA, f"0.842*{CHICKEN}", MILK)
        rows = [" ".join(row.split("│")[1].split()) for row in seat.rows[3:6]]
        assert rows == [
            "1 Cola 330 ml 2 3.50 2 for 6 −1.00 6.00",
            "2 Roast chicken 0.842 38.00 −10 % −3.20 28.80",
            "3 Milk 1 l 1 12.90",
        ]


@pytest.mark.parametrize("size", SIZES)
async def test_what_comes_off_the_whole_basket_stands_above_the_total(shop, size):
    shop.set_offer(Offer(name="30 less 5", gives=Threshold(3000, 500)))
    async with sitting(shop, size) as seat:
        await seat.scan(SPREAD)
        assert "30 less 5: −5.00" in seat.text
        assert "Saved 5.00" in seat.text
        await seat.press("delete")
        assert "30 less 5" not in seat.text


async def test_another_line_changes_its_price_but_the_scanned_one_stays_the_brightest(shop):
    shop.set_offer(Offer(name="2 for 40", gives=NForPrice(2, 4000)))
    async with sitting(shop) as seat:
        await seat.scan(SPREAD, MILK)
        assert "2 for 40" in seat.rows[3]
        assert "2 for 40" in seat.rows[4]
        assert seat.style_of("Milk 1 l").bold
        assert not seat.style_of("Hazelnut").bold


async def test_f10_says_why_a_line_costs_what_it_does(shop):
    shop.set_offer(Offer(name="members", gives=PercentOff(Decimal(5)), customers=("member",)))
    async with sitting(shop) as seat:
        await seat.press("f10")
        assert "There is no line" in seat.text
        await seat.scan(COLA, COLA, MILK)
        await seat.press("f10")
        await seat.pilot.pause()
        assert "No offer" not in seat.text
        assert "Milk 1 l" in seat.text
        assert "· members — only for member" in seat.text
        await seat.press("up")
        assert "✓ 2 for 6 — applied to 2: saves 1.00" in seat.text
        assert "to pay 6.00" in seat.text
        await seat.scan(SPREAD)
        assert "Hazelnut" in seat.rows[5], "a scan is a scan here too"


async def test_f4_gives_a_discount_on_the_line_with_its_reason(shop):
    async with sitting(shop) as seat:
        await seat.press("f4")
        assert "no line to give a discount on" in seat.text
        await seat.scan(SPREAD)
        await seat.press("f4")
        assert "Discount on Hazelnut spread" in seat.text
        await seat.type("10%")
        await seat.press("enter")
        assert "Why? 1 damaged 2 short date" in seat.text
        await seat.type("1")
        await seat.press("enter")
        assert "damaged" in seat.rows[3]
        assert "29.61" in seat.rows[3]


async def test_f4_again_gives_it_on_the_whole_basket(shop):
    async with sitting(shop) as seat:
        await seat.scan(SPREAD, COLA)
        await seat.press("f4", "f4")
        assert "whole basket" in seat.text
        await seat.type("2.00")
        await seat.press("enter")
        await seat.type("4")
        await seat.press("enter")
        assert "goodwill: −2.00" in seat.text
        assert shop.total == 3290 + 350 - 200


@pytest.mark.parametrize("wrong", ["half", "200%"])
async def test_a_wrong_discount_is_said_and_changes_nothing(shop, wrong):
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await seat.press("f4")
        await seat.type(wrong)
        await seat.press("enter")
        assert shop.total == 3290
        assert "no discount" in seat.text or "would pay the customer" in seat.text


async def test_after_a_wrong_pin_the_next_one_is_hidden_too(shop):
    shop.books.write(lambda c: set_staff(c, "Mia", "supervisor", "8142")).result()
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await seat.press("ctrl+o")
        await seat.type("1111")
        await seat.press("enter")
        await seat.type("81")
        await seat.until_shown("no supervisor's PIN")
        await seat.type("42")
        assert "8142" not in seat.text
        assert "••••" in seat.text
        await seat.press("enter")
        await seat.until_shown("2 for 6")
        await seat.press("escape")
        assert not seat.till_screen.entry.is_used


async def test_a_large_discount_asks_for_a_supervisor_and_never_shows_the_pin(shop):
    shop.books.write(lambda c: set_staff(c, "Mia", "supervisor", "8142")).result()
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await seat.press("f4")
        await seat.type("50%")
        await seat.press("enter")
        await seat.type("4")
        await seat.press("enter")
        assert "A supervisor's PIN" in seat.text
        await seat.type("8142")
        assert "••••" in seat.text
        assert "8142" not in seat.text
        await seat.scan(COLA)
        assert shop.total == 3290, "a scan never answers for a supervisor"
        await seat.press("f4")
        await seat.press("escape")
        await seat.press("f4")
        await seat.type("50%")
        await seat.press("enter")
        await seat.type("4")
        await seat.press("enter")
        await seat.type("8142")
        await seat.press("enter")
        await shop.until_true(lambda: shop.total == 1645)
        await seat.pilot.pause()
        assert "Mia approved: 50 % off (goodwill)." in seat.text


async def test_without_a_supervisor_a_large_discount_is_refused_in_words(shop):
    async with sitting(shop) as seat:
        await seat.scan(SPREAD)
        await seat.press("f4")
        await seat.type("50%")
        await seat.press("enter")
        await seat.type("4")
        await seat.press("enter")
        assert "a cashier may give 10 % alone" in seat.text
        assert shop.total == 3290


async def test_f7_takes_a_member_s_card_typed_or_scanned(shop):
    shop.books.write(lambda c: set_customer(c, "M1", "Grace", "member", NOON.date())).result()
    async with sitting(shop) as seat:
        await seat.press("f7")
        await seat.scan("M1")
        assert "for Grace" in seat.rows[0]
        await seat.press("f7")
        await seat.type("M9")
        await seat.press("enter")
        assert "No member has that code" in seat.text
        await seat.press("f7")
        await seat.type("0")
        await seat.press("enter")
        assert "Grace" not in seat.rows[0]


async def test_f8_puts_a_sale_aside_and_f9_takes_it_up_again(shop):
    async with sitting(shop) as seat:
        await seat.press("f9")
        assert "none; F8 puts the sale aside" in seat.text
        await seat.press("escape")
        await seat.scan(COLA, MILK)
        await seat.press("f8")
        await shop.until_true(lambda: shop.till.sale.number == 2)
        await seat.pilot.pause()
        assert "Sale 000001 is on hold" in seat.text
        assert "0 items" in seat.text
        await seat.press("f9")
        assert "000001  on hold  22 Nov 26 12:00  Cola 330 ml" in seat.text
        await seat.press("enter")
        await shop.until_true(lambda: shop.till.sale.number == 1)
        await seat.pilot.pause()
        assert "sale 000001" in seat.rows[0]
        assert "2 items" in seat.text
        await seat.press("f9")
        await seat.scan(SPREAD)
        assert "3 items" in seat.text


async def test_the_pane_says_what_expired_and_when_and_payment_waits_for_enter(shop):
    async with sitting(shop, (120, 36)) as seat:
        await seat.scan(MILK, BREAD)
        assert "✗ French bread" in seat.text
        assert "expired 20 Nov 2026" in seat.text
        assert "lot B-1" in seat.text
        assert "French bread is past its date; it is off the list. Put it aside, then" in seat.text
        await seat.press("plus")
        assert "Put it aside, press Enter to confirm, then take payment" in seat.text
        await seat.press("enter")
        assert "nothing expired" in seat.text
        await seat.press("plus")
        assert "Pay 12.90" in seat.text


async def test_mixed_lots_ask_to_look_at_the_date_and_near_ones_show_their_markdown(shop):
    gives = NearExpiry((NearExpiryStep(2, Decimal(30)),))
    shop.set_offer(Offer(name="short date −30 %", gives=gives, on=(f"product:0{SPREAD}",)))
    shop.lot("0" + MILK, "M1", date(2026, 11, 20))
    shop.lot("0" + MILK, "M2", date(2026, 12, 20))
    shop.lot("0" + SPREAD, "S1", date(2026, 11, 23))
    async with sitting(shop, (120, 36)) as seat:
        await seat.scan(MILK)
        assert "look at its date" in seat.text
        await seat.scan(SPREAD)
        assert "Hazelnut spread: good" in seat.text
        assert "short date −30 %" in seat.text
        assert shop.total == 1290 + 2303
        await seat.scan(BREAD)
        await seat.press("enter")
        assert "Hazelnut spread: good" in seat.text, "a note is not lost over another warning"


async def test_an_offer_that_ends_at_the_full_hour_is_said_without_a_key(shop):
    hours = When(hours=(Hours(time(11), time(12, 1)),))
    shop.set_offer(Offer(name="morning", gives=PercentOff(Decimal(50)), when=hours))
    async with sitting(shop) as seat:
        await seat.scan(MILK)
        assert shop.total == 645
        shop.now += timedelta(minutes=1)
        seat.till_screen._tick()
        await seat.pilot.pause()
        assert "“morning” has ended. The total is now 12.90." in seat.text
        assert "TOTAL" in seat.text
        assert shop.total == 1290


async def test_a_clock_set_back_is_said_and_stands_on_the_help_page(shop):
    async with sitting(shop) as seat:
        await seat.scan(COLA)
        shop.now -= timedelta(days=2)
        await seat.scan(COLA)
        assert "clock ✗" in seat.text or "set back" in seat.text
        await seat.press("f1")
        assert "clock was set back" in seat.text
        await seat.press("escape")
        shop.now += timedelta(days=2)
        await seat.scan(COLA)
        assert "clock" not in seat.text


async def test_a_coupon_is_scanned_like_anything_else(shop):
    shop.set_offer(Offer(name="5 off", gives=Threshold(1000, 500), coupon="SAVE5"))
    async with sitting(shop) as seat:
        await seat.scan(SPREAD, "SAVE5")
        assert "Coupon “5 off”: 5.00 off." in seat.text
        assert shop.total == 2790
        assert shop.all(events.NotSold) == []


async def test_the_offers_page_opens_by_its_key(shop):
    async with sitting(shop) as seat:
        await seat.press("ctrl+o")
        assert "2 for 6" in seat.text
        await seat.press("escape")
        assert "Settlement list" in seat.text


async def test_with_supervisors_only_their_pin_opens_the_offers_page(shop):
    shop.books.write(lambda c: set_staff(c, "Mia", "supervisor", "8142")).result()
    async with sitting(shop) as seat:
        await seat.press("ctrl+o")
        await seat.type("1212")
        await seat.press("enter")
        await shop.until_true(lambda: "PIN" in seat.text and "approved" in seat.text)
        await seat.press("escape", "ctrl+o")
        await seat.type("8142")
        await seat.press("enter")
        await shop.until_true(lambda: "Settlement list" not in seat.text)
        await seat.pilot.pause()
        assert "2 for 6" in seat.text
