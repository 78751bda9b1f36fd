"""The way from a till to the Redis that has its stream: one server, Sentinel's master, a node."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from pos_tui.reasons import Reason, because, plain
from pos_tui.settings.redis_url import RedisAddress, RedisHost

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.connection import SSLConnection

_MOST_HOPS = 5
AWAY = because("redis.away")


class Patience(Struct, frozen=True):
    """How long the listener waits, in seconds.

    `block` for a message before it asks again, `silence` until a peer that says nothing counts as
    gone, `let_in` for a connection with its first answer; a reconnection waits by chance up to
    `first`, twice as long each time it fails, up to `longest`.
    """

    block: float = 5.0
    silence: float = 8.0
    let_in: float = 4.0
    first: float = 1.0
    longest: float = 5.0

    def before_attempt(self, attempt: int, chance: float) -> float:
        """Seconds to wait before reconnecting: full jitter, so that tills do not return at once.

        attempt counts from 1, chance is in [0, 1).
        """
        window = min(self.first * 2.0 ** min(attempt - 1, 16), self.longest)
        return max(window * chance, self.first / 20)


class NoMaster(Exception):
    """No sentinel names a master for the service."""


class NoCertificates(OSError):
    """The file that names whom to trust cannot be used."""


class RedisLink:
    """Knows which server to try next, and makes the client that reads there."""

    def __init__(self, place: RedisAddress, patience: Patience) -> None:
        self._place = place
        self._patience = patience
        self._turn = 0
        self._node: RedisHost | None = None
        self._asked: RedisHost | None = None
        self._hops = 0
        self._arrived = False
        self._trust: ssl.SSLContext | None = None

    async def client(self) -> Redis:
        """A client, not connected yet, for the server to try now.

        Raises NoCertificates, NoMaster, RedisError.
        """
        self._arrived = False
        if self._place.tls and self._trust is None:
            # A tenth of a second, which the screen need not wait for.
            self._trust = await asyncio.to_thread(_trust, self._place.ca)
        if self._place.kind == "unix":
            return self._client_at(None, self._patience.silence)
        self._asked = await self._host()
        return self._client_at(self._asked, self._patience.silence)

    def arrived(self) -> None:
        """The server answered: it is the one, and the first to be tried after a break."""
        self._hops = 0
        self._arrived = True

    def follow(self, error: Exception) -> bool:
        """Whether a cluster's node sent the till on to another, to be tried at once."""
        from redis.exceptions import MovedError

        if not isinstance(error, MovedError) or self._asked is None or self._hops >= _MOST_HOPS:
            return False
        self._hops += 1
        # A node that does not know the other's name leaves it out: it is the one just asked.
        name = error.host if error.host not in {"", "?"} else self._asked.name
        self._node = RedisHost(name, error.port)
        return True

    def lost(self, error: Exception | None = None) -> None:
        """The connection is gone, or there was none: then the next attempt begins elsewhere."""
        self._hops = 0
        if _distrust(error) is not None:
            self._trust = None  # the file of certificates may be another by now
        if self._place.kind != "cluster":
            return
        if self._arrived:
            self._node = self._asked
        else:
            self._node = None
            self._turn += 1

    # ---- inside ------------------------------------------------------------------------------

    async def _host(self) -> RedisHost:
        hosts = self._place.hosts
        if self._place.kind == "sentinel":
            return await self._master()
        if self._place.kind == "cluster":
            return self._node or hosts[self._turn % len(hosts)]
        return hosts[0]

    async def _master(self) -> RedisHost:
        """The master that the first sentinel to answer names; that one is asked first next time."""
        from redis.exceptions import RedisError

        trouble: Exception | None = None
        hosts = self._place.hosts
        for _ in hosts:
            sentinel = hosts[self._turn % len(hosts)]
            try:
                async with asyncio.timeout(self._patience.let_in):
                    named = await self._master_by(sentinel)
                if named is not None:
                    return named
                trouble = NoMaster(self._place.service)
            except (RedisError, OSError, TimeoutError) as error:
                trouble = trouble or error
            self._turn += 1
        raise trouble or NoMaster(self._place.service)

    async def _master_by(self, sentinel: RedisHost) -> RedisHost | None:
        place = replace(self._place, user="", password=self._place.sentinel_password, database=0)
        redis = self._client_at(sentinel, self._patience.let_in, place)
        try:
            found: Any = await redis.execute_command(  # type: ignore[no-untyped-call]
                "SENTINEL", "GET-MASTER-ADDR-BY-NAME", self._place.service
            )
        finally:
            await close(redis)
        if not found:
            return None
        name, port = found
        return RedisHost(name.decode(), int(port))

    def _client_at(
        self, host: RedisHost | None, answer_s: float, place: RedisAddress | None = None
    ) -> Redis:
        from redis.asyncio import Redis
        from redis.asyncio.connection import Connection, ConnectionPool, UnixDomainSocketConnection
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff

        place = place or self._place
        options: dict[str, Any] = {
            "db": place.database,
            "username": place.user or None,
            "password": place.password or None,
            "socket_timeout": answer_s,
            "socket_connect_timeout": self._patience.let_in / 2,
            "retry": Retry(NoBackoff(), 0),
            # A till's user may do no more than XREAD and PING: the newer protocol has the library
            # ask for more, and every refusal would stand in the server's ACL LOG.
            "protocol": 2,
            "driver_info": None,
        }
        if host is None:
            options |= {"path": place.path, "connection_class": UnixDomainSocketConnection}
        else:
            options |= {"host": host.name, "port": host.port, "connection_class": Connection}
        if self._trust is not None:
            options |= {"trust": self._trust, "connection_class": _trusting_connection()}
        # One connection, and never another one behind the listener's back.
        return Redis(connection_pool=ConnectionPool(**options), single_connection_client=True)


def _trust(ca: str) -> ssl.SSLContext:
    """Whom to trust: the certificates in a file, or the system's where none is named."""
    try:
        return ssl.create_default_context(cafile=ca or None)
    except OSError as error:  # ssl's own are, too
        raise NoCertificates(error.strerror or str(error)) from error


@cache
def _trusting_connection() -> type[SSLConnection]:
    """A connection that is given whom to trust, for the library reads all that anew each time."""
    from redis.asyncio.connection import SSLConnection

    class TrustingConnection(SSLConnection):
        def __init__(self, trust: ssl.SSLContext, **options: Any) -> None:
            super().__init__(**options)
            self.ssl_context.context = trust

    return TrustingConnection


async def close(redis: Redis) -> None:
    """Close a client, whatever state its connection is in."""
    with contextlib.suppress(Exception):
        await redis.aclose(close_connection_pool=True)


def why_away(error: Exception, place: RedisAddress) -> Reason:
    """Why a till has no Redis, for the technician: what happened, and what to do."""
    from redis.exceptions import AuthenticationError, NoPermissionError, ResponseError

    if isinstance(error, AuthenticationError):
        return because("redis.login_refused")
    if isinstance(error, NoPermissionError):
        return because("redis.not_permitted")
    if isinstance(error, NoMaster):
        return because("redis.no_master", service=place.service)
    if isinstance(error, NoCertificates):
        return because("redis.no_certificates", file=place.ca, why=plain(str(error)))
    if isinstance(error, ResponseError):
        return because("redis.other_answer", why=plain(str(error)))
    distrust = _distrust(error)
    if distrust is not None:
        return because("redis.not_trusted", why=distrust.verify_message.rstrip("."))
    return AWAY


def _distrust(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    """What the certificate is not trusted for, if it is that which an error comes from."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error
