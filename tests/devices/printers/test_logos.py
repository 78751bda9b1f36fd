"""A logo on paper: dots that fit, which another program reads back; a broken one stops nothing."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from pos_tui.devices.printers.escpos_jobs import compose
from pos_tui.devices.printers.label_symbols import draw_symbol
from pos_tui.devices.printers.logos import logo_raster
from pos_tui.devices.printers.printer import PrinterError
from pos_tui.settings import PrinterSettings
from tests.paper import Paper

Image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")

NARROW = PrinterSettings(columns=32)


def paper_of(job: bytes) -> Paper:
    paper = Paper(lambda _page, _byte: "x")
    paper.print(job)
    return paper


def printed(paper: Paper) -> io.BytesIO:
    """All bands of the picture, as one file that other programs read."""
    dots = b"".join(each.dots for each in paper.pictures)
    wide = paper.pictures[0].wide
    return io.BytesIO(b"P4 %d %d\n" % (wide, len(dots) * 8 // wide) + dots)


def test_a_code_in_a_logo_is_read_from_the_paper(tmp_path: Path) -> None:
    zxing = pytest.importorskip("zxingcpp", reason="zxing-cpp is not installed")
    pytest.importorskip("zint", reason="zint is not installed")
    dots = draw_symbol("qr", "https://shop.example/42")
    picture = Image.new("L", (len(dots[0]), len(dots)), 255)
    picture.putdata([0 if dot else 255 for row in dots for dot in row])
    path = tmp_path / "logo.png"
    picture.resize((picture.width * 9, picture.height * 9), 0).save(path)

    paper = paper_of(compose([(str(path), "logo"), ("Cola", "plain")], NARROW))

    (read,) = zxing.read_barcodes(Image.open(printed(paper)).convert("L"))
    assert read.text == "https://shop.example/42"
    assert {each.wide for each in paper.pictures} == {384}
    assert paper.rows[-1].text == "Cola"


@pytest.mark.parametrize(("size", "high"), [((800, 400), 192), ((100, 40), 40), ((90, 9000), 1200)])
def test_it_fits_the_paper_and_is_not_made_larger(
    tmp_path: Path, size: tuple[int, int], high: int
) -> None:
    path = tmp_path / "logo.jpg"
    Image.new("RGB", size, "black").save(path)

    paper = paper_of(logo_raster(path, NARROW))

    assert sum(each.high for each in paper.pictures) == high
    assert max(each.high for each in paper.pictures) <= 240
    left = [x for x in range(384) if paper.pictures[0].has_ink(x, 2)]
    assert abs(left[0] - (383 - left[-1])) <= 1


def test_grey_is_dots_and_what_shines_through_is_paper(tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    picture = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    picture.paste((128, 128, 128, 255), (0, 0, 50, 100))
    picture.save(path)

    (printed_picture,) = paper_of(logo_raster(path, NARROW)).pictures

    assert 0.4 < printed_picture.ink_in(range(142, 192)) / 5000 < 0.6
    assert printed_picture.ink_in(range(192, 384)) == 0


@pytest.mark.parametrize("content", [None, b"", b"GIF89a", b"\x89PNG\r\n\x1a\nbroken"])
def test_a_logo_that_cannot_be_read_stops_no_receipt(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "logo.png"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(PrinterError) as refused:
        logo_raster(path, NARROW)
    paper = paper_of(compose([(str(path), "logo"), ("Cola", "plain")], NARROW))

    assert refused.value.reason.kind == "printer.no_picture"
    assert [row.text for row in paper.rows] == ["Cola"]


def test_another_picture_under_the_same_name_is_printed(tmp_path: Path) -> None:
    import os

    path = tmp_path / "logo.png"
    Image.new("L", (16, 16), 0).save(path)
    before = logo_raster(path, NARROW)
    Image.new("L", (16, 24), 0).save(path)
    os.utime(path, ns=(1, 1))

    assert logo_raster(path, NARROW) != before
