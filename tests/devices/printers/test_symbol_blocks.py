"""A code in a terminal is read by a camera, on light and on dark."""

from __future__ import annotations

import pytest

from pos_tui.devices.printers.label_symbols import draw_symbol
from pos_tui.devices.printers.symbol_blocks import half_blocks

ADDRESS = "http://192.168.1.20:8830/abcdefghijkmnpqr/"
LIT = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}


@pytest.mark.parametrize("on_dark", [False, True])
def test_a_camera_reads_it(on_dark):
    image = pytest.importorskip("PIL.Image")
    zxing = pytest.importorskip("zxingcpp")
    rows = half_blocks(draw_symbol("qr", ADDRESS), on_dark=on_dark)
    assert len({len(row) for row in rows}) == 1
    width, height = len(rows[0]), 2 * len(rows)
    paper, ink = (0, 255) if on_dark else (255, 0)
    picture = image.new("L", (width + 8, height + 8), 255)
    for y, row in enumerate(rows):
        for x, letter in enumerate(row):
            for half, is_lit in enumerate(LIT[letter]):
                picture.putpixel((x + 4, 2 * y + half + 4), ink if is_lit else paper)
    picture = picture.resize((6 * picture.width, 6 * picture.height), 0)
    assert [found.text for found in zxing.read_barcodes(picture)] == [ADDRESS]
