"""What comes back is worth what was paid for it: by running parts, the last one takes the rest."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pos_tui.checkout.line import ListedItem
from pos_tui.checkout.refunds import paid_parts, refund_tender, refund_ways
from pos_tui.checkout.returns import (
    ReturnableLine,
    ReturnError,
    ReturnLine,
    return_of,
    running_part,
    with_returns,
)
from pos_tui.checkout.sold_lines import SoldLine
from pos_tui.checkout.tenders import Tender
from pos_tui.money import Currency, round_cash
from tests.conftest import NOON


def line_of(paid, quantity, tax=0, unit="kg"):
    item = ListedItem(7, "1002", "Roast chicken", unit, 3800)
    sold = SoldLine(1, 7, Decimal(quantity) / 1000, paid, paid, paid, paid - tax, "food", tax)
    return ReturnableLine(sold, item)


@given(
    st.integers(0, 10**7),
    st.lists(st.integers(1, 5000), min_size=1, max_size=12),
    st.integers(0, 20),
)
def test_parts_of_a_line_add_up_to_what_was_paid(paid, quantities, rate):
    tax = paid * rate // 100
    line, returns = line_of(paid, sum(quantities), tax), list[ReturnLine]()
    for number, quantity in enumerate(quantities, 1):
        now = with_returns(line, returns, 148)
        returns.append(return_of(148, now, quantity, number))
        assert 0 <= sum(each.amount for each in returns) <= paid
    assert sum(each.amount for each in returns) == paid
    assert sum(each.tax for each in returns) == tax
    with pytest.raises(ReturnError):
        return_of(148, with_returns(line, returns, 148), 1, 99)


def test_the_last_piece_takes_the_odd_unit():
    assert [running_part(100, 3, before, 1) for before in range(3)] == [33, 33, 34]


@given(
    st.lists(st.integers(1, 50_000), min_size=1, max_size=4),
    st.lists(st.sampled_from(["cash", "card", "wallet", "voucher"]), min_size=1, max_size=3),
    st.sampled_from([1, 5, 10, 50]),
    st.lists(st.integers(1, 40_000), min_size=1, max_size=6),
)
def test_all_of_a_sale_goes_back_the_way_it_came_to_the_unit(amounts, kinds, step, returned):
    """However it is cut: each refund is the exact negative of what was paid that way."""
    currency = Currency("CHF", 2, step)
    total = sum(amounts)
    tenders, left = list[Tender](), total
    for kind in kinds[:-1]:
        part = left // 3
        if kind == "cash":
            part -= part % step
        if part:
            tenders.append(Tender(kind, left, part, number=len(tenders) + 1))
            left -= part
    last = round_cash(left, currency) if kinds[-1] == "cash" else left
    tenders.append(Tender(kinds[-1], last, last, number=len(tenders) + 1, rounding=last - left))
    assert sum(each.covers for each in tenders) == total
    refunds, owed = list[Tender](), total
    for piece in (*returned, total):
        piece = min(piece, owed)  # noqa: PLW2901
        if not piece:
            continue
        ways = refund_ways(piece, {148: piece}, paid_parts(148, tenders, refunds), currency)
        made = [refund_tender(way, 1 + n, NOON, "R1") for n, way in enumerate(ways)]
        assert sum(each.covers for each in made) == -piece
        assert all(each.of_sale == 148 for each in made)
        refunds += [replace(each, state="taken") for each in made]
        owed -= piece
    assert not owed
    for tender in tenders:
        mine = [each for each in refunds if each.of_tender == tender.number]
        assert -sum(each.amount for each in mine) == tender.amount
        assert -sum(each.rounding for each in mine) == tender.rounding
        assert {each.kind for each in mine} == {tender.kind}


@pytest.mark.parametrize(
    ("step", "due", "in_cash"),
    [(5, 1572, 1570), (10, 1572, 1570), (5, 1573, 1575), (5, 1574, 1575)],
)
def test_cash_goes_back_as_it_was_rounded_when_it_was_paid(step, due, in_cash):
    """13.67 and 15 % tax come to 15.72: in coins of 0.05 that is 15.70, and 15.70 comes back."""
    currency = Currency("CHF", 2, step)
    paid = Tender("cash", in_cash, in_cash, rounding=in_cash - due)
    (way,) = refund_ways(due, {1: due}, paid_parts(1, [paid], []), currency)
    back = refund_tender(way, 1, NOON)
    assert (back.amount, back.rounding, back.covers) == (-in_cash, due - in_cash, -due)


def test_a_card_s_part_is_not_rounded():
    currency = Currency("CHF", 2, 5)
    card = Tender("card", 1573, 1000, number=1)
    cash = Tender("cash", 575, 575, number=2, rounding=2)
    parts = paid_parts(1, [card, cash], [])
    ways = refund_ways(1573, {1: 1573}, parts, currency)
    assert [(each.kind, each.given) for each in ways] == [("card", 1000), ("cash", 575)]


def test_no_more_goes_back_to_a_wallet_than_its_sale_s_goods_are_worth():
    currency = Currency("CNY", 2)
    wallet = paid_parts(1, [Tender("wallet", 5000, 5000, order_no="A1234567")], [])
    cash = paid_parts(2, [Tender("cash", 3000, 3000)], [])
    ways = refund_ways(2500, {1: 1500, 2: 1000}, [*wallet, *cash], currency)
    assert [(each.kind, each.given) for each in ways] == [("wallet", 1500), ("cash", 1000)]


def test_goods_that_nobody_knows_the_sale_of_are_paid_back_in_cash():
    ways = refund_ways(1234, {0: 1234}, [], Currency("CHF", 2, 5))
    assert [(each.kind, each.given, each.part) for each in ways] == [("cash", 1235, None)]
