"""The language that a command speaks."""

import pytest

from pos_tui.commands.language import choose_language
from pos_tui.tui.first_frame import till_opened_by
from pos_tui.wording import current
from tests.command_line import typed
from tests.conftest import platform_folders


@pytest.fixture(autouse=True)
def own_place(tmp_path, monkeypatch):
    for name, value in platform_folders(tmp_path).items():
        monkeypatch.setenv(name, value)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    yield
    current.use("en")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--language", "zh", "staff", "--help"),
        ("staff", "--language=zh_CN", "--help"),
        ("staff", "--help", "--language", "zh-Hans"),
    ],
)
def test_help_is_in_the_language_asked_for_before_or_after_the_command(arguments):
    assert "例：pos-tui staff add Ada" in typed(*arguments).stdout
    assert "Example: pos-tui staff add Ada" in typed("staff", "--help").stdout


def test_what_is_wrong_with_the_arguments_is_told_in_the_language_too():
    told = typed("staff", "fire", "--language", "zh")
    assert told.returncode == 2
    assert "没有 'fire' 这一项" in told.stderr


def test_a_language_that_there_is_not_is_one_sentence_that_lists_those_there_are(tmp_path):
    told = typed("--language", "tlh", "staff", "list")
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == "pos-tui: There is no language “tlh”; there are en, zh_CN.\n"
    settings = tmp_path / "till.toml"
    settings.write_text('[shop]\nname = "x"\nlanguage = "tlh"\n')
    told = typed("--settings", str(settings), "staff", "list")
    assert told.returncode == 2
    assert "till.toml, line 3: shop.language: there is no language “tlh”" in told.stderr


def test_without_one_the_shops_language_is_spoken_and_else_the_terminals(tmp_path, monkeypatch):
    settings = tmp_path / "pos-tui" / "till.toml"
    settings.parent.mkdir()
    settings.write_text('[shop]\nlanguage = "zh"\n')
    assert "例：" in typed("staff", "--help").stdout
    assert "Example: " in typed("staff", "--help", "--language", "en").stdout
    settings.write_text('[shop]\nname = "x"\n')
    assert "Example: " in typed("staff", "--help").stdout
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "例：" in typed("staff", "--help").stdout


def test_keys_are_called_as_the_shop_has_bound_them_and_the_demo_shop_has_its_own(tmp_path):
    settings = tmp_path / "till.toml"
    settings.write_text('[screen]\nkeys = { void = "f5" }\n')
    choose_language(("--settings", str(settings)))
    assert current.current().key("void") == "F5"
    choose_language(("demo", "--settings", str(settings)))
    assert current.current().key("void") == "F12"
    settings.write_text('[screen]\nkeys = { fly = "f5" }\n')
    choose_language(("--settings", str(settings)))
    assert current.current().key("void") == "F12"


def test_a_broken_settings_file_is_told_in_the_language_it_asks_for(tmp_path):
    settings = tmp_path / "till.toml"
    settings.write_text('[shop]\nlanguage = "zh"\nnmae = "x"\n')
    told = typed("--settings", str(settings), "staff", "list")
    assert told.returncode == 2
    assert "第 3 行：shop.nmae：没有这个设置项" in told.stderr


def test_the_till_opens_in_a_language_that_is_asked_for_too():
    assert till_opened_by(["--language", "zh"]) == (False, "", "")
    assert till_opened_by(["demo", "--language=zh", "--data", "d"]) == (True, "", "d")
    told = typed("--language", "zh")
    assert (told.returncode, "收银界面需要终端" in told.stderr) == (2, True)
