"""The manual: whole in both languages, true to the keys of this shop, and printed by a command."""

from __future__ import annotations

import importlib.util
import io
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from rich.console import Console

from pos_tui.cloud.settings_files import load_cloud_settings, merchant_of
from pos_tui.commands.manual import typeset
from pos_tui.manual.pages import (
    TOPICS,
    UnknownTopic,
    keys_named,
    manual_languages,
    manual_page,
    page_file,
    with_keys,
)
from pos_tui.money import Currency
from pos_tui.pricing.offer_file import read_offers
from pos_tui.settings import load_till_settings
from pos_tui.wording.current import use
from pos_tui.wording.keymap import DEFAULT_KEYS, key_labels
from pos_tui.wording.language import Wording, languages
from tests.command_line import typed

TOOLS = Path(__file__).parents[2] / ".make"
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def source_of(topic: str, language: str) -> str:
    return page_file(topic, language).read_text(encoding="utf-8")


def headings_of(topic: str, language: str) -> list[int]:
    """The level of each heading of a page, in order."""
    prose = CODE.sub("", source_of(topic, language))
    return [len(marks) for marks in re.findall(r"^(#+) ", prose, re.MULTILINE)]


def tool(name: str) -> ModuleType:
    """One of the programs that write or check the documents."""
    spec = importlib.util.spec_from_file_location(name, TOOLS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ---- the pages -----------------------------------------------------------------------------------


def test_the_manual_is_in_every_language_of_the_program() -> None:
    assert set(manual_languages()) == set(languages())


def test_the_folders_hold_the_pages_and_nothing_else() -> None:
    for language in manual_languages():
        there = {file.stem for file in page_file("index", language).parent.iterdir()}
        assert there == set(TOPICS)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_page_has_the_same_headings_in_every_language(topic: str) -> None:
    english = headings_of(topic, "en")
    assert english[0] == 1
    assert english.count(1) == 1
    for language in manual_languages():
        assert headings_of(topic, language) == english, language


@pytest.mark.parametrize("topic", TOPICS)
def test_a_page_speaks_of_the_same_keys_in_every_language_and_of_known_ones(topic: str) -> None:
    english = keys_named(source_of(topic, "en"))
    assert english <= key_labels().keys()
    for language in manual_languages():
        assert keys_named(source_of(topic, language)) == english, language


def read_example(example: str, folder: Path) -> None:
    """Read a TOML example by what reads such a file in earnest; raises what that raises."""
    tables = tomllib.loads(example)
    file = folder / "example.toml"
    file.write_text(example, encoding="utf-8")
    if "offer" in tables:
        assert read_offers(example, Currency.of("CNY"))
    elif "wechat" in tables:
        merchant_of({"id": "M001", "key": "k", **tables})
    elif "relay" in tables:
        load_cloud_settings(file)
    else:
        load_till_settings(file)


@pytest.mark.parametrize("topic", TOPICS)
def test_the_examples_of_settings_and_offers_are_right(topic: str, tmp_path: Path) -> None:
    for language in manual_languages():
        for example in re.findall(r"^```toml\n(.*?)^```$", source_of(topic, language), re.M | re.S):
            read_example(example.replace("PUB_KEY_ID_…", "PUB_KEY_ID_1"), tmp_path)


def test_the_selling_page_explains_every_key() -> None:
    assert keys_named(source_of("selling", "en")) == set(DEFAULT_KEYS)


def test_the_index_leads_to_every_other_page() -> None:
    for language in manual_languages():
        led_to = set(re.findall(r"\((\w+)\.md\)", source_of("index", language)))
        assert led_to == set(TOPICS) - {"index"}


def test_a_page_shows_no_mark_that_is_not_for_its_reader() -> None:
    for language in manual_languages():
        for topic in TOPICS:
            page = manual_page(topic, language, Wording().key)
            assert "<!--" not in page
            assert "{key:" not in page


def test_a_language_that_there_is_not_gets_the_english_page() -> None:
    english = manual_page("selling", "en", Wording().key)
    assert manual_page("selling", "eo", Wording().key) == english


def test_a_topic_that_there_is_not_is_an_error_with_its_name() -> None:
    with pytest.raises(UnknownTopic, match=r"^\.\./settings$"):
        page_file("../settings", "en")


def test_a_command_without_a_key_has_a_dash() -> None:
    assert with_keys("press {key:void}", {"void": ""}.__getitem__) == "press —"


# ---- the command ---------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def language_of_the_other_tests() -> Iterator[None]:
    yield
    use("en")


def test_without_a_topic_the_topics_are_listed() -> None:
    code, output, _ = typed("manual", "--language", "en")
    assert code == 0
    for topic in TOPICS[1:]:
        assert f"pos-tui manual {topic}" in output


def test_a_page_is_printed_in_the_language_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert typed("manual", "selling").stdout.startswith("# 收银\n")
    assert typed("manual", "selling", "--language", "en").stdout.startswith("# Selling\n")


def test_an_unknown_topic_is_one_sentence() -> None:
    code, output, complaints = typed("manual", "cooking", "--language", "en")
    assert (code, output) == (2, "")
    assert complaints == (
        "pos-tui: the manual has no page “cooking”; `pos-tui manual` lists its pages.\n"
    )


def test_the_page_names_the_keys_that_the_shop_has_bound(tmp_path: Path) -> None:
    settings = tmp_path / "till.toml"
    settings.write_text('[screen]\nkeys = { void = "ctrl+k" }\n', encoding="utf-8")
    words = ("payments", "--language", "en", "--settings", str(settings))
    code, output, _ = typed("manual", *words)
    assert code == 0
    assert "^K gives the payment up" in output
    assert "F12" not in output


def test_wrong_settings_do_not_hide_the_manual(tmp_path: Path) -> None:
    settings = tmp_path / "till.toml"
    settings.write_text('[screen]\ncolour = "red"\n', encoding="utf-8")
    words = ("troubles", "--language", "en", "--settings", str(settings))
    code, output, _ = typed("manual", *words)
    assert code == 0
    assert output.startswith("# Troubles\n")


def test_a_narrow_terminal_shows_every_cell_whole() -> None:
    words = "这一格的中文很长没有空格可以断行所以要折成几行来显示"
    table = f"| 命令 | 用途 |\n|---|---|\n| `list\\|import\\|export\\|preview` | {words} |\n"
    paper = io.StringIO()
    Console(width=30, file=paper, color_system=None).print(typeset(table))
    printed = paper.getvalue()
    assert "…" not in printed
    assert set(words) <= set(printed)


# ---- the tables ----------------------------------------------------------------------------------


def test_a_table_keeps_what_is_written_by_hand_and_takes_the_rest_from_the_code() -> None:
    tables = tool("tables")
    page = (
        "<!-- begin generated: offer kinds -->\n"
        "| kind | keys | gives |\n|---|---|---|\n"
        "| `gone` | `x` | what is gone |\n| `nth` | `old` | the second at half price |\n"
        "<!-- end generated -->\n"
    )
    rows = {"offer kinds": [("`nth`", "`nth` `percent`"), ("`new`", "`a`")]}
    fresh = tables.page_with_tables(page, "en", rows)
    assert "| `nth` | `nth` `percent` | the second at half price |" in fresh
    assert "| `new` | `a` | ? |" in fresh
    assert "gone" not in fresh


def test_a_link_to_a_heading_that_is_gone_is_found(tmp_path: Path) -> None:
    links = tool("links")
    (tmp_path / "b.md").write_text("# B\n\n## Pictures of goods\n", encoding="utf-8")
    page = tmp_path / "a.md"
    page.write_text(
        "# A\n[1](b.md#pictures-of-goods) [2](b.md#photos) [3](c.md) [4](#a) [5](https://x.example)\n",
        encoding="utf-8",
    )
    assert links.broken_links(page) == [
        "b.md#photos: there is no such heading",
        "c.md: there is no such file",
    ]
