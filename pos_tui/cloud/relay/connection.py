"""Coming in to a Redis of any kind: one server, Sentinel or Cluster; as one client, or per node."""

from __future__ import annotations

from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.retry import Retry
from redis.sentinel import Sentinel

from pos_tui.settings.redis_url import RedisAddress

Client = redis.Redis | RedisCluster
# What a Redis that is not there, or only in part, is known by; a cluster's word is no RedisError.
REDIS_ERRORS = (redis.RedisError, redis.exceptions.RedisClusterException, OSError)
_ANSWER_S = 5.0
_CONNECT_S = 2.0


def connect(place: RedisAddress, answer_s: float = _ANSWER_S) -> Client:
    """A client that fails at once; whoever uses it decides when to try again.

    Sentinel's follows the master, and a cluster's the slots. Raises RedisError for a cluster of
    which no node answers.
    """
    options = _options(place, answer_s)
    if place.kind == "unix":
        return redis.Redis(unix_socket_path=place.path, db=place.database, **options)
    if place.kind == "sentinel":
        sentinel = _sentinel(place, answer_s)
        master: redis.Redis = sentinel.master_for(  # type: ignore[no-untyped-call]
            place.service, db=place.database, **options
        )
        return master
    if place.kind == "cluster":
        options["retry"] = Retry(NoBackoff(), 1)
        nodes = [
            ClusterNode(host.name, host.port)  # type: ignore[no-untyped-call]
            for host in place.hosts
        ]
        try:
            return RedisCluster(startup_nodes=nodes, **options)
        except redis.exceptions.RedisClusterException as error:
            raise redis.ConnectionError(str(error)) from error
    host = place.hosts[0]
    return redis.Redis(
        host.name, host.port, place.database, single_connection_client=True, **options
    )


def connect_to_nodes(place: RedisAddress, answer_s: float = _ANSWER_S) -> list[redis.Redis]:
    """A client for each server that there is now, masters and replicas alike.

    Users and functions are each node's own. Raises RedisError when nobody says which nodes there
    are.
    """
    if place.kind in ("standalone", "unix"):
        client = connect(place, answer_s)
        assert isinstance(client, redis.Redis)
        return [client]
    if place.kind == "cluster":
        cluster = connect(place, answer_s)
        assert isinstance(cluster, RedisCluster)
        found = [(node.host, node.port) for node in cluster.get_nodes()]  # type: ignore[no-untyped-call]
        cluster.close()
    else:
        sentinel = _sentinel(place, answer_s)
        found = [
            sentinel.discover_master(place.service),  # type: ignore[no-untyped-call]
            *sentinel.discover_slaves(place.service),  # type: ignore[no-untyped-call]
        ]
    options = _options(place, answer_s)
    return [redis.Redis(host, port, place.database, **options) for host, port in sorted(found)]


def _sentinel(place: RedisAddress, answer_s: float) -> Sentinel:
    options = _options(place, answer_s) | {
        "username": None,
        "password": place.sentinel_password or None,
    }
    hosts = [(host.name, host.port) for host in place.hosts]
    return Sentinel(hosts, sentinel_kwargs=options)  # type: ignore[no-untyped-call]


def _options(place: RedisAddress, answer_s: float) -> dict[str, Any]:
    options: dict[str, Any] = {
        "username": place.user or None,
        "password": place.password or None,
        "socket_timeout": answer_s,
        "socket_connect_timeout": _CONNECT_S,
        "retry": Retry(NoBackoff(), 0),
        # A user with few rights may not tell the server about its library, and the newer protocol
        # has the library ask for more.
        "protocol": 2,
        "driver_info": None,
    }
    if place.tls:
        options["ssl"] = True
        if place.ca:
            options["ssl_ca_certs"] = place.ca
    return options
