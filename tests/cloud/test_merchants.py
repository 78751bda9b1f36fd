"""The gateway's operator: merchants come and go, their keys are sealed and never seen again."""

from __future__ import annotations

import json
import logging
import shutil
import stat
import sys
import threading
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pos_tui.cloud.merchant_files import SECRETS, MerchantFiles
from pos_tui.cloud.merchants import MerchantBook, has_previous_key, till_keys, with_open_keys
from pos_tui.cloud.platforms.qra.account import QraAccount
from pos_tui.cloud.platforms.registry import PLATFORMS
from pos_tui.cloud.platforms.wechat.account import WeChatAccount
from pos_tui.cloud.relay.connection import connect
from pos_tui.cloud.relay.server import Relay
from pos_tui.cloud.relay.stream_writer import checkpoint_name
from pos_tui.cloud.settings_files import load_cloud_settings
from pos_tui.cloud.wire.sealing import SEALED, Master, SealError
from pos_tui.messages import (
    MessageError,
    TransactionLogEntry,
    TransactionLogHead,
    bucket_of,
    encode_log_line,
    open_success,
    seal_success,
    stream_name,
    success_of,
)
from pos_tui.settings import CloudSettings, Merchant, SettingsError
from pos_tui.settings.redis_url import redis_address
from pos_tui.text_width import width_of
from tests.command_line import Finished, in_chinese, typed
from tests.spoken import raises

from .log_lines import entry
from .shop import Redis, until

V3_KEY, QRA_KEY = "0123456789abcdefFEDCBA9876543210", "the-bank's-key"
ACCOUNTS = f"""
[wechat]
appid = "wx00000000000001"
mchid = "1900000001"
serial = "MERCHANTSERIAL"
private_key = "file:merchant-key.pem"
platform_keys = {{ PUB_KEY_ID_0001 = "file:platform-public.pem" }}
api_v3_key = "{V3_KEY}"

[qra]
mch_id = "QRA000000000001"
key = "{QRA_KEY}"
accepts = ["unionpay", "alipay"]
"""


class Office:
    """The operator's desk: a data folder, cloud.toml, and the commands."""

    def __init__(self, folder: Path, keys: Path) -> None:
        self.data = folder / "data"
        self.papers = folder / "papers"
        shutil.copytree(keys, self.papers)
        self.accounts = self.papers / "accounts.toml"
        self.accounts.write_text(ACCOUNTS, encoding="utf-8")
        self.settings = folder / "cloud.toml"
        self.settings.write_text("", encoding="utf-8")
        self.pem = (keys / "merchant-key.pem").read_text().strip()

    def merchants(self, *words: str) -> Finished:
        places = ("--settings", str(self.settings), "--data", str(self.data))
        finished = typed("merchants", *words, *places)
        self.is_silent(finished.stdout + finished.stderr)
        return finished

    def add(self, merchant: str = "M001") -> Finished:
        return self.merchants("add", merchant, "--accounts", str(self.accounts))

    def file(self, merchant: str = "M001") -> Path:
        return self.data / "merchants" / f"{merchant}.toml"

    def book(self) -> MerchantBook:
        return MerchantBook(CloudSettings(), self.data)

    def opened(self, merchant: str = "M001") -> Merchant:
        found = self.book().get(merchant)
        assert found is not None
        return found

    def is_silent(self, text: str) -> None:
        """No secret of any merchant is in this text."""
        secrets = [V3_KEY, QRA_KEY, *self.pem.splitlines()[1:-1]]
        for path in self.data.glob("merchants/*.toml"):
            try:
                merchant = MerchantFiles(CloudSettings(), self.data).read(path.stem)
            except SettingsError:
                continue
            secrets += [merchant.key, *filter(None, [merchant.key_before])]
        assert not [secret for secret in secrets if secret in text]


@pytest.fixture
def office(tmp_path: Path, keys: Path) -> Office:
    return Office(tmp_path, keys)


def refused(finished: Finished, *words: str) -> None:
    assert finished.returncode == 2, finished
    assert finished.stdout == ""
    assert finished.stderr.startswith("pos-tui: ")
    assert finished.stderr.count("\n") == 1
    for word in words:
        assert word in finished.stderr


# ---- adding ----------------------------------------------------------------------------------


