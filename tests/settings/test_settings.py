import sys
from datetime import timedelta
from pathlib import Path

import pytest

from pos_tui.cloud.settings_files import load_cloud_settings
from pos_tui.commands.paths import find_till, shop_clock
from pos_tui.settings import SettingsError, ShopSettings, TillSettings, load_till_settings
from pos_tui.wording.current import in_words
from tests.conftest import platform_folders


def written(tmp_path, text):
    path = tmp_path / "till.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('[printer]\nkind = "netwrk"\n', 2, "printer.kind"),
        ('[shop]\nname = "x"\n\n[till]\nnmber = "01"\n', 5, "till.nmber: there is no such setting"),
        ("[printer]\n# the port\nport = 'nine'\n", 3, "printer.port: Expected `int`, got `str`"),
        ("[shop\n", None, "not valid TOML"),
        ("[payments]\nplatforms = [1]\n", 2, "payments.platforms"),
        ('[payments]\nplatforms = ["a", 1]\n', 2, "payments.platforms"),
        (
            '[[scanner.device]]\nkind = "serial"\nport = "a"\n\n[[scanner.device]]\n'
            'kind = "serial"\nport = 7\n',
            7,
            "scanner.device.port",
        ),
    ],
)
def test_a_wrong_setting_is_told_with_file_line_key_and_reason(tmp_path, text, line, says):
    path = written(tmp_path, text)
    with pytest.raises(SettingsError) as wrong:
        load_till_settings(path)
    told = in_words(wrong.value.reason)
    assert told.startswith(str(path))
    assert says in told
    if line:
        assert f"line {line}:" in told


def test_a_gateway_without_its_key_is_refused(tmp_path):
    with pytest.raises(SettingsError, match=r"gateway_key_needed"):
        load_till_settings(written(tmp_path, '[gateway]\nurl = "http://x"\n'))


@pytest.mark.parametrize(
    "url", ["http://10.0.0.7:8810", "http://pay.example", "http://[2001:db8::1]"]
)
def test_a_gateway_on_another_machine_is_reached_by_tls_unless_that_is_waived(tmp_path, url):
    text = f'[gateway]\nkey = "k"\nurl = "{url}"\n'
    with pytest.raises(SettingsError) as wrong:
        load_till_settings(written(tmp_path, text))
    assert "line 3: gateway.url: anybody on the way" in in_words(wrong.value.reason)
    waived = load_till_settings(written(tmp_path, text + "insecure = true\n"))
    assert waived.gateway.url == url


@pytest.mark.parametrize("host", ["localhost:8810", "127.0.0.1", "[::1]:8810", "127.8.8.8"])
def test_a_gateway_on_this_machine_needs_no_tls(tmp_path, host):
    text = f'[gateway]\nkey = "k"\nurl = "http://{host}"\n'
    assert load_till_settings(written(tmp_path, text)).gateway.url == f"http://{host}"


def test_a_file_that_is_not_there_is_told_and_none_means_the_defaults(tmp_path, monkeypatch):
    with pytest.raises(SettingsError, match=r"settings\.unreadable"):
        load_till_settings(tmp_path / "nothing.toml")
    for name, value in platform_folders(tmp_path).items():
        monkeypatch.setenv(name, value)
    assert load_till_settings(None) == TillSettings()


def test_settings_and_data_live_where_the_platform_keeps_them(tmp_path, monkeypatch):
    for name, value in platform_folders(tmp_path).items():
        monkeypatch.setenv(name, value)
    if sys.platform != "win32":  # which has one folder for both
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    place = tmp_path / "pos-tui"
    place.mkdir()
    (place / "till.toml").write_text('[till]\nnumber = "07"\nmerchant = "M9"\n')
    settings, data = find_till(None, None)
    assert settings.till.number == "07"
    where = tmp_path if sys.platform == "win32" else tmp_path / "data"
    assert data == where / "pos-tui" / "till-M9-07"


def test_two_tills_on_one_machine_do_not_meet(tmp_path):
    first = written(tmp_path, '[till]\nnumber = "01"\n')
    _, one = find_till(first, None)
    second = tmp_path / "other.toml"
    second.write_text('[till]\nnumber = "02"\n')
    _, two = find_till(second, None)
    assert one != two


def test_a_shop_in_another_time_zone_has_its_own_midnight():
    there = shop_clock(TillSettings(shop=ShopSettings(time_zone="Asia/Shanghai")))()
    assert there.utcoffset() == timedelta(hours=8)
    with pytest.raises(SettingsError, match="no_time_zone name=Mars/Base"):
        shop_clock(TillSettings(shop=ShopSettings(time_zone="Mars/Base")))


def test_the_servers_settings_know_their_paths(tmp_path):
    merchant = '[[merchant]]\nid = "M1"\nkey = "secret-k"\n'
    path = written(tmp_path, f'[log]\ndirectory = "logs"\n{merchant}')
    settings = load_cloud_settings(path)
    assert settings.log.directory == Path("logs")
    assert [merchant.id for merchant in settings.merchant] == ["M1"]
    assert "secret-k" not in str(settings.merchant)
