"""`pos-tui merchants`: who pays through this gateway; keys go in sealed, and never come out."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from pos_tui.cloud.settings_files import load_cloud_settings
from pos_tui.commands.command import WRONG_INPUT, Subcommand, complain, why_refused
from pos_tui.reasons import Reason, ReasonError, because, reason_of
from pos_tui.settings import SettingsError, data_folder
from pos_tui.text_width import pad, width_of
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse

    from pos_tui.cloud.merchant_files import MerchantFiles
    from pos_tui.settings import CloudSettings, Merchant

_KEEP_HOURS = 24.0
_LONGEST_HOURS = 24.0 * 90


class _RefusedError(ReasonError):
    """What was asked for cannot be done."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "act",
        choices=("add", "list", "rotate", "disable", "enable"),
        help=say("cmd_merchants.act_help"),
    )
    # Named as the program gathers words that stand after an option.
    parser.add_argument(
        "scans", metavar=say("cmd_merchants.id"), nargs="*", help=say("cmd_merchants.id_help")
    )
    parser.add_argument(
        "--accounts",
        type=Path,
        metavar=say("cmd_merchants.file"),
        help=say("cmd_merchants.accounts_help"),
    )
    parser.add_argument(
        "--keep-hours",
        type=float,
        metavar=say("cmd_merchants.hours"),
        help=say("cmd_merchants.keep_hours_help", hours=f"{_KEEP_HOURS:g}"),
    )
    parser.add_argument("--json", action="store_true", help=say("cmd_merchants.json_help"))


def _run(options: argparse.Namespace) -> int:
    act, words = options.act, options.scans
    wrong = _wrong_words(options)
    if wrong:
        return complain(in_words(wrong))
    settings = load_cloud_settings(options.settings)
    data = options.data or data_folder() / "cloud"
    try:
        from pos_tui.cloud.merchant_files import MerchantFiles

        files = MerchantFiles(settings, data)
        if act == "list":
            return _list(settings, files, options.json)
        if act != "add":
            _find(settings, files, words[0])
        with files.locked():
            if act == "add":
                return _add(settings, files, words[0], options.accounts)
            if act == "rotate" and options.accounts is not None:
                return _renew_accounts(settings, files, words[0], options.accounts)
            if act == "rotate":
                return _rotate(files, words[0], options.keep_hours)
            return _switch(files, words[0], disabled=act == "disable")
    except ImportError as error:
        return complain(say("servers.not_installed", module=error.name or ""))
    except (SettingsError, _RefusedError) as error:
        why = reason_of(error)
        unchanged = because("cmd_merchants.nothing_changed", why=why)
        return complain(in_words(why if act == "list" else unchanged))
    except OSError as error:
        path = str(error.filename or data)
        return complain(say("cmd_merchants.file_fault", path=path, why=why_refused(error)))


def _wrong_words(options: argparse.Namespace) -> Reason | None:
    """What does not go together in the words that were typed."""
    import re

    act, words, hours = options.act, options.scans, options.keep_hours
    if act == "list":
        return because("cmd_merchants.list_takes_no_id") if words else None
    if len(words) != 1:
        return because("cmd_merchants.say_which", act=act)
    if not re.fullmatch(r"[0-9A-Za-z_-]{1,64}", words[0], re.ASCII):
        return because("cmd_merchants.no_id", id=words[0])
    if act == "add" and options.accounts is None:
        return because("cmd_merchants.say_which_accounts", merchant=words[0])
    if options.accounts is not None and act not in ("add", "rotate"):
        return because("cmd_merchants.takes_no_accounts", act=act)
    if hours is not None and (act != "rotate" or options.accounts is not None):
        return because("cmd_merchants.keep_hours_of_rotation")
    if hours is not None and not 0 <= hours <= _LONGEST_HOURS:
        return because("cmd_merchants.keep_hours_range", most=f"{_LONGEST_HOURS:g}")
    return None


def _find(settings: CloudSettings, files: MerchantFiles, merchant: str) -> None:
    if any(each.id == merchant for each in settings.merchant):
        raise _RefusedError("cmd_merchants.in_cloud_toml", merchant=merchant)
    if not files.path(merchant).exists():
        raise _RefusedError("cmd_merchants.no_merchant", merchant=merchant)


def _add(settings: CloudSettings, files: MerchantFiles, merchant: str, accounts: Path) -> int:
    from pos_tui.cloud.merchant_files import new_till_key, read_accounts

    if files.path(merchant).exists() or any(each.id == merchant for each in settings.merchant):
        raise _RefusedError("cmd_merchants.there_already", merchant=merchant)
    made = read_accounts(accounts, merchant, new_till_key())
    new = msgspec.structs.replace(made, key_made_at=_now())
    _try(new, accounts, settings.gateway.public_url)
    files.add(new)
    file, channels = str(files.path(merchant)), tuple(new.accounts)
    print(say("cmd_merchants.added", merchant=merchant, channels=channels, file=file))
    return 0