def test_a_merchant_is_added_and_opens_as_it_was_given(office: Office) -> None:
    done = office.add()
    assert done.returncode == 0, done.stderr
    assert "pos-tui enrol M001" in done.stdout
    merchant = office.opened()
    assert len(merchant.key) == 43
    wechat = merchant.accounts["wechat"]
    assert isinstance(wechat, WeChatAccount)
    assert (wechat.private_key, wechat.api_v3_key) == (office.pem, V3_KEY)
    assert merchant.accounts["qra"] == QraAccount(
        mch_id="QRA000000000001", key=QRA_KEY, accepts=("unionpay", "alipay")
    )


def test_what_is_public_stays_readable_and_what_is_secret_is_sealed(office: Office) -> None:
    office.add()
    text = office.file().read_text()
    office.is_silent(text)
    table = tomllib.loads(text)["merchant"]
    assert table["wechat"]["mchid"] == "1900000001"
    assert "BEGIN PUBLIC KEY" in table["wechat"]["platform_keys"]["PUB_KEY_ID_0001"]
    for sealed in (table["key"], table["wechat"]["private_key"], table["qra"]["key"]):
        assert sealed.startswith(SEALED)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_their_owner_can_read_the_files_and_nothing_else_is_left_behind(
    office: Office,
) -> None:
    office.add()
    office.merchants("rotate", "M001")
    left = {path for path in office.data.rglob("*") if path.is_file()}
    lock = office.data / "merchants" / ".lock"
    assert left == {office.file(), office.data / "master.key", lock}
    for path in left - {lock}:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_every_key_of_every_account_is_declared_secret_or_public() -> None:
    for row in PLATFORMS:
        for name, annotation in row.account.__annotations__.items():
            if "key" in name and "int" not in annotation:
                assert "Secret" in annotation or "Key" in annotation, f"{row.name}.{name}"
    assert {"key", "key_before", "private_key", "certificate_key", "api_v3_key"} == SECRETS


def test_a_merchant_that_exists_is_refused_and_stays_as_it_is(office: Office) -> None:
    office.add()
    before = office.file().read_bytes()
    refused(office.add(), "already")
    assert office.file().read_bytes() == before


def test_a_merchant_of_cloud_toml_is_not_the_operators_to_change(office: Office) -> None:
    office.settings.write_text('[[merchant]]\nid = "M001"\nkey = "in the clear"\n')
    refused(office.add(), "already")
    refused(office.merchants("rotate", "M001"), "cloud.toml")
    listed = office.merchants("list")
    assert "M001" in listed.stdout
    assert "in the clear" not in listed.stdout


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (('serial = "', 'serail = "'), "line 5", ("wechat.serail", "no such setting")),
        (('mchid = "1900000001"', "mchid = 19"), "line 4", ("wechat.mchid",)),
        (("file:merchant-key.pem", "file:nowhere.pem"), "line 6", ("private_key", "nowhere.pem")),
        (("file:merchant-key.pem", "sealed:abc:def"), "line 6", ("private_key", "sealed")),
        (("file:platform-public.pem", "file:merchant-key.pem"), "line 2", ("private key",)),
        ((f'api_v3_key = "{V3_KEY}"', 'api_v3_key = ""'), "line 8", ("api_v3_key", "empty")),
        (("\n[wechat]", 'key = "mine"\n[wechat]'), "line 1", ("key", "no such setting")),
    ],
)
def test_a_wrong_account_is_told_with_its_file_line_and_key(
    office: Office, change: tuple[str, str], line: str, words: tuple[str, ...]
) -> None:
    office.accounts.write_text(ACCOUNTS.replace(*change), encoding="utf-8")
    refused(office.add(), str(office.accounts), line, *words, "Nothing was changed.")
    assert not office.file().exists()


def test_a_key_that_is_none_is_found_when_it_is_entered(office: Office) -> None:
    (office.papers / "merchant-key.pem").write_text("not a key at all")
    refused(office.add(), "[wechat]", "private_key", "Nothing was changed.")
    assert not office.file().exists()


@pytest.mark.parametrize(
    "words",
    [
        ("add",),
        ("add", "M001"),
        ("add", "../M001", "--accounts", "x"),
        ("add", "M001", "M002", "--accounts", "x"),
        ("rotate", "M001"),
        ("rotate", "M001", "--keep-hours", "-1"),
        ("rotate", "M001", "--keep-hours", "nan"),
        ("rotate", "M001", "--keep-hours", "2", "--accounts", "x"),
        ("disable", "M777"),
        ("enable", "M001", "--accounts", "x"),
        ("list", "M001"),
        ("add", "M001", "--accounts", "/nowhere/accounts.toml"),
    ],
)
def test_words_that_do_not_go_together_are_refused_in_a_sentence(
    office: Office, words: tuple[str, ...]
) -> None:
    refused(office.merchants(*words))


