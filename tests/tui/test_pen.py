"""The pen of a terminal."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.tui.pen import PLAIN, Pen, change_of_pen, pen_after

codes = st.sampled_from(
    ["", "0", "1", "2", "4", "7", "0;7", "31", "1;31;44", "97;100", "38;5;231;48;5;25", "39", "49",
     "38;2;1;2;3", "48;2;9;8;7", "1;2", "3;9"]
)  # fmt: skip


def written_with(styles: list[str]) -> object:
    screen = pyte.Screen(10, 2)
    pyte.Stream(screen).feed("".join(styles) + "x")
    return screen.buffer[0][0]


def pen_of(styles: list[str]) -> Pen:
    pen: Pen | None = PLAIN
    for each in styles:
        pen = pen_after(pen, each)
    assert pen is not None
    return pen


@given(st.lists(codes), st.lists(codes), st.booleans())
def test_the_change_from_any_pen_makes_the_other(before, after, one_by_one):
    old, new = pen_of(before), pen_of(after)
    change = change_of_pen(old, new, one_by_one=one_by_one)

    way_before = [f"\x1b[{each}m" for each in before]
    assert written_with([*way_before, change]) == written_with([f"\x1b[{each}m" for each in after])
    assert change_of_pen(new, new, one_by_one=one_by_one) == ""


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("1;38;5;231;48;5;233", "38;5;247;48;5;233", "\x1b[22;38;5;247m"),
        ("38;5;253;48;5;233", "1;38;5;231;48;5;25", "\x1b[1;38;5;231;48;5;25m"),
        ("1;2", "2", "\x1b[0;2m"),
        ("3;31", "31", "\x1b[0;31m"),
        ("7;31", "0", "\x1b[0m"),
        ("0", "31", "\x1b[31m"),
    ],
)
def test_a_change_takes_the_fewest_bytes(before, after, change):
    assert change_of_pen(pen_after(PLAIN, before), pen_after(PLAIN, after), one_by_one=True) == (
        change
    )


def test_a_console_gets_every_style_whole():
    """On Linux's console a colour also sets how bright the next one is."""
    before, after = pen_after(PLAIN, "97;40"), pen_after(PLAIN, "37;40")
    assert change_of_pen(before, after, one_by_one=False) == "\x1b[0;37;40m"


@pytest.mark.parametrize("codes", ["38", "38;9;1", "48;5", "22", "27"])
def test_a_pen_that_cannot_be_followed_is_not_known(codes):
    assert pen_after(PLAIN, codes) is None
    assert pen_after(pen_after(PLAIN, codes), "0") == PLAIN
    assert change_of_pen(None, PLAIN, one_by_one=True) == "\x1b[0m"
