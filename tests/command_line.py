"""A command as it is typed, in this process: starting Python takes longer than most commands."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import NamedTuple
from unittest import mock

from pos_tui.cli import run
from pos_tui.wording.current import current, use


class Finished(NamedTuple):
    """What a command that has ended leaves: its exit code and what it wrote."""

    returncode: int
    stdout: str
    stderr: str


def typed(*arguments: str, text: str = "", encoding: str = "utf-8") -> Finished:
    """Run `pos-tui ARGUMENTS` with this text as standard input, which is no terminal."""
    given = io.TextIOWrapper(io.BytesIO(text.encode(encoding)), encoding="utf-8")
    written, complained = io.BytesIO(), io.BytesIO()
    out, err = (
        io.TextIOWrapper(buffer, encoding="utf-8", newline="", write_through=True)
        for buffer in (written, complained)
    )
    with redirect_stdout(out), redirect_stderr(err), mock.patch.object(sys, "stdin", given):
        try:
            code = run(arguments)
        except SystemExit as ended:  # argparse, at wrong arguments and after --help
            code = ended.code if isinstance(ended.code, int) else 1
    return Finished(code, written.getvalue().decode(), complained.getvalue().decode())


@contextmanager
def in_chinese() -> Iterator[None]:
    """Meanwhile the terminal asks for 简体中文, and commands speak it."""
    before = current().language
    with mock.patch.dict(os.environ, {"LC_ALL": "zh_CN.UTF-8"}):
        use("zh_CN")
        try:
            yield
        finally:
            use(before)
