"""Settings of the right type that cannot be meant: file, line, key and what is expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos_tui.cloud.settings_files import load_cloud_settings
from pos_tui.settings import SettingsError, load_till_settings
from pos_tui.settings.reading import glance_at_screen
from pos_tui.wording.current import in_words


def complaint(path: Path) -> str:
    with pytest.raises(SettingsError) as wrong:
        load_till_settings(path)
    return in_words(wrong.value.reason)


@pytest.fixture
def till_toml(tmp_path: Path) -> Path:
    return tmp_path / "till.toml"


@pytest.mark.parametrize("currency", ["", "€", "EURO", "RMB", "CNY ", "jpy", "XYZ"])
def test_a_currency_is_an_iso_code(till_toml: Path, currency: str) -> None:
    till_toml.write_text(f'# ours\n[shop]\ncurrency = "{currency}"\n', encoding="utf-8")

    says = complaint(till_toml)

    assert says.startswith(f"{till_toml}, line 3: shop.currency: ")
    assert "write three capital letters like JPY" in says


@pytest.mark.parametrize(
    ("text", "line", "key", "expected"),
    [
        ('[shop]\nname = "a\\u001b[2J"', 2, "shop.name", "plain text"),
        ('[shop]\naddress = "a\\u202eb"', 2, "shop.address", "plain text"),
        ('[shop]\nreceipt_footer = "a\\u009bb"', 2, "shop.receipt_footer", "plain text"),
        ('[till]\ncashier = "a\\u0000b"', 2, "till.cashier", "plain text"),
        (f'[shop]\nname = "{"a" * 121}"', 2, "shop.name", "at most 120"),
        ('[till]\nnumber = "01\\n"', 2, "till.number", "at most 64"),
        ('[till]\nmerchant = "M 1"', 2, "till.merchant", "letters A–Z, digits"),
        ('[shop]\ntime_zone = "Asia/Nowhere"', 2, "shop.time_zone", "Asia/Shanghai"),
        ('[shop]\ntime_zone = "Asia"', 2, "shop.time_zone", "Asia/Shanghai"),
        ('[shop]\ntime_zone = "../../etc/passwd"', 2, "shop.time_zone", "Asia/Shanghai"),
        ("[shop]\ncash_step = 9223372036854775808", 2, "shop.cash_step", "10000000"),
        ('[gateway]\nkey = "k"\nurl = "https://[x"', 3, "gateway.url", "https://pay.example.com"),
        ('[gateway]\nkey = "k"\nurl = "ftp://x"', 3, "gateway.url", "https://pay.example.com"),
        ('[gateway]\nkey = "k"\nurl = "http://a b"', 3, "gateway.url", "https://pay.example.com"),
        ("[gateway]\ntimeout_s = nan", 2, "gateway.timeout_s", ""),
        ('[payments]\nregion = "cn"', 2, "payments.region", "two capital letters"),
        ('[voice]\nlanguage = "e"', 2, "voice.language", "en or zh-CN"),
        ('[voice]\nkind = "command"\ncommand = "say \'"', 3, "voice.command", "no command"),
        ('[printer]\nkind = "network"', 1, "printer.host", "192.168.1.50"),
        ('[printer]\nkind = "file"', 1, "printer.path", "path"),
        ('[printer]\nkind = "serial"', 1, "printer.path", "usb:067b:2303"),
        ('[printer]\nkind = "cups"', 1, "printer.queue", "name of its queue"),
        ('[printer]\nkind = "windows"', 1, "printer.queue", "name of its queue"),
        ('[printer]\nmodel = "epson"', 2, "printer.model", "epson"),
        ('[printer]\nqueue = "a\\u001bb"', 2, "printer.queue", "plain text"),
        (
            '[[printer_for]]\nrole = "labels"\nkind = "network"',
            1,
            "printer_for.host",
            "192.168.1.50",
        ),
        ('[printer]\nencoding = "utf-16"', 2, "printer.encoding", "gb18030"),
        ('[printer]\nencoding = "iso2022_jp"', 2, "printer.encoding", "gb18030"),
        ('[printer]\nencoding = "utf-7"', 2, "printer.encoding", "gb18030"),
        ('[printer]\nencoding = "hz"', 2, "printer.encoding", "gb18030"),
        ('[printer]\nencoding = "rot13"', 2, "printer.encoding", "gb18030"),
        ('[printer]\nencoding = "\\u0000"', 2, "printer.encoding", "gb18030"),
        ('[discounts]\nreasons = ["a\\u001bb"]', 2, "discounts.reasons", "plain text"),
        ("[tax.rates]\na = nan", 2, "tax.rates.a", "from 0 to 100"),
        ("[tax.rates]\na = inf", 2, "tax.rates.a", "from 0 to 100"),
        ("[tax.rates]\na = 1e-300", 2, "tax.rates.a", "from 0 to 100"),
        ("[tax.rates]\na = -1", 2, "tax.rates.a", "from 0 to 100"),
        ("[scanner]\nshortest = 99999999999999999999", 2, "scanner.shortest", "10000000"),
    ],
)
def test_a_value_that_cannot_be_meant_says_what_is_expected(
    till_toml: Path, text: str, line: int, key: str, expected: str
) -> None:
    till_toml.write_text(text + "\n", encoding="utf-8")

    says = complaint(till_toml)

    assert says.startswith(f"{till_toml}, line {line}: {key}: ")
    assert expected in says
    assert says.isprintable()


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 5000, "a = " + "9" * 5000, "[shop]\nname = 'a\x00b'", "[shop\x1b]"]
)
def test_what_is_no_toml_is_a_sentence(till_toml: Path, text: str) -> None:
    till_toml.write_text(text, encoding="utf-8")

    says = complaint(till_toml)

    assert "not valid TOML" in says
    assert says.isprintable()
    assert glance_at_screen(till_toml) == ("", {})


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
def test_a_file_saved_by_notepad_is_read(till_toml: Path, mark: bytes) -> None:
    till_toml.write_bytes(mark + b'[shop]\r\nname = "Corner"\r\nlanguage = "zh_CN"\r\n')

    assert load_till_settings(till_toml).shop.name == "Corner"
    assert glance_at_screen(till_toml)[0] == "zh_CN"


def test_an_address_may_have_several_lines(till_toml: Path) -> None:
    till_toml.write_text('[shop]\naddress = """1 Harbour Street\nPort"""\n', encoding="utf-8")

    assert "Port" in load_till_settings(till_toml).shop.address


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "big5", "cp437", "cp1252", "shift_jis"])
def test_a_code_page_of_a_printer_is_one(till_toml: Path, encoding: str) -> None:
    till_toml.write_text(f'[printer]\nencoding = "{encoding}"\n', encoding="utf-8")

    assert load_till_settings(till_toml).printer.encoding == encoding


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[gateway]\nport = 70000", "gateway.port"),
        ('[gateway]\nhost = "a b"', "gateway.host"),
        ("[gateway]\nworkers = 0", "gateway.workers"),
        ('[gateway]\npublic_url = "x"', "gateway.public_url"),
        ("[log]\nrotate_bytes = -1", "log.rotate_bytes"),
        ('[log]\nworker = "../x"', "log.worker"),
        ("[relay]\nkeep_days = 99999999999", "relay.keep_days"),
    ],
)
def test_the_servers_values_have_bounds_too(tmp_path: Path, text: str, key: str) -> None:
    path = tmp_path / "cloud.toml"
    path.write_text(text + "\n", encoding="utf-8")

    with pytest.raises(SettingsError) as wrong:
        load_cloud_settings(path)

    assert in_words(wrong.value.reason).startswith(f"{path}, line 2: {key}: ")
