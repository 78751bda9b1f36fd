"""`pos-tui doctor`: whether this machine's servers or till find everything as they need it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.cloud.settings_files import load_cloud_settings
from pos_tui.commands.command import Subcommand, complain
from pos_tui.reasons import Reason
from pos_tui.settings import data_folder, settings_folder
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse

    from pos_tui.diagnostics.checks import Check, Diagnosis

_BROKEN = 1
_CLOUDS = {"relay", "log", "simulator", "keys", "merchant"}
_MARKS = {"ok": "✓", "warning": "!", "broken": "✗"}


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=say("cmd_doctor.json_help"))


def _run(options: argparse.Namespace) -> int:
    from pos_tui.diagnostics.checks import diagnosis

    checks: list[Check] = []
    found = _settings_files(options.settings)
    if not found:
        return complain(say("cmd_doctor.no_settings", folder=str(settings_folder())))
    try:
        for path in found:
            data = options.data
            checks += _servers(path, data) if _is_clouds(path) else _till(path, data)
    except ImportError as error:
        return complain(say("servers.not_installed", module=error.name or ""))
    result = diagnosis(checks)
    if options.json:
        print(_as_json(result))
    else:
        _print(result)
    return _BROKEN if result.state == "broken" else 0


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


def _servers(path: Path, data: Path | None) -> list[Check]:
    """The checks of cloud.toml. Raises SettingsError and ImportError."""
    from pos_tui.cloud.enrolment.checks import check_redis
    from pos_tui.cloud.enrolment.redis_addresses import operator_address
    from pos_tui.cloud.enrolment.users_file import UsersFile

    settings = load_cloud_settings(path)
    file = UsersFile((data or data_folder() / "cloud") / settings.relay.users_file)
    return check_redis(operator_address(settings), file)


def _till(path: Path, data: Path | None) -> list[Check]:
    """The checks of till.toml. Raises SettingsError."""
    import asyncio

    from pos_tui.commands.paths import find_till, shop_clock
    from pos_tui.diagnostics.backup_check import check_backup
    from pos_tui.diagnostics.books_checks import check_books
    from pos_tui.diagnostics.printer_checks import check_printers
    from pos_tui.diagnostics.till_checks import check_till

    settings, folder = find_till(path, data)
    backup = check_backup(folder, settings.backup, shop_clock(settings)())
    printers = check_printers(settings, folder)
    return [*check_books(folder), *backup, *printers, *asyncio.run(check_till(settings))]


def _as_json(result: Diagnosis) -> str:
    import msgspec

    checks = [
        {
            "name": check.name,
            "state": check.state,
            "figure": _figure(check),
            "say": in_words(check.say),
            "do": in_words(check.do) if check.do else "",
            "reason": check.say.kind,
        }
        for check in result.checks
    ]
    return msgspec.json.encode({"checks": checks, "state": result.state}).decode()


def _figure(check: Check) -> str:
    return in_words(check.figure) if isinstance(check.figure, Reason) else check.figure


def _print(result: Diagnosis) -> None:
    for check in result.checks:
        subject = say(f"check.subject_{check.subject.replace(' ', '_')}")
        kind = "cmd_doctor.check_with_figure" if check.figure else "cmd_doctor.check"
        name = f"{subject} {check.where}".rstrip()
        line = say(kind, name=name, figure=check.figure, say=check.say)
        print(f"{_MARKS[check.state]} {line}")
        if check.do:
            print(f"    → {in_words(check.do)}")
    broken, warnings, well = (
        sum(check.state == state for check in result.checks)
        for state in ("broken", "warning", "ok")
    )
    print(say("cmd_doctor.sum", broken=broken, warnings=warnings, well=well))


DOCTOR = Subcommand(
    "doctor",
    "cmd_doctor.help",
    "pos-tui doctor --settings /etc/pos-tui/cloud.toml --json",
    _arguments,
    _run,
)
