"""Rows stay straight on terminals that do not agree on how wide a character is."""

from __future__ import annotations

from collections.abc import Callable
from unicodedata import category, combining, east_asian_width

import pyte
import pyte.screens
import pytest
from wcwidth import wcwidth

from pos_tui.text_width import pad
from pos_tui.tui.straight_rows import keep_rows_straight

NAMES = [
    "Cola 330 ml",
    "可口可乐 330 毫升",
    "ไทย ที่รัก น้ำ",
    "हिन्दी काजू",
    "தமிழ்",
    "👨\u200d👩\u200d👧\u200d👦 family pack",
    "👍🏽",
    "❤\ufe0f love",
    "1\ufe0f\u20e3 first",
    "🇨🇳 flag",
    "Zero\u200bwidth\u200d\u2060 name",
    "\ufeffBOM",
    "\u200b",
    "\u202eRTL override txet",
    "cre\u0301me bru\u0302le\u0301e",
    "مرحبا",
    "\u1112\u1161\u11ab",
    "a\u3164b",
    "Milk \x1b[2J\x1b]0;owned\x07",
    "C1 \x9b31m",
]


def each_a_cell(character: str) -> int:
    return 1


def wide_as_tables_say(character: str) -> int:
    return 2 if east_asian_width(character) in "WF" else 1


def marks_beside(character: str) -> int:
    if combining(character) or category(character) in {"Mn", "Cf"}:
        return 0
    return wide_as_tables_say(character)


TERMINALS = [wcwidth, each_a_cell, wide_as_tables_say, marks_beside]


@pytest.mark.parametrize("width", TERMINALS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_the_frame_stands_where_it_should(
    name: str, width: Callable[[str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    if width is each_a_cell and any(east_asian_width(each) in "WF" for each in name):
        pytest.skip("a terminal without wide characters shows no such name")
    monkeypatch.setattr(pyte.screens, "wcwidth", width)
    screen = pyte.Screen(60, 5)
    screen.set_mode(pyte.modes.LNM)
    stream = pyte.Stream(screen)
    screen.draw("#" * 59)  # what stood there before

    stream.feed(keep_rows_straight(f"\x1b[1;1H│  1 {pad(name, 30)}     2.00││pay│"))

    cells = [screen.buffer[0][column].data for column in range(60)]
    assert "".join(cells[40:]) == "2.00││pay│######### "
    assert [column for column, cell in enumerate(cells) if cell == "│"] == [0, 44, 45, 49]
    assert "#" not in cells[:50]


def test_what_no_terminal_doubts_is_written_as_it_is() -> None:
    written = "\x1b[1;1H│ Cola ¥4.50 – 可口可乐 … ●│"

    assert keep_rows_straight(written) == written


def test_nothing_of_a_name_steers_the_terminal() -> None:
    assert keep_rows_straight("│a\x9b\u202e\ud800\u2028b│") == "│ab│"


def test_a_letter_is_written_the_same_whatever_else_is_in_the_frame() -> None:
    """Most frames are looked at quickly; a lone surrogate forbids that."""
    for letter in map(chr, range(0x10000)):
        alone, among_others = (keep_rows_straight(f"{letter}\x1b{more}") for more in ("", "\ud800"))
        assert alone == among_others, hex(ord(letter))


@pytest.mark.parametrize("name", ["❤\ufe0f love", "e\u0301", "\u0e34x", "👍🏽"])
def test_the_letter_that_ends_an_escape_is_no_part_of_the_name_behind_it(name):
    assert keep_rows_straight(f"\x1b[1;31m{name}") == f"\x1b[1;31m{keep_rows_straight(name)}"
    assert keep_rows_straight(f"\x1b[3;4H{name}\x1b[0m") == (
        f"\x1b[3;4H{keep_rows_straight(name)}\x1b[0m"
    )
