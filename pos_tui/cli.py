"""The commands. Each imports its room only when it runs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def run(arguments: Sequence[str]) -> int:
    """Run one command; 0 on success, 2 with one clear sentence on stderr for wrong input."""
    from pos_tui.commands.command import complain
    from pos_tui.settings import SettingsError

    try:
        if not arguments or arguments[0] in {"--settings", "--data", "demo"}:
            options = _till_options(arguments)
            if options is not None:
                return _open_till(*options)
        return _run_command(arguments)
    except SettingsError as error:
        return complain(str(error))
    except KeyboardInterrupt:
        return 130


def _till_options(arguments: Sequence[str]) -> tuple[bool, Path | None, Path | None] | None:
    """(demo, settings, data) of a plain start of the till, without argparse; None for the rest.

    The till shows its first frame before anything else is imported, and argparse would come first.
    """
    rest = list(arguments)
    demo = bool(rest) and rest[0] == "demo"
    if demo:
        rest.pop(0)
    given: dict[str, Path] = {}
    while rest:
        name = rest.pop(0)
        if name not in {"--settings", "--data"} or not rest:
            return None
        given[name] = Path(rest.pop(0))
    return demo, given.get("--settings"), given.get("--data")


def _open_till(demo: bool, settings: Path | None, data: Path | None) -> int:
    from pos_tui.commands.till import open_till

    return open_till(demo, settings, data)


def _run_command(arguments: Sequence[str]) -> int:
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and (not hasattr(options, "scans") or any(word[:1] == "-" != word for word in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        options.scans = [*options.scans, *rest]  # scans may stand on both sides of an option
    chosen = getattr(options, "run", None)
    if chosen is None:
        parser.print_help(sys.stderr)
        return 2
    return int(chosen(options))


def _parser() -> argparse.ArgumentParser:
    import argparse

    from rich_argparse import RawDescriptionRichHelpFormatter as Formatter

    from pos_tui.commands.table import COMMANDS

    parser = argparse.ArgumentParser(
        prog="pos-tui",
        description="A checkout that a shop runs in a terminal. Without a command: the till.",
        epilog="Example: pos-tui demo",
        formatter_class=Formatter,
    )
    parser.add_argument("--version", action="version", version=f"pos-tui {_version()}")
    _add_places(parser)
    chooser = parser.add_subparsers(metavar="COMMAND")
    for command in COMMANDS:
        sub = chooser.add_parser(
            command.name,
            help=command.help,
            description=command.help,
            epilog=f"Example: {command.example}",
            formatter_class=Formatter,
        )
        command.arguments(sub)
        _add_places(sub)
        sub.set_defaults(run=command.run)
    return parser


def _add_places(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--settings", type=Path, metavar="FILE", help="the settings file to use")
    parser.add_argument("--data", type=Path, metavar="DIR", help="the folder to keep data in")


def _version() -> str:
    from importlib.metadata import version

    return version("pos-tui")
