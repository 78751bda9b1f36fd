"""What a paid sale sold, line by line, adds up to what its receipt says."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.checkout.line import ListedItem
from pos_tui.checkout.settlement_list import SettlementList
from pos_tui.checkout.sold_lines import sold_lines
from pos_tui.pricing import Discount, Occasion, Offer
from pos_tui.pricing.offers import PercentOff, Threshold
from pos_tui.pricing.tax import TaxSystem

NOW = Occasion(datetime(2026, 11, 29, 12, tzinfo=UTC), frozenset(), frozenset())
RATES = {"standard": Decimal(13), "food": Decimal(9), "none": Decimal(0)}

systems = st.builds(
    lambda mode, rounding: TaxSystem(mode, rounding, RATES, "standard"),
    st.sampled_from(("none", "included", "added")),
    st.sampled_from(("basket", "line")),
)
goods = st.lists(
    st.tuples(
        st.integers(0, 9_999),
        st.integers(1, 5_000).map(lambda n: Decimal(n) / 1000),
        st.sampled_from(("", "standard", "food", "none", "unheard of")),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)
OFFERS = (
    Offer(id=1, name="a tenth", gives=PercentOff(Decimal(10)), on=("product:P1", "product:P3")),
    Offer(id=2, name="2 off 50", gives=Threshold(over=5000, amount=200)),
)


def paid_list(system, goods):
    listed = SettlementList(OFFERS, system)
    for number, (price, quantity, tax, discounted) in enumerate(goods):
        item = ListedItem(number, f"P{number}", f"Goods {number}", "", price, tax=tax)
        listed.add(item, quantity, NOW)
        if discounted:
            listed.set_discount(number, Discount("percent", Decimal(5), "damaged", "Ada"), NOW)
    listed.apply_basket_discounts(NOW)
    return listed


@given(systems, goods)
def test_lines_add_up_to_the_receipt(system, goods):
    listed = paid_list(system, goods)
    lines = sold_lines(listed)
    assert sum(each.paid for each in lines) == listed.totals.total
    assert sum(each.net + each.tax for each in lines) == listed.totals.total
    for tax in listed.taxes():
        of_class = [each for each in lines if each.tax_class == tax.name]
        assert sum(each.tax for each in of_class) == tax.tax
        assert sum(each.net for each in of_class) == tax.net
    assert sum(amount for each in lines for _, amount in each.offers) == listed.totals.saved


@given(systems, goods)
def test_a_line_is_worth_at_least_what_was_paid_for_it(system, goods):
    for line in sold_lines(paid_list(system, goods)):
        assert 0 <= line.net <= line.net_before + 1  # each is rounded on its own
        assert line.tax >= 0


def test_a_line_with_tax_in_its_price():
    item = ListedItem(7, "COLA", "Cola", "", 350, tax="standard")
    listed = SettlementList((), TaxSystem("included", "basket", RATES, "standard"))
    listed.add(item, Decimal(2), NOW)
    listed.apply_basket_discounts(NOW)
    (line,) = sold_lines(listed)
    # 700 x 13 / 113 = 80.53
    assert (line.gross, line.paid, line.net, line.tax) == (700, 700, 619, 81)
    assert line.net_before == 619


@pytest.mark.parametrize(("price", "tax", "total"), [(1367, 205, 1572), (100, 15, 115)])
def test_a_line_whose_tax_is_added(price, tax, total):
    item = ListedItem(7, "COLA", "Cola", "", price, tax="t")
    listed = SettlementList((), TaxSystem("added", "basket", {"t": Decimal(15)}, "t"))
    listed.add(item, Decimal(1), NOW)
    listed.apply_basket_discounts(NOW)
    (line,) = sold_lines(listed)
    assert (line.paid, line.net, line.tax) == (total, price, tax)
