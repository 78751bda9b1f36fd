"""The demo shop: its settings, its folder, and its embedded cloud, ready in front of a till."""

from __future__ import annotations

import contextlib
import socket
from datetime import datetime
from pathlib import Path
from secrets import randbits, token_hex
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from pos_tui.demo.demo_redis import DemoRedis, usual_redis
from pos_tui.demo.goods import BAKERY_TEMPLATE, LAYOUTS
from pos_tui.demo.guide import Guide
from pos_tui.files.owner import (
    make_private_file,
    make_private_folder,
    restrict_to_owner,
    write_for_owner,
)
from pos_tui.reasons import Reason, plain
from pos_tui.settings import (
    CashSettings,
    CodeSettings,
    CodeTemplate,
    CustomerSettings,
    DiscountSettings,
    GatewaySettings,
    PaymentSettings,
    ReceiptSettings,
    RedisSettings,
    ScannerSettings,
    SettingsError,
    ShopSettings,
    TillIdentity,
    TillSettings,
    data_folder,
)
from pos_tui.wording.current import say

if TYPE_CHECKING:
    from pos_tui.books import Books
    from pos_tui.demo.cloud import EmbeddedCloud
    from pos_tui.demo.parts import CloudPlan

MERCHANT, TILL = "M001", "01"
_PORTS = "ports.json"
WALLETS = ("wechat", "alipay", "unionpay", "alipayplus", "ecny", "jd", "bestpay")
_WHY = ("damaged", "short_date", "price_promise", "goodwill")


class DemoKeys(Struct, frozen=True):
    """The demo's own secrets, made once for a folder, so that yesterday's messages still verify."""

    merchant: str
    admin: str
    relay: str
    till: str


def demo_place() -> Path:
    """Where the demo shop keeps its data when no folder is given."""
    return data_folder() / "demo"


_WHY_IN = ("change", "owner", "found")
_WHY_OUT = ("supplies", "supplier", "postage", "owner")
_WHY_OPEN = ("change", "mistake", "to_count")


def demo_settings(
    gateway: str = "", key: str = "", redis: str = "", pictures: Path | None = None
) -> TillSettings:
    """The demo till's settings, its names in the language in use."""
    return TillSettings(
        shop=ShopSettings(
            name=say("demo.shop"), address=say("demo.address"), receipt_footer=say("usual.footer")
        ),
        till=TillIdentity(merchant=MERCHANT, number=TILL, cashier=say("demo.cashier")),
        cash=CashSettings(
            pay_in_reasons=tuple(say(f"usual.drawer_{each}") for each in _WHY_IN),
            pay_out_reasons=tuple(say(f"usual.drawer_{each}") for each in _WHY_OUT),
            no_sale_reasons=tuple(say(f"usual.drawer_{each}") for each in _WHY_OPEN),
        ),
        discounts=DiscountSettings(reasons=tuple(say(f"usual.discount_{each}") for each in _WHY)),
        gateway=GatewaySettings(url=gateway, key=key),
        redis=RedisSettings(url=redis),
        payments=PaymentSettings(platforms=WALLETS),
        codes=CodeSettings(
            layouts=LAYOUTS, template=(CodeTemplate(name="bakery", pattern=BAKERY_TEMPLATE),)
        ),
        receipt=ReceiptSettings(qr="self"),
        scanner=ScannerSettings(pictures=pictures),
        customer=CustomerSettings(
            enabled=True, notices=tuple(say(f"demo.notice_{each}") for each in (1, 2))
        ),
    )


