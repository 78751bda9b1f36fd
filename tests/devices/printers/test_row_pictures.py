"""Rows as pictures: each letter in its own columns, joined and turned as its script is written."""

from __future__ import annotations

from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pos_tui.devices.printers import escpos_jobs, printer_fonts, row_pictures
from pos_tui.devices.printers.escpos_jobs import Rows, compose
from pos_tui.devices.printers.printer_fonts import font_with, fonts_for, is_shaping_there
from pos_tui.devices.printers.row_pictures import Grid, dots_across, grid_of
from pos_tui.settings import PrinterSettings
from pos_tui.text_width import characters, pad, width_of
from tests.paper import Paper, PrintedPicture

IMAGES = PrinterSettings(columns=32, letters="image")
SCRIPTS = {
    "Chinese": "红烧牛肉面",
    "Korean": "한국어",
    "kana": "こんにちは",
    "Thai": "ขนมปังน้ำผึ้ง",
    "Arabic": "قهوة",
    "Hebrew": "שוקולד",
    "Devanagari": "हिन्दी",
    "emoji": "👍",
    "Vietnamese": "bánh mì thịt nướng",
    "Ext A": "㐀",
}


def paper_of(rows: Rows, printer: PrinterSettings) -> Paper:
    paper = Paper(lambda _page, _byte: "x")
    paper.print(compose(rows, printer))
    return paper


def picture_of(
    text: str, printer: PrinterSettings = IMAGES, style: str = "plain"
) -> PrintedPicture:
    """The one picture that a row is printed as."""
    (picture,) = paper_of([(text, style)], printer).pictures  # type: ignore[list-item]
    return picture


def needs(text: str) -> None:
    """Skip where no font of this machine has these letters."""
    pytest.importorskip("PIL", reason="Pillow is not installed")
    if not all(each.isspace() or font_with(each, fonts_for()) for each, _ in characters(text)):
        pytest.skip(f"no font of this machine has {text}")


def ink(picture: PrintedPicture) -> list[tuple[int, int]]:
    return [
        (x, y) for y in range(picture.high) for x in range(picture.wide) if picture.has_ink(x, y)
    ]


def columns_with_ink(picture: PrintedPicture) -> list[int]:
    return sorted({x for x, _ in ink(picture)})


@pytest.mark.parametrize(
    ("columns", "dots", "column", "wide"),
    [(32, 0, 12, 384), (48, 0, 12, 576), (42, 0, 12, 504), (64, 0, 9, 576), (42, 384, 9, 384)],
)
def test_letters_are_as_large_as_those_of_the_printer(
    columns: int, dots: int, column: int, wide: int
) -> None:
    printer = PrinterSettings(columns=columns, dots=dots)

    assert grid_of(printer).column == column
    assert dots_across(printer) == wide
    assert grid_of(printer).wide <= wide
    assert Grid(12, 32).high == 24


@pytest.mark.parametrize("style", ["plain", "bold", "large"])
def test_a_row_is_a_picture_across_the_paper(style: str) -> None:
    needs("é中")

    picture = picture_of("é中", style=style)

    assert picture.wide == 384
    assert picture.high == (60 if style == "large" else 30)


LETTERS = "红面图あカ한글ŁźđạΩЖé─│“”、。！Ａﾊ☎✓①—…"


@settings(max_examples=60)
@given(st.data())
def test_a_letter_changes_no_dot_outside_of_its_own_columns(data: st.DataObject) -> None:
    pytest.importorskip("PIL", reason="Pillow is not installed")
    there = [each for each in LETTERS + "gjW@" if font_with(each, fonts_for())]
    if len(there) < 10:
        pytest.skip("this machine has few letters")
    letters = data.draw(st.lists(st.sampled_from(there), min_size=2, max_size=9))
    style = data.draw(st.sampled_from(["plain", "bold", "large"]))
    which = data.draw(st.integers(0, len(letters) - 1))
    begin = sum(map(width_of, letters[:which]))
    end = begin + width_of(letters[which])
    blank = [*letters[:which], " " * (end - begin), *letters[which + 1 :]]
    kept = "é" if font_with("é", fonts_for()) else there[0]

    whole = picture_of("".join(letters) + kept, style=style)
    without = picture_of("".join(blank) + kept, style=style)

    changed = set(ink(whole)) ^ set(ink(without))
    assert changed
    assert min(x for x, _ in changed) >= 12 * begin
    assert max(x for x, _ in changed) < 12 * end


@pytest.mark.parametrize("name", ["红烧牛肉面", "한국어", "Łódź", "قهوة عربية", "קפה הפוך"])
def test_an_amount_stands_where_it_stands_in_other_rows(name: str) -> None:
    needs(name)
    row = pad(name, 26) + " −2.00"

    picture = picture_of(row)
    alone = picture_of(" " * 24 + "é" + " " * 2 + "−2.00")

    edge = 27 * 12
    assert [dot for dot in ink(picture) if dot[0] >= edge] == [
        dot for dot in ink(alone) if dot[0] >= edge
    ]
    assert max(columns_with_ink(picture)) >= 31 * 12


