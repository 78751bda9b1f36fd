"""Pictures that trick a decoder: pieces of codes, codes over one another, odd files."""

from __future__ import annotations

import random
import sys
from io import BytesIO

import pytest

zxingcpp = pytest.importorskip("zxingcpp", reason="the packages for pictures are not installed")
zint = pytest.importorskip("zint", reason="what prints codes for the tests is not installed")

from PIL import Image, ImageDraw  # noqa: E402

from pos_tui.devices.scanners import picture as pictures  # noqa: E402
from pos_tui.devices.scanners import picture_search  # noqa: E402
from pos_tui.devices.scanners.picture import PictureError, read_picture  # noqa: E402
from pos_tui.devices.scanners.picture_belief import DISAGREE  # noqa: E402
from pos_tui.devices.scanners.scanned_text import text_of  # noqa: E402
from tests.tui.scene_parts import Code, draw_label, ean8, ean13, upc_e, with_check_digit  # noqa: E402

COLA = ean13("544900000099")


def printed(code, width=320):
    """The code on its label, about `width` dots wide."""
    image = draw_label(code, random.Random(1)).image
    return image.resize((width, round(image.height * width / image.width)))


def counter(*placed, size=(900, 700), mode="RGB"):
    """Labels laid at places on a grey counter, as the bytes of a PNG."""
    picture = Image.new("RGB", size, (150, 155, 160))
    for label, at in placed:
        picture.paste(label, at)
    return as_png(picture.convert(mode))


def as_png(picture):
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def texts(picture):
    return [code.text for code in picture.codes]


def like_a_upc_e(first):
    """An EAN-13 beginning with `first` whose left half is a right UPC-E, and that UPC-E's text."""
    halves = (upc_e(f"{number:06}", "1") for number in range(343_510, 344_000))
    half = next(half for half in halves if half.text[-1] == first)
    return ean13(first + half.content[1:] + "31859"), half.text


@pytest.mark.parametrize("first", "159")
def test_the_left_half_of_an_ean13_is_never_sold_as_the_upc_e_it_looks_like(first):
    code, text = like_a_upc_e(first)
    label = printed(code, 452)
    misled = 0
    for covered_from in range(240, 262, 2):
        half = label.copy()
        ImageDraw.Draw(half).rectangle((covered_from, 0, *half.size), fill="white")
        raw = counter((half, (50, 20)), size=(540, 320))
        plain = zxingcpp.read_barcodes(Image.open(BytesIO(raw)))
        misled += text[3:] in [read.text for read in plain]
        assert texts(read_picture(raw)) == []
    assert misled, "the decoder alone is not misled by this picture: it tests nothing"


def test_a_piece_of_a_carton_code_is_no_code():
    gtin = with_check_digit("1540014128876")
    label = printed(Code("ITF-14", "]I1" + gtin, zint.Symbology.ITF14, gtin[:-1]), 500)
    assert texts(read_picture(counter((label, (100, 200))))) == ["]I1" + gtin]
    for share in (0.3, 0.5, 0.7):
        half = label.copy()
        paper = (round(half.width * share), 0, half.width, half.height)
        ImageDraw.Draw(half).rectangle(paper, fill="white")
        assert texts(read_picture(counter((half, (100, 200))))) == []


def test_a_code_39_that_could_be_a_medicine_number_is_what_is_printed_on_it():
    code = Code("Code 39", "]A0H54RYF", zint.Symbology.CODE39, "H54RYF")
    assert texts(read_picture(counter((printed(code, 420), (200, 200))))) == ["]A0H54RYF"]


@pytest.mark.parametrize("at", [(100, 400), (180, 400), (460, 100)])
def test_the_same_code_on_two_goods_is_two_codes(at):
    label = printed(COLA)
    found = read_picture(counter((label, (100, 100)), (label, at)))
    assert texts(found) == [COLA.text, COLA.text]
    assert found.doubtful == ()


