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
from pos_tui.reasons import Reason, because, plain
from pos_tui.settings import CloudSettings
from pos_tui.wording.current import in_words, say

_SHOWN = 20


class _Refusal(Struct, frozen=True):
    line: int
    why: Reason


class _Row(Struct, frozen=True):
    line: int
    merchant: str
    till: str


class _ReportedRefusal(Struct, frozen=True):
    line: int
    why: str
    reason: str


class _Report(Struct, frozen=True):
    """What `--json` says."""

    enrolled: int
    refused: int
    rejects: list[_ReportedRefusal]
    unreached: list[UnreachedServer] = msgspec.field(name="lacks")


def enrol_many(
    settings: CloudSettings, data: Path, source: Path, folder: Path, is_json: bool
) -> int:
    """Enrol the good rows and name the bad ones.

    Raises EnrolmentError, RedisError and SettingsError.
    """

    rejects: list[_Refusal] = []
    try:
        rows = list(_rows(source, rejects))
    except OSError as error:
        return complain(
            say("cmd_enrol.many_unreadable", path=str(source), why=error.strerror or "")
        )
    except (UnicodeDecodeError, csv.Error) as error:
        return complain(say("cmd_enrol.many_not_csv", path=str(source), why=plain(str(error))))
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
            say(
                "cmd_enrol.many_not_written",
                path=str(error.filename or file.path),
                why=error.strerror or "",
                folder=str(folder),
            )
        )
    rejects.sort(key=lambda reject: reject.line)
    if is_json:
        told = [_ReportedRefusal(r.line, in_words(r.why), r.why.kind) for r in rejects]
        report = _Report(len(users), len(rejects), told, change.unreached)
        print(msgspec.json.encode(report).decode())
    else:
        for reject in rejects[:_SHOWN]:
            print(say("cmd_enrol.row", line=reject.line, why=reject.why), file=sys.stderr)
        if len(rejects) > _SHOWN:
            print(say("cmd_enrol.more_rows", count=len(rejects) - _SHOWN), file=sys.stderr)
        done, refused = len(users), len(rejects)
        print(say("cmd_enrol.many_done", count=done, folder=str(folder), refused=refused))
    if users:
        report_users_file(change.nodes, file.path)
    return report_unreached(change.unreached) or (NOT_EVERYWHERE if rejects else 0)


def _rows(path: Path, rejects: list[_Refusal]) -> Iterator[_Row]:
    """The rows that name a till; the others are added to `rejects`.

    Raises EnrolmentError and OSError.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        names = {(name or "").strip().lower(): name for name in reader.fieldnames or ()}
        if not {"merchant", "till"} <= names.keys():
            raise EnrolmentError("cmd_enrol.many_columns", path=str(path))
        seen: dict[tuple[str, str], int] = {}
        for row in reader:
            merchant, till = ((row[names[name]] or "").strip() for name in ("merchant", "till"))
            line = reader.line_num
            if not (merchant and till):
                rejects.append(_Refusal(line, because("cmd_enrol.row_incomplete")))
            elif first := seen.get((merchant, till)):
                why = because("cmd_enrol.row_twice", merchant=merchant, till=till, first=first)
                rejects.append(_Refusal(line, why))
            else:
                seen[merchant, till] = line
                yield _Row(line, merchant, till)


def _written(
    settings: CloudSettings,
    book: MerchantBook,
    rows: list[_Row],
    folder: Path,
    rejects: list[_Refusal],
) -> Iterator[User]:
    """The users of the rows whose files could be written. Raises OSError."""
    place = till_address(settings)
    for row in rows:
        merchant = book.get(row.merchant)
        if merchant is None:
            why = because("cmd_enrol.row_no_merchant", merchant=row.merchant)
            rejects.append(_Refusal(row.line, why))
            continue
        password = new_password()
        path = folder / f"{row.merchant}-{row.till}.toml"
        try:
            user = till_user(row.merchant, row.till, password, place)
            text = till_settings_text(settings, merchant, row.till, place, password)
            # Before the till's user: a password renewed for nothing locks a till out.
            write_secret_file(path, text, sync=False)
        except EnrolmentError as error:
            rejects.append(_Refusal(row.line, error.reason))
        except FileExistsError:
            why = because("cmd_enrol.row_file_there", path=str(path))
            rejects.append(_Refusal(row.line, why))
        else:
            yield user
