"""Pictures of fine bars, of bars that nothing reads, and of text in other alphabets."""

from __future__ import annotations

from io import BytesIO

import pytest

pytest.importorskip("zxingcpp", reason="the packages for pictures are not installed")
zint = pytest.importorskip("zint", reason="what prints codes for the tests is not installed")

from PIL import Image, ImageFilter  # noqa: E402

from pos_tui.devices.scanners.picture import read_picture  # noqa: E402
from pos_tui.devices.scanners.picture_belief import BARS  # noqa: E402
from pos_tui.devices.scanners.scanned_text import (  # noqa: E402
    pasted_codes,
    shop_encoding,
    shop_text,
)
from tests.tui.scene_parts import with_check_digit  # noqa: E402

S = zint.Symbology


def printed(symbology, content, module=1, gs1=False):
    """A code whose thinnest bar is so many dots wide."""
    symbol = zint.Symbol()
    symbol.symbology, symbol.scale, symbol.show_text = symbology, module / 2, False
    symbol.input_mode = zint.InputMode.GS1 if gs1 else zint.InputMode.DATA
    symbol.output_options = zint.OutputOptions.BARCODE_QUIET_ZONES
    symbol.encode(content)
    symbol.buffer(0)
    height, width, _ = symbol.bitmap.shape
    return Image.frombytes("RGB", (width, height), bytes(symbol.bitmap)).convert("L")


def page(code, border, paper=245):
    """The code with so much paper around it, as the bytes of a PNG."""
    size = (code.width + 2 * border, code.height + 2 * border)
    picture = Image.new("L", size, paper)
    picture.paste(code, (border, border))
    return as_png(picture)


def as_png(picture):
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("module", [1, 2])
@pytest.mark.parametrize("border", [6, 60])
@pytest.mark.parametrize(
    ("kind", "content", "gs1", "text"),
    [
        (S.DBAR_EXP, "[01]" + with_check_digit("9876543210987") + "[3103]000750", True,
         "]e001" + with_check_digit("9876543210987") + "3103000750"),
        (S.DBAR_OMN, "0123456789012", False, "]e001" + with_check_digit("0123456789012")),
        (S.DBAR_OMNSTK, "0123456789012", False, "]e001" + with_check_digit("0123456789012")),
        (S.DBAR_STK, "0314159265358", False, "]e001" + with_check_digit("0314159265358")),
    ],
)  # fmt: skip
def test_a_databar_of_fine_modules_is_read(kind, content, gs1, text, border, module):
    found = read_picture(page(printed(kind, content.encode(), module, gs1), border))
    assert [code.text for code in found.codes] == [text]


def test_fine_bars_beside_a_code_that_was_read_are_enlarged_too():
    picture = Image.new("L", (1200, 500), 240)
    picture.paste(printed(S.EANX, b"544900000099", 3), (60, 100))
    fine = printed(S.DBAR_EXP, b"[01]98765432109879[3103]000750", 1, gs1=True)
    picture.paste(fine, (800, 200))
    found = read_picture(as_png(picture))
    assert [code.text for code in found.codes] == [
        "]E05449000000996", "]e001987654321098793103000750",
    ]  # fmt: skip
    last = found.codes[-1].corners
    assert all(790 < x < 970 and 190 < y < 260 for x, y in last)


def test_bars_that_nothing_reads_are_listed_as_seen():
    code = printed(S.EANX, b"544900000099", 3)
    turned = code.crop((60, 0, 150, code.height)).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    code.paste(turned, (60, 0))
    found = read_picture(page(code, 80))
    assert not found.codes
    assert [each.why for each in found.doubtful] == [BARS]
    (x0, y0), _, (x2, y2), _ = found.doubtful[0].corners
    assert x0 < 80 + code.width / 2 < x2
    assert y0 < 80 + code.height / 2 < y2


def test_stripes_are_no_bars():
    stripes = Image.new("L", (600, 400), 250)
    for x in range(100, 500, 12):
        stripes.paste(20, (x, 100, x + 6, 300))
    blurred = stripes.filter(ImageFilter.GaussianBlur(1))
    assert not [each for each in read_picture(as_png(blurred)).doubtful if each.why == BARS]


# ---- text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "written", "encoding"),
    [
        (S.QRCODE, "あいう商品ABC", "shift_jis", ""),
        (S.QRCODE, "あいう商品ABC", "shift_jis", "gb18030"),
        (S.QRCODE, "商品名称ABC", "gbk", "gb18030"),
        (S.QRCODE, "商品é", "utf-8", "gb18030"),
        (S.QRCODE, "商品名稱牛奶", "big5", "big5"),
        (S.QRCODE, "우유 제품", "euc_kr", "cp949"),
        (S.QRCODE, "Käse für 1", "latin-1", "gb18030"),
        (S.QRCODE, "Käse für 1", "latin-1", ""),
        (S.DATAMATRIX, "Молоко", "cp1251", "cp1251"),
    ],
)
def test_a_square_codes_text_is_as_the_decoder_guessed_or_in_the_shops_language(
    kind, text, written, encoding
):
    found = read_picture(page(printed(kind, text.encode(written), 4), 40), encoding)
    assert [code.text[3:] for code in found.codes] == [text]


@pytest.mark.parametrize("encoding", ["", "gb18030", "cp932"])
def test_a_code_128_is_latin(encoding):
    found = read_picture(page(printed(S.CODE128, "CAFÉ-ü1".encode("latin-1"), 3), 40), encoding)
    assert [code.text for code in found.codes] == ["]C0CAFÉ-ü1"]


def test_gs_in_a_picture_stays_gs():
    content = b"[01]09506000134352[10]AB[17]261231"
    found = read_picture(page(printed(S.GS1_128, content, 3, gs1=True), 40))
    assert [code.text for code in found.codes] == ["]C1010950600013435210AB\x1d17261231"]


@pytest.mark.parametrize(
    ("language", "currency", "encoding"),
    [("", "CNY", "gb18030"), ("zh-TW", "CNY", "big5"), ("", "JPY", "cp932"), ("en", "CNY", ""),
     ("zh_CN", "EUR", "gb18030"), ("", "EUR", ""), ("ru_RU", "KZT", "cp1251")],
)  # fmt: skip
def test_a_shops_encoding_is_its_languages_else_its_currencys(language, currency, encoding):
    assert shop_encoding(language, currency) == encoding


def test_a_rare_character_is_read_in_the_shops_encoding():
    rare = "喆囍".encode("gbk")
    assert shop_text(rare, rare.decode("latin-1"), "gb18030") == "喆囍"
    assert shop_text(rare, rare.decode("latin-1"), "") == rare.decode("latin-1")


def test_only_line_ends_separate_pasted_codes():
    text = "01A\x1d17B\r\n\n \rC\x0bD\u2028E\x85F"
    assert pasted_codes(text) == ["01A\x1d17B", "C\x0bD\u2028E\x85F"]
