"""`pos-tui enrol MERCHANT TILL`: one till is let in, or shut out."""

from __future__ import annotations

import sys
from pathlib import Path

from pos_tui.cloud.enrolment.redis_addresses import operator_address, till_address
from pos_tui.cloud.enrolment.servers import changing_users
from pos_tui.cloud.enrolment.till_file import till_settings_text, write_secret_file
from pos_tui.cloud.enrolment.users import (
    EnrolmentError,
    disabled_till_user,
    new_password,
    till_user,
)
from pos_tui.cloud.enrolment.users_file import UsersFile
from pos_tui.cloud.merchants import MerchantBook
from pos_tui.commands.command import complain
from pos_tui.commands.enrol_reports import report_unreached, report_users_file
from pos_tui.settings import CloudSettings
from pos_tui.wording.current import say


def enrol_till(
    settings: CloudSettings, data: Path, merchant_id: str, till: str, output: Path | None
) -> int:
    """Make or renew a till's user, and give out what the till needs.

    Raises EnrolmentError, RedisError and SettingsError.
    """
    merchant = MerchantBook(settings, data, accounts=False).get(merchant_id)
    if merchant is None:
        return complain(
            say(
                "cmd_enrol.no_merchant",
                merchant=merchant_id,
                folder=str(data / settings.keys.merchants),
            )
        )
    place, password = till_address(settings), new_password()
    try:
        user = till_user(merchant.id, till, password, place)
    except EnrolmentError as error:
        return complain(say("commands.nothing_changed", why=error.reason))
    file = UsersFile(data / settings.relay.users_file)
    text = till_settings_text(settings, merchant, till, place, password)
    try:
        with changing_users(operator_address(settings), file) as change:
            # Before the till's user: a password renewed for nothing locks a till out.
            if output is not None:
                write_secret_file(output, text)
            change.apply([user])
            where = change.nodes
    except FileExistsError:
        return complain(say("cmd_enrol.there_already", path=str(output)))
    except OSError as error:
        if output is not None and output.exists() and _is_ours(output, text):
            output.unlink()
        path, why = str(error.filename or file.path), error.strerror or ""
        return complain(say("cmd_enrol.not_written", path=path, why=why))
    if output is None:
        print(text, end="")
    else:
        print(
            say(
                "cmd_enrol.enrolled",
                till=till,
                merchant=merchant.id,
                file=str(output),
                name=output.name,
            )
        )
    if merchant.disabled:
        print(say("cmd_enrol.merchant_disabled", merchant=merchant.id), file=sys.stderr)
    report_users_file(where, file.path)
    return report_unreached(change.unreached)


def shut_out_till(settings: CloudSettings, data: Path, merchant: str, till: str) -> int:
    """Let a till in no more. Raises EnrolmentError, RedisError and OSError."""
    file = UsersFile(data / settings.relay.users_file)
    user = disabled_till_user(merchant, till)
    with changing_users(operator_address(settings), file) as change:
        if user.name not in change.users:
            return complain(
                say("cmd_enrol.no_till", till=till, merchant=merchant, path=str(file.path))
            )
        change.apply([user])
    print(say("cmd_enrol.shut_out", till=till, merchant=merchant))
    report_users_file(change.nodes, file.path)
    return report_unreached(change.unreached)


def _is_ours(path: Path, text: str) -> bool:
    return path.read_text(encoding="utf-8") == text
