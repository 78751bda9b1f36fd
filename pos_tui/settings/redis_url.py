"""Where a Redis is: one URL for a single server, for Sentinel or for a Cluster.

    redis://USER:PASSWORD@HOST:6379/0
    redis+sentinel://USER:PASSWORD@HOST:26379,HOST:26379/SERVICE/0
    redis+cluster://USER:PASSWORD@HOST:6379,HOST:6379
    unix://USER:PASSWORD@/run/redis.sock?db=0

What leaves the machine is encrypted: `rediss` says so everywhere, and without it TLS is still used
for every host that is not loopback, unless the URL ends in `?tls=no`. `?ca=FILE` names
certificates to trust. Sentinels that want a password of their own get it by
`?sentinel_password=…`.
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import parse_qs, quote, unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from pos_tui.reasons import ReasonError

Kind = Literal["standalone", "sentinel", "cluster", "unix"]

_SCHEMES: dict[str, tuple[Kind, bool]] = {
    "redis": ("standalone", False),
    "rediss": ("standalone", True),
    "redis+sentinel": ("sentinel", False),
    "rediss+sentinel": ("sentinel", True),
    "redis+cluster": ("cluster", False),
    "rediss+cluster": ("cluster", True),
    "unix": ("unix", False),
}
_OPTIONS = frozenset({"tls", "ca", "db", "sentinel_password"})
_PORTS: dict[Kind, int] = {"standalone": 6379, "sentinel": 26379, "cluster": 6379, "unix": 0}
_HOST = re.compile(
    r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>[^\[\]:,/@\s]+))(?::(?P<port>\d{1,5}))?"
)


class RedisAddressError(ReasonError):
    """A text that names no Redis; its reason never repeats the password."""


def is_loopback(name: str) -> bool:
    """Whether a host's name or address is this machine itself."""
    if name == "localhost":
        return True
    import ipaddress

    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


class RedisHost(Struct, frozen=True):
    """A server's host name or address, and its port."""

    name: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine itself."""
        return is_loopback(self.name)

    def __str__(self) -> str:
        return f"[{self.name}]:{self.port}" if ":" in self.name else f"{self.name}:{self.port}"


class RedisAddress(Struct, frozen=True):
    """One Redis: its kind, the hosts to begin at, and who comes in.

    `hosts` are the sentinels of a sentinel place, any nodes of a cluster; a socket has none.
    """

    kind: Kind
    hosts: tuple[RedisHost, ...]
    user: str = ""
    password: str = ""
    database: int = 0
    service: str = ""
    path: str = ""
    tls: bool = False
    ca: str = ""
    sentinel_password: str = ""

    @property
    def is_loopback(self) -> bool:
        """Whether nothing leaves this machine on the way there."""
        return all(host.is_loopback for host in self.hosts)

    def url(self) -> str:
        """The URL that names this place, secrets included."""
        login = ""
        if self.user or self.password:
            login = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@"
        if self.kind == "unix":
            return f"unix://{login}{self.path}" + (f"?db={self.database}" if self.database else "")
        scheme = next(s for s, known in _SCHEMES.items() if known == (self.kind, self.tls))
        path = f"/{quote(self.service, safe='')}" if self.kind == "sentinel" else ""
        if self.database:
            path += f"/{self.database}"
        options = []
        if not self.tls and not self.is_loopback:
            options.append("tls=no")
        if self.ca:
            options.append(f"ca={quote(self.ca)}")
        if self.sentinel_password:
            options.append(f"sentinel_password={quote(self.sentinel_password, safe='')}")
        query = f"?{'&'.join(options)}" if options else ""
        return f"{scheme}://{login}{','.join(map(str, self.hosts))}{path}{query}"

    def with_user(self, user: str, password: str) -> RedisAddress:
        """The same place as another user."""
        return replace(self, user=user, password=password)

    def __str__(self) -> str:
        where = self.path or ",".join(map(str, self.hosts))
        return f"{self.kind} Redis {self.service + ' at ' if self.service else ''}{where}"

    def __repr__(self) -> str:
        return f"<{self}>"


def redis_address(url: str) -> RedisAddress:
    """The place that a URL names. Raises RedisAddressError."""
    scheme, mark, _ = url.partition("://")
    if not mark or scheme not in _SCHEMES:
        raise RedisAddressError("settings.redis_no_address")
    kind, tls = _SCHEMES[scheme]
    try:
        parts = urlsplit(url)
        options = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError as error:
        raise RedisAddressError("settings.redis_parts") from error
    unknown = options.keys() - _OPTIONS
    if unknown or parts.fragment:
        raise RedisAddressError("settings.redis_options", names=tuple(sorted(unknown)) or "#")
    login, _, hosts = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    option = {name: values[0] for name, values in options.items()}
    place = RedisAddress(
        kind,
        () if kind == "unix" else _hosts(hosts, _PORTS[kind]),
        unquote(user),
        unquote(password),
        ca=option.get("ca", ""),
        sentinel_password=option.get("sentinel_password", ""),
    )
    if kind == "unix":
        if not parts.path.strip("/"):
            raise RedisAddressError("settings.redis_socket")
        return replace(place, path=parts.path, database=_database(option.get("db", "0")))
    steps = [unquote(step) for step in parts.path.split("/") if step]
    service = ""
    if kind == "sentinel":
        if not steps:
            raise RedisAddressError("settings.redis_service")
        service, steps = steps[0], steps[1:]
    if len(steps) > 1 or (kind == "cluster" and steps not in ([], ["0"])):
        raise RedisAddressError("settings.redis_path")
    if option.get("tls", "yes") not in ("yes", "no"):
        raise RedisAddressError("settings.redis_tls")
    tls = tls or (option.get("tls", "yes") == "yes" and not place.is_loopback)
    database = _database(steps[0] if steps else option.get("db", "0"))
    return replace(place, service=service, database=database, tls=tls)


def _hosts(text: str, usual: int) -> tuple[RedisHost, ...]:
    hosts = []
    for part in text.split(",") if text else ["localhost"]:
        found = _HOST.fullmatch(part)
        port = int(found["port"] or usual) if found else 0
        if not found or not 0 < port < 65536 or not _is_name(found["name"] or "v6"):
            raise RedisAddressError("settings.redis_host")
        hosts.append(RedisHost(found["v6"] or unquote(found["name"]), port))
    return tuple(hosts)


def _is_name(host: str) -> bool:
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return True


def _database(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise RedisAddressError("settings.redis_database")
    return int(text)
