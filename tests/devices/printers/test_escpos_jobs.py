"""Print jobs: the same paper as python-escpos gives, read back byte by byte."""

from __future__ import annotations

import contextlib
import logging
import tempfile
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.devices.printers import escpos_commands
from pos_tui.devices.printers.code_pages import PAGES, letters_on
from pos_tui.devices.printers.escpos_jobs import JobStyle, compose
from pos_tui.text_width import pad, width_of
from tests.paper import Paper, PrintedRow

Lines = list[tuple[str, JobStyle]]

WESTERN: Lines = [
    ("        Corner Market", "large"),
    ("--------------------------------", "rule"),
    ("Crème brûlée               12.90", "plain"),
    ("Jalapeño ½ kg               3.20", "plain"),
    ("TOTAL                  16.10 CNY", "large"),
    ("Saved                       1.00", "bold"),
    ("           Thank you", "plain"),
]
CHINESE: Lines = [
    ("街角超市", "large"),
    ("红烧牛肉面 120 g", "plain"),
    ("  0.9 袋 x 31.55           28.40", "plain"),
    ("合计                   28.40 CNY", "large"),
    ("谢谢惠顾", "bold"),
]
EUROPE: Lines = [
    ("Łódź – Żółć           7.00", "plain"),
    ("Čokoláda žluťoučká    3.00", "bold"),
    ("Ψωμί και τυρί         2.00", "plain"),
    ("Хлеб и сыр, її        4.00", "large"),
    ("Şeker, çay, ığdır     1.00", "plain"),
    ("Bánh mì thịt nướng    5.00", "plain"),
    ("PHỞ BÒ ĐẶC BIỆT       9.00", "plain"),
    ("€ 5 ﾊﾟﾝ              8.00", "plain"),
]


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """python-escpos, whose import writes files and sets the root logger up."""
    pytest.importorskip("yaml", reason="python-escpos is not installed")
    root = logging.getLogger()
    handlers = list(root.handlers)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("capabilities")))
        printer: ModuleType = pytest.importorskip("escpos.printer")
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
    yield printer


@pytest.fixture(scope="module")
def page(oracle: ModuleType) -> Callable[[int, int], str]:
    """The letter of a byte on a page of Epson's, as python-escpos has it."""
    encoder, names = _encoder(oracle), _page_names(oracle)

    def letter(number: int, byte: int) -> str:
        if number == 53:  # it has the page's name, and no letters
            return bytes([byte]).decode("kz1048")
        if (number, byte) == (31, 0xA7):  # there it has Iceland's letter, which looks the same
            return "Đ"
        found: str = encoder._get_codepage_char_list(names[number])[byte - 0x80]
        return found

    return letter


def _encoder(oracle: ModuleType) -> Any:
    return oracle.Dummy(profile="default").magic.encoder


def _page_names(oracle: ModuleType) -> dict[int, str]:
    pages = oracle.Dummy(profile="default").profile.codePages
    return {int(number): name for number, name in pages.items()}


def paper_of(job: bytes, page: Callable[[int, int], str], encoding: str = "") -> Paper:
    paper = Paper(page, "" if encoding in {"auto", "gb18030", "gbk"} else encoding)
    paper.print(job)
    return paper


def composed_by(oracle: ModuleType, lines: Lines, encoding: str) -> bytes:
    """The job as python-escpos makes it; Chinese mode, which it does not know, is added."""
    job = oracle.Dummy(profile="default")
    job.hw("INIT")
    if encoding.startswith("gb"):
        job._raw(b"\x1c&")
    for text, style in lines:
        large = style == "large"
        job.set(bold=style in {"bold", "large"}, double_height=large, normal_textsize=not large)
        if encoding != "auto":
            job._raw(text.encode(encoding) + b"\n")
        elif any("\u4e00" <= letter <= "\u9fa5" for letter in text):
            job._raw(b"\x1c&")
            job.textln(text)
            job._raw(b"\x1c.")
        else:
            job.textln(text)
    job.set(bold=False, normal_textsize=True)
    job.cut()
    made: bytes = job.output
    return made


@pytest.mark.parametrize(
    ("lines", "encoding"),
    [
        *((WESTERN, encoding) for encoding in ("cp437", "cp850", "cp858", "cp1252", "utf-8")),
        *((CHINESE, encoding) for encoding in ("gb18030", "gbk", "utf-8", "auto")),
        (WESTERN, "auto"),
        (EUROPE, "auto"),
        (EUROPE, "utf-8"),
        ([*EUROPE, *CHINESE, *WESTERN], "auto"),
    ],
)
def test_the_paper_is_the_one_that_python_escpos_prints(
    oracle: ModuleType, page: Callable[[int, int], str], lines: Lines, encoding: str
) -> None:
    theirs = paper_of(composed_by(oracle, lines, encoding), page, encoding)

    ours = paper_of(compose(lines, encoding), page, encoding)

    assert ours.rows == theirs.rows
    assert [row.text for row in ours.rows] == [text for text, _ in lines]
    assert ours.cuts == theirs.cuts == 1
    assert len(ours.pages) <= len(theirs.pages)


