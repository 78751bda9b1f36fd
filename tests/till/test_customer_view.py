"""What the customer sees of the till: their own sale, whole, and nothing that is the shop's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from pos_tui.books.people.customers import set_customer
from pos_tui.checkout import events
from pos_tui.checkout.line import ListedItem
from pos_tui.checkout.tenders import Tender
from pos_tui.customer.following import Followed, follow
from pos_tui.devices.displays.customer_link import read_address
from pos_tui.pricing import Discount
from pos_tui.pricing.offers import Offer, Threshold
from pos_tui.reasons import because
from pos_tui.receipts.customer_screen import CustomerShop
from pos_tui.receipts.customer_snapshot import (
    MOST_LINES,
    CustomerLine,
    CustomerSnapshot,
    decode_snapshot,
    encode_snapshot,
)
from pos_tui.settings import CustomerSettings, ShopSettings, TaxSettings, TillIdentity, TillSettings
from pos_tui.till.customer_view import THANKS_S, CustomerView
from pos_tui.till.money.returns import ToReturn
from tests.conftest import BREAD, CHICKEN, COLA, MILK, NOON, SPREAD, Counter

NOTICES = ("Fresh bread at 7", "Closed on Monday")


class Seen:
    """A counter and what its customer is shown."""

    def __init__(self, folder: Path, settings: TillSettings | None = None) -> None:
        settings = settings or TillSettings(
            shop=ShopSettings(name="Corner Market"), till=TillIdentity(cashier="Ada")
        )
        self.seconds = 0.0
        self.news = 0
        self.counter = Counter(folder, settings).stock()
        self.view = CustomerView(
            CustomerShop(settings.shop.name, settings.currency, "en", NOTICES),
            lambda: self.till.sale,
            lambda: self.seconds,
        )
        self.till = self.counter.make_till(self.hear)
        self.till.open()

    def hear(self, event):
        self.counter.told.append(event)
        if self.view.heed(event):
            self.news += 1

    def scan(self, *codes):
        self.counter.scan(*codes)

    async def pay(self, *typed):
        for text in typed:
            self.till.pay(text)
            await self.till.until_idle()

    @property
    def now(self) -> CustomerSnapshot:
        return decode_snapshot(encode_snapshot(self.view.snapshot()))


@pytest.fixture
def seen(tmp_path):
    seen = Seen(tmp_path)
    yield seen
    seen.counter.books.close()


def test_nobody_is_there_and_the_shop_has_the_word(seen):
    assert seen.now.state == "idle"
    assert seen.now.shop == "Corner Market"
    assert seen.now.notices == NOTICES
    assert (seen.now.lines, seen.now.total) == ((), "")


def test_each_item_is_seen_as_it_is_scanned_with_what_is_saved_on_it(seen):
    seen.scan(COLA)
    assert seen.now.state == "scanning"
    assert seen.now.lines == (CustomerLine("Cola 330 ml", "3.50"),)
    assert (seen.now.total, seen.now.pieces, seen.now.latest) == ("3.50", "1 item", 0)
    seen.scan(MILK, COLA)
    assert seen.now.lines == (
        CustomerLine("Cola 330 ml", "6.00", "× 2", "2 for 6", "1.00"),
        CustomerLine("Milk 1 l", "12.90"),
    )
    assert (seen.now.total, seen.now.saved, seen.now.latest) == ("18.90", "1.00", 0)
    assert seen.now.large == ("total", "18.90")


def test_what_comes_off_the_whole_basket_has_a_line_so_that_lines_make_the_total(seen):
    seen.counter.set_offer(Offer(name="5 off", gives=Threshold(over=4000, amount=500)))
    seen.till.open()
    seen.scan(SPREAD, MILK)
    assert seen.now.lines[-1] == CustomerLine("5 off", "-5.00")
    assert seen.now.total == "40.80"


async def test_lines_stay_as_they_were_while_the_payment_runs(seen):
    seen.counter.set_offer(Offer(name="5 off", gives=Threshold(over=4000, amount=500)))
    seen.scan(SPREAD, MILK)
    before = seen.now
    await seen.pay("10")
    assert seen.now.lines == before.lines
    assert (seen.now.state, seen.now.total, seen.now.due) == ("paying", "40.80", "30.80")
    assert seen.now.large == ("due", "30.80")


def test_what_weighs_says_how_much(seen):
    seen.scan("0.842*" + CHICKEN)
    assert seen.now.lines[0].quantity == "0.842 kg"


def test_tax_that_is_added_has_a_line(tmp_path):
    settings = TillSettings(tax=TaxSettings(mode="added", rates={"standard": Decimal(10)}))
    seen = Seen(tmp_path, settings)
    seen.scan(SPREAD)
    assert seen.now.lines[-1] == CustomerLine("Tax", "3.29")
    assert seen.now.total == "36.19"
    seen.counter.books.close()


def test_of_a_long_list_the_part_is_seen_in_which_something_happens(seen):
    for number in range(60):
        seen.till.sell_voucher(f"{number + 1}")
        seen.scan(COLA, MILK) if number == 0 else None
    assert len(seen.now.lines) == MOST_LINES
    assert seen.now.earlier == 62 - MOST_LINES
    assert seen.now.latest == MOST_LINES - 1
    seen.scan(MILK)
    now = seen.now
    assert now.lines[now.latest].name == "Milk 1 l"
    assert len(now.lines) == MOST_LINES
    assert now.earlier + len(now.lines) + now.later == 62


async def test_the_one_who_has_paid_is_thanked_with_the_change_then_the_shop_is_idle(seen):
    seen.scan(COLA)
    await seen.pay("10")
    now = seen.now
    assert (now.state, now.total, now.change, now.large) == (
        "paid", "3.50", "6.50", ("change", "6.50"),
    )  # fmt: skip
    assert now.lines == ()
    seen.seconds += THANKS_S - 1
    assert seen.now.state == "paid"
    seen.seconds += 1
    assert (seen.now.state, seen.now.total, seen.now.change) == ("idle", "", "")


async def test_the_next_customer_never_sees_the_last_ones_change(seen):
    seen.scan(COLA)
    await seen.pay("10")
    seen.scan(MILK)
    assert (seen.now.state, seen.now.change, seen.now.total) == ("scanning", "", "12.90")
    seen.counter.remove(0)
    assert seen.now.state == "idle"


async def test_the_next_one_is_there_too_when_a_card_is_shown_first(seen):
    seen.counter.books.write(lambda c: set_customer(c, "M-77", "Grace Hopper", "gold")).result()
    seen.scan(COLA)
    await seen.pay("10")
    seen.scan("M-77")
    assert seen.now.state == "idle"


def test_a_member_is_not_named(seen):
    seen.counter.books.write(lambda c: set_customer(c, "M-77", "Grace Hopper", "gold")).result()
    seen.scan("M-77", COLA)
    shown = encode_snapshot(seen.now)
    assert b"Grace" not in shown
    assert b"M-77" not in shown
    assert b"gold" not in shown


def test_an_expired_item_is_not_held_against_anybody(seen):
    seen.scan(COLA)
    before = replace(seen.now, seq=0)
    seen.scan(BREAD)
    assert seen.counter.all(events.ItemExpired)
    assert replace(seen.now, seq=0) == before


def test_why_a_discount_was_given_stays_in_the_shop(seen):
    seen.scan(MILK)
    number = seen.till.sale.list.lines[0].number
    seen.till.discount(number, Discount("amount", Decimal(100), "complained again", "Ada"))
    assert seen.now.lines == (CustomerLine("Milk 1 l", "11.90", "", "Discount", "1.00"),)
    assert b"complained" not in encode_snapshot(seen.now)
    seen.till.discount(None, Discount("amount", Decimal(90), "goodwill", "Ada"))
    assert seen.now.lines[-1] == CustomerLine("Discount", "-0.90")


def test_the_cashier_asks_and_the_customer_is_asked_to_show_a_code(seen):
    seen.scan(COLA)
    assert seen.view.ask_to_pay(True)
    assert not seen.view.ask_to_pay(True)
    assert seen.now.state == "paying"
    assert "payment code" in seen.now.say
    assert seen.view.ask_to_pay(False)
    assert seen.now.state == "scanning"


def wallet(state):
    return Tender("wallet", 350, 350, platform="wechat", order_no="X1", state=state)


def test_a_wallet_waits_then_is_with_the_customer(seen):
    seen.scan(COLA)
    sale, view = seen.till.sale, events.PaymentView(because("payment.title_back"), (), None)
    sale.state = "awaiting"
    sale.put_tender(wallet("drafted"))
    seen.hear(events.PaymentChanged(view, "drafted", sale.number))
    assert seen.now.state == "waiting"
    sale.put_tender(wallet("pending"))
    seen.hear(events.PaymentChanged(view, "pending", sale.number))
    assert seen.now.state == "confirming"
    assert "phone" in seen.now.say
    sale.put_tender(wallet("unknown"))
    seen.hear(events.PaymentChanged(view, "unknown", sale.number))
    assert seen.now.state == "waiting"


def test_a_payment_that_was_aside_is_with_the_customer_again(seen):
    seen.scan(COLA)
    sale = seen.till.sale
    sale.state = "awaiting"
    sale.put_tender(wallet("pending"))
    view = events.PaymentView(because("payment.title_back"), (), None)
    seen.hear(events.SaleOpened(sale.number))
    seen.hear(events.PaymentChanged(view, "", sale.number))
    assert seen.now.state == "confirming"


def test_money_that_is_given_back_is_said_to_be_on_its_way(seen):
    seen.scan(COLA)
    sale = seen.till.sale
    sale.state = "awaiting"
    sale.put_tender(wallet("returning"))
    assert seen.now.state == "waiting"
    assert "on its way back" in seen.now.say


def test_not_paid_shames_nobody_and_ends_with_the_next_try(seen):
    seen.scan(COLA)
    sale, view = seen.till.sale, events.PaymentView(because("payment.title_back"), (), None)
    why = because("words.text", text="balance too low, card stolen")
    seen.hear(events.PaymentChanged(view, "declined", sale.number))
    seen.hear(events.PaymentFailed("X1", "declined", why, sale.number))
    assert seen.now.state == "not_paid"
    assert seen.now.total == "3.50"
    assert "balance" not in seen.now.say
    assert "stolen" not in seen.now.say
    assert "another way" in seen.now.say
    seen.view.ask_to_pay(True)
    assert seen.now.state == "paying"


async def test_a_sale_aside_that_gets_paid_or_fails_is_nobodys_business_here(seen):
    seen.scan(COLA)
    other = seen.till.sale.number + 40
    before = replace(seen.now, seq=0)
    assert not seen.view.heed(events.SalePaid(other, 99900, (Tender("cash", 99900, 100000, 100),)))
    why = because("words.text", text="declined")
    assert not seen.view.heed(events.PaymentFailed("X1", "declined", why, other))
    view = events.PaymentView(because("payment.title_back"), (), None)
    assert not seen.view.heed(events.PaymentChanged(view, "pending", other))
    assert replace(seen.now, seq=0) == before


def test_a_sale_on_hold_is_seen_by_nobody(seen):
    seen.scan(COLA)
    seen.till.hold()
    assert seen.now.state == "idle"
    assert b"Cola" not in encode_snapshot(seen.now)


async def test_goods_that_come_back_are_listed_and_so_is_what_goes_back(seen):
    sold = seen.till.sale.number
    seen.scan(MILK)
    await seen.pay("=")
    returns = seen.till.money.returns
    returns.accept(sold, [ToReturn(1, 1000)])
    now = seen.now
    assert (now.state, now.lines) == ("scanning", (CustomerLine("Returned: Milk 1 l", "-12.90"),))
    assert (now.back, now.large) == ("12.90", ("back", "12.90"))
    seen.view.ask_to_pay(True)  # the cashier is asked how it goes back: nothing is on its way yet
    assert (seen.now.state, seen.now.say) == ("scanning", "")
    returns.refund()
    await seen.till.until_idle()
    assert (seen.now.state, seen.now.back, seen.now.total) == ("paid", "12.90", "")


async def test_an_account_that_is_paid_names_nobody(seen):
    item = ListedItem(0, "M-77", "Paid on account: Grace Hopper", "", 500, kind="settlement")
    sale = seen.till.sale
    sale.list.add(item, Decimal(1), sale.occasion(NOON))
    assert seen.now.lines == (CustomerLine("Paid on account", "5.00"),)


async def test_names_that_would_steer_a_terminal_do_not(tmp_path):
    settings = TillSettings(shop=ShopSettings(name="Shop\x1b[2J\u202e"))
    seen = Seen(tmp_path, settings)
    item = ListedItem(0, "", "Milk\x1b]0;x\x07", "\x9bkg", 500)
    seen.till.sale.list.add(item, Decimal(2), seen.till.sale.occasion(NOON))
    for text in (seen.now.shop, seen.now.lines[0].name, seen.now.lines[0].quantity):
        assert text.isprintable()
    seen.counter.books.close()


# ---- over the link -------------------------------------------------------------------------------


def served(folder, **changes):
    settings = TillSettings(
        shop=ShopSettings(name="Corner Market"),
        customer=CustomerSettings(enabled=True, notices=NOTICES, **changes),
    )
    return Counter(folder, settings).stock()


async def until(followed: AsyncIterator[Followed], condition: Callable[[Any], object]) -> Any:
    async def seek() -> Any:
        async for each in followed:
            if condition(each):
                return each
        raise AssertionError

    return await asyncio.wait_for(seek(), 20)


async def test_a_screen_shows_a_whole_sale_and_that_the_till_is_left(tmp_path):
    counter = served(tmp_path)
    counter.open()
    await counter.till.start()
    async with aclosing(follow(tmp_path)) as followed:
        idle = await until(followed, lambda each: each.link == "live")
        assert idle.snapshot.notices == NOTICES
        counter.scan(COLA)
        await until(followed, lambda each: each.snapshot and each.snapshot.total == "3.50")
        counter.till.ask_customer_to_pay(True)
        await until(followed, lambda each: each.snapshot and each.snapshot.state == "paying")
        counter.till.pay("10")
        paid = await until(followed, lambda each: each.snapshot and each.snapshot.state == "paid")
        assert paid.snapshot.change == "6.50"
        await counter.till.close()
        left = await until(followed, lambda each: each.link == "closed")
        assert left.snapshot.say == "This checkout is closed"
    counter.books.close()


async def test_the_thanks_end_by_themselves(tmp_path, monkeypatch):
    monkeypatch.setattr("pos_tui.till.customer_view.THANKS_S", 0.2)
    monkeypatch.setattr("pos_tui.till.customer_displays.THANKS_S", 0.2)
    counter = served(tmp_path)
    counter.open()
    await counter.till.start()
    async with aclosing(follow(tmp_path)) as followed:
        counter.scan(COLA)
        counter.till.pay("10")
        await until(followed, lambda each: each.snapshot and each.snapshot.state == "paid")
        await until(followed, lambda each: each.snapshot and each.snapshot.state == "idle")
    await counter.till.close()
    counter.books.close()


async def test_a_port_that_is_taken_is_said_once_and_the_till_sells_on(tmp_path):
    other = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    counter = served(tmp_path, port=other.sockets[0].getsockname()[1])
    counter.open()
    await counter.till.start()
    said = [each for each in counter.all(events.Notice) if "customer" in each.reason.kind]
    assert len(said) == 1
    counter.scan(COLA)
    counter.till.pay("=")
    await counter.until(events.SalePaid)
    await counter.till.close()
    counter.books.close()
    other.close()


async def test_a_mistake_of_the_program_is_kept_and_stops_nothing(tmp_path, monkeypatch):
    def fails(*_):
        raise ZeroDivisionError

    counter = served(tmp_path)
    counter.open()
    await counter.till.start()
    async with aclosing(follow(tmp_path)) as followed:
        await until(followed, lambda each: each.link == "live")
        with monkeypatch.context() as patch:
            patch.setattr("pos_tui.till.customer_view.sale_snapshot", fails)
            counter.scan(COLA)
            waits = await until(followed, lambda each: each.snapshot.state == "waiting")
            assert waits.snapshot.lines == ()
        counter.till.pay("=")
        await counter.until(events.SalePaid)
        await until(followed, lambda each: each.snapshot.state == "paid")
    assert "ZeroDivisionError" in (tmp_path / "faults.log").read_text()
    await counter.till.close()
    counter.books.close()


async def test_without_the_setting_nothing_is_served(counter):
    await counter.till.start()
    counter.scan(COLA)
    assert read_address(counter.data) is None
    await counter.till.close()
