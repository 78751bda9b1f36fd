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
from pos_tui.diagnostics.checks import Check, clock_check
from pos_tui.reasons import because, plain, reason_of
from pos_tui.settings.redis_url import RedisAddress

_EVERYWHERE = because("redis_check.do_everywhere")


def check_redis(
    place: RedisAddress, file: UsersFile, clock: Callable[[], float] = time.time
) -> list[Check]:
    """Every server of the place, looked at as the operator; never raises for what is wrong there.

    `clock` gives seconds since 1970.
    """
    checks = [_way_there(place)]
    try:
        users: dict[str, User] = file.read()
    except (EnrolmentError, OSError) as error:
        users = {}
        mend = because("redis_check.do_mend_users_file")
        checks.append(Check("users file", "", "broken", "", reason_of(error), mend))
    else:
        checks.append(_users_file(users, file.path))
    try:
        nodes = nodes_of(place)
    except REDIS_ERRORS as error:
        return [*checks, _not_reached("", str(place), error)]
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
            found = [Check("redis", node.name, "ok", figure, because("redis_check.lets_in"))]
            return found + list(_looked_at(client, node, users, path, clock))
    except redis.exceptions.NoPermissionError:
        user = node.place.user or DEFAULT_NAME
        return [
            Check(
                "redis",
                node.name,
                "warning",
                because("redis_check.user", user=user),
                because("redis_check.not_permitted", user=user),
                because("redis_check.do_set_operator"),
            )
        ]
    except REDIS_ERRORS as error:
        return [_not_reached(node.name, node.name, error)]


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
    yield clock_check("clock", node.name, ahead, node.name)


def _way_there(place: RedisAddress) -> Check:
    if place.tls or place.is_loopback:
        figure = plain("TLS") if place.tls else because("redis_check.this_machine")
        return Check("way to redis", "", "ok", figure, because("redis_check.way_private"))
    return Check(
        "way to redis",
        "",
        "warning",
        because("redis_check.no_tls"),
        because("redis_check.way_open", place=str(place)),
        because("redis_check.do_tls"),
    )


def _users_file(users: dict[str, User], path: Path) -> Check:
    figure = because("redis_check.users", count=len(users))
    if users:
        read = because("redis_check.users_file_read", path=str(path))
        return Check("users file", "", "ok", figure, read)
    return Check(
        "users file",
        "",
        "warning",
        figure,
        because("redis_check.users_file_empty", path=str(path)),
        because("redis_check.do_prepare_or_copy"),
    )


def _not_reached(node: str, where: str, error: BaseException) -> Check:
    if isinstance(error, redis.AuthenticationError):
        return Check(
            "redis",
            node,
            "broken",
            because("redis_check.refused"),
            because("redis_check.login_refused", where=where),
            because("redis_check.do_compare_password"),
        )
    return Check(
        "redis",
        node,
        "broken",
        because("redis_check.away"),
        because("redis_check.no_answer", where=where, why=plain(str(error))),
        because("redis_check.do_start"),
    )


def _version(node: Node, info: dict[str, Any]) -> Check:
    spoken = str(info.get("redis_version", "0"))
    own = info.get("valkey_version")
    figure = f"Valkey {own}" if own else f"Redis {spoken}"
    if int(spoken.partition(".")[0]) >= 7:
        new_enough = because("redis_check.version_new_enough")
        return Check("version", node.name, "ok", figure, new_enough)
    return Check(
        "version",
        node.name,
        "broken",
        figure,
        because("redis_check.version_too_old"),
        because("redis_check.do_install"),
    )


def _journal(node: Node, config: dict[str, str | None]) -> Check:
    if config.get("appendonly") != "yes":
        return Check(
            "journal",
            node.name,
            "warning",
            "appendonly no",
            because("redis_check.keeps_nothing"),
            because("redis_check.do_append"),
        )
    when = config.get("appendfsync") or ""
    if when != "always":
        return Check(
            "journal",
            node.name,
            "warning",
            f"appendfsync {when}",
            because("redis_check.keeps_late"),
            because("redis_check.do_append_always"),
        )
    keeps_all = because("redis_check.keeps_all")
    return Check("journal", node.name, "ok", "appendfsync always", keeps_all)


