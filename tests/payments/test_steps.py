"""The steps of a payment as the cashier sees them: which are done, since when, what is failed."""

from datetime import UTC, datetime, timedelta

import pytest

from pos_tui.checkout.events import PaymentView, Step
from pos_tui.payments.steps import CASH_STEPS, RECEIPT_STEPS, WALLET_STEPS, PaymentSteps
from pos_tui.reasons import because

AT = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
LATER = AT + timedelta(seconds=3)
TITLE = because("payment.title_receipt", number=7)


def states(steps):
    return [step.state for step in steps.view().steps]


def times(steps):
    return [step.at for step in steps.view().steps]


def test_nothing_is_done_at_first():
    assert PaymentSteps(TITLE, CASH_STEPS).view() == PaymentView(
        TITLE, (Step("cash_received", "doing"), Step("receipt", "todo")), None, "info", ""
    )


def test_each_step_keeps_the_time_at_which_it_was_reached_first():
    steps = PaymentSteps(TITLE, WALLET_STEPS)
    steps.reach(1, AT)
    steps.reach(3, LATER)
    assert states(steps) == ["done", "done", "done", "doing", "todo"]
    assert times(steps) == [AT, LATER, LATER, None, None]


def test_steps_never_go_back():
    steps = PaymentSteps(TITLE, WALLET_STEPS)
    steps.reach(3, AT)
    steps.reach(1, LATER)
    assert states(steps) == ["done", "done", "done", "doing", "todo"]
    assert times(steps)[:3] == [AT] * 3


def test_a_large_count_is_all_of_them():
    steps = PaymentSteps(TITLE, RECEIPT_STEPS)
    steps.reach(99, AT)
    assert states(steps) == ["done"]
    assert times(steps) == [AT]


@pytest.mark.parametrize(
    ("state", "done"),
    [("drafted", 1), ("sent", 2), ("pending", 2), ("unknown", 2), ("paid", 0), ("declined", 0)],
)
def test_an_orders_state_reaches_its_step(state, done):
    steps = PaymentSteps(TITLE, WALLET_STEPS)
    steps.reach_state(state, AT)
    assert states(steps).count("done") == done
    assert times(steps).count(AT) == done


def test_once_the_money_is_there_only_the_receipt_is_left():
    for names in (WALLET_STEPS, CASH_STEPS):
        steps = PaymentSteps(TITLE, names)
        steps.confirm(AT)
        assert states(steps) == ["done"] * (len(names) - 1) + ["doing"]
        assert times(steps) == [AT] * (len(names) - 1) + [None]


def test_a_failure_is_of_the_step_that_was_being_taken():
    steps = PaymentSteps(TITLE, WALLET_STEPS)
    steps.reach(2, AT)
    steps.fail()
    assert states(steps) == ["done", "done", "failed", "todo", "todo"]


def test_the_view_keeps_what_was_shown_last():
    steps = PaymentSteps(TITLE, WALLET_STEPS, "13**7890")
    first, second = because("payment.sending"), because("payment.order_sent")
    assert (steps.view().status, steps.view().tone) == (None, "info")
    assert (steps.view(first, "warning").status, steps.view().tone) == (first, "warning")
    assert (steps.view().status, steps.view(None, "error").tone) == (first, "warning")
    assert (steps.view(second).status, steps.view().tone) == (second, "info")
    assert steps.view().masked_code == "13**7890"
    assert steps.view().title == TITLE
