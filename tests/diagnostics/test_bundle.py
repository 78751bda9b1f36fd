"""A bundle for the technician: it has what helps, and of forty planted secrets not one."""

from __future__ import annotations

import json
import zipfile
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from pos_tui.books.people.customers import set_customer
from pos_tui.books.people.staff import set_staff
from pos_tui.checkout.orders import make_order_no
from pos_tui.diagnostics.bundle import BundleError, gather, manifest, write_bundle
from pos_tui.diagnostics.checks import Check
from pos_tui.diagnostics.scrubbing import Scrubber, alias_of
from pos_tui.reasons import because
from pos_tui.settings import GatewaySettings, RedisSettings, RolePrinterSettings, VoiceSettings
from tests.command_line import typed
from tests.conftest import COLA, NOON, Counter

PEM = (
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n"
    "sEcReTpEmBoDy0123456789\n-----END PRIVATE KEY-----"
)
SECRETS = {
    "a wallet's code": ("paid with 134857901234567891", "134857901234567891"),
    "one in groups": ("paid with 2848 5790 1234 567892", "567890123456"),
    "one with hyphens": ("paid with 6248-5790-1234-5678-931", "5790-1234"),
    "one between letters": ("code134857901234567894end", "134857901234567894"),
    "one in JSON": ('{"auth_code":"134857901234567895"}', "134857901234567895"),
    "one in a URL": ("GET /pay?code=134857901234567896&x=1", "134857901234567896"),
    "one of 24 digits": ("628579012345678901234567", "628579012345678901234567"),
    "a French code": ("fp0123456789abcdefghijklmn", "0123456789abcdefghijklmn"),
    "a private key": (PEM, "sEcReTpEmBoDy"),
    "half a private key": (PEM[:90], "MIIEvQIBADANBgkq"),
    "a password in a URL": ("redis://till:hunter2pass@cache.shop.example/0", "hunter2pass"),
    "a password of Redis' default user": ("redis://:s3cr3tredis@cache.shop.example", "s3cr3tredis"),
    "a bearer": ("Authorization: Bearer abc.def.ghi", "abc.def.ghi"),
    "a basic login": ("'Authorization': 'Basic dXNlcjpwYXNz'", "dXNlcjpwYXNz"),
    "a cookie": ("Cookie: session=letmein12", "letmein12"),
    "a password": ("password=opensesame1", "opensesame1"),
    "one in quotes": ('password = "open sesame 2"', "open sesame 2"),
    "one in JSON's quotes": ('{"password": "opensesame3"}', "opensesame3"),
    "a passphrase": ("passphrase: opensesame4", "opensesame4"),
    "a key": ('key = "merchantkey5"', "merchantkey5"),
    "an API key": ("api_key=apikeyvalue6", "apikeyvalue6"),
    "a v3 key": ("api_v3_key: apiv3value7", "apiv3value7"),
    "a secret": ("client_secret=secretvalue8", "secretvalue8"),
    "a token": ("token: tokenvalue9", "tokenvalue9"),
    "an HMAC": ("hmac=0123456789abcdef0123456789abcdef", "0123456789abcdef01234567"),
    "a signature": ("signature: sigvalue10", "sigvalue10"),
    "a hash": ("now at 00112233445566778899aabbccddeeff", "00112233445566778899aabb"),
    "a key in base64": ("k " + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0UV==", "A1b2C3d4E5f6G7h8"),
    "a PIN's hash": ("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA", "c2FsdA"),
    "a PIN": ("pin=4711", "4711"),
    "an address": ("from grace.h@mail.example", "grace.h"),
    "a member's name": ("Grace Hopper came", "Grace Hopper"),
    "a member's card": ("card M-77001 scanned", "M-77001"),
    "a Chinese name": ("会员王小明来了", "王小明"),
    "a cashier's name": ("by Ada Lovelace", "Ada Lovelace"),
    "the shop": ("at Corner Market", "Corner Market"),
    "a host": ("no answer from gate.shop.example", "gate.shop.example"),
    "another host": ("no answer from cache.shop.example", "cache.shop.example"),
    "the host of a printer for labels": (
        "labels.shop.example answers not", "labels.shop.example",
    ),
    "a voucher": ("VCH99964250864997 is spent", "99964250864997"),
    "a voucher in groups": ("vch 9996 4250 8649 97 is spent", "99964250864997"),
    "a printer's host": ("printer.shop.example is off", "printer.shop.example"),
    "a command's words": ("", "--speak-key=cmdsecret40"),
}  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path) -> Counter:
    counter = Counter(tmp_path).stock()
    for code, name in (("M-77001", "Grace Hopper"), ("M-77002", "王小明")):
        keep = partial(set_customer, code=code, name=name, group="member", since=NOON.date())
        counter.books.write(keep).result()
    counter.books.write(lambda c: set_staff(c, "Ada Lovelace", "cashier", "4711")).result()
    counter.settings = replace(
        counter.settings,
        gateway=GatewaySettings(url="https://gate.shop.example", key="merchantkey5"),
        redis=RedisSettings(url="redis://till:hunter2pass@cache.shop.example/0"),
        voice=VoiceSettings(kind="command", command="say --speak-key=cmdsecret40"),
        printer=replace(counter.settings.printer, host="printer.shop.example"),
        printer_for=(RolePrinterSettings(role="labels", host="labels.shop.example"),),
    )
    return counter