def _default_user(node: Node, default: User | None) -> Check:
    is_on = default is not None and "on" in default.rules
    has_rights = default is not None and any(rule.startswith("+") for rule in default.rules)
    if not (is_on and has_rights):
        off, nobody = because("redis_check.off"), because("redis_check.default_user_off")
        return Check("default user", node.name, "ok", off, nobody)
    return Check(
        "default user",
        node.name,
        "warning" if node.place.is_loopback else "broken",
        because("redis_check.on"),
        because("redis_check.default_user_on"),
        because("redis_check.do_prepare"),
    )


def _users(node: Node, users: dict[str, User], there: dict[str, User]) -> Check:
    missing = sorted(users.keys() - there.keys())
    other = sorted(n for n, user in users.items() if n in there and not user.is_same(there[n]))
    if not missing and not other:
        figure = because("redis_check.users", count=len(users))
        return Check("users", node.name, "ok", figure, because("redis_check.has_users"))
    return Check(
        "users",
        node.name,
        "broken",
        because("redis_check.missing_and_other", missing=len(missing), other=len(other)),
        because("redis_check.lacks_users", users=_first_three([*missing, *other])),
        _EVERYWHERE,
    )


def _first_three(names: list[str]) -> tuple[str, ...]:
    return (*names[:3], "…") if len(names) > 3 else tuple(names)


def _aclfile(
    node: Node, config: dict[str, str | None], users: dict[str, User], path: Path
) -> Check:
    own, folder = config.get("aclfile"), config.get("dir")
    if not own or not folder:
        return Check(
            "aclfile",
            node.name,
            "warning",
            because("redis_check.none"),
            because("redis_check.no_aclfile"),
            because("redis_check.do_set_aclfile", path=str(path)),
        )
    place = Path(folder, own)
    if not node.place.is_loopback or not place.is_file():
        elsewhere = because("redis_check.aclfile_elsewhere")
        return Check("aclfile", node.name, "ok", own, elsewhere)
    try:
        kept = UsersFile(place).read()
    except (EnrolmentError, OSError) as error:
        look = because("redis_check.do_look_as_owner")
        return Check("aclfile", node.name, "warning", own, reason_of(error), look)
    lost = sorted(n for n, user in users.items() if n not in kept or not user.is_same(kept[n]))
    if not lost:
        figure = because("redis_check.users", count=len(kept))
        complete = because("redis_check.aclfile_complete", path=str(place))
        return Check("aclfile", node.name, "ok", figure, complete)
    return Check(
        "aclfile",
        node.name,
        "warning",
        because("redis_check.missing_or_other", count=len(lost)),
        because("redis_check.aclfile_behind", path=str(place), users=_first_three(lost)),
        because("redis_check.do_copy", path=str(path)),
    )


def _functions(client: redis.Redis, node: Node) -> Check:
    if has_functions(client):
        todays, has_them = because("redis_check.todays"), because("redis_check.has_functions")
        return Check("functions", node.name, "ok", todays, has_them)
    return Check(
        "functions",
        node.name,
        "broken",
        because("redis_check.missing_or_old"),
        because("redis_check.lacks_functions"),
        _EVERYWHERE,
    )


def _memory(node: Node, config: dict[str, str | None]) -> Check:
    policy = config.get("maxmemory-policy") or ""
    if policy == "noeviction":
        return Check("memory", node.name, "ok", policy, because("redis_check.keeps_messages"))
    is_limited = config.get("maxmemory") not in (None, "", "0")
    return Check(
        "memory",
        node.name,
        "broken" if is_limited else "warning",
        policy,
        because("redis_check.throws_away" if is_limited else "redis_check.throws_away_later"),
        because("redis_check.do_noeviction"),
    )
