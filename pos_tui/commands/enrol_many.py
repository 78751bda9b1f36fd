"""`pos-tui enrol --many`: the tills of a CSV file, each with a file of its own."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from pos_tui.cloud.enrolment.redis_addresses import operator_address, till_address
from pos_tui.cloud.enrolment.servers import UnreachedServer, changing_users
from pos_tui.cloud.enrolment.till_file import till_settings_text, write_secret_file
from pos_tui.cloud.enrolment.users import EnrolmentError, User, new_password, till_user
from pos_tui.cloud.enrolment.users_file import UsersFile
from pos_tui.cloud.merchants import MerchantBook
from pos_tui.commands.command import complain
from pos_tui.commands.enrol_reports import NOT_EVERYWHERE, report_unreached, report_users_file
from pos_tui.settings import CloudSettings

_SHOWN = 20


class _Reject(Struct, frozen=True):
    line: int
    why: str


class _Row(Struct, frozen=True):
    line: int
    merchant: str
    till: str


class _Report(Struct, frozen=True):
    """What `--json` says."""

    enrolled: int
    refused: int
    rejects: list[_Reject]
    unreached: list[UnreachedServer] = msgspec.field(name="lacks")


def enrol_many(
    settings: CloudSettings, data: Path, source: Path, folder: Path, is_json: bool
) -> int:
    """Enrol the good rows and name the bad ones.

    Raises EnrolmentError, RedisError and SettingsError.
    """

    rejects: list[_Reject] = []
    try:
        rows = list(_rows(source, rejects))
    except OSError as error:
        return complain(f"{source}: cannot be read ({error.strerror}).")
    except (UnicodeDecodeError, csv.Error) as error:
        return complain(f"{source}: no CSV file in UTF-8 ({error}).")
    book = MerchantBook(settings, data, accounts=False)
    file = UsersFile(data / settings.relay.users_file)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with changing_users(operator_address(settings), file) as change:
            users = list(_written(settings, book, rows, folder, rejects))
            if hasattr(os, "sync"):
                os.sync()  # once for all: a call for each file takes minutes
            if users:
                change.apply(users)
    except OSError as error:
        return complain(
            f"{error.filename or file.path} cannot be written ({error.strerror}). The tills whose"
            f" files are in {folder} may not be enrolled; delete those files and run this again."
        )
    rejects.sort(key=lambda reject: reject.line)
    if is_json:
        report = _Report(len(users), len(rejects), rejects, change.unreached)
        print(msgspec.json.encode(report).decode())
    else:
        for reject in rejects[:_SHOWN]:
            print(f"line {reject.line}: {reject.why}", file=sys.stderr)
        if len(rejects) > _SHOWN:
            print(f"… and {len(rejects) - _SHOWN} more", file=sys.stderr)
        print(f"{len(users)} tills are enrolled (see {folder}), {len(rejects)} rows refused.")
    if users:
        report_users_file(change.nodes, file.path)
    return report_unreached(change.unreached) or (NOT_EVERYWHERE if rejects else 0)


def _rows(path: Path, rejects: list[_Reject]) -> Iterator[_Row]:
    """The rows that name a till; the others are added to `rejects`.

    Raises EnrolmentError and OSError.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        names = {(name or "").strip().lower(): name for name in reader.fieldnames or ()}
        if not {"merchant", "till"} <= names.keys():
            raise EnrolmentError(f"{path}, line 1: the columns merchant and till are needed.")
        seen: dict[tuple[str, str], int] = {}
        for row in reader:
            merchant, till = ((row[names[name]] or "").strip() for name in ("merchant", "till"))
            line = reader.line_num
            if not (merchant and till):
                rejects.append(_Reject(line, "merchant or till is missing"))
            elif first := seen.get((merchant, till)):
                rejects.append(_Reject(line, f"{merchant} {till} is in line {first} already"))
            else:
                seen[merchant, till] = line
                yield _Row(line, merchant, till)


def _written(
    settings: CloudSettings,
    book: MerchantBook,
    rows: list[_Row],
    folder: Path,
    rejects: list[_Reject],
) -> Iterator[User]:
    """The users of the rows whose files could be written. Raises OSError."""
    place = till_address(settings)
    for row in rows:
        merchant = book.get(row.merchant)
        if merchant is None:
            rejects.append(_Reject(row.line, f"there is no merchant “{row.merchant}”"))
            continue
        password = new_password()
        path = folder / f"{row.merchant}-{row.till}.toml"
        try:
            user = till_user(row.merchant, row.till, password, place)
            text = till_settings_text(settings, merchant, row.till, place, password)
            # Before the till's user: a password renewed for nothing locks a till out.
            write_secret_file(path, text, sync=False)
        except EnrolmentError as error:
            rejects.append(_Reject(row.line, str(error)))
        except FileExistsError:
            why = f"{path} is there already, so this till stays as it is"
            rejects.append(_Reject(row.line, why))
        else:
            yield user