def test_help_shows_an_example() -> None:
    for command in ("merchants", "enrol", "setup"):
        assert f"Example: pos-tui {command} " in " ".join(typed(command, "--help").stdout.split())


# ---- listing ---------------------------------------------------------------------------------


def test_the_list_tells_state_channels_and_wallets_but_no_key(office: Office) -> None:
    office.add("M002")
    office.add("M001")
    office.merchants("disable", "M002")
    plain = office.merchants("list").stdout.splitlines()
    assert [line.split()[:3] for line in plain] == [
        ["M001", "enabled", "wechat,qra"],
        ["M002", "disabled", "wechat,qra"],
    ]
    row = json.loads(office.merchants("list", "--json").stdout.splitlines()[0])
    made = datetime.fromisoformat(row.pop("key_made_at"))
    assert abs(datetime.now(UTC) - made) < timedelta(minutes=5)
    assert row == {
        "id": "M001",
        "state": "enabled",
        "channels": ["wechat", "qra"],
        "wallets": ["wechat", "unionpay", "alipay"],
        "key_before_until": None,
        "file": str(office.file()),
    }


def test_the_list_needs_no_master_key_and_shows_the_good_beside_the_bad(office: Office) -> None:
    office.add("M001")
    office.add("M002")
    (office.data / "master.key").unlink()
    office.file("M002").write_text("[merchant]\nid = 3\n")
    listed = office.merchants("list")
    assert listed.returncode == 2
    assert listed.stdout.startswith("M001 ")
    assert "M002.toml, line 2: merchant.id" in listed.stderr


def test_the_lists_columns_stand_below_each_other_in_chinese_too(office: Office) -> None:
    office.settings.write_text('[[merchant]]\nid = "M001"\nkey = "k"\n')
    office.settings.write_text(office.settings.read_text() + '[[merchant]]\nid = "M2"\nkey = "k"\n')
    english = office.merchants("list").stdout.splitlines()
    with in_chinese():
        chinese = office.merchants("list").stdout.splitlines()
    assert [line.split()[1] for line in chinese] == ["启用", "启用"]
    begins = {width_of(line[: line.index("密钥在")]) for line in chinese}
    assert begins == {line.index("key in") for line in english}


def test_without_a_merchant_the_list_says_how_to_add_one(office: Office) -> None:
    listed = office.merchants("list")
    assert (listed.returncode, listed.stdout) == (0, "")
    assert "merchants add" in listed.stderr
    assert not office.data.exists()


# ---- rotating, disabling ---------------------------------------------------------------------


def test_after_a_rotation_the_key_of_before_is_good_for_a_while(office: Office) -> None:
    office.add()
    old = office.opened()
    rotated = office.merchants("rotate", "M001", "--keep-hours", "2")
    assert rotated.returncode == 0
    new = office.opened()
    assert new.key != old.key
    assert new.key_before == old.key
    assert new.key_before_until is not None
    left = new.key_before_until - datetime.now(UTC)
    assert timedelta(hours=1.9) < left <= timedelta(hours=2)
    assert has_previous_key(new, datetime.now(UTC))
    assert not has_previous_key(new, new.key_before_until)
    assert new.accounts == old.accounts
    assert "the one before until" in office.merchants("list").stdout


def test_a_rotation_that_keeps_nothing_ends_the_old_key_at_once(office: Office) -> None:
    office.add()
    office.merchants("rotate", "M001")
    assert (
        "the one before that no longer"
        in office.merchants("rotate", "M001", "--keep-hours", "0").stdout
    )
    assert office.opened().key_before is None


def test_new_accounts_replace_the_old_ones_and_leave_the_till_key(office: Office) -> None:
    office.add()
    office.merchants("rotate", "M001")
    old = office.opened()
    made = json.loads(office.merchants("list", "--json").stdout)["key_made_at"]
    office.accounts.write_text('[qra]\nmch_id = "QRA2"\nkey = "the-bank\'s-key"\n')
    said = office.merchants("rotate", "M001", "--accounts", str(office.accounts))
    assert said.returncode == 0
    assert "gone: wechat" in said.stdout
    new = office.opened()
    assert (new.key, new.key_before) == (old.key, old.key_before)
    assert list(new.accounts) == ["qra"]
    assert json.loads(office.merchants("list", "--json").stdout)["key_made_at"] == made


