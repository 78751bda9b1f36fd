"""`pos-tui doctor`: whether this machine's servers or till find everything as they need it."""

from __future__ import annotations

import sys
import tomllib
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.cloud.settings_files import load_cloud_settings
from pos_tui.commands.command import Subcommand, complain
from pos_tui.reasons import Reason, because
from pos_tui.settings import SettingsError, data_folder, settings_folder
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from pos_tui.diagnostics.checks import Check, Diagnosis
    from pos_tui.diagnostics.running import Checkup
    from pos_tui.settings import TillSettings

_BROKEN = 1
_CLOUDS = {"relay", "log", "simulator", "keys", "merchant"}
_MARKS = {"ok": "✓", "warning": "!", "broken": "✗", "skipped": "–", "crashed": "☠"}
_CLEAR = "\x1b[H\x1b[2J"
_USUAL_WATCH_S, _LONGEST_WATCH_S = 5.0, 3600.0
_BOOKS_S = 600.0  # every page of a shop's years is read
_NETWORK_S = 20.0
_SERVERS_S = 60.0


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=say("cmd_doctor.json_help"))
    parser.add_argument("--demo", action="store_true", help=say("cmd_doctor.demo_help"))
    parser.add_argument(
        "--watch",
        metavar=say("cmd_doctor.seconds"),
        type=_seconds,
        nargs="?",
        const=_USUAL_WATCH_S,
        help=say("cmd_doctor.watch_help"),
    )


def _seconds(text: str) -> float:
    import argparse

    with suppress(ValueError):
        if 1 <= (value := float(text)) <= _LONGEST_WATCH_S:
            return value
    most = round(_LONGEST_WATCH_S)
    raise argparse.ArgumentTypeError(say("cmd_doctor.wrong_seconds", text=text[:40], most=most))


def _run(options: argparse.Namespace) -> int:
    if options.demo:
        return _of_demo(options)
    try:
        checkups = _checkups(options)
    except ImportError as error:
        return complain(say("servers.not_installed", module=error.name or ""))
    if not checkups:
        return complain(say("cmd_doctor.no_settings", folder=str(settings_folder())))
    return _look(checkups, options)


def _look(checkups: Sequence[Checkup], options: argparse.Namespace) -> int:
    """Run the checks and tell; again and again where that is wanted. The exit code."""
    import time

    if options.watch is None:
        return _look_once(checkups, as_json=options.json)
    ended = 0
    try:
        while True:
            if sys.stdout.isatty() and not options.json:
                sys.stdout.write(_CLEAR)
            ended = _look_once(checkups, as_json=options.json)
            sys.stdout.flush()
            time.sleep(options.watch)
    except KeyboardInterrupt:
        return ended


def _look_once(checkups: Sequence[Checkup], *, as_json: bool) -> int:
    from pos_tui.diagnostics.checks import diagnosis
    from pos_tui.diagnostics.running import run_checkups

    found: list[Check] = []
    for check in run_checkups(checkups):
        found.append(check)
        if not as_json:
            _print(check)
    result = diagnosis(found)
    if as_json:
        print(_as_json(result))
    else:
        _print_sum(result)
    return _BROKEN if result.state in {"broken", "crashed"} else 0


def _of_demo(options: argparse.Namespace) -> int:
    """Look at the demo: at the one that runs, else at one that is started for it."""
    from pos_tui.books.lock import lock_holder
    from pos_tui.demo.shop import DemoShop, demo_place, settings_of_running_demo

    data = options.data or demo_place()
    if lock_holder(data) is not None:
        return _look(_demos_checkups(settings_of_running_demo(data), data), options)
    from pos_tui.books import Books, BooksError
    from pos_tui.commands.paths import shop_clock
    from pos_tui.demo.cloud import ServersNotStarted

    shop = DemoShop(data)
    try:
        books = Books(data)
        try:
            shop.open(books, shop_clock(shop.settings)())
            shop.wait_for_cloud()
        finally:
            books.close()
        return _look(_demos_checkups(shop.settings, data), options)
    except ServersNotStarted as error:
        return complain(say("demo.nothing_sold", why=error.reason, log=str(shop.cloud_log)))
    except BooksError as error:
        return complain(in_words(error.reason))
    finally:
        shop.close()


def _settings_files(named: Path | None) -> list[Path]:
    if named is not None:
        return [named]
    usual = (settings_folder() / name for name in ("till.toml", "cloud.toml"))
    return [path for path in usual if path.exists()]


