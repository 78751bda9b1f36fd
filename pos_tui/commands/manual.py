"""`pos-tui manual`: a page of the manual in the terminal, also over SSH."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, ClassVar

from pos_tui.commands.command import Subcommand, complain
from pos_tui.wording.current import say

if TYPE_CHECKING:
    import argparse

    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.markdown import Markdown, MarkdownElement

_LINK_TO_PAGE = re.compile(r"\[([^\]]+)\]\((\w+)\.md(?:#[^)]*)?\)")


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "topic", metavar=say("cmd_manual.topic"), nargs="?", help=say("cmd_manual.topic_help")
    )


def _run(options: argparse.Namespace) -> int:
    from pos_tui.manual.pages import UnknownTopic, manual_page
    from pos_tui.wording.current import current

    wording = current()
    try:
        text = manual_page(options.topic or "index", wording.language, wording.key)
    except UnknownTopic as error:
        return complain(say("cmd_manual.unknown_topic", topic=str(error.args[0])))
    _show(_LINK_TO_PAGE.sub(r"\1 (`pos-tui manual \2`)", text))
    return 0


def _show(text: str) -> None:
    """Print Markdown: set in type for a terminal, as it is for anything else."""
    if not sys.stdout.isatty():
        print(text, end="")
        return
    from rich.console import Console

    from pos_tui.commands.plain_output import styled_output

    console = Console(file=styled_output())
    console.print(typeset(text))


def typeset(text: str) -> Markdown:
    """Markdown whose tables fold long words: Chinese has no spaces to break a line at."""
    from rich.markdown import Markdown, TableElement
    from rich.table import Table

    class FoldedTable(TableElement):
        """A table that shows every cell whole."""

        def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
            for part in super().__rich_console__(console, options):
                if isinstance(part, Table):
                    for column in part.columns:
                        column.overflow = "fold"
                yield part

    class Page(Markdown):
        """A page of the manual."""

        elements: ClassVar[dict[str, type[MarkdownElement]]] = {
            **Markdown.elements,
            "table_open": FoldedTable,
        }

    return Page(text, hyperlinks=False)


MANUAL = Subcommand(
    "manual",
    "cmd_manual.help",
    "pos-tui manual selling",
    _arguments,
    _run,
)
