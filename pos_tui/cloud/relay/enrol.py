"""Who may read what in Redis: one user a till, one stream a user, and no default user."""

from __future__ import annotations

import hashlib
import re
import secrets

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from pos_tui.messages import stream_name

_NAME = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)


class EnrolError(ValueError):
    """A till that cannot be enrolled; its text says why."""


def enrol_till(redis_url: str, merchant: str, till: str, password: str | None = None) -> str:
    """Make (or renew) the Redis user `till:<merchant>:<till>`, who can read its stream only.

    Returns the password, a new one when none is given. Raises EnrolError and RedisError.
    """
    # Anything else could be a pattern, or a name whose stream is another till's.
    for name in (merchant, till):
        if not _NAME.fullmatch(name):
            raise EnrolError(f"“{name}” is not a name: letters, digits, - and _ only.")
    password = password or secrets.token_urlsafe(24)
    client = _connect(redis_url)
    try:
        # Whoever is connected under the old rules is cut off with the user.
        _command(client, "ACL", "DELUSER", user_name(merchant, till))
        _command(
            client,
            "ACL",
            "SETUSER",
            user_name(merchant, till),
            "reset",
            "on",
            _hash(password),
            *rules_of(merchant, till),
        )
    finally:
        client.close()
    return password


def lock_default_user(redis_url: str, operator: str, password: str | None = None) -> str:
    """Give all rights to a named operator, then switch the default user off.

    Without this, a till could fall back to the default user's rights by RESET. Returns the
    operator's password, a new one when none is given. Raises EnrolError and RedisError.
    """
    if not _NAME.fullmatch(operator) or operator == "default":
        raise EnrolError(f"“{operator}” is not a name for the operator.")
    password = password or secrets.token_urlsafe(24)
    client = _connect(redis_url)
    try:
        rules = ("reset", "on", _hash(password), "~*", "&*", "+@all")
        _command(client, "ACL", "SETUSER", operator, *rules)
        # Only an operator who can really come in may shut the other door.
        _command(client, "AUTH", operator, password)
        _command(client, "ACL", "SETUSER", "default", "off")
    finally:
        client.close()
    return password


def rules_of(merchant: str, till: str) -> tuple[str, ...]:
    """What a till's user may do: read its own stream, and nothing else."""
    stream = stream_name(merchant, till)
    return ("resetkeys", "resetchannels", "nocommands", f"%R~{stream}", "+xread", "+ping")


def user_name(merchant: str, till: str) -> str:
    """The Redis user of one till."""
    return f"till:{merchant}:{till}"


def _connect(redis_url: str) -> redis.Redis:
    return redis.Redis.from_url(redis_url, socket_timeout=5.0, retry=Retry(NoBackoff(), 0))


def _command(client: redis.Redis, *parts: str) -> None:
    client.execute_command(*parts)  # type: ignore[no-untyped-call]


def _hash(password: str) -> str:
    return "#" + hashlib.sha256(password.encode()).hexdigest()
