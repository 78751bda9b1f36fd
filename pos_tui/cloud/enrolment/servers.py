"""Giving users to every server of a Redis, and keeping them in the users file."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import redis
from msgspec import Struct

from pos_tui.cloud.enrolment.nodes import Node, as_texts, ask, connected, is_master, nodes_of
from pos_tui.cloud.enrolment.users import (
    DEFAULT_NAME,
    OPERATOR_NAME,
    EnrolmentError,
    User,
    user_from_redis,
)
from pos_tui.cloud.enrolment.users_file import UsersFile
from pos_tui.cloud.relay.connection import REDIS_ERRORS
from pos_tui.cloud.relay.functions import LIBRARY, LIBRARY_NAME
from pos_tui.settings.redis_url import RedisAddress

_ROUND = 500
_LOOKS = 50  # one user takes Redis 7.0 a tenth of a millisecond


class UnreachedServer(Struct, frozen=True):
    """A server that has not what it should have, and why."""

    node: str
    why: str


class ServerUpdate(Struct, frozen=True):
    """What one server was given: users that it had not, users it had otherwise, the functions."""

    node: str
    missing: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    functions: bool = False


class UsersChange:
    """Users being changed, while no other operator changes any."""

    def __init__(
        self,
        file: UsersFile,
        users: dict[str, User],
        nodes: Sequence[Node],
        unreached: list[UnreachedServer],
    ) -> None:
        self.users = users
        self.nodes = nodes
        self.unreached = unreached
        self._file = file

    def apply(self, users: Iterable[User]) -> None:
        """Write the users into the file, then give them to the servers that are there.

        Whoever is connected as one of them is cut off. A server that fails on the way is among
        the `unreached` afterwards. Raises OSError where the file cannot be written.
        """
        wanted = list(users)
        self.users |= {user.name: user for user in wanted}
        # First, so that what is interrupted from here on is brought by --everywhere.
        self._file.write(self.users.values())
        for node in self.nodes:
            try:
                with connected(node.place) as client:
                    set_users(client, wanted)
            except REDIS_ERRORS as error:
                self.unreached.append(UnreachedServer(node.name, _why(error)))


@contextlib.contextmanager
def changing_users(place: RedisAddress, file: UsersFile) -> Iterator[UsersChange]:
    """Alone with the users, once at least one server lets this operator in.

    Raises EnrolmentError where it must not begin, RedisError and OSError where no server answers.
    """
    with file.locked():
        file.check()
        users = file.read()
        _refuse_another_file(place, file, users)
        nodes, unreached, last = [], [], None
        for node in nodes_of(place):
            try:
                with connected(node.place) as client:
                    ask(client, "ACL", "WHOAMI")
                nodes.append(node)
            except redis.exceptions.NoPermissionError as error:
                raise EnrolmentError(
                    "enrol.may_not_make_users", user=place.user or DEFAULT_NAME, node=node.name
                ) from error
            except REDIS_ERRORS as error:
                last = error
                unreached.append(UnreachedServer(node.name, _why(error)))
        if last and not nodes:
            raise last
        yield UsersChange(file, users, nodes, unreached)


def set_users(client: redis.Redis, users: Sequence[User]) -> None:
    """Make users as they are wanted, whatever they were; who comes in as one of them is cut off.

    One transaction each, so that no till finds itself without its user. Raises RedisError.
    """
    myself = as_texts([ask(client, "ACL", "WHOAMI")])
    for start in range(0, len(users), _ROUND):
        with client.pipeline(transaction=False) as pipeline:
            for user in users[start : start + _ROUND]:
                rules = ("ACL", "SETUSER", user.name, "reset", *user.rules)
                if user.name in (*myself, DEFAULT_NAME):
                    pipeline.execute_command(*rules)  # type: ignore[no-untyped-call]
                    continue
                # Deleted first: new rules alone leave a reader that waits already where it is.
                for words in (("MULTI",), ("ACL", "DELUSER", user.name), rules, ("EXEC",)):
                    pipeline.execute_command(*words)  # type: ignore[no-untyped-call]
            answers = pipeline.execute(raise_on_error=False)
        _raise_first(answers)


def disable_default_user(client: redis.Redis, default: User) -> None:
    """Take the default user's rights away. Raises RedisError.

    Copies and sentinels that came in without a name come again at once with theirs.
    """
    set_users(client, [default])
    ask(client, "CLIENT", "KILL", "USER", DEFAULT_NAME, "SKIPME", "yes")


def users_of(client: redis.Redis, names: Iterable[str]) -> dict[str, User]:
    """Those of these users that a server has. Raises RedisError.

    Asked for a few at a time: to list 50,000 at once holds everybody else up, on Redis 7.0 for
    seconds.
    """
    wanted = list(names)
    users = {}
    for start in range(0, len(wanted), _LOOKS):
        part = wanted[start : start + _LOOKS]
        with client.pipeline(transaction=False) as pipeline:
            for name in part:
                pipeline.execute_command("ACL", "GETUSER", name)  # type: ignore[no-untyped-call]
            answers = pipeline.execute()
        for name, answer in zip(part, answers, strict=True):
            if answer is not None:
                users[name] = user_from_redis(name, answer)
    return users


def has_functions(client: redis.Redis) -> bool:
    """Whether a server has the relay's functions as they are today. Raises RedisError."""
    libraries = client.function_list(library=LIBRARY_NAME, withcode=True)
    return LIBRARY in _all_texts(libraries)


