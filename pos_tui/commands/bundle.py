"""`pos-tui bundle`: one file for a technician far away, without anybody's secrets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.settings import SettingsError
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse

    from pos_tui.diagnostics.bundle import Piece
    from pos_tui.settings import TillSettings

_NOT_MADE = 1


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", nargs="?", type=Path, metavar=say("commands.file"), help=say("cmd_bundle.file_help")
    )
    parser.add_argument("--preview", action="store_true", help=say("cmd_bundle.preview_help"))
    parser.add_argument("--demo", action="store_true", help=say("cmd_books.demo_help"))


def _run(options: argparse.Namespace) -> int:
    from pos_tui.commands.doctor import tills_checkups
    from pos_tui.commands.paths import find_shop, shop_clock
    from pos_tui.diagnostics.bundle import BundleError, gather, manifest, write_bundle
    from pos_tui.diagnostics.machine_checks import versions
    from pos_tui.diagnostics.running import run_checkups
    from pos_tui.files.owner import make_private_folder
    from pos_tui.reasons import reason_of
    from pos_tui.settings import data_folder, load_till_settings

    settings: TillSettings | None
    try:
        settings, data = find_shop(options.demo, options.settings, options.data)
    except SettingsError as error:
        if options.data is None:
            return complain(in_words(error.reason))
        settings, data = None, options.data  # what there is of the till is still told
    checks = () if settings is None else tuple(run_checkups(tills_checkups(settings, data)))
    pieces = gather(data, settings, checks, versions())
    if options.preview:
        print(manifest(pieces))
        return 0
    now = shop_clock(settings or load_till_settings(None))()
    path = options.file or data_folder() / f"bundle-{now:%Y%m%d-%H%M%S}.zip"
    try:
        if options.file is None:
            make_private_folder(path.parent)
        write_bundle(path, pieces)
    except (BundleError, OSError) as error:
        why = reason_of(error)
        return complain(say("cmd_bundle.not_written", path=str(path), why=why), _NOT_MADE)
    _print(path, pieces)
    return 0


def _print(path: Path, pieces: list[Piece]) -> None:
    print(say("cmd_bundle.done", path=str(path)))
    for each in pieces:
        if each.lacks:
            print(say("cmd_bundle.missing", file=each.name, why=each.lacks))
        else:
            masked = sum(each.masked.values())
            kind = "cmd_bundle.piece_cut" if each.is_cut else "cmd_bundle.piece"
            size = f"{len(each.content.encode()) / 1000:.1f} kB"
            print(say(kind, file=each.name, size=size, masked=masked))
    print(say("cmd_bundle.look"))


BUNDLE = Subcommand(
    "bundle",
    "cmd_bundle.help",
    "pos-tui bundle for-the-technician.zip",
    _arguments,
    _run,
)
