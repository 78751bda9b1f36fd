"""The system asks for the end: a closed window, a shutdown, a signal. No sale is lost by it."""

import _thread
import asyncio
import signal
import sys
import threading

import pytest

from pos_tui.commands.end_requests import (
    AskedToEnd,
    EndRequests,
    end_requests,
    follow_console_event,
)

CTRL_C, CTRL_BREAK, CLOSE, LOGOFF, SHUTDOWN = 0, 1, 2, 5, 6
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
windows = pytest.mark.skipif(sys.platform != "win32", reason="only Windows has such consoles")


def test_a_request_before_there_is_a_till_ends_the_start():
    requests = EndRequests()
    with pytest.raises(AskedToEnd):
        requests.arrive()
    with pytest.raises(AskedToEnd), requests.lead_to(lambda: None):
        pytest.fail("a till was opened after the request to end")


def test_a_till_is_asked_once_and_left_in_peace_while_it_ends():
    requests, asked = EndRequests(), []
    with requests.lead_to(lambda: asked.append("leave")):
        requests.arrive(signal.SIGTERM, None)
        requests.arrive(signal.SIGTERM, None)
    requests.arrive(signal.SIGTERM, None)
    assert asked == ["leave"]


def test_the_signals_are_as_they_were_afterwards():
    before = signal.getsignal(signal.SIGTERM)
    with end_requests():
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before


@posix
def test_a_till_under_nohup_outlives_its_terminal():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with end_requests():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("event", [CLOSE, LOGOFF, SHUTDOWN])
def test_a_closed_window_a_logoff_and_a_shutdown_end_the_till_and_wait_for_it(event):
    interrupted: list[bool] = []
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        assert interrupted
        waited.append(seconds)

    assert follow_console_event(event, lambda: interrupted.append(True), sleep)
    assert waited[0] > 20  # longer than Windows gives: the program ends by itself before


@pytest.mark.parametrize("event", [CTRL_C, CTRL_BREAK])
def test_keys_are_left_to_the_signals(event):
    assert not follow_console_event(event, pytest.fail, lambda _s: pytest.fail("it waits"))


async def wait_for_the_closed_window(requests):
    asked, loop = asyncio.Event(), asyncio.get_running_loop()
    number = getattr(signal, "SIGBREAK", signal.SIGTERM)

    def close_the_window():
        follow_console_event(CLOSE, lambda: _thread.interrupt_main(number), lambda _s: None)

    with requests.lead_to(lambda: loop.call_soon_threadsafe(asked.set)):
        threading.Thread(target=close_the_window).start()
        await asyncio.wait_for(asked.wait(), 4)  # less than the five seconds that Windows gives


@windows
def test_a_closed_window_wakes_a_till_that_waits():
    with end_requests() as requests:
        asyncio.run(wait_for_the_closed_window(requests))
    assert requests.came
