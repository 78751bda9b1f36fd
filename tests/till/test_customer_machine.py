"""Whatever happens at a till, its customer sees their own sale, whole, and nothing of the shop's.

Whole days of random acts before a gateway that is a model; after each event a snapshot is made.
"""

from __future__ import annotations

import os
from decimal import Decimal
from typing import get_args

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from msgspec.structs import replace

from pos_tui.books.people.customers import set_customer
from pos_tui.checkout import events
from pos_tui.pricing import Discount
from pos_tui.reasons import ReasonError
from pos_tui.receipts.customer_screen import CustomerShop
from pos_tui.receipts.customer_snapshot import (
    MOST_LINES,
    CustomerSnapshot,
    CustomerState,
    decode_snapshot,
    encode_snapshot,
)
from pos_tui.till.customer_view import THANKS_S, CustomerView
from pos_tui.till.money.returns import ToReturn
from pos_tui.wording.current import in_words
from tests.conftest import BREAD, CHICKEN, COLA, MILK, SPREAD
from tests.model_shop import Shop, wallet_code

_EXAMPLES, _STEPS = 25, 40
CASHIER, WHY, MEMBER, CARD = "Zoe Tillhand", "argued loudly", "Grace Hopper", "M-7788"
NEVER = (CASHIER, "Tillhand", WHY, MEMBER, "Grace", "Hopper", CARD, "gold", "French bread",
         "expired", "wechat", "····", "sale ")  # fmt: skip
ACTS = ("hold", "hold", "void", "give_back", "give_up_payment", "undo", "confirm_age")
NOTICE = "Fresh rolls at 7"


class WatchedShop(Shop):
    """A shop whose customer's screen is looked at after each event."""

    def __init__(self):
        self.now: CustomerSnapshot | None = None
        self.paid_in_front: tuple[int, int] | None = None
        self.looks = 0
        super().__init__()
        self.books.write(lambda c: set_customer(c, CARD, MEMBER, "gold"))
        self.wait(0.1)

    async def start(self):
        self.counter.settings = replace(
            self.settings, till=replace(self.settings.till, cashier=CASHIER)
        )
        self.paid_in_front = None
        shop = CustomerShop("Corner Market", self.settings.currency, "en", (NOTICE,))
        self.view = CustomerView(shop, lambda: self.till.sale, self.loop.time)
        await super().start()

    def hear(self, event):
        front = self.till.sale.number
        super().hear(event)
        self.view.heed(event)
        if isinstance(event, events.SalePaid) and event.number == front:
            change = sum(each.change for each in event.tenders)
            self.paid_in_front = (event.total, change)
        self.look_at_screen(event)

    def look_at_screen(self, event=None):
        self.looks += 1
        line = encode_snapshot(self.view.snapshot())
        assert b"\n" not in line
        assert len(line) < 4096
        self.now = now = decode_snapshot(line)
        text = line.decode()
        for each in NEVER:
            assert each not in text, (each, text)
        if isinstance(event, events.PaymentFailed):
            assert in_words(event.why) not in text
        assert now.state in get_args(CustomerState)
        sale = self.till.sale
        names = {each.item.name for each in sale.list.lines}
        names |= {each.name for each in sale.returns}
        for shown in now.lines:
            name = shown.name.removeprefix("Returned: ")
            assert name in names | {"5 off", "Discount"}, (name, names)
        if now.state in {"idle", "paid", "closed"}:
            assert now.lines == ()
            assert (now.due, now.pieces, now.saved) == ("", "", "")
            assert (now.notices == (NOTICE,)) == (now.state == "idle")
        if now.state == "idle":
            assert now.large == ("", "")
        elif now.state == "paid":
            assert self.paid_in_front is not None
            total, change = self.paid_in_front
            amounts = (Decimal(now.total or 0) - Decimal(now.back or 0), Decimal(now.change or 0))
            assert amounts == (Decimal(total) / 100, Decimal(max(change, 0)) / 100)
        elif now.state != "closed":
            self.is_whole(now, sale)

    def is_whole(self, now, sale):
        assert now.notices == ()
        assert now.change == ""
        assert Decimal(now.total) * 100 == sale.total
        due = Decimal(now.due or now.total) if not now.back else -Decimal(now.back)
        assert due * 100 == sale.due or (sale.due == 0 and not (now.due or now.back))
        assert len(now.lines) <= MOST_LINES
        if not now.earlier and not now.later:
            assert sum(Decimal(each.actual) for each in now.lines) == Decimal(now.total)
        if now.latest >= 0:
            assert now.lines[now.latest].name in {each.item.name for each in sale.list.lines}
        assert now.say or now.state == "scanning"