def test_new_accounts_with_a_wrong_key_leave_everything(office: Office) -> None:
    office.add()
    before = office.file().read_bytes()
    (office.papers / "merchant-key.pem").write_text("not a key at all")
    refused(office.merchants("rotate", "M001", "--accounts", str(office.accounts)), "private_key")
    assert office.file().read_bytes() == before


def test_a_merchant_is_disabled_and_enabled_again(office: Office) -> None:
    office.add()
    key = office.opened().key
    assert office.merchants("disable", "M001").returncode == 0
    assert office.opened().disabled
    assert "already" in office.merchants("disable", "M001").stdout
    assert office.merchants("enable", "M001").returncode == 0
    assert not office.opened().disabled
    assert office.opened().key == key


# ---- seals -----------------------------------------------------------------------------------


def test_a_sealed_key_fits_its_own_place_only(tmp_path: Path) -> None:
    master = Master.read_or_make(tmp_path / "master.key")
    sealed = master.seal("secret", "M001.qra.key")
    assert master.open(sealed, "M001.qra.key") == "secret"
    assert "secret" not in sealed + repr(master)
    for place in ("M001.key", "M002.qra.key", "M001.qra.key2", ""):
        with raises(SealError, "another place"):
            master.open(sealed, place)
    assert sealed != master.seal("secret", "M001.qra.key")


@pytest.mark.parametrize("cut", [0, 8, 20, 30, -1])
def test_a_damaged_seal_is_refused(tmp_path: Path, cut: int) -> None:
    master = Master.read_or_make(tmp_path / "master.key")
    sealed = master.seal("secret", "M001.key")
    with pytest.raises(SealError):
        master.open(sealed[: len(SEALED) + cut] if cut >= 0 else sealed[:-1], "M001.key")


def test_a_key_moved_to_another_field_or_merchant_is_refused(office: Office) -> None:
    office.add("M001")
    office.add("M002")
    one, two = office.file("M001"), office.file("M002")
    kept = two.read_text()
    first, second = (tomllib.loads(p.read_text())["merchant"] for p in (one, two))
    two.write_text(kept.replace(second["qra"]["key"], first["qra"]["key"]))
    with raises(SettingsError, r"M002\.qra\.key: the seal is broken"):
        office.book()
    two.write_text(kept.replace(second["qra"]["key"], second["key"]))
    with raises(SettingsError, r"M002\.qra\.key: the seal is broken"):
        office.book()
    two.write_text(one.read_text())
    with raises(SettingsError, r"must be M001\.toml"):
        office.book()


def test_a_lost_master_key_says_what_to_do_and_none_is_made_in_its_place(office: Office) -> None:
    office.add()
    (office.data / "master.key").unlink()
    with raises(SealError, "Put its copy back"):
        office.book()
    for words in (("rotate", "M001"), ("disable", "M001")):
        refused(office.merchants(*words), "master key is gone", "Put its copy back")
    refused(office.add("M002"), "master key is gone", "merchants add ID")
    assert not (office.data / "master.key").exists()


def test_another_master_key_is_told_from_a_broken_seal(office: Office) -> None:
    office.add()
    path = office.data / "master.key"
    path.unlink()
    Master.make(path)
    with raises(SealError, "another master key"):
        office.book()
    path.write_text("c2hvcnQ=\n")
    with raises(SealError, "no master key"):
        office.book()


