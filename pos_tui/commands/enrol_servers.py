"""`pos-tui enrol --prepare` and `--everywhere`: what the servers of Redis need, not one till."""

from __future__ import annotations

import sys
from pathlib import Path

import tomlkit
from msgspec.structs import replace

from pos_tui.cloud.enrolment import preparation
from pos_tui.cloud.enrolment.nodes import nodes_of
from pos_tui.cloud.enrolment.redis_addresses import operator_address
from pos_tui.cloud.enrolment.servers import update_all_servers
from pos_tui.cloud.enrolment.till_file import write_secret_file
from pos_tui.cloud.enrolment.users import OPERATOR_NAME, RELAY_NAME
from pos_tui.cloud.enrolment.users_file import UsersFile
from pos_tui.commands.command import complain
from pos_tui.commands.enrol_reports import report_unreached, report_users_file
from pos_tui.settings import CloudSettings
from pos_tui.settings.redis_url import redis_place


def prepare_redis(settings: CloudSettings, data: Path, output: Path | None) -> int:
    """Ready Redis, and give out the addresses with the new passwords. Raises EnrolmentError."""

    place = operator_address(settings)
    file = UsersFile(data / settings.relay.users_file)

    given: list[preparation.Passwords] = []

    def keep(new: preparation.Passwords) -> None:
        given.append(new)
        text = _relay_table(settings, new)
        if output is None:
            print(text, end="", flush=True)
        else:
            write_secret_file(output, text)

    try:
        change, are_kept = preparation.prepare_servers(
            place, redis_place(settings.relay.redis_url), file, keep
        )
    except preparation.OperatorRefused:
        if output is not None:
            output.unlink()
        raise
    except FileExistsError:
        return complain(f"{output} is there already; nothing was changed.")
    except OSError as error:
        return complain(
            f"{error.filename or file.path} cannot be written ({error.strerror}). Whoever could"
            " come in to Redis can still do so."
        )
    print(
        f"{len(change.nodes)} of Redis' servers ready: the functions are loaded, {OPERATOR_NAME}"
        f" and {RELAY_NAME} have new passwords, and nobody comes in without a name. Put"
        f" {output or 'the lines above'} into cloud.toml and start the relay again: until then the"
        " tills ask the gateway.",
        file=sys.stdout if output else sys.stderr,
    )
    if not are_kept:
        complain(
            "Not every server has written down how it comes to its master, so after a restart it"
            f" would not find it: put the lines in the comments of {output or 'this'} there."
        )
    # By now these servers know nobody without the new name.
    report_users_file(
        [
            replace(node, place=node.place.with_user(OPERATOR_NAME, given[0].operator))
            for node in change.nodes
        ],
        file.path,
    )
    return 0


def bring_users_everywhere(settings: CloudSettings, data: Path) -> int:
    """Bring every server what it lacks, and say what that was. Raises EnrolmentError."""

    file = UsersFile(data / settings.relay.users_file)
    place = operator_address(settings)
    updates, unreached = update_all_servers(place, file)
    for server in updates:
        given = [
            f"{len(names)} users {how} ({', '.join(names[:3])}{', …' if len(names) > 3 else ''})"
            for how, names in (("that it had not", server.missing), ("anew", server.other))
            if names
        ]
        given += ["the relay's functions"] if server.functions else []
        print(f"{server.node}: {'was given ' + ' and '.join(given) if given else 'has all'}.")
    if updates and not unreached:
        report_users_file(nodes_of(place), file.path)
    return report_unreached(unreached)


def _relay_table(settings: CloudSettings, new: preparation.Passwords) -> str:
    place = operator_address(settings)
    relays = redis_place(settings.relay.redis_url).with_user(RELAY_NAME, new.relay)
    operators = place.with_user(OPERATOR_NAME, new.operator)
    urls = {"redis_url": relays.url(), "admin_redis_url": operators.url()}
    return tomlkit.dumps({"relay": urls}) + preparation.settings_file_lines(new, place)
