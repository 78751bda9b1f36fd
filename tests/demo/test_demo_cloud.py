"""The demo's servers: they start, or say that they did not; nobody waits for them for ever."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from argparse import Namespace
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
import redis

from pos_tui.books import Books
from pos_tui.books.lock import TillLock
from pos_tui.cloud.enrolment.users import User, parse_user, till_user
from pos_tui.commands.end_requests import EndRequests
from pos_tui.commands.sell import NOT_PAID, STILL_UNKNOWN, run_sale
from pos_tui.demo import cloud as demo_cloud
from pos_tui.demo.cloud import EmbeddedCloud, ServersNotStarted
from pos_tui.demo.demo_redis import usual_redis, write_users
from pos_tui.demo.part import NotReady, Part
from pos_tui.demo.parts import CloudPlan, prepare
from pos_tui.demo.servers_lock import ServersLock
from pos_tui.demo.shop import DemoShop
from pos_tui.demo.stand_in_redis import stand_in_user
from pos_tui.messages import stream_name
from pos_tui.settings.redis_url import redis_address
from tests.campaign.demo_kills import demo_kills
from tests.campaign.demo_sale import sell
from tests.command_line import typed

COLA, WALLET = "5449000000996", "134857901234567890"
posix = pytest.mark.skipif(sys.platform == "win32", reason="SIGSTOP is POSIX")
linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")


class ImpatientShop(DemoShop):
    """A demo shop whose servers get two seconds."""

    def cloud_plan(self) -> CloudPlan:
        return msgspec.structs.replace(super().cloud_plan(), ready_s=2.0)


def cola_by_wallet() -> Namespace:
    return Namespace(scans=[COLA, WALLET], wait=30.0, confirm_expired=False, age_checked=False)


# ---- the stand-in --------------------------------------------------------------------------------


def test_a_sale_over_the_stand_in_for_redis_is_paid_by_its_message(tmp_path, capfd):
    assert sell(tmp_path / "shop", "stand_in", [COLA, WALLET]) == 0
    events = [msgspec.json.decode(line) for line in capfd.readouterr().out.splitlines()]
    assert "payment.paid_by_redis" in [event.get("reason") for event in events]
    assert events[-1]["event"] == "receipt"


def test_a_healthy_demo_is_well_and_one_that_runs_is_looked_at_as_it_is(tmp_path):
    started = typed("doctor", "--demo", "--json", "--data", str(tmp_path))
    assert started.returncode == 0, started.stdout
    assert {each["state"] for each in json.loads(started.stdout)["checks"]} <= {"ok", "skipped"}
    shop = DemoShop(tmp_path)
    lock, books = TillLock(tmp_path), Books(tmp_path)
    try:
        shop.open(books, datetime.now().astimezone())
        shop.wait_for_cloud()
        running = typed("doctor", "--demo", "--json", "--data", str(tmp_path))
        checks = {each["name"]: each for each in json.loads(running.stdout)["checks"]}
        assert checks["gateway"]["state"] == checks["redis"]["state"] == "ok"
        assert checks["lock"]["reason"] == "machine_check.till_runs"
    finally:
        shop.close()
        books.close()
        lock.release()


def test_windows_alone_has_no_real_redis_to_start(monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    assert usual_redis() == "server"
    monkeypatch.setattr("sys.platform", "win32")
    assert usual_redis() == "stand_in"


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A stand-in with the demo's users; its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    place = redis_address(f"redis://127.0.0.1:{port}/0")
    folder = tmp_path_factory.mktemp("redis")
    till = till_user("M001", "01", "till's word", place)
    users = write_users(folder, place, "admin's word", "relay's word", till)
    command = [sys.executable, "-m", "pos_tui.demo.stand_in_redis", str(port), str(users)]
    part = Part("redis", command)
    part.start()
    part.wait_until_ready()
    yield port
    part.end()


def client(port: int, user: str | None = None, word: str | None = None) -> redis.Redis:
    return redis.Redis(
        port=port, username=user, password=word, protocol=2, driver_info=None, socket_timeout=10
    )


def test_nobody_comes_in_to_the_stand_in_without_a_name_or_with_a_wrong_password(stand_in):
    with pytest.raises(redis.ResponseError, match="User disabled"):
        client(stand_in).ping()
    with pytest.raises(redis.AuthenticationError):
        client(stand_in, "relay", "the till's word").ping()


def test_a_till_reads_at_the_stand_in_and_does_nothing_else(stand_in):
    stream = stream_name("M001", "01")
    till = client(stand_in, "till:M001:01", "till's word")
    assert till.xread({stream: "0"}) == []
    for refused in (lambda: till.xadd(stream, {"m": "paid"}), lambda: till.get(stream)):
        with pytest.raises(redis.exceptions.NoPermissionError):
            refused()


def test_the_relay_publishes_at_the_stand_in_and_touches_nothing_else(stand_in):
    relay = client(stand_in, "relay", "relay's word")
    relay.xadd(stream_name("M001", "02"), {"m": "paid"})
    for refused in (lambda: relay.get("other"), relay.flushall, lambda: relay.keys("*")):
        with pytest.raises(redis.exceptions.NoPermissionError):
            refused()


def test_the_stand_in_gets_each_rule_in_words_that_it_knows():
    user = parse_user("user relay on #ab ~pos:* %R~log:* -@all +fcall +function|load")
    rules = ("on", "#ab", "~pos:*", "~log:*", "-@all", "+fcall", "+function", "~[0-9]*")
    assert stand_in_user(user) == User("relay", rules)


# ---- waits have a limit, and a sentence ----------------------------------------------------------


def test_a_sale_whose_servers_do_not_start_says_so_and_is_not_paid(tmp_path, capsys):
    shop = DemoShop(tmp_path / "shop")
    with socket.create_server(("127.0.0.1", shop.cloud_plan().simulator_port)):
        assert run_sale(cola_by_wallet(), shop.settings, shop.data, shop, EndRequests()) == NOT_PAID
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "The demo's servers did not start (simulate)" in err
    assert str(tmp_path / "shop" / "cloud" / "cloud.log") in err


def test_a_payment_that_was_unknown_still_is_when_the_servers_do_not_start(tmp_path, capsys):
    shop = ImpatientShop(tmp_path / "shop")
    pays_later = ("--demo", "--data", str(shop.data), "--wait", "1", COLA, "130000000000009003")
    left = subprocess.run(
        [sys.executable, "-m", "pos_tui", "sell", *pays_later], capture_output=True, check=False
    )
    assert left.returncode == STILL_UNKNOWN
    with socket.create_server(("127.0.0.1", shop.cloud_plan().simulator_port)):
        code = run_sale(cola_by_wallet(), shop.settings, shop.data, shop, EndRequests())
    assert code == STILL_UNKNOWN
    assert "did not start" in capsys.readouterr().err


@posix
def test_a_watching_process_that_stands_still_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(demo_cloud, "_MARGIN_S", 0.5)
    cloud = EmbeddedCloud(ImpatientShop(tmp_path / "shop").cloud_plan())
    assert cloud._process
    os.kill(cloud._process.pid, signal.SIGSTOP)
    with pytest.raises(ServersNotStarted) as raised:
        cloud.wait()
    assert raised.value.reason.kind == "demo.servers_silent"
    began = time.monotonic()
    cloud.close()
    assert cloud._process.poll() is not None
    assert time.monotonic() - began < 20


@posix
def test_servers_that_are_still_there_are_named(tmp_path):
    plan = ImpatientShop(tmp_path / "shop").cloud_plan()
    Path(plan.folder).mkdir(parents=True)
    lock = ServersLock(Path(plan.folder))
    assert lock.acquire(1, lambda: False)
    left = subprocess.Popen(["sleep", "60"], pass_fds=lock.inherited)
    os.close(*lock.inherited)
    cloud = EmbeddedCloud(plan)
    try:
        with pytest.raises(ServersNotStarted) as raised:
            cloud.wait()
        assert raised.value.reason.kind == "demo.servers_left"
    finally:
        left.kill()
        left.wait(10)
        cloud.close()


def test_whoever_watches_for_trouble_hears_that_the_servers_have_ended(tmp_path):
    cloud = EmbeddedCloud(DemoShop(tmp_path / "shop").cloud_plan())
    assert cloud._process
    cloud._process.kill()
    trouble = cloud.trouble()
    assert trouble
    assert trouble.kind == "demo.servers_ended"
    cloud.close()


def test_whoever_watches_for_trouble_hears_nothing_when_the_demo_is_left(tmp_path):
    cloud = EmbeddedCloud(DemoShop(tmp_path / "shop").cloud_plan())
    cloud.wait()
    heard = []
    watching = threading.Thread(target=lambda: heard.append(cloud.trouble()))
    watching.start()
    cloud.close()
    watching.join(30)
    assert heard == [None]


def test_servers_that_cannot_be_run_at_all_are_a_reason(tmp_path):
    plan = DemoShop(tmp_path / "shop").cloud_plan()
    Path(plan.folder).write_text("a file where the folder should be")
    cloud = EmbeddedCloud(plan)
    with pytest.raises(ServersNotStarted) as raised:
        cloud.wait()
    cloud.close()
    assert raised.value.reason.kind == "demo.servers_not_run"


@pytest.mark.parametrize("program", ["import time; time.sleep(60)", "pass"])
def test_a_part_that_does_not_serve_is_waited_for_so_long_only(program):
    part = Part("quiet", [sys.executable, "-c", program])
    part.start()
    with pytest.raises(NotReady):
        part.wait_until_ready(1.0)
    part.end()


# ---- killed at any moment ------------------------------------------------------------------------


@linux
def test_a_killed_demo_leaves_nothing_running_and_the_next_one_serves(capfd):
    # A till and a watching process, the one over Redis and the other over its stand-in.
    assert demo_kills(2, seed=53), capfd.readouterr().out


@pytest.mark.parametrize("which", ["stand_in", "server"])
def test_servers_go_with_the_process_that_watches_over_them(tmp_path, which):
    if which != usual_redis() and sys.platform == "win32":
        pytest.skip("there is no real Redis for Windows")
    plan = DemoShop(tmp_path / "shop", which).cloud_plan()
    cloud = EmbeddedCloud(plan)
    cloud.wait()
    ports = (plan.redis_port, plan.gateway_port, plan.simulator_port)
    assert [port for port in ports if answers(port)] == list(ports)
    assert cloud._process
    cloud._process.kill()
    until = time.monotonic() + 20
    while left := [port for port in ports if answers(port)]:
        assert time.monotonic() < until, left
        time.sleep(0.05)
    cloud.close()


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def test_keys_that_were_cut_short_are_made_anew_as_a_whole(tmp_path):
    plan = DemoShop(tmp_path / "shop").cloud_plan()
    prepare(plan)
    folder = Path(plan.folder)
    keys = {path: path.read_bytes() for path in folder.glob("*.pem")}
    assert keys
    first, *others = keys
    first.unlink()
    (folder / "new-keys").mkdir()
    (folder / "new-keys" / first.name).write_text("-----BEGIN")
    prepare(plan)
    assert all(path.read_bytes().rstrip().endswith(b"-----") for path in keys)
    assert all(path.read_bytes() != keys[path] for path in others)
    assert not (folder / "new-keys").exists()