def test_every_letter_that_python_escpos_prints_is_printed(
    oracle: ModuleType, page: Callable[[int, int], str]
) -> None:
    encoder, known = _encoder(oracle), set()
    for name in _page_names(oracle).values():
        with contextlib.suppress(LookupError, KeyError):  # it has no letters of some
            known.update(encoder._get_codepage_char_map(name))
    letters = [letter for letter in sorted(known) if letter.isprintable() and letter != " "]
    assert len(letters) > 800

    paper = paper_of(compose([(f"{letter}|", "plain") for letter in letters], "auto"), page)

    assert [row.text[:-1] for row in paper.rows] == letters


def test_our_pages_are_those_of_python_escpos_byte_by_byte(
    page: Callable[[int, int], str],
) -> None:
    for number in PAGES:
        for letter, byte in letters_on(number).items():
            assert page(number, byte) == letter


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (escpos_commands.INITIALISE, lambda job: job.hw("INIT")),
        (escpos_commands.bold(True), lambda job: job.set(bold=True)),
        (escpos_commands.bold(False), lambda job: job.set(bold=False)),
        (escpos_commands.choose_page(19), lambda job: job.charcode("CP858")),
        (escpos_commands.feed(6) + escpos_commands.FULL_CUT, lambda job: job.cut()),
    ],
)  # fmt: skip
def test_each_command_is_the_same_bytes(
    oracle: ModuleType, ours: bytes, theirs: Callable[[Any], None]
) -> None:
    job = oracle.Dummy(profile="default")

    theirs(job)

    assert ours == job.output


def test_the_questions_for_the_state_are_the_same(oracle: ModuleType) -> None:
    from escpos.constants import RT_STATUS_ONLINE, RT_STATUS_PAPER

    assert escpos_commands.ask_status(1) == RT_STATUS_ONLINE
    assert escpos_commands.ask_status(4) == RT_STATUS_PAPER


def test_a_style_holds_for_its_row_only(page: Callable[[int, int], str]) -> None:
    styles: Sequence[JobStyle] = ("plain", "large", "bold", "large", "plain", "bold", "rule")

    paper = paper_of(compose([("x", style) for style in styles], "cp437"), page, "cp437")

    assert paper.rows == [
        PrintedRow("x", is_bold=style in {"bold", "large"}, is_tall=style == "large")
        for style in styles
    ]


def test_a_job_leaves_the_printer_as_it_was(page: Callable[[int, int], str]) -> None:
    plain = paper_of(compose([("x", "large")], "cp437") + b"next\n", page, "cp437")

    assert plain.rows[-1] == PrintedRow("next")


def test_a_style_is_sent_where_it_changes_and_not_for_each_row() -> None:
    rows: Lines = [("x", "plain")] * 20

    assert compose(rows, "cp437").count(b"\x1b") == 2  # initialised at first, fed out at last


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Kč 5 ✓", "Kč 5 √"),
        ("№ 7 … „x“", "№ 7 … „x“"),
        ("20 ℃", "20 °C"),
        ("👍🏽 good", "? good"),
        ("한글", "??"),
        ("cafe\u0301", "café"),
    ],
)
def test_a_letter_of_no_page_becomes_one_like_it(
    page: Callable[[int, int], str], text: str, printed: str
) -> None:
    paper = paper_of(compose([(text, "plain")], "auto"), page)

    assert [row.text for row in paper.rows] == [printed]


def test_chinese_mode_is_not_mentioned_to_a_printer_that_prints_no_chinese() -> None:
    assert b"\x1c" not in compose([*WESTERN, *EUROPE], "auto")


def test_an_accent_beside_chinese_rows_is_not_read_as_half_an_ideograph(
    page: Callable[[int, int], str],
) -> None:
    lines: Lines = [("Crème", "plain"), ("牛奶", "plain"), ("Crème", "plain"), ("（甜）", "plain")]

    job = compose(lines, "auto")
    paper = Paper(page)
    paper._is_chinese = True
    paper.print(job.removeprefix(b"\x1b@"))  # a printer for China begins in Chinese mode

    assert [row.text for row in paper.rows] == ["Crème", "牛奶", "Crème", "（甜）"]


@pytest.mark.parametrize("name", ["¥ Nuts", "Straße", "Łosoś", "“Best”", "20 ℃", "👍 ok", "可乐"])
def test_an_amount_stays_at_the_right_edge_on_many_pages_too(
    page: Callable[[int, int], str], name: str
) -> None:
    row = f"{pad(name, 26)}  2.00"

    (printed,) = paper_of(compose([(row, "plain")], "auto"), page).rows

    assert width_of(printed.text) == 32
    assert printed.text.endswith("  2.00")


@given(st.lists(st.text(max_size=30), max_size=6), st.sampled_from(["auto", "gb18030", "cp858"]))
def test_whatever_stands_in_a_row_is_a_row_on_the_paper(texts: list[str], encoding: str) -> None:
    def any_letter(_page: int, _byte: int) -> str:
        return "x"

    paper = Paper(any_letter, "cp858" if encoding == "cp858" else "")

    paper.print(compose([(text, "plain") for text in texts], encoding))

    assert len(paper.rows) == len(texts)
    assert paper.cuts == 1
