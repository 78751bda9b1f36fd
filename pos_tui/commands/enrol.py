"""`pos-tui enrol`: users in Redis, a till's, many tills' or the servers' own, on every server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.cloud.settings_files import load_cloud_settings
from pos_tui.commands.command import Subcommand, complain
from pos_tui.reasons import plain
from pos_tui.settings import data_folder
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse


_OPTIONS = ("merchant", "till", "many", "prepare", "everywhere", "shut_out", "output", "json")


def _arguments(parser: argparse.ArgumentParser) -> None:
    merchant, till = say("cmd_enrol.merchant"), say("cmd_enrol.till")
    help_of = {name: say(f"cmd_enrol.{name}_help") for name in _OPTIONS}
    parser.add_argument("merchant", metavar=merchant, nargs="?", help=help_of["merchant"])
    parser.add_argument("till", metavar=till, nargs="?", help=help_of["till"])
    file = say("commands.file")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--many", type=Path, metavar=file, help=help_of["many"])
    instead.add_argument("--prepare", action="store_true", help=help_of["prepare"])
    instead.add_argument("--everywhere", action="store_true", help=help_of["everywhere"])
    instead.add_argument("--shut-out", action="store_true", help=help_of["shut_out"])
    parser.add_argument("-o", "--output", type=Path, metavar=file, help=help_of["output"])
    parser.add_argument("--json", action="store_true", help=help_of["json"])


def _run(options: argparse.Namespace) -> int:
    named = options.merchant is not None
    if options.many or options.prepare or options.everywhere:
        if named:
            return complain(say("cmd_enrol.one_at_once"))
    elif options.till is None:
        return complain(say("cmd_enrol.name_the_till"))
    if options.many and options.output is None:
        return complain(say("cmd_enrol.many_needs_folder"))
    if options.json and not options.many:
        return complain(say("cmd_enrol.json_with_many"))
    settings = load_cloud_settings(options.settings)
    data = options.data or data_folder() / "cloud"
    try:
        from redis import AuthenticationError, RedisError

        from pos_tui.cloud.enrolment.users import EnrolmentError
        from pos_tui.commands import enrol_many, enrol_servers, enrol_till
    except ImportError as error:
        return complain(say("servers.not_installed", module=error.name or ""))
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
        return complain(in_words(error.reason))
    except AuthenticationError as error:
        return complain(say("cmd_enrol.operator_not_let_in", why=plain(str(error))))
    except RedisError as error:
        return complain(say("cmd_enrol.redis_away", why=plain(str(error))))
    except OSError as error:
        path = str(error.filename or "Redis")
        return complain(say("cmd_enrol.unusable", path=path, why=error.strerror or str(error)))


ENROL = Subcommand(
    "enrol",
    "cmd_enrol.help",
    "pos-tui enrol M001 01 -o till-01.toml",
    _arguments,
    _run,
)
