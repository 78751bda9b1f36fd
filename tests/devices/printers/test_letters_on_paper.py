"""Any letters of any script on any printer: each row keeps its columns, and its amount its edge."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pos_tui.devices.printers.code_pages import PAGES, letters_on
from pos_tui.devices.printers.escpos_jobs import compose
from pos_tui.devices.printers.printer_letters import (
    is_double_byte,
    lacking,
    printed_columns,
    printer_bytes,
    printer_letters,
)
from pos_tui.settings import PrinterSettings
from pos_tui.text_width import pad, width_of
from tests.paper import Paper

BLOCKS = {
    "ASCII": (0x20, 0x7E),
    "controls": (0x00, 0x1F),
    "C1 and Latin-1": (0x80, 0xFF),
    "Latin extended": (0x100, 0x24F),
    "combining": (0x300, 0x36F),
    "Greek and Cyrillic": (0x370, 0x52F),
    "Hebrew": (0x590, 0x5FF),
    "Arabic": (0x600, 0x6FF),
    "Devanagari": (0x900, 0x97F),
    "Thai": (0xE00, 0xE7F),
    "Vietnamese": (0x1E00, 0x1EFF),
    "marks of direction": (0x2000, 0x206F),
    "currency": (0x20A0, 0x20CF),
    "letterlike and numbers": (0x2100, 0x218F),
    "arrows and mathematics": (0x2190, 0x22FF),
    "enclosed": (0x2460, 0x24FF),
    "box drawing": (0x2500, 0x25FF),
    "symbols": (0x2600, 0x27BF),
    "CJK punctuation and kana": (0x3000, 0x30FF),
    "Ext A": (0x3400, 0x4DBF),
    "CJK": (0x4E00, 0x9FFF),
    "Hangul": (0xAC00, 0xD7AF),
    "private": (0xE000, 0xF8FF),
    "variation": (0xFE00, 0xFE0F),
    "fullwidth": (0xFF00, 0xFFEF),
    "emoji": (0x1F300, 0x1FAFF),
    "regional": (0x1F1E6, 0x1F1FF),
    "Ext B": (0x20000, 0x2A6DF),
}
ENCODINGS = (
    "gb18030", "gbk", "big5", "euc_kr", "shift_jis", "auto", "cp437", "cp858", "cp866", "cp874",
    "cp1252", "ascii", "utf-8",
)  # fmt: skip
COLUMNS = 32

characters = st.one_of(
    *(st.integers(*block).map(chr) for block in BLOCKS.values()),
    st.sampled_from(
        ["👨‍👩‍👧", "👍🏽", "1️⃣", "❤️", "กี่", "น้ำ", "कि", "क्ष", "e\u0301", "…", "“", "ß", "−", "¥", "€"]
    ),
)
names = st.lists(characters, max_size=24).map("".join)
encodings = st.sampled_from(ENCODINGS)


def row_of(name: str, amount: str) -> str:
    """A row as layouts make it: a name at the left, its amount at the right."""
    left = COLUMNS - 2 - width_of(amount)
    return f"{pad(name, left)}  {amount}"


def columns_of(printed: bytes, encoding: str) -> int:
    """What a row takes on paper, found out from its bytes alone."""
    if encoding == "utf-8":
        return width_of(printed.decode())
    return len(printed)


@given(names, encodings, st.sampled_from(["2.00", "−3.00", "-12.90", "¥7.00"]))
@example("ßßßßßßßßßßßßßßßßßßßßßßßßßß", "gb18030", "2.00")
@example("“”—…“”—…“”—…“”—…“”—…“”—…“”", "gb18030", "−3.00")
@example("一㐀𠀀한글あ、。", "gbk", "2.00")
def test_an_amount_is_at_the_edge_of_the_paper_whatever_the_name(
    name: str, encoding: str, amount: str
) -> None:
    row = row_of(name, amount)

    letters = printer_letters(row, encoding, columns=COLUMNS)

    assert width_of(row) == COLUMNS
    assert printed_columns(letters, encoding) == COLUMNS
    if encoding != "auto":
        assert columns_of(printer_bytes(row, encoding, columns=COLUMNS), encoding) == COLUMNS


@given(names, encodings, st.sampled_from(["?", "□", "*", "〓"]))
def test_no_row_is_broken_by_the_printer_because_its_letters_grew(
    name: str, encoding: str, replacement: str
) -> None:
    row = pad(name, COLUMNS).rstrip()

    letters = printer_letters(row, encoding, replacement, COLUMNS)

    assert printed_columns(letters, encoding) <= COLUMNS


@given(names, encodings)
def test_each_letter_is_one_that_the_printer_has(name: str, encoding: str) -> None:
    letters = printer_letters(name, encoding)

    if encoding == "auto":
        assert all(
            each.isascii() or any(each in letters_on(page) for page in PAGES) for each in letters
        )
    else:
        as_printed = letters.replace("¥", "\\") if encoding == "shift_jis" else letters
        assert letters.encode(encoding).decode(encoding) == as_printed.replace("‾", "~")
    if is_double_byte(encoding):
        assert all(len(each.encode(encoding)) <= 2 for each in letters)


@given(names, st.sampled_from(["gb18030", "gbk"]))
def test_a_printer_that_knows_two_bytes_only_never_loses_count(name: str, encoding: str) -> None:
    job = compose([(name, "plain"), ("12.00", "plain")], encoding)

    # Read as a printer does that knows GBK and no more: a high byte and the one behind it.
    text, at = [], job.index(b"\x1c&") + 2
    while at < len(job):
        step = 2 if job[at] >= 0x81 else 1
        if step == 2:
            assert 0x40 <= job[at + 1] <= 0xFE, "digits of a four-byte form"
        text.append(job[at : at + step])
        at += step
    assert b"".join(text).endswith(b"12.00\n\x1bd\x06\x1dV\x00")
    assert sum(part == b"\n" for part in text) == 2


@given(encodings, st.integers(1, 99999))
def test_a_minus_is_a_minus_on_every_printer(encoding: str, cents: int) -> None:
    amount = f"−{cents // 100}.{cents % 100:02}"

    letters = printer_letters(row_of("Cola", amount), encoding, columns=COLUMNS)

    assert letters.endswith((f" {amount}", " -" + amount[1:]))
    assert not lacking(amount, encoding)


@given(names, st.sampled_from([each for each in ENCODINGS if each != "utf-8"]))
def test_what_is_not_lacking_comes_out_as_it_was_or_as_a_sign_like_it(
    name: str, encoding: str
) -> None:
    if lacking(name, encoding):
        return

    letters = printer_letters(name, encoding)

    assert "?" not in letters or "?" in name or "¿" in name or "？" in name


@pytest.mark.parametrize("text", ["\u0651", "\u064b 1.00", "\u200f\u0651", "Tea \u093e", "\u0e31"])
def test_a_mark_that_stands_on_nothing_loses_no_job(text: str) -> None:
    printer = PrinterSettings(encoding="cp437", letters="image", columns=COLUMNS)

    assert compose([(text, "plain"), ("below", "plain")], printer).count(b"below") <= 1


@given(st.lists(names, max_size=5), encodings, st.sampled_from(["auto", "bytes", "image"]))
def test_a_job_is_as_many_rows_as_it_was_and_steers_nothing(
    texts: list[str], encoding: str, letters: str
) -> None:
    def any_letter(_page: int, _byte: int) -> str:
        return "x"

    printer = PrinterSettings(encoding=encoding, letters=letters, columns=COLUMNS)  # type: ignore[arg-type]
    texts = [pad(text, COLUMNS) for text in texts]
    paper = Paper(any_letter, "" if encoding in {"auto", "gb18030", "gbk"} else encoding)

    paper.print(compose([(text, "plain") for text in texts], printer))

    assert len(paper.rows) == len(texts)
    assert paper.cuts == 1
    if letters == "bytes":
        assert not paper.pictures
