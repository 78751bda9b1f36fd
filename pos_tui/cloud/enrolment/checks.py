"""Whether each server of Redis is as the relay and the tills need it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import redis

from pos_tui.cloud.enrolment.nodes import Node, connected, nodes_of
from pos_tui.cloud.enrolment.servers import has_functions, users_of
from pos_tui.cloud.enrolment.users import DEFAULT_NAME, EnrolmentError, User
from pos_tui.cloud.enrolment.users_file import UsersFile
from pos_tui.cloud.relay.connection import REDIS_ERRORS
from pos_tui.diagnostics.checks import Check, State, clock_check
from pos_tui.settings.redis_url import RedisPlace

_EVERYWHERE = "Run pos-tui enrol --everywhere."


def check_redis(
    place: RedisPlace, file: UsersFile, clock: Callable[[], float] = time.time
) -> list[Check]:
    """Every server of the place, looked at as the operator; never raises for what is wrong there.

    `clock` gives seconds since 1970.
    """
    checks = [_way_there(place)]
    try:
        users: dict[str, User] = file.read()
    except (EnrolmentError, OSError) as error:
        users = {}
        checks.append(
            Check("users file", "broken", "", str(error), "Put it right, or bring back a copy.")
        )
    else:
        checks.append(_users_file(users, file.path))
    try:
        nodes = nodes_of(place)
    except REDIS_ERRORS as error:
        return [*checks, _not_reached("redis", str(place), error)]
    for node in nodes:
        checks += _server(node, users, file.path, clock)
    return checks


def _server(
    node: Node, users: dict[str, User], path: Path, clock: Callable[[], float]
) -> list[Check]:
    try:
        with connected(node.place) as client:
            began = time.monotonic()
            client.ping()
            figure = f"{(time.monotonic() - began) * 1000:.1f} ms"
            found = [Check(f"redis {node.name}", "ok", figure, "It lets the operator in.")]
            return found + list(_looked_at(client, node, users, path, clock))
    except redis.exceptions.NoPermissionError:
        return [
            Check(
                f"redis {node.name}",
                "warning",
                f"user {node.place.user or DEFAULT_NAME}",
                f"It answers, but “{node.place.user or DEFAULT_NAME}” may not look at how it is set"
                " up.",
                "Set relay.admin_redis_url in cloud.toml to the operator's way in.",
            )
        ]
    except REDIS_ERRORS as error:
        return [_not_reached(f"redis {node.name}", node.name, error)]


def _looked_at(
    client: redis.Redis, node: Node, users: dict[str, User], path: Path, clock: Callable[[], float]
) -> Iterator[Check]:
    info: dict[str, Any] = client.info("server")
    settings = client.config_get("append*", "maxmemory*", "aclfile", "dir")
    config = {str(name): value for name, value in settings.items()}
    there = users_of(client, {*users, DEFAULT_NAME})
    yield _version(node, info)
    yield _journal(node, config)
    yield _default_user(node, there.get(DEFAULT_NAME))
    yield _users(node, users, there)
    yield _aclfile(node, config, users, path)
    yield _functions(client, node)
    yield _memory(node, config)
    began = clock()
    seconds, microseconds = client.time()
    ahead = seconds + microseconds / 1e6 - (began + clock()) / 2
    yield clock_check(f"clock {node.name}", ahead, node.name)


def _way_there(place: RedisPlace) -> Check:
    if place.tls or place.is_loopback:
        figure = "TLS" if place.tls else "this machine"
        return Check("way to redis", "ok", figure, "Nobody on the way can read along.")
    return Check(
        "way to redis",
        "warning",
        "no TLS",
        f"What is said with {place} can be read and changed on the way, passwords too.",
        "Give Redis a certificate, and take tls=no out of the addresses in cloud.toml.",
    )


def _users_file(users: dict[str, User], path: Path) -> Check:
    if users:
        return Check("users file", "ok", f"{len(users)} users", f"{path} can be read.")
    return Check(
        "users file",
        "warning",
        "0 users",
        f"{path} has no users: a Redis that forgets them cannot be given them again.",
        "Run pos-tui enrol --prepare, or bring back a copy of the file.",
    )


def _not_reached(name: str, where: str, error: BaseException) -> Check:
    if isinstance(error, redis.AuthenticationError):
        return Check(
            name,
            "broken",
            "refused",
            f"{where} does not let the operator in.",
            "See that relay.admin_redis_url has today's password; if it has, this server has lost"
            f" its users. {_EVERYWHERE}",
        )
    return Check(
        name,
        "broken",
        "away",
        f"{where} does not answer ({error}).",
        f"Start it, or see to the way there. If users were made meanwhile: {_EVERYWHERE}",
    )


def _version(node: Node, info: dict[str, Any]) -> Check:
    spoken = str(info.get("redis_version", "0"))
    own = info.get("valkey_version")
    figure = f"Valkey {own}" if own else f"Redis {spoken}"
    name = f"version {node.name}"
    if int(spoken.partition(".")[0]) >= 7:
        return Check(name, "ok", figure, "It knows all that is used here.")
    return Check(
        name,
        "broken",
        figure,
        "It is too old: it has neither functions nor users who may only read.",
        "Install Redis 7 or later, or Valkey.",
    )


def _journal(node: Node, config: dict[str, str | None]) -> Check:
    name = f"journal {node.name}"
    if config.get("appendonly") != "yes":
        return Check(
            name,
            "warning",
            "appendonly no",
            "A Redis that stops forgets the tills' messages; the relay publishes them again from"
            " the log, and until then tills ask the gateway.",
            "Set appendonly yes and appendfsync always in redis.conf.",
        )
    when = config.get("appendfsync") or ""
    if when != "always":
        return Check(
            name,
            "warning",
            f"appendfsync {when}",
            "A power cut takes the last second of messages, or more; the relay notices and"
            " publishes them again, and until then tills ask the gateway.",
            "Set appendfsync always in redis.conf.",
        )
    return Check(name, "ok", "appendfsync always", "What it has confirmed is on its disk.")


def _default_user(node: Node, default: User | None) -> Check:
    name = f"default user {node.name}"
    is_on = default is not None and "on" in default.rules
    has_rights = default is not None and any(rule.startswith("+") for rule in default.rules)
    if not (is_on and has_rights):
        return Check(name, "ok", "off", "Nobody comes in without a name.")
    state: State = "warning" if node.place.is_loopback else "broken"
    return Check(
        name,
        state,
        "on",
        "Whoever reaches this Redis, a till too, can read and change everything without a name.",
        "Run pos-tui enrol --prepare.",
    )


def _users(node: Node, users: dict[str, User], there: dict[str, User]) -> Check:
    name = f"users {node.name}"
    missing = sorted(users.keys() - there.keys())
    other = sorted(n for n, user in users.items() if n in there and not user.is_same(there[n]))
    if not missing and not other:
        return Check(name, "ok", f"{len(users)} users", "It has all users of the users file.")
    shown = ", ".join([*missing, *other][:3])
    return Check(
        name,
        "broken",
        f"{len(missing)} missing, {len(other)} other",
        f"It lacks users of the users file, or has them otherwise ({shown}"
        f"{', …' if len(missing) + len(other) > 3 else ''}): their tills do not come in there.",
        _EVERYWHERE,
    )


def _aclfile(
    node: Node, config: dict[str, str | None], users: dict[str, User], path: Path
) -> Check:
    name = f"aclfile {node.name}"
    own, folder = config.get("aclfile"), config.get("dir")
    if not own or not folder:
        return Check(
            name,
            "warning",
            "none",
            "It forgets its users when it is started again, and then lets anybody in.",
            f"Set aclfile in redis.conf to {path}, or to a copy of it.",
        )
    place = Path(folder, own)
    if not node.place.is_loopback or not place.is_file():
        return Check(name, "ok", own, "It has an aclfile; from here nobody sees what is in it.")
    try:
        kept = UsersFile(place).read()
    except (EnrolmentError, OSError) as error:
        return Check(name, "warning", own, str(error), "Look at the file as its owner.")
    lost = sorted(n for n, user in users.items() if n not in kept or not user.is_same(kept[n]))
    if not lost:
        return Check(name, "ok", f"{len(kept)} users", f"{place} has all of the users file.")
    return Check(
        name,
        "warning",
        f"{len(lost)} missing or other",
        f"{place} is behind the users file ({', '.join(lost[:3])}"
        f"{', …' if len(lost) > 3 else ''}): these are lost when this Redis starts again.",
        f"Copy {path} there.",
    )


def _functions(client: redis.Redis, node: Node) -> Check:
    name = f"functions {node.name}"
    if has_functions(client):
        return Check(name, "ok", "today's", "It has the relay's functions.")
    say = "It has not the relay's functions of this version, so the relay cannot publish there."
    return Check(name, "broken", "missing or old", say, _EVERYWHERE)


def _memory(node: Node, config: dict[str, str | None]) -> Check:
    name, policy = f"memory {node.name}", config.get("maxmemory-policy") or ""
    if policy == "noeviction":
        return Check(name, "ok", policy, "Messages are never thrown away to make room.")
    is_limited = config.get("maxmemory") not in (None, "", "0")
    return Check(
        name,
        "broken" if is_limited else "warning",
        policy,
        "When its memory is full it throws away messages that tills have not read"
        f"{'' if is_limited else '; it has no limit now'}.",
        "Set maxmemory-policy noeviction in redis.conf.",
    )
