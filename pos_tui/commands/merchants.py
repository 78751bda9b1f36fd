"""`pos-tui merchants`: who pays through this gateway; keys go in sealed, and never come out."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from pos_tui.commands.command import WRONG_INPUT, Command, complain
from pos_tui.settings import SettingsError, data_folder, load_cloud_settings
from pos_tui.wording.current import in_words

if TYPE_CHECKING:
    import argparse

    from pos_tui.cloud.merchant_files import MerchantFiles
    from pos_tui.settings import CloudSettings, Merchant

_KEEP_HOURS = 24.0
_LONGEST_HOURS = 24.0 * 90


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "act",
        choices=("add", "list", "rotate", "disable", "enable"),
        help="add ID --accounts FILE; list; rotate ID, a new key for its tills, or with --accounts"
        " new accounts instead; disable ID, which ends new payments, not those that run; enable ID",
    )
    # Named as the program gathers words that stand after an option.
    parser.add_argument("scans", metavar="ID", nargs="*", help="the merchant's id, as in M001")
    parser.add_argument(
        "--accounts",
        type=Path,
        metavar="FILE",
        help="TOML with a table for each account: wechat, wechat_v2, alipay, unionpay, qra, antom;"
        " keys as text or file:PATH from the folder of FILE",
    )
    parser.add_argument(
        "--keep-hours",
        type=float,
        metavar="HOURS",
        help=f"how long tills may use the key of before; {_KEEP_HOURS:g} if not given",
    )
    parser.add_argument("--json", action="store_true", help="the list as one JSON object a line")


def _run(options: argparse.Namespace) -> int:
    act, words = options.act, options.scans
    wrong = _wrong_words(options)
    if wrong:
        return complain(wrong)
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
        return complain(f"the servers are not installed ({error.name}): pip install pos-tui[cloud]")
    except SettingsError as error:
        return complain(
            f"{in_words(error.reason)} Nothing was changed."
            if act != "list"
            else in_words(error.reason)
        )
    except OSError as error:
        return complain(f"{error.filename or data}: {error.strerror}. Nothing was changed.")


def _wrong_words(options: argparse.Namespace) -> str:
    """What does not go together in the words that were typed, as a sentence; or nothing."""
    import re

    act, words, hours = options.act, options.scans, options.keep_hours
    if act == "list":
        return "list takes no id." if words else ""
    if len(words) != 1:
        return f"Say which: pos-tui merchants {act} ID."
    if not re.fullmatch(r"[0-9A-Za-z_-]{1,64}", words[0], re.ASCII):
        return f"“{words[0]}” is no id: 1-64 letters, digits, - and _ only."
    if act == "add" and options.accounts is None:
        return f"Say which accounts: pos-tui merchants add {words[0]} --accounts FILE."
    if options.accounts is not None and act not in ("add", "rotate"):
        return f"{act} takes no --accounts."
    if hours is not None and (act != "rotate" or options.accounts is not None):
        return "--keep-hours belongs to a rotation of the till key, which --accounts leaves alone."
    if hours is not None and not 0 <= hours <= _LONGEST_HOURS:
        return f"--keep-hours: write 0 to {_LONGEST_HOURS:g} hours."
    return ""


def _find(settings: CloudSettings, files: MerchantFiles, merchant: str) -> None:
    if any(each.id == merchant for each in settings.merchant):
        raise SettingsError(f"{merchant} is written in cloud.toml; change it there.")
    if not files.path(merchant).exists():
        raise SettingsError(
            f"There is no merchant {merchant}; pos-tui merchants list shows who there is."
        )


def _add(settings: CloudSettings, files: MerchantFiles, merchant: str, accounts: Path) -> int:
    from pos_tui.cloud.merchant_files import new_till_key, read_accounts

    if files.path(merchant).exists() or any(each.id == merchant for each in settings.merchant):
        raise SettingsError(f"There is a merchant {merchant} already.")
    made = read_accounts(accounts, merchant, new_till_key())
    new = msgspec.structs.replace(made, key_made_at=_now())
    _try(new, accounts, settings.gateway.public_url)
    files.add(new)
    print(
        f"{merchant} is a merchant now, with {', '.join(new.accounts)}; its keys are sealed in"
        f" {files.path(merchant)}. Next, for each till: pos-tui enrol {merchant} 01 -o FILE"
    )
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
    gone = [name for name in old.accounts if name not in new.accounts]
    also = f"; gone: {', '.join(gone)}" if gone else ""
    print(
        f"{merchant} has new accounts: {', '.join(new.accounts)}{also}. Its till key is as it was."
    )
    return 0


def _try(merchant: Merchant, accounts: Path, public_url: str | None) -> None:
    """Open every account as the gateway will, so that a wrong key is found now."""
    import asyncio

    from pos_tui.cloud.gateway.channels import open_platform
    from pos_tui.cloud.gateway.platforms.exchange import make_client

    client = make_client()
    try:
        for name, account in merchant.accounts.items():
            notify_url = None
            if public_url:
                notify_url = f"{public_url.rstrip('/')}/v1/notices/{merchant.id}/{name}"
            try:
                open_platform(account, client, notify_url)
            except SettingsError as error:
                sentence = in_words(error.reason).rstrip(".")
                raise SettingsError(f"{accounts}: [{name}]: {sentence}.") from error
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
    before = "the key of before is good no longer"
    if until > now:
        before = f"the key of before is good until {_shown(until)}"
    if has_previous_key(old, now):
        before += ", the one before that no longer"
    print(
        f"{merchant} has a new till key; {before}. Next, for each till: pos-tui enrol {merchant} 01"
        " -o FILE, and there pos-tui setup FILE"
    )
    return 0


def _switch(files: MerchantFiles, merchant: str, *, disabled: bool) -> int:
    old, state = files.read(merchant), "disabled" if disabled else "enabled"
    if old.disabled == disabled:
        print(f"{merchant} is {state} already.")
        return 0
    new = msgspec.structs.replace(old, disabled=disabled)
    files.replace(new)
    note = "; payments that run are still brought to their end" if disabled else ""
    print(f"{merchant} is {state}{note}.")
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
            troubles.append(in_words(error.reason))
    for row in sorted(rows, key=lambda row: row.id):
        print(msgspec.json.encode(row).decode() if as_json else _line(row))
    for trouble in troubles:
        complain(trouble)
    if not rows and not troubles:
        print("There are no merchants: pos-tui merchants add ID --accounts FILE", file=sys.stderr)
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
    key = f"key of {_shown(made)}" if made else f"key in {row.file}"
    before = f", the one before until {_shown(until)}" if until else ""
    channels, wallets = ",".join(row.channels) or "-", ",".join(row.wallets) or "-"
    return f"{row.id:12} {row.state:9} {channels:20} {wallets:24} {key}{before}"


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


MERCHANTS = Command(
    "merchants",
    "The merchants who pay through this gateway; their keys go in sealed and never come out.",
    "pos-tui merchants add M001 --accounts accounts.toml",
    _arguments,
    _run,
)