def load_functions(client: redis.Redis) -> bool:
    """Load the relay's functions where they are not; whether that was needed. Raises RedisError.

    A replica gets them from its master.
    """
    if has_functions(client) or not is_master(client):
        return False
    client.function_load(LIBRARY, replace=True)
    return True


def update_all_servers(
    place: RedisAddress, file: UsersFile
) -> tuple[list[ServerUpdate], list[UnreachedServer]]:
    """Give every server what it lacks of the users file, and the relay's functions.

    Raises EnrolmentError, and RedisError or OSError when nobody says which servers there are.
    """
    with file.locked():
        users = file.read()
        if not users:
            raise EnrolmentError("enrol.no_users", path=str(file.path))
        _refuse_another_file(place, file, users)
        if not place.user and _is_off(users.get(DEFAULT_NAME)):
            raise EnrolmentError("enrol.operator_without_name", operator=OPERATOR_NAME)
        updates, unreached = [], []
        for node in nodes_of(place):
            try:
                updates.append(_update(node, users))
            except REDIS_ERRORS as error:
                unreached.append(UnreachedServer(node.name, _why(error)))
        return updates, unreached


def needs_copying(nodes: Iterable[Node], path: Path) -> bool:
    """Whether a server's own aclfile is another than this one, so that it must be taken there."""
    for node in nodes:
        try:
            with connected(node.place) as client:
                own = client.config_get("aclfile", "dir")
        except REDIS_ERRORS:
            return True
        folder, name = own.get("dir"), own.get("aclfile")
        if not name or not folder or not node.place.is_loopback:
            return True
        if Path(folder, name).resolve() != path.resolve():
            return True
    return False


def _update(node: Node, users: dict[str, User]) -> ServerUpdate:
    place = node.place
    try:
        with connected(place) as client:
            return _update_as(client, node, users)
    except redis.AuthenticationError:
        # A new server, or one that began without its aclfile, knows nobody yet.
        with connected(place.with_user("", "")) as client:
            return _update_as(client, node, users)


def _update_as(client: redis.Redis, node: Node, users: dict[str, User]) -> ServerUpdate:
    there = users_of(client, users)
    missing = [user for name, user in users.items() if name not in there]
    other = [u for name, u in users.items() if name in there and not u.is_same(there[name])]
    functions = load_functions(client)
    set_users(client, [user for user in (*missing, *other) if user.name != DEFAULT_NAME])
    default = [user for user in other if user.name == DEFAULT_NAME]
    if default:
        # Only when the operator can really come in may the other way in be closed.
        with connected(node.place) as operator:
            disable_default_user(operator, default[0])
    return ServerUpdate(
        node.name,
        tuple(sorted(user.name for user in missing)),
        tuple(sorted(user.name for user in other)),
        functions,
    )


def _refuse_another_file(place: RedisAddress, file: UsersFile, users: dict[str, User]) -> None:
    known = users.get(place.user)
    if known is not None and not known.has_password(place.password):
        raise EnrolmentError("enrol.another_users_file", path=str(file.path), user=place.user)


def _is_off(user: User | None) -> bool:
    return user is not None and "off" in user.rules


def _raise_first(answers: object) -> None:
    for answer in answers if isinstance(answers, list) else [answers]:
        if isinstance(answer, list):
            _raise_first(answer)
        elif isinstance(answer, Exception):
            raise answer


def _all_texts(answer: object) -> Iterator[str]:
    if isinstance(answer, bytes):
        yield answer.decode(errors="replace")
    elif isinstance(answer, dict):
        yield from _all_texts(list(answer.values()))
    elif isinstance(answer, list | tuple):
        for part in answer:
            yield from _all_texts(part)


def _why(error: BaseException) -> str:
    return str(error) or type(error).__name__
