"""`pos-tui enrol`: users in Redis, a till's, many tills' or the servers' own, on every server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.cloud.settings_files import load_cloud_settings
from pos_tui.commands.command import Subcommand, complain
from pos_tui.settings import data_folder

if TYPE_CHECKING:
    import argparse


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
    data = options.data or data_folder() / "cloud"
    try:
        from redis import AuthenticationError, RedisError

        from pos_tui.cloud.enrolment.users import EnrolmentError
        from pos_tui.commands import enrol_many, enrol_servers, enrol_till
    except ImportError as error:
        return complain(f"the servers are not installed ({error.name}): pip install pos-tui[cloud]")
    try:
        if options.many:
            return enrol_many.enrol_many(settings, data, options.many, options.output, options.json)
        if options.prepare:
            return enrol_servers.prepare_redis(settings, data, options.output)
        if options.everywhere:
            return enrol_servers.bring_users_everywhere(settings, data)
        if options.shut_out:
            return enrol_till.shut_out_till(settings, data, options.merchant, options.till)
        return enrol_till.enrol_till(settings, data, options.merchant, options.till, options.output)
    except EnrolmentError as error:
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


ENROL = Subcommand(
    "enrol",
    "Make (or renew) a till's own user in Redis, and the file that pos-tui setup takes there.",
    "pos-tui enrol M001 01 -o till-01.toml",
    _arguments,
    _run,
)
