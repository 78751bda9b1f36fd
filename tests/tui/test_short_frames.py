"""Frames are sent in as few bytes as show the same."""

from __future__ import annotations

import sys

import pyte
import pytest
from textual.drivers.headless_driver import HeadlessDriver

from pos_tui.devices.scanners.keystrokes import Rhythm
from pos_tui.tui.scan_driver import scanning_driver
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


@pytest.mark.skipif(sys.platform == "win32", reason="its console wants small pieces")
async def test_a_frame_is_handed_on_as_one_piece(shop):
    pieces = []

    class Terminal(HeadlessDriver):
        def write(self, data: str) -> None:
            pieces.append(data)

    async with sitting(shop) as seat:
        driver = scanning_driver(Terminal, Rhythm())(seat.app)
        for data in ("\x07", "\x1b[?2026h", "\x1b[3;1HTOTAL", "\x1b[?2026l", "\x07"):
            driver.write(data)

    assert pieces == ["\x07", "\x1b[?2026h\x1b[3;1HTOTAL\x1b[?2026l", "\x07"]