def test_codes_come_in_the_order_they_lie_row_by_row():
    codes = [ean13(f"54490000{number:04}") for number in range(4)]
    places = [(30, 40), (480, 60), (40, 380), (470, 370)]
    laid = [(printed(code), at) for code, at in zip(codes, places, strict=True)]
    random.Random(2).shuffle(laid)
    assert texts(read_picture(counter(*laid))) == [code.text for code in codes]


def test_corners_lie_around_the_code_in_dots_of_the_whole_picture():
    large = counter((printed(COLA, 800), (2000, 1500)), size=(6400, 4800), mode="L")
    (code,) = read_picture(large).codes
    xs, ys = [x for x, _ in code.corners], [y for _, y in code.corners]
    assert 2000 <= min(xs) < 2200
    assert 2600 < max(xs) <= 2800
    assert min(ys) >= 1500


def test_a_decoder_that_is_wrong_in_one_pass_makes_the_place_doubtful(monkeypatch):
    whole = picture_search.search_whole
    wrong = "]E04006381333931"

    def wrong_in_one_pass(grey):
        for read in whole(grey):
            yield read
            if read.text == COLA.text:
                yield picture_search.Read(
                    wrong, read.symbology, True, read.place, read.corners, "whole"
                )

    monkeypatch.setattr(pictures, "search_whole", wrong_in_one_pass)
    found = read_picture(counter((printed(COLA), (200, 200))))
    assert found.codes == ()
    assert [(doubt.text, doubt.why) for doubt in found.doubtful] == [("", DISAGREE)]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "I;16", "P"])
def test_a_picture_of_any_depth_is_read(mode):
    grey = Image.open(BytesIO(counter((printed(COLA), (200, 200))))).convert("L")
    if mode == "I;16":
        deep = Image.new("I;16", grey.size)
        deep.putdata([shade * 256 for shade in grey.tobytes()])
        assert texts(read_picture(as_png(deep))) == [COLA.text]
    else:
        assert texts(read_picture(as_png(grey.convert(mode)))) == [COLA.text]


def test_light_codes_on_dark_are_read_where_dots_carry_them():
    code = Code("Data Matrix", "]d1TEA500", zint.Symbology.DATAMATRIX, "TEA500")
    label = printed(code, 140).point(lambda shade: 255 - shade)
    assert texts(read_picture(counter((label, (200, 200))))) == ["]d1TEA500"]


def test_bytes_become_the_text_that_was_meant():
    assert text_of("可乐".encode()) == "可乐"
    assert text_of("可乐".encode("gb18030")) == "可乐"
    assert text_of(b"10AB\x1d17") == "10AB\x1d17"
    assert text_of(b"caf\xe9") == "café"


def test_a_phones_own_format_is_to_be_saved_as_jpeg(tmp_path):
    file = tmp_path / "IMG_0001.heic"
    file.write_bytes(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64))
    with pytest.raises(PictureError, match=r"picture\.phone_format name=IMG_0001\.heic"):
        read_picture(file)


@pytest.mark.parametrize("package", ["PIL", "zxingcpp"])
def test_a_till_without_the_packages_says_what_to_install(monkeypatch, package):
    file = counter((printed(COLA), (200, 200)))
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(PictureError, match=r"picture\.packages"):
        read_picture(file)


def test_whatever_the_decoder_does_the_till_gets_a_sentence(monkeypatch):
    def fails(grey):
        raise RuntimeError("internal")

    monkeypatch.setattr(pictures, "search_whole", fails)
    with pytest.raises(PictureError, match=r"picture\.not_searched"):
        read_picture(counter())


@pytest.mark.parametrize("width", [240, 500, 850])
def test_a_weak_code_is_read_from_afar_and_from_close_by(width):
    code = ean8("4041234")
    assert texts(read_picture(counter((printed(code, width), (25, 40))))) == [code.text]
