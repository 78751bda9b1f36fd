"""Frames are sent in as few bytes as show the same."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.tui.short_frames import shorten
from tests.conftest import COLA
from tests.tui.seat import sitting

FRAME = (
    "\x1b[15;1H\x1b[37;40m│228 Cola   3.50│\x1b[0m\x1b[15;18H\r\n"
    "\x1b[16;1H\x1b[37;40m│\x1b[0m\x1b[1;97;44m229 Milk  12.90\x1b[0m\x1b[37;40m│\x1b[0m\n"
    "\x1b[2;5H\x1b[3;1H\x1b[4mTOTAL\x1b[0m\r\n\x1b[7mnext row\x1b[0m\x1b[1;1H"
)


def shown(data: str) -> tuple[list[str], object, tuple[int, int]]:
    screen = pyte.Screen(80, 24)
    pyte.Stream(screen).feed(data)
    return screen.display, screen.buffer, (screen.cursor.x, screen.cursor.y)


def test_a_shorter_frame_shows_the_same():
    short = shorten(FRAME)

    assert shown(short) == shown(FRAME)
    assert len(short) < len(FRAME) - 20


def test_a_style_is_set_only_where_it_is_another_one():
    one = "\x1b[1;1H\x1b[1mone\x1b[0m\x1b[1mtwo\x1b[0m\x1b[31mthree\x1b[0m"
    two = "\x1b[2;1H\x1b[31mfour\x1b[0m\x1b[3;1Hplain"
    assert shorten(one + two) == (
        "\x1b[1;1H\x1b[1monetwo\x1b[0;31mthree\x1b[2;1Hfour\x1b[3;1H\x1b[0mplain"
    )


styles = st.sampled_from(["\x1b[0m", "\x1b[m", "\x1b[1m", "\x1b[31m", "\x1b[0;7m", "\x1b[37;44m"])
moves = st.builds("\x1b[{};{}H".format, st.integers(1, 24), st.integers(1, 60))
texts = st.sampled_from(["Cola", "│ 3.50 ", " ", "\r\n", "\x1b7x\x1b8", "\x1b[?25l"])


@given(st.lists(st.one_of(styles, moves, texts), max_size=30).map("".join))
def test_whatever_is_written_the_screen_is_the_same(data):
    assert shown(shorten(data)) == shown(data)


@pytest.mark.parametrize(
    "data",
    [
        "plain words\r\n",
        "\x1b[?2026h\x1b[?25l",
        "\x1b[0m\x1b[0m",
        "\x1b[0m\x1b[2J\x1b[1m",
        "one\r\ntwo\r\n",
        "\x1b[3;4Htext",
        "\x1b[m",
    ],
)
def test_what_has_nothing_to_spare_stays(data):
    assert shorten(data) == data


async def test_whole_frames_of_the_till_show_the_same(shop):
    async with sitting(shop) as seat:
        frames = []
        for _ in range(3):
            await seat.scan(COLA)
            update = seat.app.screen._compositor.render_full_update()
            frames.append(update.render_segments(seat.app.console))
    for frame in frames:
        assert shown(shorten(frame)) == shown(frame)
        assert len(shorten(frame)) < len(frame)
