"""The servers that a Redis is made of, each by name, also those that are away."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import redis
from msgspec import Struct
from msgspec.structs import replace

from pos_tui.cloud.relay.connection import REDIS_ERRORS, connect, connect_to_nodes
from pos_tui.settings.redis_url import RedisAddress, RedisHost


class Node(Struct, frozen=True):
    """One server: what it is called, and the place that is it alone."""

    name: str
    place: RedisAddress


def nodes_of(place: RedisAddress) -> tuple[Node, ...]:
    """Every server of a place, by its own word, the sentinels' or the cluster's.

    Raises RedisError and OSError when nobody says which there are.
    """
    if place.kind in ("standalone", "unix"):
        return (Node(place.path or str(place.hosts[0]), place),)
    hosts = set()
    for client in connect_to_nodes(place):
        where = client.connection_pool.connection_kwargs
        hosts.add(RedisHost(where["host"], where["port"]))
        client.close()
    with contextlib.suppress(*REDIS_ERRORS):
        hosts |= set(_away_in_cluster(place, hosts) if place.kind == "cluster" else _copies(place))
    names = sorted(hosts, key=lambda host: (host.name, host.port))
    return tuple(Node(str(host), _alone(place, host)) for host in names)


def sentinels_of(place: RedisAddress) -> tuple[Node, ...]:
    """The sentinels that the place names; none of another kind."""
    if place.kind != "sentinel":
        return ()
    bare = RedisAddress(
        "standalone", (), password=place.sentinel_password, tls=place.tls, ca=place.ca
    )
    return tuple(Node(str(host), replace(bare, hosts=(host,))) for host in place.hosts)


@contextlib.contextmanager
def connected(place: RedisAddress, answer_s: float = 30.0) -> Iterator[redis.Redis]:
    """A connection to one server. Raises RedisError and OSError.

    Its answer is awaited long: a Redis of 50,000 users needs seconds to list them.
    """
    client = connect(place, answer_s)
    assert isinstance(client, redis.Redis)
    try:
        yield client
    finally:
        client.close()


def ask(client: redis.Redis, *words: str) -> object:
    """One command's answer, as Redis gives it. Raises RedisError."""
    answer: object = client.execute_command(*words)  # type: ignore[no-untyped-call]
    return answer


def as_texts(answer: object) -> list[str]:
    """A list of strings that Redis has answered."""
    found = answer if isinstance(answer, list | tuple) else []
    return [part.decode(errors="surrogateescape") for part in found if isinstance(part, bytes)]


def is_master(client: redis.Redis) -> bool:
    """Whether this server may be written to. Raises RedisError."""
    role = ask(client, "ROLE")
    return isinstance(role, list) and role[0] == b"master"


def _alone(place: RedisAddress, host: RedisHost) -> RedisAddress:
    return replace(place, kind="standalone", hosts=(host,), service="", sentinel_password="")


def _away_in_cluster(place: RedisAddress, here: set[RedisHost]) -> Iterator[RedisHost]:
    """The nodes that have failed: a cluster leaves them out where it says who has which slots."""
    for host in here:
        try:
            with connected(_alone(place, host), 5.0) as client:
                answer = ask(client, "CLUSTER", "NODES")
        except REDIS_ERRORS:
            continue
        lines = answer.decode().splitlines() if isinstance(answer, bytes) else []
        for line in lines:
            _, address, flags, *_ = line.split(" ")
            where, _, name = address.partition(",")
            known = RedisHost(*_host_and_port(where.partition("@")[0]))
            named = RedisHost(name.partition(",")[0], known.port)
            if "fail" in flags and known.name:
                yield named if named in here else known
        return


def _copies(place: RedisAddress) -> Iterator[RedisHost]:
    """All the replicas that a sentinel knows: those too that do not answer."""
    for sentinel in sentinels_of(place):
        try:
            with connected(sentinel.place, 5.0) as client:
                known = client.sentinel_slaves(place.service)
        except REDIS_ERRORS:
            continue
        for copy in known:
            yield RedisHost(str(copy["ip"]), int(copy["port"]))
        return


def _host_and_port(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)
