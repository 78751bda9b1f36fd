"""How wide text is, and rows that are cut, filled, broken and squeezed to so many cells."""

from __future__ import annotations

from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cached_cell_len, cell_len

from pos_tui.text_width import clip, pad, squeeze, width_of, wrap


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("Cola", 4),
        ("可乐", 4),
        ("cre\u0301me", 5),
        ("ที่นี่น้ำ", 4),
        ("हिन्दी", 5),
        ("क्\u200dष", 2),
        ("👨\u200d👩\u200d👧\u200d👦", 2),
        ("👍🏽", 2),
        ("❤\ufe0f", 2),
        ("\u1112\u1161\u11ab", 2),
        ("می\u200cخواهم", 7),
    ],
)
def test_marks_and_joined_letters_take_what_a_terminal_gives_them(text: str, cells: int) -> None:
    assert width_of(text) == cells


@given(st.text(st.sampled_from(" │…−é可乐☕👍🏽\u0301\ufe0f1a·─✓")))
def test_a_row_is_as_wide_as_textual_counts(row: str) -> None:
    assert width_of(row) == cell_len(row)


def test_each_letter_is_as_wide_as_textual_counts() -> None:
    letters = [chr(code) for code in range(0x20, 0x3400) if chr(code).isprintable()]

    odd = [each for each in letters if width_of(each) != cell_len(each) and category(each) != "Mc"]

    assert not odd


def test_rows_that_never_come_again_are_not_kept() -> None:
    kept = cached_cell_len.cache_info().currsize

    for number in range(600):
        width_of(f"│{number} Café 可乐   12.{number} −1.00│")

    assert cached_cell_len.cache_info().currsize <= kept + 1


def test_no_letter_is_cut_from_its_marks() -> None:
    assert clip("👨\u200d👩\u200d👧 pack", 3) == "👨\u200d👩\u200d👧…"
    assert clip("हिन्दी", 3) == "हि…"
    assert wrap("👍🏽👍🏽", 2) == ["👍🏽", "👍🏽"]
    assert wrap("可", 1) == ["可"]


def test_what_is_cut_or_filled_is_plain() -> None:
    assert pad("a\x1b\tb", 6) == "a b   "
    assert wrap("a\u202e\u2028b", 9) == ["a b"]


def test_a_long_word_is_broken_in_one_pass() -> None:
    word = "हि" * 20_000

    assert "".join(wrap(word, 10)) == word


@pytest.mark.parametrize(
    ("line", "rows"),
    [
        ("Cola", ["Cola"]),
        ("Sale 1      Till 01", ["Sale 1  Till 01"]),
        ("   Corner Market", ["  Corner Market"]),
        ("-" * 20, ["-" * 15]),
        ("Organic whole bread", ["Organic whole", "bread"]),
        ("Organic bread  1234.00", ["Organic bread", "1234.00"]),
        ("可口可乐        2.00", ["可口可乐   2.00"]),
    ],
)
def test_a_row_laid_out_for_wider_paper_is_squeezed(line: str, rows: list[str]) -> None:
    squeezed = squeeze(line, 15)

    assert all(width_of(row) <= 15 for row in squeezed)
    assert squeezed == rows


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("请等待，或按放弃。", 6, ["请等", "待，或", "按放", "弃。"]),
        ("顾客（输密码）请", 12, ["顾客（输密", "码）请"]),
        ("可乐。", 2, ["可", "乐", "。"]),  # there is no room for two
        ("abcd,", 4, ["abc", "d,"]),
    ],
)
def test_no_row_begins_with_a_sign_that_closes_a_clause(text, columns, lines):
    assert wrap(text, columns) == lines
