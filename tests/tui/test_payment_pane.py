"""The payment pane while seconds pass: the current step is there, and little is painted."""

from datetime import timedelta

import pytest
from textual.widget import Widget

from pos_tui.checkout.events import PaymentAsked, PaymentChanged, PaymentView, Step
from pos_tui.reasons import because, plain
from pos_tui.tui.panes.payment import steps_with_room
from pos_tui.wording.current import say
from tests.conftest import COLA, NOON
from tests.tui.seat import put_under_way, sitting

STEPS = (
    Step("order_written", "done", NOON),
    Step("order_sent", "done", NOON),
    Step("customer", "doing"),
    Step("confirmed", "todo"),
    Step("receipt", "todo"),
)


def pending(status):
    title = because("payment.title_wallet", platform="WeChat Pay", code="····7890")
    return PaymentChanged(PaymentView(title, STEPS, status), "pending", 1)


@pytest.mark.parametrize("room", range(1, 6))
def test_the_current_step_is_never_dropped_for_want_of_room(room):
    shown = steps_with_room(STEPS, room)
    assert STEPS[2] in shown
    assert len(shown) == room


def test_a_step_that_failed_is_the_current_one():
    steps = (*STEPS[:2], Step("customer", "failed"), *STEPS[3:])
    assert steps_with_room(steps, 1) == [steps[2]]


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)])
async def test_long_words_leave_the_current_step_its_row(shop, size):
    async with sitting(shop, size) as seat:
        await seat.scan(COLA)
        seat.till_screen.show(pending(because("payment.not_known", why=plain("It is away."))))
        await seat.pilot.pause()
        assert "◐ customer" in seat.text
        said = " ".join(row.split("│")[-2].strip() for row in seat.rows if row.count("│") > 2)
        assert say("payment.not_known", why="It is away.") in said


async def test_seconds_are_counted_and_only_their_cells_painted(shop, monkeypatch):
    async with sitting(shop) as seat:
        await seat.scan(COLA)
        screen, pane = seat.till_screen, seat.till_screen.payment
        screen.show(pending(because("payment.customer_confirms")))
        screen.show(PaymentAsked(1, 3, NOON + timedelta(seconds=9)))
        pane.show_time(NOON + timedelta(seconds=6))
        await seat.pilot.pause()
        assert "◐ customer         6 s" in seat.text
        assert "asked 3×, next 3 s" in seat.text
        painted = []
        monkeypatch.setattr(
            Widget, "refresh", lambda _self, *regions, **_options: painted.extend(regions)
        )
        pane.show_time(NOON + timedelta(seconds=6, milliseconds=300))
        assert painted == []
        pane.show_time(NOON + timedelta(seconds=7))
        assert [(region.height, region.width <= 5) for region in painted] == [(1, True)] * 2


async def test_nothing_counts_seconds_when_no_payment_is_under_way(shop):
    async with sitting(shop) as seat:
        await seat.scan(COLA)
        screen = seat.till_screen
        counting = [screen._seconds is not None]
        put_under_way(shop)
        screen.show(pending(None))
        counting.append(screen._seconds is not None)
        shop.till.sale.tenders = ()
        screen.show(pending(None))
        counting.append(screen._seconds is not None)
        assert counting == [False, True, False]
