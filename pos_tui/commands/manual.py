"""`pos-tui manual`: a page of the manual in the terminal, also over SSH."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, ClassVar

from pos_tui.commands.command import Command, complain

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.markdown import Markdown, MarkdownElement

_LINK_TO_PAGE = re.compile(r"\[([^\]]+)\]\((\w+)\.md(?:#[^)]*)?\)")


def _arguments(parser: argparse.ArgumentParser) -> None:
    from pos_tui.manual.pages import manual_languages

    parser.add_argument("topic", metavar="TOPIC", nargs="?", help="a page; none lists them")
    parser.add_argument(
        "--language", choices=manual_languages(), help="the terminal's own if not given"
    )


def _run(options: argparse.Namespace) -> int:
    from pos_tui.manual.pages import UnknownTopic, manual_page
    from pos_tui.wording.current import language_of_environment, use

    wording = use(options.language or language_of_environment(), _keys(options))
    try:
        text = manual_page(options.topic or "index", wording.language, wording.key)
    except UnknownTopic as error:
        return complain(wording("cmd_manual.unknown_topic", topic=str(error.args[0])))
    _show(_LINK_TO_PAGE.sub(r"\1 (`pos-tui manual \2`)", text))
    return 0


def _keys(options: argparse.Namespace) -> Mapping[str, str]:
    """The keys as this till has them; wrong settings do not hide the manual."""
    from pos_tui.settings import SettingsError, load_till_settings
    from pos_tui.wording.keymap import key_labels

    try:
        return key_labels(load_till_settings(options.settings).screen.keys)
    except (SettingsError, LookupError) as error:
        complain(str(error))
        return key_labels()


def _show(text: str) -> None:
    """Print Markdown: set in type for a terminal, as it is for anything else."""
    if not sys.stdout.isatty():
        print(text, end="")
        return
    from rich.console import Console

    console = Console()
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


MANUAL = Command(
    "manual",
    "A page of the manual; without a topic, the list of pages.",
    "pos-tui manual selling",
    _arguments,
    _run,
)
