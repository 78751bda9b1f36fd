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


def enrol_till(
    settings: CloudSettings, data: Path, merchant_id: str, till: str, output: Path | None
) -> int:
    """Make or renew a till's user, and give out what the till needs.

    Raises EnrolmentError, RedisError and SettingsError.
    """
    merchant = MerchantBook(settings, data, accounts=False).get(merchant_id)
    if merchant is None:
        return complain(
            f"There is no merchant “{merchant_id}” in cloud.toml or in"
            f" {data / settings.keys.merchants}; pos-tui merchants list shows who there is."
        )
    place, password = till_address(settings), new_password()
    try:
        user = till_user(merchant.id, till, password, place)
    except EnrolmentError as error:
        return complain(f"{error} Nothing was changed.")
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
        return complain(f"{output} is there already; nothing was changed.")
    except OSError as error:
        if output is not None and output.exists() and _is_ours(output, text):
            output.unlink()
        what = error.filename or file.path
        return complain(f"{what} cannot be written ({error.strerror}). Nothing was changed.")
    if output is None:
        print(text, end="")
    else:
        print(
            f"Till {till} of {merchant.id} is enrolled. Take {output} there by a safe way, run"
            f" pos-tui setup {output.name}, then delete both copies: they hold the till's secrets."
        )
    if merchant.disabled:
        print(
            f"{merchant.id} is disabled, so this till takes cash only until"
            f" pos-tui merchants enable {merchant.id}.",
            file=sys.stderr,
        )
    report_users_file(where, file.path)
    return report_unreached(change.unreached)


def shut_out_till(settings: CloudSettings, data: Path, merchant: str, till: str) -> int:
    """Let a till in no more. Raises EnrolmentError, RedisError and OSError."""
    file = UsersFile(data / settings.relay.users_file)
    user = disabled_till_user(merchant, till)
    with changing_users(operator_address(settings), file) as change:
        if user.name not in change.users:
            return complain(f"There is no till {till} of {merchant} in {file.path}.")
        change.apply([user])
    print(
        f"Till {till} of {merchant} reads no message any more. It still has {merchant}'s key to the"
        f" gateway: if it is in wrong hands, pos-tui merchants rotate {merchant}."
    )
    report_users_file(change.nodes, file.path)
    return report_unreached(change.unreached)


def _is_ours(path: Path, text: str) -> bool:
    return path.read_text(encoding="utf-8") == text
