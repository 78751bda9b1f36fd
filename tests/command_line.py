"""A command as it is typed, in this process: starting Python takes longer than most commands."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import NamedTuple
from unittest import mock

from pos_tui.cli import run


class Finished(NamedTuple):
    """What a command that has ended leaves: its exit code and what it wrote."""

    returncode: int
    stdout: str
    stderr: str


def typed(*arguments: str, text: str = "") -> Finished:
    """Run `pos-tui ARGUMENTS` with this text as standard input, which is no terminal."""
    given = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8")
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in "12")
    with redirect_stdout(out), redirect_stderr(err), mock.patch.object(sys, "stdin", given):
        try:
            code = run(arguments)
        except SystemExit as ended:  # argparse, at wrong arguments and after --help
            code = ended.code if isinstance(ended.code, int) else 1
    return Finished(code, *map(_written, (out, err)))


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    return stream.buffer.getvalue().decode()
