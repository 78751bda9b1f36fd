"""What goes to a printer: letters that it has, and nothing of a name that steers it."""

from __future__ import annotations

import sys
from unicodedata import category, combining, east_asian_width, is_normalized

import pytest

from pos_tui.devices.printers.escpos_jobs import compose
from pos_tui.devices.printers.printer_letters import printer_bytes
from pos_tui.text_width import pad


def test_a_name_opens_no_drawer_and_resets_nothing() -> None:
    name = "Cola \x1bp\x00\x19\xfa \x1b@ \x1d!\x11 \x9b \u202e \ud800"
    clean = compose([("", "plain")], "gb18030")

    job = compose([(name, "plain")], "gb18030")

    assert job.count(b"\x1bp") == 0
    assert job.count(b"\x1b@") == clean.count(b"\x1b@") == 1
    assert job.count(b"\x1d") == clean.count(b"\x1d")
    assert b"Cola p" in job


def kind_of(character: str) -> tuple[object, ...]:
    """What is known of a character by which it may be written otherwise than the next one."""
    return category(character), combining(character), east_asian_width(character)


@pytest.fixture(scope="module")
def every() -> str:
    """Every character of the first plane, and beyond it every one that may be written otherwise.

    Of a run of one kind that decompose into nothing, such as ideographs or what means nothing, the
    first and the last: no code page names such characters one by one.
    """
    beyond = [chr(number) for number in range(0x10000, sys.maxunicode + 1)]
    kinds = [kind_of(character) for character in beyond]
    before, after = [None, *kinds[:-1]], [*kinds[1:], None]
    return "".join(map(chr, range(0x10000))) + "".join(
        character
        for character, *around in zip(beyond, before, kinds, after, strict=True)
        if len(set(around)) > 1 or not is_normalized("NFKD", character)
    )


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "cp437", "cp858", "utf-8", "ascii", "big5"])
def test_no_character_at_all_makes_a_byte_that_steers(every: str, encoding: str) -> None:
    printed = printer_bytes(every, encoding)

    assert min(printed) >= 0x20
    assert b"\x7f" not in printed


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("¥", "￥"),
        ("£", "￡"),
        ("ñ ö ç ß ä ł", "n o c ss a l"),
        ("Crème brûlée", "Crème brulée"),
        ("Müsli ½", "Müsli 1/2"),
        ("€ “x” – …", "€ “x” – …"),
        ("红烧牛肉面", "红烧牛肉面"),
        ("㐀", "??"),
        ("𠮷野家", "??野家"),
        ("\ue000", "?"),
        ("cafe\u0301", "café"),
        ("👍🏽 good", "?? good"),
    ],
)
def test_on_chinese_paper_each_letter_is_one_that_the_printer_has(text: str, printed: str) -> None:
    assert printer_bytes(text, "gb18030").decode("gb18030") == printed


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Łódź “fresh” – 5 € …", b'L\xa2dz "fresh" - 5 EUR ...'),
        ("¥ £ ￥", b"\x9d \x9c \x9d"),
        ("São ½ ½", b"Sao \xab \xab"),
        ("可口 Cola", b"???? Cola"),
    ],
)
def test_on_western_paper_too(text: str, printed: bytes) -> None:
    assert printer_bytes(text, "cp437") == printed


@pytest.mark.parametrize("name", ["¥ Nuts", "Straße", "Łosoś", "Crème", "“Best”", "可乐"])
@pytest.mark.parametrize("encoding", ["gb18030", "cp437", "ascii"])
def test_an_amount_stays_at_the_right_edge(name: str, encoding: str) -> None:
    row = f"{pad(name, 26)}  2.00"

    printed = printer_bytes(row, encoding)

    assert len(printed) == 32  # on these pages a byte is a column
    assert printed.endswith(b"  2.00")
