"""Events are reported once the act that they belong to is whole, in their order."""

import pytest

from pos_tui.checkout.events import SaleVoided, TillEvent
from pos_tui.till.reports import Reports


def test_an_event_outside_an_act_is_reported_at_once():
    heard: list[TillEvent] = []
    Reports(heard.append).emit(SaleVoided(1))
    assert heard == [SaleVoided(1)]


def test_the_events_of_nested_acts_wait_for_the_outermost():
    heard: list[TillEvent] = []
    reports = Reports(heard.append)
    with reports.act():
        reports.emit(SaleVoided(1))
        with reports.act():
            reports.emit(SaleVoided(2))
        assert heard == []
    assert heard == [SaleVoided(1), SaleVoided(2)]


def test_an_act_that_fails_reports_what_had_happened():
    heard: list[TillEvent] = []
    reports = Reports(heard.append)
    with pytest.raises(ZeroDivisionError), reports.act():
        reports.emit(SaleVoided(1))
        raise ZeroDivisionError
    assert heard == [SaleVoided(1)]


def test_what_a_listener_does_is_reported_after_what_it_heard():
    heard: list[TillEvent] = []

    def listen(event):
        heard.append(event)
        if event == SaleVoided(1):
            with reports.act():
                reports.emit(SaleVoided(3))

    reports = Reports(listen)
    with reports.act():
        reports.emit(SaleVoided(1))
        reports.emit(SaleVoided(2))
    assert heard == [SaleVoided(1), SaleVoided(2), SaleVoided(3)]
