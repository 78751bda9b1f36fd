"""The commands. Each imports its room only when it runs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.tui.first_frame import till_opened_by

if TYPE_CHECKING:
    import argparse

    from pos_tui.reasons import Reason


def run(arguments: Sequence[str]) -> int:
    """Run one command; 0 on success, 2 with one clear sentence on stderr for wrong input."""
    from pos_tui.commands.command import WRONG_INPUT, complain, why_refused
    from pos_tui.commands.language import LanguageError, choose_language
    from pos_tui.settings import SettingsError
    from pos_tui.wording.current import in_words, say

    try:
        choose_language(arguments)
        opened = till_opened_by(arguments)
        if opened is None:
            from pos_tui.commands.plain_output import plain_output, report_lost_output

            with plain_output():
                try:
                    code = _run_command(arguments)
                except SystemExit as ended:  # argparse's, after --help and at wrong arguments
                    code = ended.code if isinstance(ended.code, int) else WRONG_INPUT
                return code or report_lost_output()
        from pos_tui.commands.till import open_till

        demo, settings_file, data = opened
        return open_till(demo, _path(settings_file), _path(data))
    except (SettingsError, LanguageError) as error:
        return complain(in_words(error.reason))
    except KeyboardInterrupt:
        return 130
    except OSError as error:  # a folder of somebody else's, a disk that is gone
        path = str(error.filename or "")
        return complain(say("commands.system_refuses", path=path, why=why_refused(error)))
    except Exception as error:
        why = _of_books(error)
        if why is None:
            raise
        return complain(in_words(why))


def _of_books(error: Exception) -> Reason | None:
    """What is wrong with the books, where that is what went wrong; they may not be loaded yet."""
    if "pos_tui.books.connection" not in sys.modules:
        return None
    import apsw

    from pos_tui.books.connection import BooksError, reason_for

    return reason_for(error) if isinstance(error, BooksError | apsw.Error) else None


def _path(text: str) -> Path | None:
    return Path(text) if text else None


def _run_command(arguments: Sequence[str]) -> int:
    from pos_tui.commands.language import option_in, translate_argparse, use_named
    from pos_tui.wording.current import say

    translate_argparse()
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and (not hasattr(options, "scans") or any(word[:1] == "-" != word for word in rest)):
        parser.error(say("commands.unrecognized", arguments=" ".join(rest)))
    if rest:
        options.scans = [*options.scans, *rest]  # scans may stand on both sides of an option
    if options.language and options.language != option_in(arguments, "--language"):  # as --lang
        use_named(options.language)
    chosen = getattr(options, "run", None)
    if chosen is None:
        parser.print_help(sys.stderr)
        return 2
    return int(chosen(options))


def _plain_formatter() -> type[argparse.HelpFormatter]:
    """How help is written: coloured, and [brackets] in it are brackets."""
    from rich_argparse import RawDescriptionRichHelpFormatter

    class Formatter(RawDescriptionRichHelpFormatter):
        help_markup = text_markup = False

    return Formatter


def _parser() -> argparse.ArgumentParser:
    import argparse

    from pos_tui.commands.plain_output import HelpParser
    from pos_tui.commands.table import COMMANDS
    from pos_tui.wording.current import say

    formatter = _plain_formatter()
    parser = HelpParser(
        prog="pos-tui",
        description=say("commands.description"),
        epilog=say("commands.example", command="pos-tui demo"),
        formatter_class=formatter,
    )
    parser.add_argument("--version", action="version", version=f"pos-tui {_version()}")
    _add_global_options(parser)
    # Named, or rich would be loaded for every command to find out how the program is called.
    chooser = parser.add_subparsers(prog=parser.prog, metavar=say("commands.command"))
    for command in COMMANDS:
        sub = chooser.add_parser(
            command.name,
            help=say(command.help),
            description=say(command.help),
            epilog=say("commands.example", command=command.example),
            formatter_class=formatter,
        )
        command.arguments(sub)
        _add_global_options(sub, argparse.SUPPRESS)
        sub.set_defaults(run=command.run)
    return parser


def _add_global_options(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    """Settings, data and language: before a command or after it."""
    from pos_tui.wording.current import say
    from pos_tui.wording.language import languages

    file, folder, language = (say(f"commands.{name}") for name in ("file", "folder", "language"))
    text = say("commands.settings_help")
    parser.add_argument("--settings", type=Path, metavar=file, help=text, default=default)
    text = say("commands.data_help")
    parser.add_argument("--data", type=Path, metavar=folder, help=text, default=default)
    text = say("commands.language_help", languages=languages())
    parser.add_argument("--language", metavar=language, help=text, default=default)


def _version() -> str:
    from importlib.metadata import version

    return version("pos-tui")
