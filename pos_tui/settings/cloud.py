"""cloud.toml: the servers, and the merchants that are written there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from msgspec import Meta, field

from pos_tui.settings.merchant import Merchant
from pos_tui.settings.section import (
    FileName,
    Host,
    Identity,
    Pause,
    Positive,
    RedisUrl,
    Section,
    WebAddress,
)

PortOrFree = Annotated[int, Meta(ge=0, le=65535)]
"""A port; 0 takes a free one."""


class GatewayServer(Section, frozen=True):
    """Where the gateway listens and keeps its orders; relative paths start at the data folder.

    `database` is a file, or `postgresql://…` for many gateways over one. The platforms send their
    notices to `public_url`, without which they are asked for none. Without a file of payment
    formats it uses the program's own table. A merchant may make `burst` requests at once and
    `rate_per_s` in the long run, at each gateway process, which holds as many `connections`, and
    `connections_per_address` of them from one address.
    """

    host: Host = "127.0.0.1"
    port: PortOrFree = 8810
    workers: Annotated[int, Meta(ge=1, le=256)] = 1
    database: str = "gateway.db"
    public_url: WebAddress | None = None
    formats_file: Path | None = None
    rate_per_s: Positive = 200
    burst: Positive = 1000
    connections: Positive = 1000
    connections_per_address: Positive = 200


class TransactionLogSettings(Section, frozen=True):
    """The transaction log: its folder and when a file is full (bytes)."""

    directory: Path = Path("log")
    worker: FileName = "gateway-1"
    rotate_bytes: Annotated[int, Meta(ge=1024, le=2**40)] = 64 * 1024 * 1024


class RelayServer(Section, frozen=True):
    """The Redis that the relay writes to, and the logs that it watches.

    `redis_url` is the relay's own way in, `admin_redis_url` the operator's (who makes users), and
    `public_redis_url` how the tills reach the same Redis; each is `redis_url` where it is not set.
    `logs` are folders of transaction logs, the log's own where there are none. `merchants` names
    merchants that have no file here; the relay needs nobody's keys. `users_file` is
    Redis' aclfile, or the copy of it that is copied to every node. A message is kept for
    `keep_days`, or for `keep_taken_hours` after its till has acknowledged it.
    """

    redis_url: RedisUrl = "redis://127.0.0.1:6379/0"
    admin_redis_url: RedisUrl | None = None
    public_redis_url: RedisUrl | None = None
    users_file: Path = Path("users.acl")
    logs: tuple[Path, ...] = ()
    merchants: tuple[Identity, ...] = ()
    keep_days: Annotated[int, Meta(ge=1, le=36_500)] = 7
    keep_taken_hours: Positive = 2


class SimulatorServer(Section, frozen=True):
    """Where the simulated platforms listen, and the folder of the keys they sign with.

    WeChat Pay's reverse nothing within `reverse_after_s` of the pay call, and V3's refunds no
    second part of an order within `refund_gap_s` of the first: seconds, as its documents have them.
    """

    host: Host = "127.0.0.1"
    port: PortOrFree = 8820
    keys: Path = Path()
    reverse_after_s: Pause = 15.0
    refund_gap_s: Pause = 60.0


class KeySettings(Section, frozen=True):
    """The key that seals all the others: a file of its own, never kept with a backup of them."""

    master_file: Path = Path("master.key")
    merchants: Path = Path("merchants")


class CloudSettings(Section, frozen=True):
    """cloud.toml, shared by gateway, relay and simulators; each reads its own part."""

    gateway: GatewayServer = field(default_factory=GatewayServer)
    log: TransactionLogSettings = field(default_factory=TransactionLogSettings)
    relay: RelayServer = field(default_factory=RelayServer)
    simulator: SimulatorServer = field(default_factory=SimulatorServer)
    keys: KeySettings = field(default_factory=KeySettings)
    merchant: tuple[Merchant, ...] = ()
