"""`pos-tui enrol`: users in Redis, a till's, many tills' or the servers' own, on every server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.cloud.settings_files import load_cloud_settings
from pos_tui.commands.command import Command, complain
from pos_tui.commands.enrolment import enrolment, operators_place, tills_place, write_new
from pos_tui.settings import data_place

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from pos_tui.cloud.relay.enrol import Lack
    from pos_tui.cloud.relay.nodes import Node
    from pos_tui.settings import CloudSettings

NOT_EVERYWHERE = 1


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("merchant", metavar="MERCHANT", nargs="?", help="the merchant's id")
    parser.add_argument("till", metavar="TILL", nargs="?", help="the till's number")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--many",
        type=Path,
        metavar="FILE",
        help="enrol the tills of a CSV file with the columns merchant and till",
    )
    instead.add_argument(
        "--prepare",
        action="store_true",
        help="ready a fresh Redis (functions, operator, relay, no default user), or renew the"
        " operator's and the relay's passwords",
    )
    instead.add_argument(
        "--everywhere",
        action="store_true",
        help="give every server of Redis the users and functions that it lacks",
    )
    instead.add_argument(
        "--shut-out",
        action="store_true",
        help="let this till in no more, as it is gone; to enrol it again lets it in again",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="write a new file that only its owner can read, instead of printing the secrets;"
        " with --many the folder for a file a till",
    )
    parser.add_argument("--json", action="store_true", help="with --many: the outcome as JSON")


def _run(options: argparse.Namespace) -> int:
    named = options.merchant is not None
    if options.many or options.prepare or options.everywhere:
        if named:
            return complain(
                "A till is named, or many are, or the servers are readied: one at once."
            )
    elif options.till is None:
        return complain("Name the merchant and the till: pos-tui enrol M001 01 -o till-01.toml")
    if options.many and options.output is None:
        return complain("--many needs -o DIR, the folder for the tills' files.")
    if options.json and not options.many:
        return complain("--json goes with --many only.")
    settings = load_cloud_settings(options.settings)
    data = options.data or data_place() / "cloud"
    try:
        from redis import AuthenticationError, RedisError

        import pos_tui.cloud.merchants  # noqa: F401
        from pos_tui.cloud.relay.access import EnrolError
        from pos_tui.commands import enrol_many, enrol_servers
    except ImportError as error:
        return complain(f"the servers are not installed ({error.name}): pip install pos-tui[cloud]")
    try:
        if options.many:
            return enrol_many.run(settings, data, options.many, options.output, options.json)
        if options.prepare:
            return enrol_servers.prepare(settings, data, options.output)
        if options.everywhere:
            return enrol_servers.everywhere(settings, data)
        if options.shut_out:
            return _shut_out(settings, data, options.merchant, options.till)
        return _enrol(settings, data, options.merchant, options.till, options.output)
    except EnrolError as error:
        return complain(str(error))
    except AuthenticationError as error:
        return complain(
            f"Redis does not let the operator in ({error}). See that relay.admin_redis_url has"
            " today's password; a server that has lost its users is given them by"
            " pos-tui enrol --everywhere."
        )
    except RedisError as error:
        return complain(f"Redis cannot be reached ({error}). Run this again once it can.")
    except OSError as error:
        return complain(f"{error.filename or 'Redis'} cannot be used ({error.strerror}).")


def _enrol(
    settings: CloudSettings, data: Path, merchant_id: str, till: str, output: Path | None
) -> int:
    from pos_tui.cloud.merchants import MerchantBook
    from pos_tui.cloud.relay.access import EnrolError, new_password, till_user
    from pos_tui.cloud.relay.enrol import changing
    from pos_tui.cloud.relay.users_file import UsersFile

    merchant = MerchantBook(settings, data, accounts=False).get(merchant_id)
    if merchant is None:
        return complain(
            f"There is no merchant “{merchant_id}” in cloud.toml or in"
            f" {data / settings.keys.merchants}; pos-tui merchants list shows who there is."
        )
    place, password = tills_place(settings), new_password()
    try:
        user = till_user(merchant.id, till, password, place)
    except EnrolError as error:
        return complain(f"{error} Nothing was changed.")
    file = UsersFile(data / settings.relay.users_file)
    text = enrolment(settings, merchant, till, place, password)
    try:
        with changing(operators_place(settings), file) as change:
            # Before the till's user: a password renewed for nothing locks a till out.
            if output is not None:
                write_new(output, text)
            change.make([user])
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
    say_where_the_file_goes(where, file.path)
    return say_lacks(change.lacks)


def _shut_out(settings: CloudSettings, data: Path, merchant: str, till: str) -> int:
    from pos_tui.cloud.relay.access import shut_out_till
    from pos_tui.cloud.relay.enrol import changing
    from pos_tui.cloud.relay.users_file import UsersFile

    file = UsersFile(data / settings.relay.users_file)
    user = shut_out_till(merchant, till)
    with changing(operators_place(settings), file) as change:
        if user.name not in change.users:
            return complain(f"There is no till {till} of {merchant} in {file.path}.")
        change.make([user])
    print(
        f"Till {till} of {merchant} reads no message any more. It still has {merchant}'s key to the"
        f" gateway: if it is in wrong hands, pos-tui merchants rotate {merchant}."
    )
    say_where_the_file_goes(change.nodes, file.path)
    return say_lacks(change.lacks)


def _is_ours(path: Path, text: str) -> bool:
    return path.read_text(encoding="utf-8") == text


def say_where_the_file_goes(nodes: Iterable[Node], path: Path) -> None:
    """Tell the operator where the users would be forgotten at the server's next start."""
    from pos_tui.cloud.relay.enrol import file_stays_behind

    if file_stays_behind(nodes, path):
        print(
            f"{path} has all the users now. Take it to every server of Redis as its aclfile:"
            " without, a restart there forgets them.",
            file=sys.stderr,
        )


def say_lacks(lacks: Iterable[Lack]) -> int:
    """Tell which servers lack something; the exit code."""
    code = 0
    for lack in lacks:
        complain(
            f"{lack.node} was not reached ({lack.why}); once it is there,"
            " pos-tui enrol --everywhere brings it what it lacks."
        )
        code = NOT_EVERYWHERE
    return code


ENROL = Command(
    "enrol",
    "Make (or renew) a till's own user in Redis, and the file that pos-tui setup takes there.",
    "pos-tui enrol M001 01 -o till-01.toml",
    _arguments,
    _run,
)
