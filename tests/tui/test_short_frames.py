"""Frames are sent in as few bytes as show the same."""

from __future__ import annotations

from collections.abc import Iterable

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver

from pos_tui.devices.scanners.keystrokes import Rhythm
from pos_tui.tui.scan_driver import scanning_driver
from pos_tui.tui.short_frames import ShortFrames
from pos_tui.tui.straight_rows import keep_rows_straight
from pos_tui.tui.terminal_abilities import CAREFUL, Abilities
from tests.conftest import COLA, MILK
from tests.tui.seat import sitting

ALL = Abilities(changes_pens=True, erases_in_color=True)
FRAME = (
    "\x1b[15;1H\x1b[37;40m│228 Cola   3.50│\x1b[0m\x1b[15;18H\r\n"
    "\x1b[16;1H\x1b[37;40m│\x1b[0m\x1b[1;97;44m229 Milk  12.90\x1b[0m\x1b[37;40m│\x1b[0m\n"
    "\x1b[2;5H\x1b[3;1H\x1b[4mTOTAL\x1b[0m\r\n\x1b[4;1H\x1b[7mnext row\x1b[0m\x1b[1;1H"
)


class Glass:
    """A terminal, and what a person sees on it: of a blank the colour behind it."""

    def __init__(self) -> None:
        self._screen = pyte.Screen(120, 24)
        self._stream = pyte.Stream(self._screen)

    def feed(self, data: str) -> None:
        self._stream.feed(keep_rows_straight(data))

    def seen(self, rows: Iterable[int] = range(24)) -> list[object]:
        return [_seen(self._screen.buffer[y][x]) for y in rows for x in range(120)]

    def written(self) -> set[int]:
        """The rows on which anything was written since this was asked last."""
        rows = set(self._screen.dirty)
        self._screen.dirty.clear()
        return rows

    @property
    def cursor(self) -> tuple[int, int]:
        return self._screen.cursor.x, self._screen.cursor.y


def _seen(cell: pyte.screens.Char) -> object:
    marked = cell.reverse or cell.underscore or cell.strikethrough
    return (" ", cell.bg) if cell.data == " " and not marked else cell


def check(frames: Iterable[str], abilities: Abilities) -> list[str]:
    """Write frames whole and shortened to two terminals, which then show the same."""
    whole, short, shorter = Glass(), Glass(), ShortFrames(abilities)
    sent = []
    for frame in frames:
        sent.append(shorter.shorten(frame))
        whole.feed(frame)
        short.feed(sent[-1])
        rows = sorted(whole.written() | short.written())  # all others are as they were
        assert short.seen(rows) == whole.seen(rows), (frame, sent[-1])
        if frame.endswith("H") and whole.cursor != (0, 0):
            assert short.cursor == whole.cursor
    assert short.seen() == whole.seen()
    return sent


@pytest.mark.parametrize("abilities", [ALL, CAREFUL])
def test_a_shorter_frame_shows_the_same(abilities):
    first, again = check([FRAME, FRAME], abilities)

    assert len(first) < len(FRAME) - 40
    assert again == ""


def test_only_cells_that_differ_are_sent():
    frames = [
        "\x1b[3;1H\x1b[31mCola 330 ml   3.50\x1b[0m",
        "\x1b[3;1H\x1b[31mCola 500 ml   4.50\x1b[0m",
    ]
    assert check(frames, ALL)[1] == "\x1b[3;6H50\x1b[7C4"


def test_a_few_cells_that_are_the_same_are_written_rather_than_stepped_over():
    frames = ["\x1b[3;1H\x1b[31m12.90\x1b[0m", "\x1b[3;1H\x1b[31m22.40\x1b[0m"]
    assert check(frames, ALL)[1] == "\x1b[3H22.4"


def test_the_pen_stays_from_frame_to_frame():
    one, two = "\x1b[1;1H\x1b[31mone\x1b[0m", "\x1b[2;1H\x1b[31mtwo\x1b[0m\x1b[3;1Hplain"
    assert check([one, two], ALL) == ["\x1b[1H\x1b[0;31mone", "\x1b[2Htwo\x1b[3H\x1b[0mplain"]


