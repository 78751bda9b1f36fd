"""`pos-tui setup`: writes an enrolment into till.toml, and leaves all else in it as it was."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from pos_tui.commands.command import Subcommand, complain, why_refused
from pos_tui.files.owner import make_private_folder, open_private
from pos_tui.files.replacing import replace_file
from pos_tui.reasons import plain
from pos_tui.settings import Section, SettingsError, load_till_settings, settings_folder
from pos_tui.settings.reading import explain_wrong
from pos_tui.settings.redis_url import RedisAddressError, redis_address
from pos_tui.settings.section import Identity, RedisUrl
from pos_tui.wording.current import say

if TYPE_CHECKING:
    import argparse

    from pos_tui.settings import TillSettings


class _Till(Section, frozen=True):
    merchant: Identity
    number: Identity


class _Gateway(Section, frozen=True):
    url: Annotated[str, Meta(pattern=r"^https?://.+$")]
    key: Annotated[str, Meta(min_length=1)]


class _Redis(Section, frozen=True):
    url: RedisUrl


class _Enrolment(Section, frozen=True):
    till: _Till
    gateway: _Gateway
    redis: _Redis


class _Change(Struct, frozen=True):
    """A setting that is other now; what it was and is only where that is no secret."""

    setting: str
    before: str | None
    after: str | None


class _Report(Struct, frozen=True):
    """What `--json` says."""

    file: str
    written: bool
    changes: tuple[_Change, ...]


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar=say("commands.file"), type=Path, help=say("cmd_setup.file_help")
    )
    parser.add_argument("--dry-run", action="store_true", help=say("cmd_setup.dry_run_help"))
    parser.add_argument("--json", action="store_true", help=say("cmd_setup.json_help"))


def _run(options: argparse.Namespace) -> int:
    path = (options.settings or settings_folder() / "till.toml").resolve()
    enrolment = _read(options.file)
    wanted = msgspec.to_builtins(enrolment)
    was: TillSettings | None = None
    text = ""
    try:
        if path.exists():
            was = load_till_settings(path)
            text = path.read_bytes().decode()  # byte for byte: line ends too stay as they are
        before = tomllib.loads(text)
        changes = _changes(before, wanted)
        if changes:
            merged = _merged(text, before, wanted, path)
            if not options.dry_run:
                _write(path, merged)
    except OSError as error:
        return complain(say("cmd_setup.unwritable", path=str(path), why=why_refused(error)))
    except SettingsError as error:
        return complain(say("commands.nothing_changed", why=error.reason))
    written = bool(changes) and not options.dry_run
    if options.json:
        print(msgspec.json.encode(_Report(str(path), written, changes)).decode())
    else:
        _report(path, changes, options, was)
        if not options.dry_run and sys.stdin.isatty() and _is_mine(path):
            from pos_tui.commands.paths import find_till
            from pos_tui.commands.staff import ask_first_manager

            ask_first_manager(find_till(options.settings, options.data)[1])
    return 0


def _is_mine(path: Path) -> bool:
    """Whether the till's user is who runs this: books made by another could not be opened."""
    return not hasattr(os, "geteuid") or path.stat().st_uid == os.geteuid()


def _read(path: Path) -> _Enrolment:
    """The enrolment of a file. Raises SettingsError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        tables = tomllib.loads(text)
    except OSError as error:
        why = plain(error.strerror or str(error))
        raise SettingsError("settings.unreadable", path=str(path), why=why) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError("cmd_setup.no_enrolment", path=str(path)) from error
    try:
        enrolment = msgspec.convert(tables, _Enrolment)
        redis_address(enrolment.redis.url)
    except msgspec.ValidationError as error:
        why = explain_wrong(path, text, str(error))
    except RedisAddressError as error:
        why = explain_wrong(path, text, error.reason, "redis.url")
    else:
        return enrolment
    raise SettingsError("cmd_setup.wrong_enrolment", why=why)


_Tables = dict[str, dict[str, str]]


def _changes(before: dict[str, Any], wanted: _Tables) -> tuple[_Change, ...]:
    changes = []
    for table, values in wanted.items():
        old = _table(before, table)
        for key, value in values.items():
            if old.get(key) != value:
                name = f"{table}.{key}"
                changes.append(_Change(name, _public(name, old.get(key)), _public(name, value)))
    return tuple(changes)


def _public(name: str, value: str | None) -> str | None:
    """What may be shown of a setting: of an address neither password nor query, no key."""
    if not value or name == "gateway.key":
        return None
    if name == "redis.url":
        try:
            place = replace(redis_address(value), user="", password="", sentinel_password="")
        except RedisAddressError:
            return None
        return place.url()
    if not name.endswith(".url"):
        return value
    try:
        parts = urlsplit(value)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


def _merged(text: str, before: dict[str, Any], wanted: _Tables, path: Path) -> str:
    """The settings' text with the enrolment in it. Raises SettingsError."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    expected = dict(before)
    for table, values in wanted.items():
        expected[table] = {**_table(before, table), **values}
    try:
        document = tomlkit.parse(text)
        for table, values in wanted.items():
            rows: Any = document.setdefault(table, tomlkit.table())
            for key, value in values.items():
                if _table(before, table).get(key) != value:
                    rows[key] = value
        merged = tomlkit.dumps(document)
        if tomllib.loads(merged) == expected:
            return merged
    except (TOMLKitError, tomllib.TOMLDecodeError):
        pass
    raise SettingsError("cmd_setup.by_hand", path=str(path))


def _table(settings: dict[str, Any], name: str) -> dict[str, str]:
    found: dict[str, str] = settings.get(name, {})
    return found


def _write(path: Path, text: str) -> None:
    """Replace the file once the new one is on the disk and good. Raises OSError, SettingsError."""
    make_private_folder(path.parent)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    handle = open_private(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        load_till_settings(beside, shown_as=path)
        if path.exists() and hasattr(os, "chown"):
            # A technician who may do more than the till must not take its settings from it.
            with contextlib.suppress(PermissionError):
                os.chown(beside, path.stat().st_uid, path.stat().st_gid)
        replace_file(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _report(
    path: Path,
    changes: tuple[_Change, ...],
    options: argparse.Namespace,
    was: TillSettings | None,
) -> None:
    if not changes:
        print(say("cmd_setup.nothing_new", path=str(path)))
        return
    for change in changes:
        setting, before, value = change.setting, change.before, change.after
        if value is None:
            print(say("cmd_setup.new_value", setting=setting))
        elif before == value:
            print(say("cmd_setup.new_password", setting=setting, value=value))
        elif before:
            print(say("cmd_setup.changed", setting=setting, before=before, value=value))
        else:
            print(say("cmd_setup.was_unset", setting=setting, value=value))
    is_another = any(change.setting.startswith("till.") for change in changes)
    if was is not None and is_another:
        till, merchant = was.till.number, was.till.merchant
        print(say("cmd_setup.another_till", till=till, merchant=merchant))
    if options.dry_run:
        print(say("cmd_setup.would_change", path=str(path)))
        return
    print(say("cmd_setup.written", path=str(path), enrolment=str(options.file)))


SETUP = Subcommand(
    "setup",
    "cmd_setup.help",
    "pos-tui setup till-01.toml",
    _arguments,
    _run,
)
