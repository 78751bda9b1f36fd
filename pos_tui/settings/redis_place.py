"""A Redis by its URL: one server, a set watched by Sentinels, or a Cluster; with or without TLS."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote, unquote, urlsplit

from msgspec import Struct

from pos_tui.settings.section import SettingsError

Kind = Literal["standalone", "sentinel", "cluster"]
_KINDS: dict[str, tuple[Kind, bool]] = {
    "redis": ("standalone", False),
    "rediss": ("standalone", True),
    "redis+sentinel": ("sentinel", False),
    "rediss+sentinel": ("sentinel", True),
    "redis+cluster": ("cluster", False),
    "rediss+cluster": ("cluster", True),
}
_PORTS = {"standalone": 6379, "sentinel": 26379, "cluster": 6379}
_LOOPBACK = ("127.", "localhost", "::1")


class RedisPlace(Struct, frozen=True):
    """Where a Redis is and who asks; `service` is what its Sentinels call it."""

    kind: Kind
    hosts: tuple[tuple[str, int], ...]
    tls: bool = False
    user: str | None = None
    password: str | None = None
    database: int = 0
    service: str = ""

    def __repr__(self) -> str:
        hosts = ",".join(f"{host}:{port}" for host, port in self.hosts)
        return f"<{self.kind} {hosts}>"

    @property
    def is_loopback(self) -> bool:
        """Whether nothing of it leaves this machine."""
        return all(host.startswith(_LOOPBACK) for host, _ in self.hosts)

    @property
    def url(self) -> str:
        """The place as a URL again, its secrets included."""
        name = next(n for n, found in _KINDS.items() if found == (self.kind, self.tls))
        who = ""
        if self.user is not None or self.password is not None:
            who = f"{quote(self.user or '', safe='')}:{quote(self.password or '', safe='')}@"
        hosts = ",".join(
            f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in self.hosts
        )
        path = f"/{self.service}" if self.service else ""
        path += "" if self.kind == "cluster" else f"/{self.database}"
        return f"{name}://{who}{hosts}{path}"


def redis_place(url: str) -> RedisPlace:
    """The place that a URL names. Raises SettingsError, without the URL's secrets.

    redis://host:port/0, rediss:// with TLS; redis+sentinel://host,host/service/0;
    redis+cluster://host,host.
    """
    scheme, _, rest = url.partition("://")
    if scheme not in _KINDS or not rest:
        raise SettingsError(
            "a Redis url begins with redis://, rediss:// (TLS), redis+sentinel:// or redis+cluster://"
        )
    kind, tls = _KINDS[scheme]
    address, _, path = rest.partition("/")
    who, at, hosts = address.rpartition("@")
    user, _, password = who.partition(":")
    parts = [unquote(part) for part in path.split("?")[0].split("/") if part]
    service = parts.pop(0) if kind == "sentinel" and parts else ""
    if kind == "sentinel" and not service:
        raise SettingsError(
            "redis+sentinel:// needs the service's name: redis+sentinel://host/name"
        )
    try:
        return RedisPlace(
            kind=kind,
            hosts=tuple(_host(part, _PORTS[kind]) for part in hosts.split(",")),
            tls=tls,
            user=unquote(user) or None if at else None,
            password=unquote(password) or None if at else None,
            database=int(parts[0]) if parts else 0,
            service=service,
        )
    except ValueError as error:
        raise SettingsError("the Redis url's hosts, ports or database cannot be read") from error


def _host(text: str, port: int) -> tuple[str, int]:
    found = urlsplit(f"//{text}")
    if not found.hostname:
        raise ValueError(text)
    return found.hostname, found.port or port
