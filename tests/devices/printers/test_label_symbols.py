"""Codes as dots: a reader of another hand reads them, and what cannot be drawn is a sentence."""

from __future__ import annotations

import sys

import pytest
import zxingcpp
from PIL import Image

from pos_tui.devices.printers import PrinterError
from pos_tui.devices.printers.escpos_commands import raster
from pos_tui.devices.printers.label_jobs import label_job, label_picture
from pos_tui.devices.printers.label_symbols import draw_symbol


def read(dots, module=3):
    picture = Image.new("L", (len(dots[0]), len(dots)), 255)
    picture.putdata([0 if dot else 255 for row in dots for dot in row])
    size = (picture.width * module, picture.height * module)
    found = zxingcpp.read_barcodes(picture.resize(size), text_mode=zxingcpp.TextMode.Plain)
    return [(each.format, each.text) for each in found]


@pytest.mark.parametrize(
    ("kind", "content", "text", "symbol"),
    [
        ("ean13", "5449000000996", "5449000000996", zxingcpp.BarcodeFormat.EAN13),
        ("ean8", "96385074", "96385074", zxingcpp.BarcodeFormat.EAN8),
        ("code128", "BAKERY:ROLL", "BAKERY:ROLL", zxingcpp.BarcodeFormat.Code128),
        ("gs1_datamatrix", "[01]04061458000024[17]261201[10]a(b)-1%",
         "01040614580000241726120110a(b)-1%", zxingcpp.BarcodeFormat.DataMatrix),
    ],
)  # fmt: skip
def test_a_code_is_read_as_it_was_meant(kind, content, text, symbol):
    assert read(draw_symbol(kind, content)) == [(symbol, text)]


@pytest.mark.parametrize("content", ["5449000000995", "54490x"])
def test_a_code_that_is_none_is_a_sentence(content):
    with pytest.raises(PrinterError) as refused:
        draw_symbol("ean13", content)
    assert refused.value.reason.kind == "label.no_symbol"


@pytest.mark.parametrize(("module", "kind"), [("zint", "no_zint"), ("PIL", "no_pillow")])
def test_without_the_extra_it_is_said_what_to_install(monkeypatch, module, kind):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(PrinterError) as refused:
        if module == "zint":
            draw_symbol("ean13", "5449000000996")
        else:
            label_picture([("Milk", "bold")], None, "")
    assert refused.value.reason.kind == f"label.{kind}"


def test_a_raster_is_rows_of_whole_bytes():
    assert raster([[True] * 8 + [True, False], [False] * 9 + [True]]) == (
        b"\x1dv0\x00\x02\x00\x02\x00" + b"\xff\x80" + b"\x00\x40"
    )


def test_a_label_without_a_code_is_its_rows_alone():
    job = label_job([("Bread", "bold")], None, "", "cp437")
    assert b"Bread" in job
    assert b"\x1dv0" not in job


def test_a_font_that_is_none_is_a_sentence(tmp_path):
    wrong = tmp_path / "font.ttf"
    wrong.write_bytes(b"no font")
    with pytest.raises(PrinterError) as refused:
        label_picture([("Milk", "bold")], None, "", wrong)
    assert refused.value.reason.kind == "label.bad_font"
