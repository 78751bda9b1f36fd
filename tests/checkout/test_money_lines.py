"""Vouchers and settled accounts on a list: goods cost what they cost without them, to the cent."""

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pos_tui.checkout.line import ListedItem
from pos_tui.checkout.settlement_list import SettlementList
from pos_tui.checkout.sold_lines import sold_lines
from pos_tui.pricing import Discount, Occasion
from pos_tui.pricing.offers import NForPrice, Offer, PercentOff, Threshold
from pos_tui.pricing.tax import TaxSystem

NOON = Occasion(datetime(2026, 11, 22, 12, 0, tzinfo=UTC))
OFFERS = (
    Offer(id=1, name="2 for 6", gives=NForPrice(2, 600), on=("product:A",)),
    Offer(id=2, name="ten off", gives=PercentOff(Decimal(10)), on=("all",)),
    Offer(id=3, name="1 off over 10", gives=Threshold(over=1000, amount=100), on=("all",)),
)
GOODS = (
    ListedItem(1, "A", "Cola", "can", 350, tax="low"),
    ListedItem(2, "B", "Spread", "jar", 3290),
    ListedItem(3, "C", "Deposit", "", 25, kind="deposit"),
)
MONEY = (
    ListedItem(0, "", "Voucher", "", 5000, kind="voucher"),
    ListedItem(0, "", "Voucher", "", 999, kind="voucher"),
    ListedItem(0, "M1", "Paid: Grace", "", 1234, kind="settlement"),
    ListedItem(0, "M2", "Paid: Alan", "", 1234, kind="settlement"),
)
taxes = st.builds(
    TaxSystem,
    st.sampled_from(("none", "included", "added")),
    st.sampled_from(("basket", "line")),
    st.just({"standard": Decimal(25), "low": Decimal("7.7")}),
    st.just("standard"),
)
acts = st.lists(st.tuples(st.sampled_from((*GOODS, *MONEY)), st.integers(1, 4)), max_size=9)
by_hand = st.sampled_from((None, Discount("percent", Decimal(5), "x", "Ada")))


def listed(acts, tax, discount, wanted=lambda _: True):
    found = SettlementList(OFFERS, tax)
    for item, quantity in acts:
        if wanted(item):
            found.add(item, Decimal(quantity), NOON)
    found.set_basket_discount(discount, NOON)
    return found


@given(acts, taxes, by_hand)
def test_goods_cost_what_they_cost_without_money_on_the_list(acts, tax, discount):
    whole = listed(acts, tax, discount)
    goods = listed(acts, tax, discount, lambda item: not item.is_money)
    money = sum(item.unit_price * quantity for item, quantity in acts if item.is_money)
    assert whole.totals.total == goods.totals.total + money
    assert whole.of_goods == goods.totals.total
    assert (whole.totals.saved, whole.totals.discounts) == (
        goods.totals.saved,
        goods.totals.discounts,
    )
    assert whole.taxes() == goods.taxes()
    whole.apply_basket_discounts(NOON)
    goods.apply_basket_discounts(NOON)
    assert [line.actual for line in whole.lines if not line.item.is_money] == [
        line.actual for line in goods.lines
    ]
    assert whole.totals.total == goods.totals.total + money


@given(acts, taxes, by_hand)
def test_what_was_sold_adds_up_and_money_has_no_tax(acts, tax, discount):
    whole = listed(acts, tax, discount)
    whole.apply_basket_discounts(NOON)
    sold = sold_lines(whole)
    assert sum(line.paid for line in sold) == whole.totals.total
    assert sum(line.net + line.tax for line in sold) == whole.totals.total
    for line in sold:
        if line.kind in ("voucher", "settlement"):
            assert (line.tax, line.tax_class, line.offers) == (0, "", ())
            assert line.gross == line.paid == line.net == line.net_before


@given(acts, st.data())
def test_lines_come_off_and_back_in_any_order(acts, data):
    whole = listed(acts, TaxSystem(), None)
    before = [(line.number, line.actual) for line in whole.lines], whole.totals
    off = []
    for _ in range(min(len(whole.lines), 3)):
        off.append(whole.remove(data.draw(st.integers(0, len(whole.lines) - 1)), NOON)[0].line)
    for line in off:
        whole.bring_back(line, NOON)
    assert ([(line.number, line.actual) for line in whole.lines], whole.totals) == before


def test_of_two_customers_each_has_a_line():
    whole = listed([(MONEY[2], 1), (MONEY[3], 1), (MONEY[0], 1), (MONEY[0], 1)], TaxSystem(), None)
    assert [(line.item.code, line.quantity) for line in whole.lines] == [
        ("M1", 1), ("M2", 1), ("", 2),
    ]  # fmt: skip
