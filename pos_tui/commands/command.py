"""What a command is: a name, a kind of sentence, an example, its arguments, and what it runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pos_tui.wording.current import say

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from pos_tui.reasons import Reason
    from pos_tui.tables.rejects import RejectedRow

WRONG_INPUT = 2


def complain(sentence: str, code: int = WRONG_INPUT) -> int:
    """Say what is wrong on stderr; returns the exit code, wrong input's where none is given."""
    from pos_tui.tui import first_frame

    first_frame.hand_back()
    print(f"pos-tui: {sentence}", file=sys.stderr)
    return code


def why_refused(error: OSError) -> Reason:
    """Why the system did not do what was asked with a file, for a sentence."""
    from pos_tui.files.replacing import FileInUse
    from pos_tui.reasons import because, plain

    if isinstance(error, FileInUse):
        return because("commands.file_in_use")
    return plain(error.strerror or type(error).__name__)


def report_rejects(rejects: Sequence[RejectedRow], path: Path | None, most: int = 20) -> None:
    """List on stderr why rows of a file were refused; `path` is the file that has them all."""
    for reject in rejects[:most]:
        print(say("commands.row_refused", line=reject.line, why=reject.why), file=sys.stderr)
    if len(rejects) > most:
        more = say("commands.more_refused", count=len(rejects) - most, path=str(path))
        print(more, file=sys.stderr)


def add_table_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what a person can say of a table that is not certain: encoding, sheet, order of days."""
    parser.add_argument(
        "--encoding",
        default="",
        metavar=say("commands.encoding"),
        help=say("commands.encoding_help"),
    )
    parser.add_argument(
        "--sheet", default="", metavar=say("commands.sheet"), help=say("commands.sheet_help")
    )
    parser.add_argument("--dates", choices=("ymd", "dmy", "mdy"), help=say("commands.dates_help"))


class Subcommand(NamedTuple):
    """One subcommand of `pos-tui`: `help` is a kind of sentence, `run` returns the exit code."""

    name: str
    help: str
    example: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]
