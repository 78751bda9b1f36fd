"""Every payment platform, a row each: what gateway, simulators, bills and settings know of it.

A row's account is imported with this table; client, simulator and bill only when they are used,
so that a gateway loads no simulator, and reading settings loads neither. To add a platform: its
folder, its loaders, its row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from pos_tui.cloud.platforms.alipay.account import AlipayAccount
from pos_tui.cloud.platforms.antom.account import AntomAccount
from pos_tui.cloud.platforms.qra.account import QraAccount
from pos_tui.cloud.platforms.unionpay.account import UnionPayAccount
from pos_tui.cloud.platforms.wechat.account import WeChatAccount
from pos_tui.cloud.platforms.wechat_v2.account import WeChatV2Account
from pos_tui.settings import Merchant, PlatformAccount

if TYPE_CHECKING:
    import httpx

    from pos_tui.cloud.platforms.bills import Bill
    from pos_tui.cloud.platforms.protocol import PlatformClient
    from pos_tui.cloud.platforms.simulation.behaviours import Behaviours
    from pos_tui.cloud.platforms.simulation.delivery import PlatformSimulator
    from pos_tui.cloud.platforms.simulation.keys import PlatformKeys

    _Own = TypeVar("_Own", bound=PlatformAccount)
    OpenClient = Callable[[_Own, httpx.AsyncClient, str | None], PlatformClient]
    Simulate = Callable[[Sequence[_Own], PlatformKeys, Behaviours], PlatformSimulator]
    ParseBill = Callable[[str, date, str], Bill]

_AccountT_co = TypeVar("_AccountT_co", bound=PlatformAccount, covariant=True)
_MIDNIGHT = timedelta(minutes=10)


class PlatformRow(Generic[_AccountT_co]):
    """One platform: its name in settings and addresses, its account's table, and what serves it.

    `bill_format` is the platform whose layout its daily bills have, `bill_margin` how far from
    midnight (China time) a payment may stand in the bill of the day beside.
    """

    def __init__(
        self,
        name: str,
        account: type[_AccountT_co],
        client: Callable[[], OpenClient[_AccountT_co]],
        simulator: Callable[[], Simulate[_AccountT_co]],
        *,
        key_files: Callable[[], Callable[[Path], None]] | None = None,
        bill: Callable[[], ParseBill] | None = None,
        bill_format: str | None = None,
        bill_margin: timedelta = _MIDNIGHT,
    ) -> None:
        self.name = name
        self.account = account
        self.bill = bill
        self.bill_format = bill_format or (name if bill else "plain")
        self.bill_margin = bill_margin
        self._client = client
        self._simulator = simulator
        self._key_files = key_files

    def open_client(
        self, account: PlatformAccount, http: httpx.AsyncClient, notify_url: str | None
    ) -> PlatformClient:
        """The client of an account. Raises SettingsError for a key that cannot be used."""
        return self._client()(self._own(account), http, notify_url)

    def simulate(
        self, merchants: Sequence[Merchant], keys: PlatformKeys, behaviours: Behaviours
    ) -> PlatformSimulator:
        """The platform as these merchants' accounts see it. Raises SettingsError."""
        accounts = [m.accounts[self.name] for m in merchants if self.name in m.accounts]
        return self._simulator()([self._own(account) for account in accounts], keys, behaviours)

    def make_key_files(self, folder: Path) -> None:
        """Write what key files the simulated platform needs beside those that all have."""
        if self._key_files:
            self._key_files()(folder)

    def _own(self, account: PlatformAccount) -> _AccountT_co:
        if not isinstance(account, self.account):
            raise TypeError(f"this is no account at {self.name}")
        return account


def row_of(account: PlatformAccount) -> PlatformRow[PlatformAccount]:
    """The row of the platform that an account is at."""
    return next(row for row in PLATFORMS if isinstance(account, row.account))


def row_named(name: str) -> PlatformRow[PlatformAccount] | None:
    """The row with this name; None where there is none."""
    return next((row for row in PLATFORMS if row.name == name), None)