@pytest.mark.parametrize(("script", "text"), SCRIPTS.items(), ids=list(SCRIPTS))
def test_a_script_that_the_printer_lacks_is_drawn(script: str, text: str) -> None:
    needs(text)
    row = f"{text}  1.00"

    paper = paper_of([("Cola  −3.00", "plain"), (row, "plain")], PrinterSettings(encoding="cp437"))

    assert [bool(each.picture) for each in paper.rows] == [False, True]
    assert paper.rows[0].text == "Cola  -3.00"
    assert len(ink(paper.pictures[0])) > 60


def test_hebrew_is_read_from_right_to_left() -> None:
    needs("יש")

    picture = picture_of("יש")  # a small letter, then a large one at its left
    used = columns_with_ink(picture)

    middle = (used[0] + used[-1]) // 2
    left, right = picture.ink_in(range(middle)), picture.ink_in(range(middle, 48))
    assert left > right


def test_without_a_library_that_joins_letters_the_order_is_right_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    needs("יש")
    monkeypatch.setattr(row_pictures, "is_shaping_there", lambda: False)
    row_pictures._raster.cache_clear()
    try:
        picture = picture_of("ישי")
        alone = picture_of("י")
    finally:
        row_pictures._raster.cache_clear()

    last = [(x - 24, y) for x, y in ink(picture) if x >= 24]
    assert last == ink(alone)
    assert picture.ink_in(range(12, 24)) > picture.ink_in(range(24, 36))


def test_arabic_letters_are_joined() -> None:
    needs("ههه")
    if not is_shaping_there():
        pytest.skip("Pillow joins no letters here")

    joined, apart = columns_with_ink(picture_of("سسس")), columns_with_ink(picture_of("س س س"))

    assert joined == list(range(joined[0], joined[-1] + 1))
    assert len(apart) < apart[-1] - apart[0] + 1


def test_latin_letters_beside_arabic_stay_where_they_are() -> None:
    needs("é قهوة")

    mixed, alone = picture_of("Colé قهوة"), picture_of("Colé")

    assert [dot for dot in ink(mixed) if dot[0] < 48] == ink(alone)


def test_a_letter_without_marks_is_another_one() -> None:
    needs("éę")

    assert ink(picture_of("é")) != ink(picture_of("ę"))
    assert ink(picture_of(normalize("NFD", "é"))) == ink(picture_of("é"))


def test_a_letter_that_no_font_has_is_a_box_beside_those_that_are_drawn() -> None:
    needs("é")

    picture = picture_of("é\ue000é")

    assert picture.ink_in(range(12, 24))


@pytest.mark.parametrize("letters", ["auto", "image"])
def test_what_no_font_has_either_is_bytes(letters: str) -> None:
    pytest.importorskip("PIL", reason="Pillow is not installed")
    printer = PrinterSettings(encoding="cp437", letters=letters)  # type: ignore[arg-type]

    paper = paper_of([("x \ue000 2.00", "plain")], printer)

    assert [row.text for row in paper.rows] == ["x ? 2.00"]


def test_a_shop_that_wants_bytes_gets_its_own_sign() -> None:
    printer = PrinterSettings(letters="bytes", replacement="□")

    paper = paper_of([("한글 Ж ก", "plain")], printer)

    assert [row.text for row in paper.rows] == ["□□ Ж ?"]


def test_without_pillow_the_row_is_printed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printer_fonts, "is_pillow_there", lambda: False)

    paper = paper_of([("한글  2.00", "plain")], PrinterSettings())

    assert [row.text for row in paper.rows] == ["????  2.00"]


def test_without_any_font_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printer_fonts, "_fonts_of_system", dict)
    fonts_for.cache_clear()
    try:
        paper = paper_of([("한글  2.00", "plain")], PrinterSettings())
    finally:
        fonts_for.cache_clear()

    assert [row.text for row in paper.rows] == ["????  2.00"]


def test_a_font_file_that_is_none_leaves_the_others(tmp_path: Path) -> None:
    needs("한글")
    wrong = tmp_path / "font.ttf"
    wrong.write_bytes(b"no font")

    picture = picture_of("한글", PrinterSettings(columns=32, font=str(wrong)))

    assert ink(picture) == ink(picture_of("한글", PrinterSettings(columns=32)))


def test_the_shops_own_font_comes_first() -> None:
    needs("é")
    fonts = [path for path in fonts_for() if font_with("é", (path,))]
    if len(fonts) < 2:
        pytest.skip("this machine has one font")

    own = picture_of("é", PrinterSettings(columns=32, letters="image", font=str(fonts[-1])))

    assert ink(own) != ink(picture_of("é"))


def test_a_row_wider_than_the_paper_goes_on_in_the_next() -> None:
    needs("中")

    picture = picture_of("中" * 20, PrinterSettings(columns=32, encoding="cp437"))

    assert picture.high == 60
    assert picture.ink_in(range(372, 384))


def test_plain_letters_load_no_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("drawn")

    monkeypatch.setattr(escpos_jobs, "_as_picture", never)

    assert b"Cola" in compose([("Cola  -3.00", "large")], PrinterSettings())


@pytest.mark.parametrize("encoding", ["gb18030", "cp858"])
def test_signs_that_have_a_likeness_need_no_picture(encoding: str) -> None:
    rows: Rows = [("−3.00 … “x” – 5 ½ £", "plain"), ("é è ü", "plain")]

    assert not paper_of(rows, PrinterSettings(encoding=encoding)).pictures