def test_a_master_key_is_never_made_over_another(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    sealed = Master.make(path).seal("secret", "place")
    with pytest.raises(FileExistsError):
        Master.make(path)
    assert Master.read_or_make(path).open(sealed, "place") == "secret"
    assert [each.name for each in tmp_path.iterdir()] == ["master.key"]


# ---- the servers' book -----------------------------------------------------------------------


def test_the_book_takes_in_what_the_operator_changes(office: Office) -> None:
    office.add("M001")
    book = office.book()
    assert book.refresh() == frozenset()
    office.add("M002")
    assert book.refresh() == {"M002"}
    office.merchants("rotate", "M001")
    assert book.refresh() == {"M001"}
    office.merchants("disable", "M002")
    assert book.refresh() == {"M002"}
    assert [merchant.disabled for merchant in book.all()] == [False, True]
    office.file("M002").unlink()
    assert book.refresh() == {"M002"}
    assert book.get("M002") is None


def test_a_file_that_cannot_be_used_leaves_the_book_until_it_is_good_again(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.add("M001")
    book = office.book()
    good = office.file().read_text()
    office.file().write_text(good.replace("[merchant.qra]", "[merchant.qraa]"))
    with caplog.at_level(logging.ERROR):
        assert book.refresh() == frozenset()
    assert "merchant.qraa" in caplog.text
    office.is_silent(caplog.text)
    assert book.get("M001")
    office.file().write_text(good)
    assert book.refresh() == frozenset()
    office.merchants("disable", "M001")
    assert book.refresh() == {"M001"}


def test_a_master_key_that_comes_back_is_noticed(office: Office) -> None:
    office.add("M001")
    book = office.book()
    path = office.data / "master.key"
    kept = path.read_bytes()
    path.unlink()
    assert book.refresh() == frozenset()
    assert book.get("M001")
    path.write_bytes(kept)
    assert book.refresh() == frozenset()
    office.merchants("rotate", "M001")
    assert book.refresh() == {"M001"}


def test_one_broken_file_holds_no_other_merchant_back(office: Office) -> None:
    office.add("M001")
    office.add("M002")
    book = MerchantBook(CloudSettings(), office.data, lenient=True)
    office.file("M002").write_text("[merchant\n")
    office.merchants("disable", "M001")
    assert book.refresh() == {"M001"}
    found = book.get("M001"), book.get("M002")
    assert found[0] and found[0].disabled
    assert found[1]  # as it was
    again = MerchantBook(CloudSettings(), office.data, lenient=True)
    assert [merchant.id for merchant in again.all()] == ["M001"]
    with raises(SettingsError, "M002"):
        office.book()


def test_whoever_needs_no_platforms_reads_no_key_of_theirs(office: Office) -> None:
    office.add()
    table = tomllib.loads(office.file().read_text())["merchant"]["wechat"]["private_key"]
    office.file().write_text(office.file().read_text().replace(table, "sealed:broken:"))
    with raises(SealError, "private_key"):
        office.book()
    book = MerchantBook(CloudSettings(), office.data, accounts=False)
    [merchant] = book.all()
    assert len(merchant.key) == 43
    assert merchant.accounts == {}


def test_a_time_without_its_zone_is_refused(office: Office) -> None:
    office.settings.write_text(
        '[[merchant]]\nid = "M001"\nkey = "k"\nkey_before_until = 2026-11-22T04:00:00\n'
    )
    with raises(SettingsError, "time zone"):
        MerchantBook(load_cloud_settings(office.settings), office.data)


def test_no_repr_shows_a_key(office: Office) -> None:
    office.add()
    merchant = office.opened()
    office.is_silent(repr(merchant) + repr(merchant.accounts))


def test_a_file_that_cannot_be_read_is_told_with_the_key_it_holds(office: Office) -> None:
    office.settings.write_text('[[merchant]]\nid = "M001"\nkey = "file:till.key"\n')
    refused(
        typed("enrol", "M001", "01", "--settings", str(office.settings)), "M001.key", "till.key"
    )


# ---- what tills believe ---------------------------------------------------------------------


def test_tills_with_the_new_and_the_old_key_both_believe_a_success() -> None:
    success = success_of(entry())
    fields = read_back(seal_success(success, b"new", b"old"))
    assert open_success(fields, b"new") == open_success(fields, b"old") == success
    for key in (b"other", b""):
        with pytest.raises(MessageError, match="signature"):
            open_success(fields, key)
    assert b"p" not in read_back(seal_success(success, b"new"))
    with pytest.raises(MessageError, match="signature"):
        open_success({**fields, b"m": fields[b"m"].replace(b"4770", b"0001")}, b"old")
    # What an older relay wrote, and what only the old key signed.
    assert open_success({b"m": fields[b"m"], b"s": fields[b"s"]}, b"new") == success
    with pytest.raises(MessageError, match="not_signed"):
        open_success({b"m": fields[b"m"]}, b"new")


def test_what_tills_believe_ends_with_the_time_that_was_given(office: Office) -> None:
    office.add()
    old = office.opened().key.encode()
    now = datetime.now(UTC)
    assert till_keys(office.opened(), now) == (old,)
    assert office.merchants("rotate", "M001", "--keep-hours", "1.2345").returncode == 0
    new = office.opened().key.encode()
    assert till_keys(office.opened(), now) == (new, old)
    assert till_keys(office.opened(), now + timedelta(hours=1.3)) == (new,)


@pytest.fixture
def running_relay(office: Office, redis_server: Redis) -> Iterator[Redis]:
    """A relay in this process that began with M001 only."""
    office.settings.write_text(f'[relay]\nredis_url = "{redis_server.url}"\n')
    office.add("M001")
    ready, place = threading.Event(), redis_address(redis_server.url)
    settings = load_cloud_settings(office.settings)
    relay = Relay(settings, office.data, lambda: connect(place), ready.set)
    thread = threading.Thread(target=relay.run)
    thread.start()
    try:
        assert ready.wait(15)
        yield redis_server
    finally:
        relay.stop()
        thread.join()


def append(office: Office, *entries: TransactionLogEntry) -> None:
    """What the gateway logs, without a gateway."""
    path = office.data / "log" / "gateway-1.000001.log"
    with path.open("ab") as file:
        if not file.tell():
            head = TransactionLogHead(log="gateway-1", base=0, opened_at=datetime.now(UTC))
            file.write(encode_log_line(head))
        for paid in entries:
            keys = till_keys(office.opened(paid.merchant), datetime.now(UTC))
            file.write(encode_log_line(paid, keys))


def told(server: Redis, merchant: str, count: int) -> list[dict[bytes, bytes]]:
    """So many messages for the merchant's till, once they are there."""
    with connect(redis_address(server.url)) as client:

        def arrived() -> list[tuple[bytes, dict[bytes, bytes]]]:
            found = client.xrange(stream_name(merchant, "01"))
            return found if len(found) >= count else []

        return [fields for _, fields in until(arrived)]


def test_a_running_relay_takes_in_a_new_merchant_and_repeats_nothing(
    office: Office, running_relay: Redis
) -> None:
    assert bucket_of("M001") != bucket_of("M002")
    append(office, entry(), entry())
    told(running_relay, "M001", 2)
    office.add("M002")
    # At once: the relay has not looked yet, but no line of a merchant who exists is set aside.
    append(office, entry(merchant="M002"), entry())
    key = office.opened("M002").key.encode()
    assert [open_success(m, key).merchant for m in told(running_relay, "M002", 1)] == ["M002"]
    assert len(told(running_relay, "M001", 3)) == 3
    office.add("M003")
    with connect(redis_address(running_relay.url)) as client:
        name = checkpoint_name(bucket_of("M003"), "gateway-1")
        until(lambda: client.exists(name))
    append(office, entry(merchant="M003"), entry(merchant="M002"))
    assert len(told(running_relay, "M003", 1)) == 1
    assert len(told(running_relay, "M002", 2)) == 2
    assert not list(office.data.glob("*.quarantine"))


def test_a_disabled_merchants_payments_are_still_told(office: Office, running_relay: Redis) -> None:
    office.merchants("disable", "M001")
    append(office, entry())
    key = office.opened().key.encode()
    assert open_success(told(running_relay, "M001", 1)[0], key).amount == 4770


def test_during_a_rotation_tills_with_either_key_believe(
    office: Office, running_relay: Redis
) -> None:
    old = office.opened().key.encode()
    office.merchants("rotate", "M001")
    new = office.opened().key.encode()
    append(office, entry())
    (message,) = told(running_relay, "M001", 1)
    assert open_success(message, new) == open_success(message, old)


def test_a_relay_without_any_key_publishes_what_the_gateway_signed(
    office: Office, redis_server: Redis, tmp_path: Path
) -> None:
    """A second machine: it has the log, and the merchants' names in its settings."""
    office.add()
    key = office.opened().key.encode()
    append_to = office.data / "log"
    append_to.mkdir(parents=True)
    append(office, entry())
    far = tmp_path / "far"
    far.mkdir()
    own = far / "cloud.toml"
    own.write_text(
        f'[relay]\nredis_url = "{redis_server.url}"\nlogs = ["{append_to.as_posix()}"]\n'
        'merchants = ["M001"]\n',
        encoding="utf-8",
    )
    place = redis_address(redis_server.url)
    relay = Relay(load_cloud_settings(own), far, lambda: connect(place), lambda: None)
    thread = threading.Thread(target=relay.run)
    thread.start()
    try:
        assert open_success(told(redis_server, "M001", 1)[0], key).amount == 4770
    finally:
        relay.stop()
        thread.join()
    assert not [path for path in far.rglob("*.toml") if path != own]


def read_back(fields: dict[str, bytes]) -> dict[bytes, bytes]:
    return {name.encode(): value for name, value in fields.items()}


def test_a_merchant_whose_key_is_empty_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("\n")
    for key in ("", "file:empty.txt"):
        with raises(SettingsError, "anybody could sign"):
            with_open_keys(Merchant(id="M001", key=key), tmp_path, tmp_path / "master.key")
