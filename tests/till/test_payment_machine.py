"""Whatever is done at a till, and whenever it stops: money in − money out is what is owed and told.

A till with books and no screen, before a gateway that is a model; time passes at once.
"""

import os

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pos_tui.payments.listener import Confirmation
from pos_tui.reasons import because
from tests.conftest import BREAD, COLA, MILK, SPREAD
from tests.model_shop import STREAM, Shop, wallet_code

_EXAMPLES, _STEPS = 60, 30
_ACTS = ("wallet", "wallet", "cash", "cash", "rest", "give_up_payment", "give_back", "hold")


class AnyPayments(RuleBasedStateMachine):
    """Any acts, answers and stops, in any order."""

    shop: Shop

    def __init__(self):
        super().__init__()
        self.is_well = False
        self.closed: dict[int, object] = {}

    @initialize(cash_step=st.sampled_from([1, 5]))
    def begin(self, cash_step):
        self.shop = Shop(cash_step)
        self.is_well = True

    def do(self, act, *args):
        self.is_well = False
        self.shop.do(act, *args)
        self.is_well = True

    @rule(codes=st.lists(st.sampled_from([COLA, SPREAD, MILK, BREAD, "0.333*1002"]), max_size=3))
    def scan(self, codes):
        for code in codes:
            self.do(self.shop.till.scan, code)

    @rule(
        text=st.sampled_from(["=", "1", "2.55", "20", "c", "c5 4242", "v3 X-1", "0.02"]),
        part=st.sampled_from([None, None, "", "1", "10"]),
    )
    def pay(self, text, part):
        """In cash, by card or voucher, or a part or all of it by wallet."""
        if part is None:
            self.by_hand(text)
        else:
            self.by_wallet(part)

    def by_hand(self, text):
        self.shop.till.confirm_expired()
        self.do(self.shop.till.pay, text)

    def by_wallet(self, part):
        self.shop.till.confirm_expired()
        self.do(self.shop.till.pay_part, part, wallet_code())

    @rule(parts=st.lists(st.sampled_from(["1", "2.5"]), min_size=1, max_size=3))
    def several_parts(self, parts):
        """By wallet or in cash, with nothing in between."""
        if self.shop.till.sale.is_empty:
            self.do(self.shop.till.scan, SPREAD)
        for index, part in enumerate(parts):
            if (index + len(parts)) % 3:
                self.by_wallet(part)
            else:
                self.by_hand(part)
            self.pass_time(0.5)

    @rule(
        acts=st.lists(
            st.tuples(st.sampled_from(_ACTS), st.sampled_from([0, 0.06, 0.5, 10])),
            min_size=1,
            max_size=4,
        ),
        disk=st.sampled_from(["well", "well", "slow", "refuses"]),
        gateway=st.sampled_from(["well", "well", "away", "mute", "deaf", "late", "refuses"]),
        cut=st.sampled_from([None, None, 0, 1, 99]),
    )
    def trouble_that_ends(self, acts, disk, gateway, cut):
        """Some acts while something is wrong, perhaps a stop, and then all is well again."""
        shop = self.shop
        if shop.till.sale.is_empty:
            self.do(shop.till.scan, SPREAD)
        shop.books.disk.mood, shop.gateway.mood = disk, gateway
        for act, seconds in acts:
            if act == "wallet":
                self.by_wallet("2.5")
            elif act == "cash":
                self.by_hand("1")
            elif act == "rest":
                self.by_wallet("")
            else:
                self.do(getattr(shop.till, act))
            self.pass_time(seconds)
        if cut is not None:
            self.cut_power(cut)
            self.pass_time(acts[0][1])  # it starts in the same trouble
        self.shop.books.disk.mood = self.shop.gateway.mood = "well"
        self.pass_time(3)

    @rule(
        act=st.sampled_from(
            ["give_up_payment", "ask_now", "give_back", "give_back", "hold", "void"]
        )
    )
    def act(self, act):
        self.do(getattr(self.shop.till, act))

    @rule(data=st.data())
    def recall(self, data):
        aside = [each.sale_no for each in self.shop.till.open_payments()]
        numbers = aside + [each.number for each in self.shop.books.held()]
        if numbers:
            self.do(self.shop.till.recall, data.draw(st.sampled_from(numbers)))

    @rule(seconds=st.sampled_from([0.06, 0.5, 3, 30]))
    def time(self, seconds):
        self.pass_time(seconds)

    def pass_time(self, seconds):
        self.is_well = False
        self.shop.wait(seconds)
        self.is_well = True

    @rule(
        disk=st.sampled_from(["well", "well", "slow", "refuses"]),
        mood=st.sampled_from(["well", "well", "away", "mute", "deaf", "late", "refuses"]),
        answer=st.sampled_from(["paid", "paid", "pending", "unknown", "declined"]),
        refund=st.sampled_from(["refunded", "refunded", "pending", "refused"]),
        linked=st.booleans(),
    )
    def world(self, disk, mood, answer, refund, linked):
        """How the disk, the gateway and the link are from now on."""
        gateway = self.shop.gateway
        gateway.mood, gateway.next_answer, gateway.next_refund = mood, answer, refund
        self.shop.books.disk.mood = disk
        self.shop.books.disk.flush()
        self.shop.listener.linked = linked
        self.do(self.shop.till._orders._link_changed, linked, None)

    @rule(pays=st.booleans())
    def customers_decide(self, pays):
        for order in self.shop.gateway.orders.values():
            if order.is_open and pays:
                order.pay()
            elif order.is_open:
                order.answer = "declined"

    @rule(data=st.data())
    def message(self, data):
        charged = [each for each in self.shop.gateway.orders.values() if each.charged]
        if charged:
            message = self.shop.message(data.draw(st.sampled_from(charged)))
            for _ in range(data.draw(st.integers(1, 2))):
                self.do(self.shop.inbox.accept, message)

    @rule(data=st.data(), how=st.sampled_from(["unsigned", "amount", "foreign", "till"]))
    def forged_message(self, data, how):
        orders = list(self.shop.gateway.orders.values())
        if not orders:
            return
        order = data.draw(st.sampled_from(orders))
        changes = {
            "unsigned": {},
            "amount": {"amount": order.amount + 1},
            "foreign": {"order_no": "X" * 20},
            "till": {"till": "02"},
        }[how]
        forged = self.shop.message(order, **changes)
        if how == "unsigned":
            forged = Confirmation(STREAM, forged.id, None, because("confirmation.unsigned"), 7)
        self.do(self.shop.inbox.accept, forged)

    @rule(written=st.sampled_from([0, 0, 1, 2, 99]))
    def power_cut(self, written):
        self.cut_power(written)

    def cut_power(self, written):
        self.is_well = False
        self.shop.power_cut(written)
        self.is_well = True

    @invariant()
    def money_is_right(self):
        self.is_well = False
        self.shop.look()
        for sale in self.shop.in_memory:
            if sale.state != "awaiting":
                self.closed.pop(sale.number, None)
                continue
            now = [(line.number, line.quantity, line.actual) for line in sale.list.lines]
            before = self.closed.setdefault(sale.number, (now, sale.list.totals.total))
            assert (now, sale.list.totals.total) == before, "a list changed while it was closed"
        self.is_well = True

    def teardown(self):
        if not hasattr(self, "shop"):
            return
        try:
            if self.is_well:
                self.shop.finish(customers_pay=len(self.shop.gateway.orders) % 2 == 0)
        finally:
            self.shop.close()


AnyPayments.TestCase.settings = hypothesis_settings(
    max_examples=_EXAMPLES * int(os.environ.get("POS_TUI_TRIES", "1")),
    stateful_step_count=_STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
test_any_payments = AnyPayments.TestCase
