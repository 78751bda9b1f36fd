"""The system asks for the end: a closed window, a shutdown, a signal. No sale is lost by it."""

import _thread
import asyncio
import json
import signal
import subprocess
import sys
import threading
import time

import pytest

from pos_tui.commands.end_requests import (
    AskedToEnd,
    EndRequests,
    end_requests,
    follow_console_event,
)
from tests.cloud_fixture import Cloud, as_toml
from tests.conftest import COLA, Counter

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


def sell(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "pos_tui", "sell", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def events_until(process, event, **wanted):
    """Read a sale's events up to one."""
    for line in process.stdout:
        read = json.loads(line)
        if read["event"] == event and wanted.items() <= read.items():
            return
    pytest.fail(f"{event} never came: {process.stderr.read()}")


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    """The servers behind a till, for all tests of this module."""
    cloud = Cloud(tmp_path_factory.mktemp("cloud"))
    cloud.all_up()
    yield cloud
    cloud.end()


def leave_and_resume(number, *places):
    """End a sale that waits for its customer by a signal; the next one of the till is that."""
    pays_later = f"13{time.time_ns() % 10**12:012d}9003"
    first = sell(*places, COLA, pays_later)
    events_until(first, "status", state="pending")
    first.send_signal(getattr(signal, number))
    rest, complaint = first.communicate(timeout=30)
    assert first.returncode == 4
    assert json.loads(rest.splitlines()[-1])["reason"] == "till.left_to_resume"
    assert complaint == ""
    again, _ = sell(*places).communicate(timeout=60)
    assert {"paid", "receipt"} <= {json.loads(line)["event"] for line in again.splitlines()}


@posix
@pytest.mark.parametrize("number", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_sale_that_waits_for_its_customer_is_left_to_resume(cloud, tmp_path, number):
    settings = tmp_path / "till.toml"
    settings.write_text(as_toml(cloud.a_till()))
    Counter(tmp_path / "data").stock().books.close()
    leave_and_resume(number, "--settings", str(settings), "--data", str(tmp_path / "data"))


@posix
def test_so_is_one_whose_servers_end_with_it(tmp_path):
    leave_and_resume("SIGTERM", "--demo", "--data", str(tmp_path))