def plant(folder: Path) -> None:
    text = "\n".join(f"{name}: {words}" for name, (words, _) in SECRETS.items())
    (folder / "cloud").mkdir()
    (folder / "cloud" / "cloud.log").write_text(text, encoding="utf-8")
    (folder / "faults.log").write_text("x" * 3_000_000 + "\n" + text, encoding="utf-8")


def test_of_all_that_was_planted_nothing_is_found_in_the_bundle(
    shop: Counter, tmp_path: Path
) -> None:
    assert len(SECRETS) >= 40
    plant(shop.data)
    where, why = "redis://till:hunter2pass@cache.shop.example", "password=opensesame1"
    say = because("redis_check.no_answer", where=where, why=why)
    checks = [Check("redis", "", "broken", "", say)]
    file = tmp_path / "for the technician.zip"
    pieces = gather(shop.data, shop.settings, checks, "pos-tui 0")
    write_bundle(file, pieces)
    with zipfile.ZipFile(file) as bundle:
        content = "\n".join(bundle.read(name).decode() for name in bundle.namelist())
    plain = content.replace(" ", "").replace("-", "")
    for name, (_, secret) in SECRETS.items():
        assert secret not in content, name
        if secret.isdigit():
            assert secret not in plain, name
    assert "pos-tui 0" in content
    told = {each["file"]: each for each in json.loads(manifest(pieces))}
    assert told["faults.log"]["cut"]
    assert told["faults.log"]["bytes"] <= 2_000_000
    assert told["cloud-cloud.log"]["masked"]["payment_code"] >= 7
    assert told["faults.log.1"]["missing"]
    shop.books.close()


def test_a_bundle_has_what_joins_it_with_other_files(shop: Counter) -> None:
    number = make_order_no("01", NOON, 0x123456789A)
    (shop.data / "faults.log").write_text(f"order {number} and again {number}\n")
    shop.open().scan(COLA)
    shop.books.wait()
    pieces = {each.name: each for each in gather(shop.data, shop.settings, (), "")}
    assert pieces["faults.log"].content.count(number) == 2
    journal = [json.loads(row) for row in pieces["journal.jsonl"].content.splitlines()]
    assert {"seq", "at", "sale", "kind"} <= journal[-1].keys()
    assert json.loads(pieces["books.json"].content)["rows"]["journal"] == len(journal)
    again = {each.name: each for each in gather(shop.data, shop.settings, (), "")}
    assert again["settings.json"] == pieces["settings.json"]
    assert "host-" in pieces["settings.json"].content
    shop.books.close()


def test_a_name_has_the_same_alias_each_time_and_another_in_another_shop() -> None:
    assert alias_of(b"a", "member", "Grace") == alias_of(b"a", "member", "GRACE")
    assert alias_of(b"a", "member", "Grace") != alias_of(b"b", "member", "Grace")
    scrubber = Scrubber({"Al": alias_of(b"a", "member", "Al")})
    assert scrubber.clean("Al said: also total")[0].endswith("said: also total")


def test_a_bundle_is_never_written_over_a_file(tmp_path: Path) -> None:
    file = tmp_path / "x.zip"
    file.write_text("mine")
    with pytest.raises(BundleError):
        write_bundle(file, [])
    assert file.read_text() == "mine"


def test_the_command_previews_and_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Counter(tmp_path / "data").stock().books.close()
    settings = tmp_path / "till.toml"
    settings.write_text('[shop]\nname = "x"\n')
    places = ("--settings", str(settings), "--data", str(tmp_path / "data"))
    preview = typed("bundle", "--preview", *places)
    assert preview.returncode == 0
    assert "doctor.json" in {each["file"] for each in json.loads(preview.stdout)}
    file = tmp_path / "out.zip"
    done = typed("bundle", str(file), *places)
    assert (done.returncode, done.stderr) == (0, "")
    assert file.exists()
    again = typed("bundle", str(file), *places)
    assert again.returncode == 1
    assert "was not written" in again.stderr
    monkeypatch.setattr("pos_tui.settings.data_folder", lambda: tmp_path / "a new" / "place")
    assert typed("bundle", *places).returncode == 0
    assert len(list((tmp_path / "a new" / "place").glob("bundle-*.zip"))) == 1
    settings.write_text("[shop\n")
    broken = typed("bundle", "--preview", *places)
    assert "unreadable" in broken.stdout
