"""Who may do what in Redis: one user a till, the relay's, the operator's, and no default user."""

from __future__ import annotations

import hashlib
import re
import secrets

from msgspec import Struct

from pos_tui.cloud.relay.functions import CLUSTER_COMMANDS, RELAY_COMMANDS
from pos_tui.messages import stream_name
from pos_tui.reasons import ReasonError
from pos_tui.settings.redis_url import RedisAddress

OPERATOR_NAME = "operator"
RELAY_NAME = "relay"
REPLICA_NAME = "replica"
SENTINEL_NAME = "sentinel"
DEFAULT_NAME = "default"

_NAME = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
# What Redis takes for granted, or one Redis says and another does not.
_UNSAID = frozenset(
    {"reset", "resetpass", "resetkeys", "resetchannels", "nocommands", "-@all", "sanitize-payload"}
    | {"clearselectors", "alldbs"}
)
_SHORT = {"allkeys": "~*", "allchannels": "&*", "allcommands": "+@all"}
# What Redis' own documentation gives to Sentinel, and the least that copying a master takes.
_SENTINELS = (
    *("&*", "-@all", "+multi", "+slaveof", "+ping", "+exec", "+subscribe", "+config|rewrite"),
    *("+role", "+publish", "+info", "+client|setname", "+client|kill", "+script|kill"),
)
_REPLICAS = ("resetchannels", "-@all", "+psync", "+replconf", "+ping")


class EnrolmentError(ReasonError):
    """What cannot be done to Redis' users; its reason says why, and what to do."""


class User(Struct, frozen=True):
    """A user of Redis: its name and its rules, in the order that Redis takes them."""

    name: str
    rules: tuple[str, ...]

    def line(self) -> str:
        """The user's line in an aclfile."""
        return " ".join(("user", self.name, *self.rules))

    def is_same(self, other: User) -> bool:
        """Whether both may do the same, however they were written."""
        return self._sense() == other._sense()

    def has_password(self, password: str) -> bool:
        """Whether this is one of the passwords that the user comes in by."""
        return hash_of(password) in self._sense()

    def _sense(self) -> frozenset[str]:
        return frozenset(map(_plain, self.rules)) - _UNSAID


def parse_user(line: str) -> User:
    """The user of an aclfile's line. Raises EnrolmentError."""
    words = re.findall(r"\([^)]*\)|\S+", line)
    if len(words) < 2 or words[0] != "user":
        raise EnrolmentError("enrol.not_a_user")
    return User(words[1], tuple(words[2:]))


def user_from_redis(name: str, answer: object) -> User:
    """The user as ACL GETUSER describes it."""
    fields = _as_map(answer)
    passwords = [f"#{password}" for password in _words(fields.get("passwords"))]
    selectors = fields.get("selectors")
    narrower = [
        f"({' '.join(_rules(_as_map(part)))})"
        for part in (selectors if isinstance(selectors, list) else [])
    ]
    return User(name, (*_words(fields.get("flags")), *passwords, *_rules(fields), *narrower))


def new_password() -> str:
    """A password that nobody can guess, of letters, digits, - and _."""
    return secrets.token_urlsafe(24)


def hash_of(password: str) -> str:
    """The rule that lets a password in without containing it."""
    return "#" + hashlib.sha256(password.encode()).hexdigest()


def user_name(merchant: str, till: str) -> str:
    """The Redis user of one till."""
    return f"till:{merchant}:{till}"


def till_user(merchant: str, till: str, password: str, place: RedisAddress) -> User:
    """A till's user, who can read its own stream and nothing else. Raises EnrolmentError."""
    # Anything else could be a pattern, or a name whose stream is another till's.
    for name in (merchant, till):
        if not _NAME.fullmatch(name):
            raise EnrolmentError("enrol.not_a_name", name=name)
    rules = ("resetchannels", f"%R~{stream_name(merchant, till)}", "-@all", "+xread", "+ping")
    name = user_name(merchant, till)
    return User(name, ("on", hash_of(password), *rules, *_way_in(place)))


def disabled_till_user(merchant: str, till: str) -> User:
    """A till's user, whom nothing lets in any more."""
    return User(user_name(merchant, till), ("off", "resetchannels", "-@all"))


def relay_user(password: str, place: RedisAddress) -> User:
    """The relay's user, who can call the functions, with the commands that those call."""
    commands = (*RELAY_COMMANDS, *(CLUSTER_COMMANDS if place.kind == "cluster" else ()))
    rights = dict.fromkeys(f"+{command.lower()}" for command in commands)
    rules = ("resetchannels", "~pos:*", "~relay:*", "-@all", *rights, *_way_in(place))
    return User(RELAY_NAME, ("on", hash_of(password), *rules))


def operator_user(*passwords: str) -> User:
    """The operator, who can do everything."""
    return User(OPERATOR_NAME, ("on", *map(hash_of, passwords), "~*", "&*", "+@all"))


def replica_user(password: str) -> User:
    """Whom a replica comes to its master as, once nobody comes in without a name."""
    return User(REPLICA_NAME, ("on", hash_of(password), *_REPLICAS))


def sentinel_user(password: str) -> User:
    """Whom the sentinels watch and move the master as."""
    return User(SENTINEL_NAME, ("on", hash_of(password), *_SENTINELS))


def disabled_default_user() -> User:
    """No default user: a till could fall back to its rights by RESET."""
    return User(DEFAULT_NAME, ("off", "resetchannels", "-@all"))


def _way_in(place: RedisAddress) -> tuple[str, ...]:
    return ("+select",) if place.database else ()


def _plain(rule: str) -> str:
    if rule.startswith(">"):
        return hash_of(rule[1:])
    if rule.startswith("("):
        return f"({' '.join(sorted({_plain(part) for part in rule[1:-1].split()} - _UNSAID))})"
    return _SHORT.get(rule, rule)


def _rules(fields: dict[str, object]) -> list[str]:
    parts = ("databases", "keys", "channels", "commands")
    return [word for part in parts for word in _words(fields.get(part))]


def _as_map(answer: object) -> dict[str, object]:
    """A map, which the older protocol gives as a list of names and values in turn."""
    if isinstance(answer, dict):
        return {name.decode(): value for name, value in answer.items()}
    pairs = answer if isinstance(answer, list) else []
    return {name.decode(): value for name, value in zip(pairs[::2], pairs[1::2], strict=True)}


def _words(answer: object) -> list[str]:
    parts = answer if isinstance(answer, list) else [answer]
    text = b" ".join(part for part in parts if isinstance(part, bytes))
    return text.decode(errors="surrogateescape").split()