def open_client(
    account: PlatformAccount, http: httpx.AsyncClient, notify_url: str | None
) -> PlatformClient:
    """The client of an account. Raises SettingsError for a key that cannot be used."""
    return row_of(account).open_client(account, http, notify_url)


# ---- loaders ---------------------------------------------------------------------------------


def _wechat_client() -> OpenClient[WeChatAccount]:
    from pos_tui.cloud.platforms.wechat.client import WeChatClient

    return WeChatClient


def _wechat_simulator() -> Simulate[WeChatAccount]:
    from pos_tui.cloud.platforms.wechat.simulator import WeChatSimulator

    return WeChatSimulator


def _wechat_bill() -> ParseBill:
    from pos_tui.cloud.platforms.wechat.bill import parse

    return parse


def _wechat_v2_client() -> OpenClient[WeChatV2Account]:
    from pos_tui.cloud.platforms.wechat_v2.client import open_wechat_v2

    return open_wechat_v2


def _wechat_v2_simulator() -> Simulate[WeChatV2Account]:
    from pos_tui.cloud.platforms.wechat_v2.simulator import WeChatV2Simulator

    return WeChatV2Simulator


def _alipay_client() -> OpenClient[AlipayAccount]:
    from pos_tui.cloud.platforms.alipay.client import AlipayClient

    return AlipayClient


def _alipay_simulator() -> Simulate[AlipayAccount]:
    from pos_tui.cloud.platforms.alipay.simulator import AlipaySimulator

    return AlipaySimulator


def _alipay_bill() -> ParseBill:
    from pos_tui.cloud.platforms.alipay.bill import parse

    return parse


def _unionpay_client() -> OpenClient[UnionPayAccount]:
    from pos_tui.cloud.platforms.unionpay.client import UnionPayClient

    return UnionPayClient


def _unionpay_simulator() -> Simulate[UnionPayAccount]:
    from pos_tui.cloud.platforms.unionpay.simulator import UnionPaySimulator

    return UnionPaySimulator


def _unionpay_keys() -> Callable[[Path], None]:
    from pos_tui.cloud.platforms.unionpay.simulator_keys import make_unionpay_keys

    return make_unionpay_keys


def _unionpay_bill() -> ParseBill:
    from pos_tui.cloud.platforms.unionpay.bill import parse

    return parse


def _antom_client() -> OpenClient[AntomAccount]:
    from pos_tui.cloud.platforms.antom.client import AntomClient

    return AntomClient


def _antom_simulator() -> Simulate[AntomAccount]:
    from pos_tui.cloud.platforms.antom.simulator import AntomSimulator

    return AntomSimulator


def _qra_client() -> OpenClient[QraAccount]:
    from pos_tui.cloud.platforms.qra.client import open_qra

    return open_qra


def _qra_simulator() -> Simulate[QraAccount]:
    from pos_tui.cloud.platforms.qra.simulator import QraSimulator

    return QraSimulator


# A wallet's own platform stands before whoever acquires its payments for it: the first account
# of a merchant that accepts a wallet's codes gets them.
_ROWS = (
    PlatformRow("wechat", WeChatAccount, _wechat_client, _wechat_simulator, bill=_wechat_bill),
    PlatformRow(
        "wechat_v2",
        WeChatV2Account,
        _wechat_v2_client,
        _wechat_v2_simulator,
        bill_format="wechat",
    ),
    PlatformRow("alipay", AlipayAccount, _alipay_client, _alipay_simulator, bill=_alipay_bill),
    PlatformRow(
        "unionpay",
        UnionPayAccount,
        _unionpay_client,
        _unionpay_simulator,
        key_files=_unionpay_keys,
        bill=_unionpay_bill,
        bill_margin=timedelta(minutes=70),  # its clearing day ends about an hour before midnight
    ),
    PlatformRow("antom", AntomAccount, _antom_client, _antom_simulator),
    PlatformRow("qra", QraAccount, _qra_client, _qra_simulator),
)
PLATFORMS: tuple[PlatformRow[PlatformAccount], ...] = _ROWS
