"""Our export in receiptline, through the program of its makers: the text comes out as it was.

The program is for Node: it is installed once, as the lock file beside it names it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from pos_tui.receipts.layout import PaperMarks, PrintLine, lay_out, lines_as_text
from pos_tui.receipts.receipt_design import ReceiptDesign
from pos_tui.receipts.receiptline import as_receiptline
from tests.receipts.receipt_maker import full, line, made

_PROGRAM = Path(__file__).parent / "receiptline_program"
_FILES = ("package.json", "package-lock.json")
_SIGNS = r"""A|b {c} ~d\e _f_ "g" `h` ^i^ -x- =\x20; {code:1} 100 %"""
_NAMES = (
    "Bread", _SIGNS, "红烧牛肉面（大）", "-", "---", "=", "|", "\\", "{image:x}", "^^^BIG", "~",
    "Größe é 1/2 ½", "a  b", "_", '"', "//", "#",
)  # fmt: skip


@pytest.fixture(scope="module")
def program() -> list[str]:
    """The command that prints documents; skips where Node or its packages cannot be had."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("receiptline is a program for Node, and Node with npm is not on this machine")
    content = b"".join((_PROGRAM / name).read_bytes() for name in _FILES)
    name = f"receiptline-{hashlib.sha256(content).hexdigest()[:16]}"
    folder = Path(sys.prefix) / ".sdks" / name
    if not folder.exists():
        _install(npm, folder)
    return [node, str(_PROGRAM / "print.mjs"), str(folder)]


def _install(npm: str, folder: Path) -> None:
    begun = folder.with_name(f"{folder.name}-{os.getpid()}")
    begun.mkdir(parents=True)
    for each in _FILES:
        shutil.copy(_PROGRAM / each, begun)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        subprocess.run(command, cwd=begun, check=True, capture_output=True, timeout=200)
    except (OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(begun, ignore_errors=True)
        pytest.skip(f"receiptline cannot be installed here: {error}")
    try:
        begun.rename(folder)
    except OSError:  # somebody else was quicker
        shutil.rmtree(begun, ignore_errors=True)


def printed(
    program: list[str], papers: Sequence[list[PrintLine]], columns: int, command: str
) -> list[str]:
    """What receiptline makes of papers of so many columns."""
    wanted = [
        {"document": as_receiptline(lines), "columns": columns, "command": command}
        for lines in papers
    ]
    done = subprocess.run(
        program, input=json.dumps(wanted), capture_output=True, text=True, encoding="utf-8",
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    made_of_them: list[str] = json.loads(done.stdout)
    return made_of_them


def rows(text: str) -> list[str]:
    return [row.rstrip() for row in text.splitlines() if row.strip()]


@pytest.mark.parametrize("columns", [24, 32, 48])
def test_each_row_comes_out_as_it_is_on_our_paper(program: list[str], columns: int) -> None:
    receipts = [full(name, 12_345_67) for name in _NAMES] + [made(line(name)) for name in _NAMES]
    papers = [lay_out(each, columns, PaperMarks(copy=1, is_training=True)) for each in receipts]
    for paper, text in zip(papers, printed(program, papers, columns, "text"), strict=True):
        assert rows(text) == rows(lines_as_text(paper))


def test_its_symbols_are_drawn(program: list[str]) -> None:
    design = ReceiptDesign(qr="https://example.com/a;b/{code}?sum={total}")
    with_both = lay_out(made(line()), 32, design=design)
    without = [each for each in with_both if each.is_text]
    both, plain = printed(program, [with_both, without], 32, "svg")
    assert len(both) > len(plain) + 2000
