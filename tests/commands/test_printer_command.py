"""The slip that shows which letters a printer has, and the answer that is kept."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pos_tui.settings import load_till_settings
from tests.command_line import Finished, in_chinese, typed
from tests.paper import Paper

TOML = """# our shop
[shop]
name = "街角超市"   # as on the sign

[printer]
# behind the counter
kind = "file"
path = "{path}"
columns = 32
encoding = "gb18030"  # as it came
"""


@pytest.fixture
def till(tmp_path: Path) -> Path:
    path = tmp_path / "till.toml"
    text = TOML.replace("{path}", (tmp_path / "paper.bin").as_posix())
    path.write_text(text, encoding="utf-8")
    return path


def printer(till: Path, *words: str) -> Finished:
    return typed("printer", "test", *words, "--settings", str(till))


def parts_of(job: bytes) -> list[Paper]:
    """Each part of the slip as a printer with its encoding prints it."""
    papers = []
    for part in job.split(b"\x1b@")[1:-1]:
        name = part[part.index(b"--- ") :].split(b" ", 4)[3].decode()
        encoding = "" if name in {"gb18030", "auto", "image"} else name
        paper = Paper(lambda _page, _byte: "x", encoding)
        paper.print(b"\x1b@" + part)
        papers.append(paper)
    return papers


def test_the_slip_has_the_same_rows_in_each_encoding_and_as_an_image(till: Path) -> None:
    pytest.importorskip("PIL", reason="Pillow is not installed")

    done = printer(till)

    assert done.returncode == 0
    job = (till.parent / "paper.bin").read_bytes()
    papers = parts_of(job)
    heads = [paper.rows[0].text for paper in papers]
    assert [head.split()[1:4:2] for head in heads] == [
        ["1", "gb18030"], ["2", "auto"], ["3", "utf-8"], ["4", "big5"], ["5", "cp437"],
        ["6", "cp1252"], ["7", "image"],
    ]  # fmt: skip
    assert "红烧牛肉面 ￥12.80 -3.00" in [row.text for row in papers[0].rows]
    assert "臺灣烏龍茶 NT$ 45" in [row.text for row in papers[3].rows]
    assert "Crème Lódz ½ EUR -3.00" in [row.text for row in papers[4].rows]
    assert all(not paper.pictures for paper in papers[:-1])
    assert job.count(b"\x1dV\x00") == 1
    assert "7  image" in done.stdout
    assert "--answer" in done.stdout


@pytest.mark.parametrize(
    ("answer", "encoding", "letters"),
    [
        ("1,7", "gb18030", "auto"),
        ("4", "big5", "bytes"),
        ("7", "gb18030", "image"),
        ("7 5", "cp437", "auto"),
        ("2，7", "auto", "auto"),
    ],
)
def test_the_answer_is_kept_and_all_else_stays(
    till: Path, answer: str, encoding: str, letters: str
) -> None:
    done = printer(till, "--answer", answer)

    assert done.returncode == 0
    kept = load_till_settings(till).printer
    assert (kept.encoding, kept.letters) == (encoding, letters)
    text = till.read_text(encoding="utf-8")
    for comment in ("# our shop", "# as on the sign", "# behind the counter", "# as it came"):
        assert comment in text
    assert load_till_settings(till).shop.name == "街角超市"


@pytest.mark.parametrize("answer", ["0", "8", "x", "", "1,x", "-1"])
def test_an_answer_that_is_none_changes_nothing(till: Path, answer: str) -> None:
    before = till.read_bytes()

    done = printer(till, f"--answer={answer}")

    assert done.returncode != 0
    assert done.stderr.count("\n") == 1
    assert till.read_bytes() == before


def test_encodings_of_ones_own_are_tried(till: Path) -> None:
    done = printer(till, "--encoding", "cp737", "--encoding", "cp866", "--answer", "2")

    assert done.returncode == 0
    assert load_till_settings(till).printer.encoding == "cp866"
    assert "utf-16" in printer(till, "--encoding", "utf-16").stderr


def test_the_slip_is_seen_without_a_printer(till: Path) -> None:
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    out = till.parent / "slip.png"

    done = printer(till, "--as", "png", "--out", str(out))

    assert done.returncode == 0
    with image.open(out) as slip:
        assert slip.width == 384
        assert slip.height % 30 == 0
        assert slip.height > 30 * 30
    assert not (till.parent / "paper.bin").exists()
    assert printer(till, "--as", "png").returncode == 2


def test_the_bytes_in_a_file_are_those_that_are_printed(till: Path) -> None:
    out = till.parent / "slip.bin"
    printer(till)

    assert printer(till, "--as", "escpos", "--out", str(out)).returncode == 0

    assert out.read_bytes() == (till.parent / "paper.bin").read_bytes()


def test_a_till_without_a_printer_is_told_how_to_see_the_slip(till: Path) -> None:
    till.write_text("[printer]\n")

    done = printer(till)

    assert done.returncode == 2
    assert "--as png" in done.stderr


def test_a_printer_that_is_away_is_a_sentence(till: Path) -> None:
    till.write_text('[printer]\nkind = "file"\npath = "/nowhere/at/all"\n')

    done = printer(till)

    assert done.returncode == 2
    assert "/nowhere/at/all" in done.stderr


def test_what_no_font_has_is_named(till: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("PIL", reason="Pillow is not installed")
    from pos_tui.devices.printers import printer_fonts

    monkeypatch.setattr(printer_fonts, "_fonts_of_system", dict)
    printer_fonts.fonts_for.cache_clear()
    try:
        with in_chinese():
            done = printer(till)
    finally:
        printer_fonts.fonts_for.cache_clear()

    assert done.returncode == 0
    assert "本机字体都没有这些字：" in done.stderr
    assert "红" in done.stderr


@pytest.mark.posix_only("a terminal of its own")
def test_at_a_terminal_the_question_is_asked(till: Path) -> None:
    pexpect = pytest.importorskip("pexpect")
    words = ["-m", "pos_tui", "printer", "test", "--settings", str(till)]
    terminal = pexpect.spawn(sys.executable, words, encoding="utf-8", timeout=60)

    terminal.expect("readable on the paper")
    terminal.sendline("2,7")
    terminal.expect(pexpect.EOF)
    terminal.close()

    assert terminal.exitstatus == 0
    assert load_till_settings(till).printer.encoding == "auto"