class AnyDay(RuleBasedStateMachine):
    """Any acts of a day, in any order."""

    shop: WatchedShop

    @initialize()
    def begin(self):
        self.shop = WatchedShop()

    def do(self, act, *args):
        self.shop.do(act, *args)
        self.shop.look_at_screen()

    @rule(codes=st.lists(st.sampled_from([COLA, SPREAD, MILK, BREAD, f"0.333*{CHICKEN}", "no"]),
                         min_size=1, max_size=5))  # fmt: skip
    def scan(self, codes):
        for code in codes:
            self.do(self.shop.till.scan, code)
        self.do(self.shop.till.confirm_expired)

    @rule()
    def show_card(self):
        self.do(self.shop.till.scan, CARD)

    @rule(count=st.sampled_from([3, 30]))
    def vouchers(self, count):
        for number in range(count):
            self.do(self.shop.till.sell_voucher, str(number % 7 + 1))

    @rule(text=st.sampled_from(["=", "1", "100", "c5 4242"]))
    def pay(self, text):
        self.do(self.shop.till.pay, text)
        self.wait(0.2)

    @rule(part=st.sampled_from(["", "", "1"]), answer=st.sampled_from(
        ["paid", "paid", "pending", "unknown", "declined"]))  # fmt: skip
    def wallet(self, part, answer):
        self.shop.gateway.next_answer = answer
        self.do(self.shop.till.pay_part, part, wallet_code())
        self.wait(0.2)

    @rule(pays=st.booleans())
    def customers_decide(self, pays):
        for order in self.shop.gateway.orders.values():
            if order.is_open and pays:
                order.pay()
            elif order.is_open:
                order.answer = "declined"
        self.wait(8)

    @rule(asked=st.booleans())
    def ask(self, asked):
        self.shop.view.ask_to_pay(asked)
        self.shop.look_at_screen()

    @rule(act=st.sampled_from(ACTS))
    def act(self, act):
        self.do(getattr(self.shop.till, act))
        self.wait(0.2)

    @rule(data=st.data())
    def recall(self, data):
        numbers = [each.sale_no for each in self.shop.till.open_payments()]
        numbers += [each.number for each in self.shop.books.held()]
        if numbers:
            self.do(self.shop.till.recall, data.draw(st.sampled_from(numbers)))

    @rule(data=st.data(), how=st.sampled_from(["remove", "quantity", "discount", "basket"]))
    def change(self, data, how):
        lines = self.shop.till.sale.list.lines
        if not lines:
            return
        number = data.draw(st.sampled_from([each.number for each in lines]))
        if how == "remove":
            self.do(self.shop.till.remove_line, number)
        elif how == "quantity":
            self.do(self.shop.till.set_quantity, number, data.draw(st.sampled_from(["2", "7"])))
        else:
            off = Discount("percent", Decimal(10), WHY, CASHIER)
            self.do(self.shop.till.discount, number if how == "discount" else None, off)

    @rule(data=st.data())
    def bring_back(self, data):
        paid = [number for number, state, _ in self.shop.sales() if state == "paid"]
        if not paid:
            return
        returns = self.shop.till.money.returns
        try:
            sale = returns.paid_sale(data.draw(st.sampled_from(paid)))
            back = [ToReturn(each.sold.line, 1000) for each in sale.lines[:1]]
            self.do(returns.accept, sale.number, back)
        except ReasonError:
            return

    @rule()
    def refund(self):
        self.do(self.shop.till.money.returns.refund)
        self.wait(0.5)

    @rule(seconds=st.sampled_from([0.5, 5, THANKS_S, 60]))
    def time(self, seconds):
        self.wait(seconds)

    @rule()
    def nobody_is_thanked_for_longer_than_that(self):
        self.wait(THANKS_S + 0.1)
        if not (self.shop.till.sale.list.lines or self.shop.till.sale.returns):
            assert self.shop.now is not None
            assert self.shop.now.state == "idle"

    @rule(written=st.sampled_from([0, 99]))
    def power_cut(self, written):
        self.shop.power_cut(written)
        self.shop.look_at_screen()

    def wait(self, seconds):
        self.shop.wait(seconds)
        self.shop.look_at_screen()

    def teardown(self):
        if hasattr(self, "shop"):
            self.shop.close()


AnyDay.TestCase.settings = hypothesis_settings(
    max_examples=_EXAMPLES * int(os.environ.get("POS_TUI_TRIES", "1")),
    stateful_step_count=_STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
test_any_day = AnyDay.TestCase
