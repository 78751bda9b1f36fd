"""Sales by command that a wallet pays: declined, not yet known, left while a customer is asked."""

import json
import signal
import subprocess
import sys
import time

import pytest

from tests.cloud_fixture import Cloud, as_toml
from tests.conftest import COLA, Counter

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    """The servers behind a till, for all tests of this module."""
    cloud = Cloud(tmp_path_factory.mktemp("cloud"))
    cloud.all_up()
    yield cloud
    cloud.end()


@pytest.fixture
def places(cloud, tmp_path):
    """Where a stocked till in front of these servers has its settings and its data."""
    settings = tmp_path / "till.toml"
    settings.write_text(as_toml(cloud.a_till()))
    Counter(tmp_path / "data").stock().books.close()
    return "--settings", str(settings), "--data", str(tmp_path / "data")


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


def told(process):
    """Everything that a sale tells until it ends."""
    output, _ = process.communicate(timeout=60)
    return [json.loads(line) for line in output.splitlines()]


def code(ending):
    """A code not used before; the simulated platform acts by its ending."""
    return f"13{time.time_ns() % 10**12:012d}{ending}"


def test_a_declined_code_is_exit_3_and_says_why(places):
    sale = sell(*places, COLA, code("9001"))
    events = told(sale)
    assert sale.returncode == 3
    assert next(event for event in events if event["event"] == "declined")["why"]


def test_a_payment_left_unknown_is_exit_4_and_is_resumed(places):
    left = sell(*places, "--wait", "1", COLA, code("9003"))
    order = next(event for event in told(left) if event["event"] == "order")
    assert left.returncode == 4
    resumed = sell(*places)
    paid = next(event for event in told(resumed) if event["event"] == "paid")
    assert resumed.returncode == 0
    assert paid["order_no"] == order["order_no"]


def leave_and_resume(number, *places):
    """End a sale that waits for its customer by a signal; the next one of the till is that."""
    first = sell(*places, COLA, code("9003"))
    events_until(first, "status", state="pending")
    first.send_signal(getattr(signal, number))
    rest, complaint = first.communicate(timeout=30)
    assert first.returncode == 4
    assert json.loads(rest.splitlines()[-1])["reason"] == "till.left_to_resume"
    assert complaint == ""
    assert {"paid", "receipt"} <= {event["event"] for event in told(sell(*places))}


@posix
@pytest.mark.parametrize("number", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_sale_that_waits_for_its_customer_is_left_to_resume(places, number):
    leave_and_resume(number, *places)


@posix
def test_so_is_one_whose_servers_end_with_it(tmp_path):
    leave_and_resume("SIGTERM", "--demo", "--data", str(tmp_path))
