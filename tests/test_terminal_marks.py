"""Marks and frames on terminals that cannot draw them all."""

import io

import pytest

from pos_tui.terminal_marks import drawable, marks_of, replace_marks_on
from pos_tui.text_width import width_of

# Of 512 signs, those of ours that Debian's Lat15-Fixed16, Uni2-Terminus16 and the kernel's have.
_IN_EVERY_CONSOLE_FONT = set("─│┌┐└┘├┤┬┴┼·←↑→↓█■•")
_OURS = "╭─╮│╰╯●◐○✓✗▸▁…−×·━┃┏┓┗┛╹╺╻╸↑↓→←▼▲█▄▀“”’—"


@pytest.mark.parametrize(
    ("encoding", "term", "marks"),
    [
        ("utf-8", "xterm-256color", "full"),
        ("utf-8", "", "full"),
        ("utf-8", "linux", "console"),
        ("utf-8", "vt220", "console"),
        ("iso8859-1", "xterm", "ascii"),
        ("ascii", "linux", "ascii"),
        ("gbk", "xterm", "ascii"),
        (None, "xterm", "ascii"),
    ],
)
def test_what_a_terminal_can_draw_is_known_by_its_encoding_and_name(encoding, term, marks):
    assert marks_of(encoding, {"TERM": term}, "linux") == marks


def test_a_windows_console_has_no_term():
    assert marks_of("utf-8", {"TERM": "linux"}, "win32") == "full"


def test_a_console_is_shown_only_what_its_font_has_and_no_cell_moves():
    for sign in _OURS:
        shown = drawable(sign, "console")
        assert shown.isascii() or shown in _IN_EVERY_CONSOLE_FONT, sign
        assert width_of(shown) == width_of(sign)


def test_plain_signs_are_ascii_and_no_cell_moves():
    for sign in _OURS:
        shown = drawable(sign, "ascii")
        assert shown.isascii(), sign
        assert width_of(shown) == width_of(sign)


@pytest.mark.parametrize("marks", ["console", "ascii"])
def test_the_steps_of_a_payment_stay_four_different_marks(marks):
    assert len(set(drawable("●◐○✗", marks))) == 4


def test_a_name_of_another_script_takes_the_same_cells_in_a_terminal_without_it():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", newline="")
    replace_marks_on(stream)
    for text in ("✓ Café", "可乐 500", "−1.00 €", "ｶﾞ"):
        stream.seek(0)
        stream.truncate()
        stream.write(text)
        stream.flush()
        shown = stream.buffer.getvalue().decode("ascii")
        assert len(shown) == width_of(text), (text, shown)
        assert "\\" not in shown