def test_blanks_are_erased_where_that_keeps_their_color():
    frame = f"\x1b[2;1H\x1b[44mname{' ' * 30}3.50{' ' * 9}\x1b[0m"
    assert check([frame], ALL) == ["\x1b[2H\x1b[0;44mname\x1b[30X\x1b[30C3.50\x1b[9X"]
    assert check([frame], ALL._replace(erases_in_color=False)) == [
        f"\x1b[2H\x1b[0;44mname{' ' * 30}3.50{' ' * 9}"
    ]


def test_blanks_that_are_reversed_or_underlined_are_written():
    check(["\x1b[2;1H\x1b[7mreversed            \x1b[0m\x1b[4mline            \x1b[0m"], ALL)


def test_half_a_wide_letter_is_written_again():
    check(["\x1b[2;1H可乐", "\x1b[2;2Hx", "\x1b[2;1H可乐", "\x1b[2;4H可x", "\x1b[2;1H可乐 xx"], ALL)


def test_what_stands_behind_other_wide_letters_stands_in_its_place():
    check([f"\x1b[2;1H合计{' ' * 30}╺━┛", f"\x1b[2;1H找零{' ' * 30}┗━┛"], ALL)


@pytest.mark.parametrize("abilities", [ALL, CAREFUL])
@given(
    st.lists(
        st.lists(st.sampled_from(["合", "计", "找", "零", "ab", "ac", "  ", "┗━"]), min_size=40,
                 max_size=40).map("".join),
        min_size=2, max_size=6,
    )
)  # fmt: skip
def test_rows_of_wide_and_narrow_letters_show_the_same(abilities, rows):
    check([f"\x1b[2;1H{row}" for row in rows], abilities)


def test_what_terminals_draw_differently_is_sent_with_all_of_its_piece():
    frame = "\x1b[2;1H\x1b[31mไทย 3.50\x1b[0m\x1b[3;1Hplain"
    _, again = check([frame, frame], ALL)
    assert again == "\x1b[2H\x1b[31mไทย 3.50"


def test_what_is_no_frame_goes_out_whole_in_its_own_pen_and_after_it_all_is_sent():
    frame = "\x1b[2;1H\x1b[31mCola\x1b[0m"
    sent = check([frame, "\x1b[2J\x1b[5;5Hplain\r\nmore", frame], ALL)
    assert sent[1:] == ["\x1b[0m\x1b[2J\x1b[5;5Hplain\r\nmore", "\x1b[2H\x1b[31mCola"]


def test_a_bell_and_the_cursor_s_light_change_nothing_that_is_shown():
    frame = "\x1b[2;1H\x1b[31mCola\x1b[0m"
    assert check([frame, "\x07", "\x1b[?25l", frame], ALL)[1:] == ["\x07", "\x1b[?25l", ""]


def test_a_sequence_cut_in_two_goes_through():
    """As on Windows, where a large frame is written in parts."""
    frame = "\x1b[2;1H\x1b[31mCola\x1b[0m\x1b[3;1H\x1b[1;32mMilk\x1b[0m and"
    for at in range(1, len(frame)):
        whole, short, shorter = Glass(), Glass(), ShortFrames(ALL)
        whole.feed(frame + "\x1b[4;1H\x1b[4mbread\x1b[0m")
        for part in (frame[:at], frame[at:], "\x1b[4;1H\x1b[4mbread\x1b[0m"):
            short.feed(shorter.shorten(part))
        assert short.seen() == whole.seen(), at


def test_forgotten_everything_is_sent():
    frames = ShortFrames(ALL)
    frames.shorten("\x1b[2;1Hplain")
    assert frames.shorten("\x1b[2;1Hplain") == ""
    frames.forget()
    assert frames.shorten("\x1b[2;1Hplain") == "\x1b[2Hplain"


