"""The states of an order: what may follow which, and what an update changes."""

from __future__ import annotations

from typing import get_args

import pytest

from pos_tui.cloud.gateway.order_records import (
    TERMINAL,
    TRANSITIONS,
    GatewayOrderState,
    OrderUpdate,
    RefundUpdate,
    states_before,
)


def test_every_state_says_what_may_follow_it_and_an_ended_order_nothing() -> None:
    assert set(TRANSITIONS) == set(get_args(GatewayOrderState))
    assert {state for state, after in TRANSITIONS.items() if not after} == set(TERMINAL)


@pytest.mark.parametrize(
    ("state", "before"),
    [
        ("sent", ()),
        ("pending", ("sent",)),
        ("paid", ("sent", "pending")),
        ("declined", ("sent", "pending")),
        ("cancelling", ("sent", "pending")),
        ("cancelled", ("sent", "pending", "cancelling")),
    ],
)
def test_an_order_that_is_being_cancelled_is_never_paid_any_more(
    state: GatewayOrderState, before: tuple[GatewayOrderState, ...]
) -> None:
    assert states_before(state) == before


def test_an_update_changes_what_it_names_and_nothing_else() -> None:
    assert OrderUpdate().columns() == {}
    assert OrderUpdate(next_at=None, tries=2).columns() == {"next_at": None, "tries": 2}
    assert RefundUpdate(state="done", next_at=None).columns() == {"state": "done", "next_at": None}


def test_a_reason_brings_its_sentence_and_takes_it_away() -> None:
    said = OrderUpdate(reason="cancelled").columns()
    assert said == {"reason": "cancelled", "say": "The payment is cancelled. Nothing was taken."}
    assert OrderUpdate(reason=None).columns() == {"reason": None, "say": None}