def _renew_accounts(
    settings: CloudSettings, files: MerchantFiles, merchant: str, accounts: Path
) -> int:
    from pos_tui.cloud.merchant_files import read_accounts

    old = files.read(merchant)
    new = msgspec.structs.replace(
        read_accounts(accounts, merchant, old.key),
        key_made_at=old.key_made_at,
        key_before=old.key_before,
        key_before_until=old.key_before_until,
        disabled=old.disabled,
    )
    _try(new, accounts, settings.gateway.public_url)
    files.replace(new)
    gone = tuple(name for name in old.accounts if name not in new.accounts)
    kind = "cmd_merchants.new_accounts_and_gone" if gone else "cmd_merchants.new_accounts"
    print(say(kind, merchant=merchant, channels=tuple(new.accounts), gone=gone))
    return 0


def _try(merchant: Merchant, accounts: Path, public_url: str | None) -> None:
    """Open every account as the gateway will, so that a wrong key is found now."""
    import asyncio

    from pos_tui.cloud.platforms.registry import open_client
    from pos_tui.cloud.wire.exchange import make_client

    client = make_client()
    try:
        for name, account in merchant.accounts.items():
            notify_url = None
            if public_url:
                notify_url = f"{public_url.rstrip('/')}/v1/notices/{merchant.id}/{name}"
            try:
                open_client(account, client, notify_url)
            except SettingsError as error:
                raise _RefusedError(
                    "cmd_merchants.account_refused",
                    path=str(accounts),
                    account=name,
                    why=in_words(reason_of(error)).rstrip(".。"),
                ) from error
    finally:
        asyncio.run(client.aclose())


def _rotate(files: MerchantFiles, merchant: str, hours: float | None) -> int:
    from pos_tui.cloud.merchant_files import new_till_key
    from pos_tui.cloud.merchants import has_previous_key

    hours = _KEEP_HOURS if hours is None else hours
    old, now = files.read(merchant), _now()
    until = now + timedelta(seconds=round(hours * 3600))
    new = msgspec.structs.replace(
        old,
        key=new_till_key(),
        key_made_at=now,
        key_before=old.key if until > now else None,
        key_before_until=until if until > now else None,
    )
    files.replace(new)
    before = "until" if until > now else "ended"
    also = "_older_ended" if has_previous_key(old, now) else ""
    why = because(f"cmd_merchants.key_before_{before}{also}", until=_shown(until))
    print(say("cmd_merchants.rotated", merchant=merchant, before=why))
    return 0


def _switch(files: MerchantFiles, merchant: str, *, disabled: bool) -> int:
    old, state = files.read(merchant), "disabled" if disabled else "enabled"
    if old.disabled == disabled:
        print(say(f"cmd_merchants.{state}_already", merchant=merchant))
        return 0
    new = msgspec.structs.replace(old, disabled=disabled)
    files.replace(new)
    print(say(f"cmd_merchants.{state}", merchant=merchant))
    return 0


class _Row(Struct, frozen=True):
    """A merchant as the list shows it, which is never with a key; times are UTC."""

    id: str
    state: str
    channels: tuple[str, ...]
    wallets: tuple[str, ...]
    key_made_at: datetime | None
    key_before_until: datetime | None
    file: str


def _list(settings: CloudSettings, files: MerchantFiles, as_json: bool) -> int:
    from pos_tui.cloud.merchants import load_merchant_file

    rows = [_row(merchant, "cloud.toml") for merchant in settings.merchant]
    troubles: list[str] = []
    for path in files.paths():
        try:
            rows.append(_row(load_merchant_file(path), str(path)))
        except SettingsError as error:
            troubles.append(in_words(reason_of(error)))
    for row in sorted(rows, key=lambda row: row.id):
        print(msgspec.json.encode(row).decode() if as_json else _line(row))
    for trouble in troubles:
        complain(trouble)
    if not rows and not troubles:
        print(say("cmd_merchants.list_empty"), file=sys.stderr)
    return WRONG_INPUT if troubles else 0


def _row(merchant: Merchant, file: str) -> _Row:
    from pos_tui.cloud.merchants import has_previous_key

    wallets = (wallet for account in merchant.accounts.values() for wallet in account.accepts)
    return _Row(
        merchant.id,
        "disabled" if merchant.disabled else "enabled",
        tuple(merchant.accounts),
        tuple(dict.fromkeys(wallets)),
        merchant.key_made_at,
        merchant.key_before_until if has_previous_key(merchant, _now()) else None,
        file,
    )


def _line(row: _Row) -> str:
    made, until = row.key_made_at, row.key_before_until
    key = (
        because("cmd_merchants.key_of", made=_shown(made))
        if made
        else because("cmd_merchants.key_in", file=row.file)
    )
    if until:
        key = because("cmd_merchants.key_and_before", key=key, until=_shown(until))
    channels, wallets = ",".join(row.channels) or "-", ",".join(row.wallets) or "-"
    state = say(f"cmd_merchants.state_{row.state}")
    columns = ((row.id, 12), (state, 9), (channels, 20), (wallets, 24))
    # Nothing is clipped: a long name pushes the rest of its line.
    filled = (pad(text, max(columns, width_of(text))) for text, columns in columns)
    return f"{' '.join(filled)} {in_words(key)}"


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


MERCHANTS = Subcommand(
    "merchants",
    "cmd_merchants.help",
    "pos-tui merchants add M001 --accounts accounts.toml",
    _arguments,
    _run,
)