styles = st.sampled_from(
    ["1", "31", "1;31;44", "0;7", "38;5;231;48;5;233", "38;2;1;2;3;48;5;25", "4", "7", "2;33", "3",
     "48;5;233", "97;100", "1;2"]
)  # fmt: skip
texts = st.sampled_from(
    ["Cola", " ", "      ", "          x          ", "│ 3.50 ", "可乐", "口香糖 12", "─────", "a",
     "e\u0301x ", "ไทย 1", "┏━┛"]
)  # fmt: skip
painted = st.one_of(texts, st.builds("\x1b[{}m{}\x1b[0m".format, styles, texts))
ends = st.sampled_from(["", "\r\n", "\n"])
pieces = st.builds(
    lambda row, column, parts: f"\x1b[{row};{column}H{''.join(parts)}",
    st.integers(1, 6), st.integers(1, 20), st.lists(painted, max_size=3),
)  # fmt: skip
cursors = st.builds("\x1b[{};{}H".format, st.integers(1, 24), st.integers(1, 60))
frames = st.builds(
    lambda parts, end: "".join(parts) + end,
    st.lists(st.builds(lambda piece, end: f"{piece}{end}\x1b[9;9H", pieces, ends), max_size=8),
    st.one_of(st.just("\x1b[1;1H"), cursors),
)
others = st.sampled_from(["\x1b[2J", "\x07", "\x1b[?25l", "\x1b[H\x1b[1;31mabc\x1b[m\x1b[K"])
abilities = st.builds(Abilities, st.booleans(), st.booleans())


@given(st.lists(st.one_of(frames, others), max_size=6), abilities)
def test_whatever_is_written_the_screen_is_the_same(written, able):
    check(written, able)


@pytest.mark.parametrize("able", [ALL, CAREFUL])
async def test_frames_of_the_till_show_the_same(shop, able):
    async with sitting(shop) as seat:
        written = []
        for code in (COLA, MILK, COLA, MILK, COLA):
            await seat.scan(code)
            update = seat.app.screen._compositor.render_full_update()
            written.append(update.render_segments(seat.app.console))
    first, *rest = check(written, able)
    assert len(first) < len(written[0])
    assert all(len(sent) < 500 for sent in rest)


# ---- the driver ------------------------------------------------------------------------------


class Wire(HeadlessDriver):
    """Where the platform's driver writes."""

    def __init__(self, app):
        self.sent = []

    def write(self, data):
        self.sent.append(data)


@pytest.fixture
def driver():
    return scanning_driver(Wire, Rhythm(), lambda key: False)(App())


BEGIN, END = "\x1b[?2026h", "\x1b[?2026l"


def test_a_short_frame_goes_out_at_once_and_needs_no_marks_around_it(driver):
    for part in (BEGIN, "\x1b[2;1H\x1b[31mCola\x1b[0m\x1b[1;1H", END):
        driver.write(part)
    assert driver.sent == ["\x1b[2H\x1b[0;31mCola"]


def test_a_long_frame_is_marked_so_that_it_shows_at_once(driver):
    frame = "".join(
        f"\x1b[{row};1HArticle {row} of a long list, {'x' * 40}" for row in range(1, 20)
    )
    for part in (BEGIN, frame, END):
        driver.write(part)
    assert len(driver.sent) == 1
    assert driver.sent[0].startswith(BEGIN)
    assert driver.sent[0].endswith(END)


def test_a_frame_that_changes_nothing_is_not_sent(driver):
    for part in (BEGIN, FRAME, END, BEGIN, FRAME, END, FRAME):
        driver.write(part)
    assert len(driver.sent) == 1


async def test_a_whole_screen_is_sent_whole_whatever_was_there(shop, monkeypatch):
    async with sitting(shop) as seat:
        compositor, forgotten = seat.app.screen._compositor, []
        monkeypatch.setattr(seat.app._driver, "forget_screen", lambda: forgotten.append(1), False)
        seat.till_screen.refresh()
        seat.app._display(seat.app.screen, compositor.render_partial_update())
        assert not forgotten
        seat.app._display(seat.app.screen, compositor.render_full_update())
        assert forgotten
