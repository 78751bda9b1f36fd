"""Sold, returned, exchanged, voided in any order, with stops and answers that do not come: money in
less money out is what is owed, and of no sale more goes back than it was paid.
"""

import os
from decimal import Decimal

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pos_tui.money import round_cash
from pos_tui.pricing import Discount
from pos_tui.reasons import ReasonError
from pos_tui.till.money.returns import ToReturn
from tests.conftest import COLA, MILK, SPREAD
from tests.model_shop import Shop, wallet_code

_EXAMPLES, _STEPS = 60, 25
_FATES = ("to_shelf", "to_shelf", "to_check", "written_off")


class AnyReturns(RuleBasedStateMachine):
    """Any sales, returns, answers and stops."""

    shop: Shop

    def __init__(self):
        super().__init__()
        self.is_well = False

    @initialize(cash_step=st.sampled_from([1, 5, 10]))
    def begin(self, cash_step):
        self.shop = Shop(cash_step)
        self.is_well = True

    def do(self, act, *args):
        self.is_well = False
        try:
            self.shop.do(act, *args)
        except ReasonError as error:
            assert error.reason.kind.startswith(("returns.", "sale.")), error
        self.is_well = True

    @property
    def returns(self):
        return self.shop.till.money.returns

    @rule(
        codes=st.lists(
            st.sampled_from([f"3*{COLA}", SPREAD, f"7*{MILK}", "0.333*1002"]),
            min_size=1,
            max_size=3,
        ),
        parts=st.lists(st.sampled_from(["1", "w2.5", "c3 4242"]), max_size=2),
        rest=st.sampled_from(["=", "w", "c="]),
        discount=st.sampled_from([None, None, "3", "7.5"]),
    )
    def sell(self, codes, parts, rest, discount):
        for code in codes:
            self.do(self.shop.till.scan, code)
        if discount is not None:
            off = Discount("percent", Decimal(discount), "regular", "Ada")
            self.do(self.shop.till.discount, None, off)
        for part in (*parts, rest):
            if part.startswith("w"):
                self.do(self.shop.till.pay_part, part[1:], wallet_code())
            else:
                self.do(self.shop.till.pay, part)
            self.pass_time(1)

    @rule(data=st.data())
    def give_back(self, data):
        sales = [number for number, state, _ in self.shop.sales() if state == "paid"]
        if not sales:
            return
        number = data.draw(st.sampled_from(sales[-3:]))
        lines = self.shop.books.returnable_lines(number)
        if not lines:
            return
        line = data.draw(st.sampled_from(lines))
        quantity = data.draw(st.sampled_from([1000, 1000, 2000, 100, line.left, 9000]))
        fate = data.draw(st.sampled_from(_FATES))
        self.do(self.returns.accept, number, [ToReturn(line.sold.line, quantity, fate)])

    @rule(new=st.sampled_from([COLA, MILK, SPREAD]))
    def exchange(self, new):
        if self.returns.lines:
            self.do(self.shop.till.scan, new)

    @rule(kind=st.sampled_from([None, None, None, "cash", "card"]))
    def refund(self, kind):
        self.do(self.returns.refund, kind)

    @rule(price=st.sampled_from(["", "1", "2.55", "99"]))
    def without_receipt(self, price):
        self.do(self.returns.without_receipt, COLA, price, "no slip")

    @rule(data=st.data())
    def void(self, data):
        sales = [number for number, state, _ in self.shop.sales() if state == "paid"]
        if sales:
            self.do(self.returns.void, data.draw(st.sampled_from(sales[-2:])), "mistake")

    @rule(act=st.sampled_from(["hold", "give_back", "void", "give_up_payment"]))
    def act(self, act):
        self.do(getattr(self.shop.till, act))

    @rule()
    def take_nothing_back(self):
        self.do(self.returns.remove_all)

    @rule(text=st.sampled_from(["=", "w", "50"]))
    def pay(self, text):
        if text == "w":
            self.do(self.shop.till.pay_part, "", wallet_code())
        else:
            self.do(self.shop.till.pay, text)

    @rule(data=st.data())
    def recall(self, data):
        aside = [each.sale_no for each in self.shop.till.open_payments()]
        numbers = aside + [each.number for each in self.shop.books.held()]
        if numbers:
            self.do(self.shop.till.recall, data.draw(st.sampled_from(numbers)))

    @rule(
        disk=st.sampled_from(["well", "well", "well", "slow", "refuses"]),
        mood=st.sampled_from(["well", "well", "away", "mute", "deaf", "late", "refuses"]),
        refund=st.sampled_from(["refunded", "refunded", "pending", "refused"]),
    )
    def world(self, disk, mood, refund):
        self.shop.gateway.mood, self.shop.gateway.next_refund = mood, refund
        self.shop.books.disk.mood = disk
        self.shop.books.disk.flush()

    @rule(seconds=st.sampled_from([0.06, 0.5, 3, 30]))
    def time(self, seconds):
        self.pass_time(seconds)

    def pass_time(self, seconds):
        self.is_well = False
        self.shop.wait(seconds)
        self.is_well = True

    @rule(written=st.sampled_from([0, 1, 2, 3, 4, 99]))
    def power_cut(self, written):
        self.is_well = False
        self.shop.power_cut(written)
        self.is_well = True

    @invariant()
    def money_is_right(self):
        self.is_well = False
        self.shop.look()
        self.is_well = True

    def teardown(self):
        if not hasattr(self, "shop"):
            return
        try:
            if self.is_well:
                self.shop.finish()
                self.no_sale_gave_back_more_than_it_was_paid()
        finally:
            self.shop.close()

    def no_sale_gave_back_more_than_it_was_paid(self):
        currency = self.shop.settings.currency
        paid = [sale for sale in self.shop.sales() if sale[1] == "paid"]
        refunds = [each for *_, tenders in paid for each in tenders if each.is_refund]
        for number, *_ in paid:
            for part in self.shop.books.paid_parts(number):
                assert 0 <= part.back <= part.tender.covers
                place = part.sale_no, part.tender.number
                mine = [each for each in refunds if (each.of_sale, each.of_tender) == place]
                assert -sum(each.covers for each in mine) == part.back
                if part.tender.kind == "cash" and all(each.kind == "cash" for each in mine):
                    back = -sum(each.amount for each in mine)
                    assert back == round_cash(part.back, currency)
                    assert back <= part.tender.amount


AnyReturns.TestCase.settings = hypothesis_settings(
    max_examples=_EXAMPLES * int(os.environ.get("POS_TUI_TRIES", "1")),
    stateful_step_count=_STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
test_any_returns = AnyReturns.TestCase