class DemoShop:
    """The demo in one folder. Making it is quick; `open` stocks the shop and starts the cloud."""

    def __init__(self, data: Path | None, redis: DemoRedis | None = None) -> None:
        """`redis` is what serves as Redis, where that is not this platform's usual one."""
        self.data = data or demo_place()
        self._redis = redis or usual_redis()
        self.guide = Guide(lambda: randbits(60))
        self.keys = _keys(self.data)
        self.ports = _free_ports(3)
        self.settings = _settings_of(self.data, self.keys, self.ports)
        self._cloud: EmbeddedCloud | None = None

    def cloud_plan(self) -> CloudPlan:
        """What the servers behind this shop are told."""
        from pos_tui.demo.parts import CloudPlan

        gateway, redis, simulator = self.ports
        return CloudPlan(
            folder=str(self.data / "cloud"),
            merchant=MERCHANT,
            till=TILL,
            gateway_port=gateway,
            redis_port=redis,
            simulator_port=simulator,
            merchant_key=self.keys.merchant,
            admin_password=self.keys.admin,
            relay_password=self.keys.relay,
            till_password=self.keys.till,
            redis=self._redis,
        )

    def open(self, books: Books, now: datetime) -> None:
        """Stock the shop and start gateway, relay, simulated platform and Redis."""
        from pos_tui.demo.cloud import EmbeddedCloud
        from pos_tui.demo.goods import stock
        from pos_tui.demo.picture import draw_goods

        _make_private(self.data / "cloud")
        with contextlib.suppress(OSError):  # only whoever looks at a running demo needs it
            write_for_owner(self.data / _PORTS, msgspec.json.encode(self.ports))
        self._cloud = EmbeddedCloud(self.cloud_plan())
        draw_goods(self.data / "pictures")
        books.write(lambda connection: stock(connection, now)).result()

    def wait_for_cloud(self) -> None:
        """Wait until the embedded cloud serves. Raises ServersNotStarted."""
        assert self._cloud is not None
        self._cloud.wait()

    def cloud_trouble(self) -> Reason | None:
        """Wait until something is wrong with the embedded cloud; None when it was closed before."""
        assert self._cloud is not None
        return self._cloud.trouble()

    @property
    def cloud_log(self) -> Path:
        """Where the embedded cloud writes what happens to it."""
        return self.data / "cloud" / "cloud.log"

    def close(self) -> None:
        """End everything that was started."""
        if self._cloud is not None:
            self._cloud.close()


def settings_of_running_demo(data: Path) -> TillSettings:
    """The settings of the demo till that runs in a folder. Raises SettingsError."""
    try:
        ports = msgspec.json.decode((data / _PORTS).read_bytes(), type=tuple[int, int, int])
    except (OSError, msgspec.MsgspecError) as error:
        raise SettingsError("demo.no_ports", folder=str(data)) from error
    return _settings_of(data, _keys(data), ports)


def _settings_of(data: Path, keys: DemoKeys, ports: tuple[int, ...]) -> TillSettings:
    gateway, redis, _ = ports
    return demo_settings(
        f"http://127.0.0.1:{gateway}",
        keys.merchant,
        f"redis://till%3A{MERCHANT}%3A{TILL}:{keys.till}@127.0.0.1:{redis}/0",
        data / "pictures",
    )


def _keys(data: Path) -> DemoKeys:
    path = data / "keys.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=DemoKeys)
    except (OSError, msgspec.MsgspecError):
        keys = DemoKeys(*(token_hex(16) for _ in range(4)))
    try:
        make_private_folder(data)
        make_private_file(path)
        path.write_bytes(msgspec.json.encode(keys))
    except OSError as error:
        why = plain(error.strerror or "")
        raise SettingsError("books.folder_unusable", folder=str(data), why=why) from error
    return keys


def _make_private(cloud: Path) -> None:
    """Keep what the servers will write, and what is there, from others."""
    redis = cloud / "redis"
    with contextlib.suppress(OSError):  # the servers say it themselves
        make_private_folder(cloud)
        make_private_folder(redis)
        make_private_file(cloud / "cloud.log")
        restrict_to_owner(cloud, redis, *redis.rglob("*"))


def _free_ports(count: int) -> tuple[int, ...]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = tuple(int(each.getsockname()[1]) for each in sockets)
    for each in sockets:
        each.close()
    return ports
