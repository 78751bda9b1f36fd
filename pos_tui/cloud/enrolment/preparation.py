"""Making a fresh Redis ready: functions, the named users, and then no way in without a name."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable

import redis
from msgspec import Struct

from pos_tui.cloud.enrolment.nodes import Node, ask, connected, sentinels_of
from pos_tui.cloud.enrolment.servers import (
    UsersChange,
    changing_users,
    disable_default_user,
    load_functions,
    set_users,
)
from pos_tui.cloud.enrolment.users import (
    DEFAULT_NAME,
    OPERATOR_NAME,
    REPLICA_NAME,
    SENTINEL_NAME,
    EnrolmentError,
    User,
    disabled_default_user,
    hash_of,
    new_password,
    operator_user,
    relay_user,
    replica_user,
    sentinel_user,
)
from pos_tui.cloud.enrolment.users_file import UsersFile
from pos_tui.cloud.relay.connection import REDIS_ERRORS
from pos_tui.reasons import because, plain
from pos_tui.settings.redis_url import RedisAddress


class Passwords(Struct, frozen=True):
    """The new passwords of those who come in by name."""

    operator: str
    relay: str
    replica: str
    sentinel: str


class OperatorRefused(EnrolmentError):
    """A server did not take the new operator, so everything stays as it was."""


def prepare_servers(
    place: RedisAddress, relays: RedisAddress, file: UsersFile, keep: Callable[[Passwords], None]
) -> tuple[UsersChange, bool]:
    """Make the operator and the relay, load the functions, then shut out whoever has no name.

    `relays` is how the relay comes there; `keep` gets the passwords before anything is changed.
    Returns the change, and whether every server's own settings file has how replicas come in now.
    Raises EnrolmentError (OperatorRefused where the passwords are in force nowhere), RedisError
    and OSError.
    """
    with changing_users(place, file) as change:
        _refuse_unless_all_are_there(place, change)
        new = Passwords(*(new_password() for _ in range(4)))
        keep(new)
        for node in change.nodes:
            _try_operator(node, new.operator)
        users = _users(place, relays, new)
        change.users |= {user.name: user for user in users}
        file.write(change.users.values())
        are_kept = True
        for node in change.nodes:
            try:
                with connected(node.place.with_user(OPERATOR_NAME, new.operator)) as client:
                    are_kept &= _set_up(client, place, users, new)
            except REDIS_ERRORS as error:
                raise EnrolmentError(
                    "enrol.failed_on_the_way", node=node.name, why=plain(str(error))
                ) from error
        for sentinel in sentinels_of(place):
            are_kept &= _set_sentinel(sentinel, place.service, new.sentinel)
        # Last: until now no sentinel or replica without its new name was locked out.
        for node in change.nodes:
            with connected(node.place.with_user(OPERATOR_NAME, new.operator)) as client:
                disable_default_user(client, disabled_default_user())
        return change, are_kept


def _users(place: RedisAddress, relays: RedisAddress, new: Passwords) -> list[User]:
    users = [operator_user(new.operator), relay_user(new.relay, relays)]
    if place.kind in ("sentinel", "cluster"):
        users.append(replica_user(new.replica))
    if place.kind == "sentinel":
        users.append(sentinel_user(new.sentinel))
    return [*users, disabled_default_user()]


def _refuse_unless_all_are_there(place: RedisAddress, change: UsersChange) -> None:
    if change.unreached:
        missing = tuple(
            because("enrol.server_and_why", node=each.node, why=each.why)
            for each in change.unreached
        )
        raise EnrolmentError("enrol.not_all_there", missing=missing)
    if place.kind not in ("standalone", "unix"):
        return
    with connected(change.nodes[0].place) as client:
        state = client.info("replication")  # ROLE leaves out a replica that has just come
    if state.get("role") != "master" or state.get("connected_slaves"):
        raise EnrolmentError("enrol.one_of_several", node=change.nodes[0].name)


def _try_operator(node: Node, password: str) -> None:
    """Let the operator in by the new password besides the old one, and see that it works."""
    more = ("on", hash_of(password), "~*", "&*", "+@all")
    try:
        with connected(node.place) as client:
            load_functions(client)
            ask(client, "ACL", "SETUSER", OPERATOR_NAME, *more)
        with connected(node.place.with_user(OPERATOR_NAME, password)) as client:
            ask(client, "ACL", "WHOAMI")
    except REDIS_ERRORS as error:
        raise OperatorRefused(
            "enrol.operator_refused", node=node.name, why=plain(str(error))
        ) from error


def _set_up(
    client: redis.Redis, place: RedisAddress, users: Iterable[User], new: Passwords
) -> bool:
    """One server's users; whether its own settings file keeps how it comes to its master."""
    set_users(client, [user for user in users if user.name != DEFAULT_NAME])
    with contextlib.suppress(redis.ResponseError):  # there is nobody to be cut off
        ask(client, "CLIENT", "KILL", "USER", OPERATOR_NAME, "SKIPME", "yes")
    if place.kind not in ("sentinel", "cluster"):
        return True
    ask(client, "CONFIG", "SET", "masteruser", REPLICA_NAME, "masterauth", new.replica)
    if not client.config_get("aclfile").get("aclfile"):
        # It would write the users there too, and then not start any more with an aclfile.
        return False
    try:
        ask(client, "CONFIG", "REWRITE")
    except redis.ResponseError:
        return False
    return True


def _set_sentinel(sentinel: Node, service: str, password: str) -> bool:
    try:
        with connected(sentinel.place) as client:
            # A sentinel writes what is set into its own file.
            ask(
                client,
                "SENTINEL",
                "SET",
                service,
                "auth-user",
                SENTINEL_NAME,
                "auth-pass",
                password,
            )
    except REDIS_ERRORS:
        return False
    return True