def _is_clouds(path: Path) -> bool:
    """Whether a settings file is the servers'; one that cannot be read is complained about later.

    Both kinds may have a table for the gateway.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return path.name == "cloud.toml"
    return path.name == "cloud.toml" or not _CLOUDS.isdisjoint(tables)


def _demos_checkups(settings: TillSettings, data: Path) -> list[Checkup]:
    """Nobody backs a demo up."""
    return [each for each in tills_checkups(settings, data) if each.subject != "backup"]


def _checkups(options: argparse.Namespace) -> list[Checkup]:
    """What is to be looked at by the settings that there are. Raises ImportError."""
    from pos_tui.commands.paths import find_till
    from pos_tui.diagnostics.checks import Check
    from pos_tui.diagnostics.running import Checkup

    found: list[Checkup] = []
    for path in _settings_files(options.settings):
        try:
            if _is_clouds(path):
                found += _servers_checkups(path, options.data)
            else:
                found += tills_checkups(*find_till(path, options.data))
        except SettingsError as error:
            do = because("cmd_doctor.do_settings", path=str(path))
            broken = (Check("settings", "", "broken", "", error.reason, do),)
            found.append(Checkup("settings", partial(tuple, broken)))
    return found


def _servers_checkups(path: Path, data: Path | None) -> list[Checkup]:
    """The checks of cloud.toml. Raises SettingsError and ImportError."""
    from pos_tui.cloud.enrolment.checks import check_redis
    from pos_tui.cloud.enrolment.redis_addresses import operator_address
    from pos_tui.cloud.enrolment.users_file import UsersFile
    from pos_tui.diagnostics.running import Checkup

    settings = load_cloud_settings(path)
    file = UsersFile((data or data_folder() / "cloud") / settings.relay.users_file)
    address = operator_address(settings)
    return [Checkup("redis", lambda: check_redis(address, file), _SERVERS_S)]


def tills_checkups(settings: TillSettings, folder: Path) -> list[Checkup]:
    """What a till needs of its machine, its books and its servers."""
    from pos_tui.commands.paths import shop_clock
    from pos_tui.diagnostics import machine_checks, shop_checks
    from pos_tui.diagnostics.backup_check import check_backup
    from pos_tui.diagnostics.books_checks import check_books
    from pos_tui.diagnostics.gateway_checks import check_gateway
    from pos_tui.diagnostics.printer_checks import check_printers
    from pos_tui.diagnostics.redis_checks import check_tills_redis
    from pos_tui.diagnostics.running import Checkup

    clock = shop_clock(settings)
    return [
        Checkup("program", machine_checks.check_program),
        Checkup("terminal", machine_checks.check_terminal),
        Checkup("disk", lambda: machine_checks.check_disk(folder)),
        Checkup("lock", lambda: machine_checks.check_lock(folder)),
        Checkup("clock", lambda: machine_checks.check_clock(folder, clock())),
        Checkup("books", lambda: check_books(folder), _BOOKS_S),
        Checkup("backup", lambda: check_backup(folder, settings.backup, clock())),
        Checkup("goods", lambda: shop_checks.check_goods(folder)),
        Checkup("payments", lambda: shop_checks.check_open_payments(folder)),
        Checkup("printer", lambda: check_printers(settings, folder), _NETWORK_S),
        Checkup("redis", lambda: check_tills_redis(settings), _NETWORK_S),
        Checkup("gateway", lambda: check_gateway(settings), _NETWORK_S),
    ]


def _as_json(result: Diagnosis) -> str:
    import msgspec

    from pos_tui.diagnostics.codes import code_of

    checks = [
        {
            "name": check.name,
            "state": check.state,
            "figure": _figure(check),
            "say": in_words(check.say),
            "do": in_words(check.do) if check.do else "",
            "reason": check.say.kind,
            "code": code_of(check),
            "took_ms": check.took_ms,
        }
        for check in result.checks
    ]
    return msgspec.json.encode({"checks": checks, "state": result.state}).decode()


def _figure(check: Check) -> str:
    return in_words(check.figure) if isinstance(check.figure, Reason) else check.figure


def _print(check: Check) -> None:
    from pos_tui.diagnostics.codes import code_of

    subject = say(f"check.subject_{check.subject.replace(' ', '_')}")
    kind = "cmd_doctor.check_with_figure" if check.figure else "cmd_doctor.check"
    name = f"{subject} {check.where}".rstrip()
    line = say(kind, name=name, figure=check.figure, say=check.say)
    code = code_of(check)
    print(f"{_MARKS[check.state]} {line}" + (f" [{code}]" if code else ""), flush=True)
    if check.do:
        print(f"    → {in_words(check.do)}", flush=True)


def _print_sum(result: Diagnosis) -> None:
    broken, warnings, well = (
        sum(check.state in states for check in result.checks)
        for states in ({"broken", "crashed"}, {"warning"}, {"ok"})
    )
    print(say("cmd_doctor.sum", broken=broken, warnings=warnings, well=well))


DOCTOR = Subcommand(
    "doctor",
    "cmd_doctor.help",
    "pos-tui doctor --settings /etc/pos-tui/cloud.toml --json",
    _arguments,
    _run,
)
