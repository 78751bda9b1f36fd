"""Papers as pictures: what is on the grid is drawn, and the symbols can be read from it."""

import io
import re
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageDraw

from pos_tui.devices.printers.escpos_jobs import Rows
from pos_tui.devices.printers.paper_grid import CELL, MARGIN, ROW, PlacedLetter, place_rows
from pos_tui.devices.printers.paper_png import paper_png
from pos_tui.devices.printers.paper_svg import paper_svg
from pos_tui.devices.scanners.picture import read_picture
from pos_tui.settings import PrinterSettings

ROWS: Rows = [
    ("红烧牛肉面  12.90", "plain"),
    ("-" * 32, "rule"),
    ("TOTAL  12.90", "large"),
    ("https://example.com/RC01-000148GFZ?sum=12.90", "qr"),
    ("RC01-000148GFZ", "barcode"),
]


def codes_of(content):
    return sorted(code.text[3:] for code in read_picture(content).codes)


def ink_of(content):
    picture = Image.open(io.BytesIO(content)).convert("L")
    return picture, picture.point(lambda value: 255 if value < 128 else 0).getbbox()


@pytest.mark.parametrize("columns", [20, 32, 42, 48])
def test_both_symbols_are_read_from_the_picture(columns):
    picture = paper_png(ROWS, PrinterSettings(columns=columns))
    assert codes_of(picture) == sorted(text for text, style in ROWS if style in {"qr", "barcode"})
    assert ink_of(picture)[0].width == columns * CELL + 2 * MARGIN


def test_letters_stand_in_their_columns():
    letters = [each for each in place_rows(ROWS[:1], 32).placed if isinstance(each, PlacedLetter)]
    assert [each.text for each in letters] == list("红烧牛肉面12.90")
    first, last = letters[0], letters[-1]
    assert (first.x, first.cells) == (MARGIN, 2)
    assert last.x == MARGIN + (5 * 2 + 2 + 4) * CELL


def test_large_letters_are_two_rows_high():
    def height(style):
        _, box = ink_of(paper_png([("TOTAL", style)], PrinterSettings(columns=32)))
        return box[3] - box[1]

    assert height("large") >= 1.8 * height("plain")
    assert place_rows([("A", "large")], 32).height == place_rows([("A", "plain")], 32).height + ROW


@pytest.mark.parametrize("text", ["ขนมปัง", "हिन्दी चाय", "قهوة عربية", "👍"])
def test_other_scripts_leave_ink_or_a_box(text):
    _, box = ink_of(paper_png([(text, "plain")], PrinterSettings(columns=32)))
    assert box is not None


def logo(tmp_path):
    file = tmp_path / "logo.png"
    Image.new("L", (120, 40), 0).save(file)
    return file


def test_a_logo_is_drawn_and_one_that_is_gone_is_left_out(tmp_path):
    rows: Rows = [(str(logo(tmp_path)), "logo"), ("Bread", "plain")]
    there, gone = (ink_of(paper_png(each, PrinterSettings(columns=32)))[1]
                   for each in (rows, [("gone.png", "logo"), *rows[1:]]))  # fmt: skip
    assert there[3] - there[1] > gone[3] - gone[1] + 40
    assert paper_svg(rows, 32).count("<image ") == 1
    assert "<image" not in paper_svg([("gone.png", "logo")], 32)


def drawn(svg):
    """The rectangles of a picture's symbols, drawn by somebody who knows nothing of ours."""
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own
    picture = Image.new("L", (int(root.attrib["width"]), int(root.attrib["height"])), 255)
    pencil = ImageDraw.Draw(picture)
    for path in root.iter("{http://www.w3.org/2000/svg}path"):
        for found in re.finditer(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z", path.attrib["d"]):
            x, y, wide, high = map(int, found.groups())
            pencil.rectangle((x, y, x + wide - 1, y + high - 1), fill=0)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def test_an_svg_has_the_letters_and_the_symbols():
    svg = paper_svg([*ROWS, ("a<b>&c", "bold")], 32)
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own
    letters = "".join(each.text or "" for each in root.iter("{http://www.w3.org/2000/svg}text"))
    assert letters == "红烧牛肉面12.90TOTAL12.90a<b>&c"
    assert codes_of(drawn(svg)) == sorted(
        text for text, style in ROWS if style in {"qr", "barcode"}
    )


def test_the_largest_code_is_read_from_narrow_paper():
    text = ("RC01-000148GFZ:" + "0123456789ABCDEF$*+-." * 70)[:1451]
    assert codes_of(paper_png([(text, "qr")], PrinterSettings(columns=32))) == [text]
