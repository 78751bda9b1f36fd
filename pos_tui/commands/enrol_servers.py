"""`pos-tui enrol --prepare` and `--everywhere`: what the servers of Redis need, not one till."""

from __future__ import annotations

import sys
from pathlib import Path

import tomlkit
from msgspec.structs import replace

from pos_tui.cloud.enrolment import preparation
from pos_tui.cloud.enrolment.nodes import nodes_of
from pos_tui.cloud.enrolment.redis_addresses import operator_address
from pos_tui.cloud.enrolment.servers import ServerUpdate, update_all_servers
from pos_tui.cloud.enrolment.till_file import write_secret_file
from pos_tui.cloud.enrolment.users import (
    OPERATOR_NAME,
    RELAY_NAME,
    REPLICA_NAME,
    SENTINEL_NAME,
)
from pos_tui.cloud.enrolment.users_file import UsersFile
from pos_tui.commands.command import complain
from pos_tui.commands.enrol_reports import report_unreached, report_users_file
from pos_tui.reasons import Reason, because
from pos_tui.settings import CloudSettings
from pos_tui.settings.redis_url import RedisAddress, redis_address
from pos_tui.wording.current import say


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
            place, redis_address(settings.relay.redis_url), file, keep
        )
    except preparation.OperatorRefused:
        if output is not None:
            output.unlink()
        raise
    except FileExistsError:
        return complain(say("cmd_enrol.there_already", path=str(output)))
    except OSError as error:
        return complain(
            say(
                "cmd_enrol.not_written_as_before",
                path=str(error.filename or file.path),
                why=error.strerror or "",
            )
        )
    print(
        say(
            "cmd_enrol.prepared",
            count=len(change.nodes),
            operator=OPERATOR_NAME,
            relay=RELAY_NAME,
            where=str(output) if output else because("cmd_enrol.the_lines_above"),
        ),
        file=sys.stdout if output else sys.stderr,
    )
    if not are_kept:
        where = str(output) if output else because("cmd_enrol.what_was_printed")
        complain(say("cmd_enrol.master_not_kept", where=where))
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
        given = _given(server)
        kind = "cmd_enrol.server_given" if given else "cmd_enrol.server_has_all"
        print(say(kind, node=server.node, given=given))
    if updates and not unreached:
        report_users_file(nodes_of(place), file.path)
    return report_unreached(unreached)


def _given(server: ServerUpdate) -> tuple[Reason, ...]:
    given = [
        because(
            f"cmd_enrol.given_{how}",
            count=len(names),
            names=(*names[:3], "…") if len(names) > 3 else names,
        )
        for how, names in (("missing", server.missing), ("anew", server.other))
        if names
    ]
    if server.functions:
        given.append(because("cmd_enrol.given_functions"))
    return tuple(given)


def _relay_table(settings: CloudSettings, new: preparation.Passwords) -> str:
    place = operator_address(settings)
    relays = redis_address(settings.relay.redis_url).with_user(RELAY_NAME, new.relay)
    operators = place.with_user(OPERATOR_NAME, new.operator)
    urls = {"redis_url": relays.url(), "admin_redis_url": operators.url()}
    return tomlkit.dumps({"relay": urls}) + _settings_file_lines(new, place)


def _settings_file_lines(new: preparation.Passwords, place: RedisAddress) -> str:
    """What the servers' own settings files must have, as comments; nothing for one server."""
    if place.kind not in ("sentinel", "cluster"):
        return ""
    lines = [
        say("cmd_enrol.in_every_redis_conf"),
        f"  masteruser {REPLICA_NAME}",
        f"  masterauth {new.replica}",
    ]
    if place.kind == "sentinel":
        lines += [
            say("cmd_enrol.in_every_sentinel_conf"),
            f"  sentinel auth-user {place.service} {SENTINEL_NAME}",
            f"  sentinel auth-pass {place.service} {new.sentinel}",
        ]
    return "".join(f"# {line}\n" for line in lines)
