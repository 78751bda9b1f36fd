"""cloud.toml: the servers, and the merchants with their accounts."""

from __future__ import annotations

from pathlib import Path

from msgspec import field

from pos_tui.settings.section import Section


class WeChatAccount(Section, frozen=True):
    """A merchant's WeChat Pay V3 account; the files are PEM, `platform_*` are WeChat's own."""

    url: str
    appid: str
    mchid: str
    serial: str
    private_key_file: Path
    platform_serial: str
    platform_public_key_file: Path


class AlipayAccount(Section, frozen=True):
    """A merchant's Alipay account in key mode; the files are PEM."""

    url: str
    app_id: str
    private_key_file: Path
    alipay_public_key_file: Path


class UnionPayAccount(Section, frozen=True):
    """A merchant's UnionPay QRA account."""

    url: str
    mch_id: str
    key: str


class Merchant(Section, frozen=True):
    """A merchant: the key that its tills sign with, and its accounts at the platforms."""

    id: str
    key: str
    disabled: bool = False
    wechat: WeChatAccount | None = None
    alipay: AlipayAccount | None = None
    unionpay: UnionPayAccount | None = None


class GatewayServer(Section, frozen=True):
    """Where the gateway listens and keeps its orders; relative paths start at the data folder.

    Without a file of payment formats it uses the program's own table.
    """

    host: str = "127.0.0.1"
    port: int = 8810
    database: Path = Path("gateway.db")
    formats_file: Path | None = None


class TransactionLogSettings(Section, frozen=True):
    """The transaction log: its folder and when a file is full (bytes)."""

    directory: Path = Path("log")
    worker: str = "gateway-1"
    rotate_bytes: int = 64 * 1024 * 1024


class RelayServer(Section, frozen=True):
    """The Redis that the relay writes to."""

    redis_url: str = "redis://127.0.0.1:6379/0"
    keep_days: int = 7


class SimulatorServer(Section, frozen=True):
    """Where the stand-ins for the platforms listen, and the keys they sign with."""

    host: str = "127.0.0.1"
    port: int = 8820
    private_key_file: Path = Path("platform-key.pem")


class CloudSettings(Section, frozen=True):
    """cloud.toml, shared by gateway, relay and simulators; each reads its own part."""

    gateway: GatewayServer = field(default_factory=GatewayServer)
    log: TransactionLogSettings = field(default_factory=TransactionLogSettings)
    relay: RelayServer = field(default_factory=RelayServer)
    simulator: SimulatorServer = field(default_factory=SimulatorServer)
    merchant: tuple[Merchant, ...] = ()

    def merchant_by_id(self, merchant_id: str) -> Merchant | None:
        """The merchant with this id, disabled or not."""
        return next((m for m in self.merchant if m.id == merchant_id), None)
