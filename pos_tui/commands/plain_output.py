"""What commands print: control characters that came with data are escaped on the way out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, NoReturn, TextIO, TypeVar, cast

from pos_tui.commands.command import complain
from pos_tui.plain_text import escaped_lines, plain_text
from pos_tui.reasons import plain
from pos_tui.standard_streams import lost_output
from pos_tui.wording.current import say

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


class PlainStream:
    """A text stream through which only lines of plain text go; bytes go through `buffer`.

    What is not plain is written as JSON writes it, so that JSON stays JSON.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write a text, its control characters escaped."""
        self.stream.write(escaped_lines(text))
        return len(text)

    def writelines(self, lines: Iterator[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> object:
        return getattr(self.stream, name)


@contextmanager
def plain_output() -> Iterator[None]:
    """Within this, standard output and standard error are plain."""
    out, err = (cast(TextIO, PlainStream(stream)) for stream in (sys.stdout, sys.stderr))
    with redirect_stdout(out), redirect_stderr(err):
        yield


def report_lost_output(*, of_a_sale: bool = False) -> int:
    """Say on stderr that standard output did not accept all, if so; returns the exit code for that.

    A sale's exit code says how the sale ended, and is not changed by it.
    """
    trouble = lost_output()
    if trouble is None:
        return 0
    why = plain(trouble.strerror or type(trouble).__name__)
    if of_a_sale:
        return complain(say("cmd_sell.output_lost", why=why))
    return complain(say("commands.output_lost", why=why))


def styled_output() -> TextIO:
    """Standard output for what styles its own text; no data may go there as they come."""
    out: object = sys.stdout
    return out.stream if isinstance(out, PlainStream) else sys.stdout


_Action = TypeVar("_Action", bound=argparse.Action)


class HelpParser(argparse.ArgumentParser):
    """Reads arguments; its help is coloured, and what it quotes is plain."""

    def _add_action(self, action: _Action) -> _Action:
        """A word of a few is called by these where it is missing, as in the usage."""
        if action.choices and not action.option_strings and action.metavar is None:
            action.metavar = "{" + ",".join(map(str, action.choices)) + "}"
        return super()._add_action(action)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments; exits with 2."""
        super().error(plain_text(message))

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        out: object = file
        super()._print_message(message, out.stream if isinstance(out, PlainStream) else file)
