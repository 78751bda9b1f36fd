"""The till on terminals of every kind: what each can draw, and what differs without colours."""

import pytest

pytest.importorskip("pty", reason="there are no pseudo-terminals on Windows")
pytest.importorskip("pexpect")

from pos_tui.books import Books
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from tests.tui.terminal import Terminal


@pytest.fixture
def shop(tmp_path):
    """A settings file and a data folder with three products."""
    settings = tmp_path / "till.toml"
    settings.write_text('[shop]\nname = "Café"\nlanguage = "en"\n[till]\nnumber = "07"\n')
    books = Books(tmp_path / "data")
    names = ("Milk 1 L", "Käse", "可乐 500 ml")
    rows = [ProductRow(f"H{n}", name, 100) for n, name in enumerate(names)]
    books.write(lambda c: import_products(c, rows)).result()
    books.close()
    return ["--settings", str(settings), "--data", str(tmp_path / "data")]


def test_linux_own_console_is_shown_nothing_that_its_font_lacks(shop):
    terminal = Terminal(shop, environment={"TERM": "linux"})
    terminal.wait_for("> scan or type a code")
    terminal.send("H0\r")
    terminal.wait_for("1 item ")
    shown = terminal.look()
    assert "┌─ Settlement list ─" in shown
    assert "v nothing expired" in shown
    assert not set("╭◐○✓✗●▸▁…−") & set(terminal.written)
    assert terminal.leave() == 0


NOT_UTF8 = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C", "LANG": "C"}


def test_a_terminal_that_is_not_utf8_is_told_so_and_has_plain_frames(shop):
    terminal = Terminal(shop, environment=NOT_UTF8)
    terminal.wait_for("locale is not UTF-8")
    terminal.send("H1\rH2\r")
    terminal.wait_for("2 items")
    shown = terminal.look()
    assert "+- Settlement list --" in shown
    assert "Kase" in shown
    assert "???? 500 ml" in shown
    assert terminal.written.isascii()
    assert "\\u" not in terminal.written
    rows = [row for row in shown.split("\n") if row.startswith("|")]
    assert {len(row) for row in rows} == {80}
    assert terminal.leave() == 0


def test_a_terminal_that_cannot_write_chinese_is_spoken_english(shop):
    chinese = [*shop, "--language", "zh_CN"]
    terminal = Terminal(chinese, environment=NOT_UTF8)
    terminal.wait_for("locale is not UTF-8")
    assert "Settlement list" in terminal.look()
    assert terminal.leave() == 0


def cell(terminal, words):
    """The cell in which these words begin."""
    for y, row in enumerate(terminal.screen.display):
        if words in row:
            return terminal.screen.buffer[y][row.index(words)]
    raise AssertionError(f"{words!r} is not there:\n{terminal.look()}")


@pytest.mark.parametrize("theme", ["dark", "light", "amber"])
@pytest.mark.parametrize(
    "colourless", [{"NO_COLOR": "1"}, {"TERM": "vt220"}, {"TERM": "linux", "NO_COLOR": "1"}]
)
def test_without_colours_nothing_is_black_on_black_and_what_matters_is_reversed(
    shop, tmp_path, theme, colourless
):
    with (tmp_path / "till.toml").open("a") as file:
        file.write(f'[screen]\ntheme = "{theme}"\n')
    terminal = Terminal(shop, environment=colourless)
    terminal.wait_for("scan or type a code")
    terminal.send("H0\rH1\r")
    terminal.wait_for("2 items")
    terminal.send("\x1b[A")
    cells = [terminal.screen.buffer[y][x] for y in range(24) for x in range(80)]
    assert {(each.fg, each.bg) for each in cells} == {("default", "default")}
    until_reversed(terminal, "Milk 1 L")
    assert cell(terminal, "Café").reverse
    assert not cell(terminal, "Käse").reverse
    assert cell(terminal, "F1").reverse
    assert not cell(terminal, "Help").reverse
    assert cell(terminal, "TOTAL").bold
    terminal.send("\x1b[B")
    until_reversed(terminal, "Käse")
    assert not cell(terminal, "Milk 1 L").reverse
    assert terminal.leave() == 0


def until_reversed(terminal, words):
    for _ in range(200):
        terminal.look()
        if cell(terminal, words).reverse:
            return
    raise AssertionError(f"{words!r} is not reversed:\n{terminal.look()}")


def test_with_colours_every_text_stands_on_the_themes_ground(shop):
    terminal = Terminal(shop, environment={"COLORTERM": "truecolor"})
    terminal.wait_for("scan or type a code")
    terminal.send("H0\r")
    terminal.wait_for("1 item ")
    assert cell(terminal, "Settlement").bg == "0f1419"
    assert cell(terminal, "Milk 1 L").bg == "2b5ea8"
    assert terminal.leave() == 0
