"""A day's bill against our orders: what is the same is silent, what differs is told once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.cloud.gateway.differences import Difference
from pos_tui.cloud.gateway.order_records import GatewayOrderState, RecordedRefund
from pos_tui.cloud.gateway.reconciliation import (
    BillDay,
    Neighbours,
    Reconciliation,
    reconcile,
)
from pos_tui.cloud.platforms.bills import BillLine
from tests.cloud.gateway.our_orders import NOON, Order
from tests.spoken import spoken

DAY = BillDay.of(date(2026, 11, 21))


def paid(order_no: str = "A1", amount: int = 4770, **other: object) -> BillLine:
    line = BillLine(
        kind="payment",
        order_no=order_no,
        platform_ref="W" + order_no[1:],
        amount=amount,
        currency="CNY",
        time=NOON,
        line=2,
    )
    return msgspec.structs.replace(line, **other)


def refunded(refund_no: str = "R1", amount: int = 770, **other: object) -> BillLine:
    line = paid(amount=amount, kind="refund", refund_no=refund_no, line=3)
    return msgspec.structs.replace(line, **other)


def only(found: Reconciliation) -> Difference:
    (difference,) = found.differences
    assert found.beside == ()
    return difference


GIVEN_BACK = RecordedRefund("R1", 770, "done", NOON)


def test_what_is_the_same_there_and_here_is_silent() -> None:
    found = reconcile([paid(), refunded()], [Order(refunds=(GIVEN_BACK,))], DAY)
    assert (found.matched, found.differences, found.beside) == (2, (), ())
    (total,) = found.totals
    assert (total.paid_there, total.paid_here) == (4770, 4770)
    assert (total.refunded_there, total.refunded_here) == (770, 770)


def test_a_payment_that_we_never_recorded_is_told_with_what_to_do() -> None:
    difference = only(reconcile([paid()], [], DAY))
    assert difference.kind == "paid_there_not_here"
    assert spoken(difference.say).startswith(
        "The platform was paid 47.70 CNY for order A1 and we never recorded it: "
        "look at the order with `pos-tui trace A1`"
    )


@pytest.mark.parametrize(
    ("order_no", "shown"),
    [
        ("A1; rm -rf ~", "`pos-tui trace 'A1; rm -rf ~'`"),
        ("$(reboot)", "`pos-tui trace '$(reboot)'`"),
        ("A'1", "`pos-tui trace 'A'\"'\"'1'`"),
        ("--with=/etc/passwd", "`pos-tui trace -- --with=/etc/passwd`"),
    ],
)
def test_a_bills_number_runs_as_no_command_when_the_advice_is_copied(
    order_no: str, shown: str
) -> None:
    assert shown in spoken(only(reconcile([paid(order_no)], [], DAY)).say)


def test_an_unrecorded_payment_at_midnight_is_told_since_no_other_day_would_tell_it() -> None:
    late = paid(time=DAY.end - timedelta(seconds=1))
    assert only(reconcile([late], [], DAY)).kind == "paid_there_not_here"


@pytest.mark.parametrize("state", ["sent", "pending", "declined", "cancelling", "cancelled"])
def test_a_payment_of_an_order_that_is_not_paid_here(state: GatewayOrderState) -> None:
    difference = only(reconcile([paid()], [Order(state=state, paid_at=None)], DAY))
    assert difference.kind == "paid_there_not_here"
    assert f"which here is {state}" in spoken(difference.say)


def test_a_cancelled_payment_that_the_platform_undid_is_in_order() -> None:
    cancelled = Order(state="cancelled", paid_at=None, platform_ref=None)
    for number in ("", "ITS-OWN"):
        found = reconcile([paid(), refunded(number, 4770)], [cancelled], DAY)
        assert found.differences == ()
    after_midnight = reconcile([refunded("", 4770)], [cancelled], DAY)
    assert after_midnight.differences == ()


def test_a_cancelled_payment_that_went_back_only_in_part_is_not() -> None:
    cancelled = Order(state="cancelled", paid_at=None)
    found = reconcile([paid(), refunded("", 4000)], [cancelled], DAY)
    assert [d.kind for d in found.differences] == ["paid_there_not_here", "refund_there_not_here"]


def test_a_late_payment_that_we_give_back_the_day_after_is_in_order() -> None:
    refund = RecordedRefund("R1", 4770, "done", DAY.end + timedelta(hours=1))
    order = Order(state="cancelled", paid_at=None, refunds=(refund,))
    assert reconcile([paid()], [order], DAY).differences == ()
    next_day = BillDay.of(date(2026, 11, 22))
    assert reconcile([refunded("R1", 4770)], [order], next_day).differences == ()


def test_a_payment_of_ours_that_the_bill_does_not_have() -> None:
    difference = only(reconcile([], [Order()], DAY))
    assert (difference.kind, difference.here, difference.there) == (
        "paid_here_not_there",
        4770,
        None,
    )


def test_another_amount_or_currency() -> None:
    assert only(reconcile([paid(amount=4771)], [Order()], DAY)).kind == "amount_differs"
    difference = only(reconcile([paid(currency="HKD")], [Order()], DAY))
    assert "paid 47.70 HKD, we recorded 47.70 CNY" in spoken(difference.say)


def test_another_number_at_the_platform_may_mean_two_payments() -> None:
    assert only(reconcile([paid(platform_ref="X")], [Order()], DAY)).kind == "reference_differs"


def test_a_refund_that_somebody_made_elsewhere() -> None:
    difference = only(reconcile([paid(), refunded("R9")], [Order()], DAY))
    assert (difference.kind, difference.refund_no) == ("refund_there_not_here", "R9")


def test_a_refund_that_is_still_due_here() -> None:
    due = Order(refunds=(RecordedRefund("R1", 770, "due", None),))
    difference = only(reconcile([paid(), refunded()], [due], DAY))
    assert difference.kind == "refund_there_not_here"
    assert "which here is due" in spoken(difference.say)


def test_a_refund_of_ours_that_the_bill_does_not_have() -> None:
    difference = only(reconcile([paid()], [Order(refunds=(GIVEN_BACK,))], DAY))
    assert (difference.kind, difference.here) == ("refund_here_not_there", 770)


def test_a_refund_of_another_amount() -> None:
    found = reconcile([paid(), refunded(amount=700)], [Order(refunds=(GIVEN_BACK,))], DAY)
    assert only(found).kind == "refund_amount_differs"


def test_a_refund_without_a_number_is_ours_of_the_same_amount() -> None:
    found = reconcile([paid(), refunded("")], [Order(refunds=(GIVEN_BACK,))], DAY)
    assert found.differences == ()


def test_a_refund_today_of_a_payment_of_last_week() -> None:
    order = Order(paid_at=NOON - timedelta(days=7), refunds=(GIVEN_BACK,))
    assert reconcile([refunded()], [order], DAY).differences == ()


def test_a_line_that_comes_twice() -> None:
    difference = only(reconcile([paid(), paid(line=9)], [Order()], DAY))
    assert difference.kind == "duplicate"
    assert "in lines 2 and 9" in spoken(difference.say)


@pytest.mark.parametrize(
    ("paid_at", "place"),
    [
        (DAY.begin, "previous_day"),
        (DAY.begin + timedelta(minutes=10), "previous_day"),
        (DAY.begin + timedelta(minutes=10, seconds=1), None),
        (DAY.end - timedelta(minutes=10, seconds=1), None),
        (DAY.end - timedelta(minutes=10), "next_day"),
        (DAY.end - timedelta(microseconds=1), "next_day"),
    ],
)
def test_a_payment_near_midnight_may_be_in_another_days_bill(
    paid_at: datetime, place: str | None
) -> None:
    found = reconcile([], [Order(paid_at=paid_at.astimezone(UTC))], DAY)
    if place is None:
        assert only(found).kind == "paid_here_not_there"
    else:
        assert found.differences == ()
        assert [beside.kind for beside in found.beside] == [place]


def test_a_payment_at_the_next_midnight_is_the_next_days() -> None:
    found = reconcile([], [Order(paid_at=DAY.end)], DAY)
    assert (found.differences, found.beside) == ((), ())


def test_the_bill_of_the_day_after_settles_a_payment_near_midnight() -> None:
    late = Order(paid_at=DAY.end - timedelta(seconds=5))
    assert reconcile([], [late], DAY, Neighbours(next_day=[paid()])).differences == ()
    assert reconcile([], [late], DAY, Neighbours(next_day=[paid()])).beside == ()
    lost = reconcile([], [late], DAY, Neighbours(next_day=[]))
    assert only(lost).kind == "paid_here_not_there"
    assert reconcile([], [late], DAY, Neighbours(previous_day=[])).beside != ()


def test_a_line_whose_order_was_paid_after_our_midnight_is_in_order() -> None:
    order = Order(paid_at=DAY.end + timedelta(seconds=2))
    assert reconcile([paid(time=DAY.end)], [order], DAY).differences == ()


# ---- any day ---------------------------------------------------------------------------------

MOMENTS = st.integers(11 * 60, 86_400 - 11 * 60).map(lambda s: DAY.begin + timedelta(seconds=s))


@st.composite
def orders_of_a_day(draw: st.DrawFn) -> list[Order]:
    orders = []
    for number in range(draw(st.integers(1, 6))):
        amount = draw(st.integers(1, 10**7))
        parts = draw(st.lists(st.integers(1, amount), max_size=3))
        refunds: list[RecordedRefund] = []
        left = amount
        for part in parts:
            if part <= left:
                left -= part
                name = f"R{number}x{len(refunds)}"
                refunds.append(RecordedRefund(name, part, "done", draw(MOMENTS)))
        orders.append(
            Order(
                order_no=f"A{number}",
                amount=amount,
                platform_ref=f"W{number}",
                paid_at=draw(MOMENTS),
                refunds=tuple(refunds),
            )
        )
    return orders


def bill_of(orders: list[Order]) -> list[BillLine]:
    lines: list[BillLine] = []
    for order in orders:
        assert order.paid_at is not None
        lines.append(paid(order.order_no, order.amount, time=order.paid_at, line=len(lines) + 2))
        for refund in order.refunds:
            line = paid(order.order_no, refund.amount, kind="refund", refund_no=refund.refund_no)
            lines.append(msgspec.structs.replace(line, line=len(lines) + 2))
    return lines


@given(orders_of_a_day(), st.randoms())
def test_a_bill_made_from_our_payments_reconciles_clean(orders: list[Order], dice: object) -> None:
    bill = bill_of(orders)
    dice.shuffle(bill)  # type: ignore[attr-defined]
    found = reconcile(bill, orders, DAY)
    assert (found.differences, found.beside, found.matched) == ((), (), len(bill))
    for total in found.totals:
        assert total.paid_there == total.paid_here
        assert total.refunded_there == total.refunded_here


@given(orders_of_a_day(), st.data())
def test_one_line_that_is_missing_is_exactly_one_difference(
    orders: list[Order], data: st.DataObject
) -> None:
    bill = bill_of(orders)
    gone = bill.pop(data.draw(st.integers(0, len(bill) - 1)))
    difference = only(reconcile(bill, orders, DAY))
    expected = "paid_here_not_there" if gone.kind == "payment" else "refund_here_not_there"
    assert difference.kind == expected
    assert (difference.order_no, difference.refund_no or "") == (gone.order_no, gone.refund_no)
    assert difference.here == gone.amount


@given(orders_of_a_day(), st.data())
def test_one_line_that_is_changed_is_exactly_that_difference(
    orders: list[Order], data: st.DataObject
) -> None:
    bill = bill_of(orders)
    place = data.draw(st.integers(0, len(bill) - 1))
    line = bill[place]
    change = data.draw(st.sampled_from(["amount", "reference", "twice"]))
    kind = "amount_differs" if line.kind == "payment" else "refund_amount_differs"
    if change == "amount":
        bill[place] = msgspec.structs.replace(line, amount=line.amount + 1)
    elif change == "reference":
        bill[place], kind = msgspec.structs.replace(line, platform_ref="X"), "reference_differs"
    else:
        bill.append(msgspec.structs.replace(line, line=99))
        kind = "duplicate"
    difference = only(reconcile(bill, orders, DAY))
    assert (difference.kind, difference.order_no) == (kind, line.order_no)


@given(orders_of_a_day(), st.data())
def test_an_order_that_we_lost_is_told_for_each_of_its_lines(
    orders: list[Order], data: st.DataObject
) -> None:
    bill = bill_of(orders)
    lost = orders.pop(data.draw(st.integers(0, len(orders) - 1)))
    found = reconcile(bill, orders, DAY)
    assert {difference.order_no for difference in found.differences} == {lost.order_no}
    assert [difference.kind for difference in found.differences] == [
        "paid_there_not_here",
        *["refund_there_not_here"] * len(lost.refunds),
    ]
