"""The platform accounts that the matrix is run over: how each is set up, and its wallet's codes."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import httpx
import msgspec
from msgspec import Struct

from pos_tui.cloud.merchants import MerchantBook
from pos_tui.cloud.platforms.registry import open_client
from pos_tui.cloud.platforms.simulation.behaviours import Behaviours
from pos_tui.cloud.platforms.simulation.keys import PlatformKeys
from pos_tui.cloud.settings_files import load_cloud_settings
from pos_tui.cloud.simulators.app import simulate_platforms
from pos_tui.cloud.simulators.keys import make_keys
from pos_tui.settings import CloudSettings, Merchant, SettingsError
from tests.cloud.platforms.alipay.certificates import make_certificates

from ..shop import KEY

KEYS = "keys"


def _no_more_keys(_folder: Path) -> None:
    """The keys that every simulator has are enough."""


def _certificates(folder: Path) -> None:
    make_certificates(folder, "2021000000000009")


class Account(Struct, frozen=True, kw_only=True):
    """One account at one platform, which belongs to a merchant of its own.

    `{at}` in the table is the simulators' address; a payment code has so many digits, begins so and
    ends with the script; `path` is where the platform's paths begin.
    """

    name: str
    channel: str
    table: str
    path: str
    code_start: str
    code_length: int
    make_keys: Callable[[Path], None] = _no_more_keys

    @property
    def merchant(self) -> str:
        """The merchant whose only account this is."""
        return "M-" + self.name.replace("_", "-")

    def code(self, script: str) -> str:
        """A fresh payment code; the script is its last four digits."""
        free = self.code_length - len(self.code_start) - 4
        return self.code_start + "".join(secrets.choice("0123456789") for _ in range(free)) + script

    def settings(self, at: str) -> str:
        """The merchant's part of cloud.toml."""
        lines = "\n".join(line.strip() for line in self.table.strip().splitlines())
        head = f'[[merchant]]\nid = "{self.merchant}"\nkey = "{KEY}"\n[merchant.{self.channel}]\n'
        return head + lines.replace("{at}", at) + "\n"


ACCOUNTS = (
    Account(
        name="wechat_v3",
        channel="wechat",
        path="/wechat/",
        code_start="13",
        code_length=18,
        table="""
            url = "{at}/wechat"
            appid = "wx00000000000001"
            mchid = "1900000001"
            serial = "MERCHANTSERIAL"
            private_key = "file:../keys/merchant-key.pem"
            platform_keys = { PUB_KEY_ID_0001 = "file:../keys/platform-public.pem" }
            api_v3_key = "0123456789abcdef0123456789abcdef"
        """,
    ),
    Account(
        name="wechat_v2",
        channel="wechat_v2",
        path="/wechat2/",
        code_start="13",
        code_length=18,
        table="""
            url = "{at}/wechat2"
            appid = "wx00000000000002"
            mch_id = "1900000002"
            key = "0123456789abcdef0123456789abcdef"
        """,
    ),
    Account(
        name="alipay",
        channel="alipay",
        path="/alipay/",
        code_start="28",
        code_length=18,
        table="""
            url = "{at}/alipay/gateway.do"
            app_id = "2021000000000001"
            private_key = "file:../keys/merchant-key.pem"
            alipay_key = "file:../keys/platform-public.pem"
        """,
    ),
    Account(
        name="alipay_cert",
        channel="alipay",
        path="/alipay/",
        code_start="28",
        code_length=18,
        make_keys=_certificates,
        table="""
            url = "{at}/alipay/gateway.do"
            app_id = "2021000000000009"
            private_key = "file:../keys/merchant-key.pem"
            app_certificate = "file:../keys/alipay-app-certificate.pem"
            alipay_certificate = "file:../keys/alipay-certificate.pem"
            root_certificates = "file:../keys/alipay-root-certificates.pem"
        """,
    ),
    Account(
        name="unionpay_acp",
        channel="unionpay",
        path="/unionpay/",
        code_start="62",
        code_length=19,
        table="""
            url = "{at}/unionpay/gateway/api"
            mer_id = "777290058110001"
            private_key = "file:../keys/unionpay-merchant-key.pem"
            certificate = "file:../keys/unionpay-merchant-certificate.pem"
            root_certificate = "file:../keys/unionpay-root-certificate.pem"
            middle_certificate = "file:../keys/unionpay-middle-certificate.pem"
        """,
    ),
    Account(
        name="unionpay_qra",
        channel="qra",
        path="/qra/",
        code_start="62",
        code_length=19,
        table="""
            url = "{at}/qra/pay/gateway"
            mch_id = "QRA000000000001"
            key = "qra-key"
        """,
    ),
    Account(
        name="antom",
        channel="antom",
        path="/antom/",
        code_start="25100102",
        code_length=24,
        table="""
            url = "{at}/antom"
            client_id = "SANDBOX_5Y0000000000000001"
            private_key = "file:../keys/merchant-key.pem"
            antom_key = "file:../keys/platform-public.pem"
            store_name = "Corner Market"
        """,
    ),
)


class Opened(Struct, frozen=True):
    """The accounts that gateway and simulators both know, and why the others are not among them."""

    accounts: tuple[Account, ...]
    absent: dict[str, str]


def write_accounts(folder: Path, at: str) -> Opened:
    """Write keys, and a cloud.toml for each account that can be opened (`<name>.toml`) and for all.

    An account that gateway or simulators do not know yet is left out and named with the reason.
    """
    make_keys(folder / KEYS)
    known: list[Account] = []
    absent: dict[str, str] = {}
    for account in ACCOUNTS:
        path = folder / f"{account.name}.toml"
        path.write_text(account.settings(at), encoding="utf-8")
        try:
            account.make_keys(folder / KEYS)
            _see_that_both_sides_know(account, load_cloud_settings(path), folder)
        except (ImportError, AttributeError, OSError, SettingsError) as error:
            path.unlink()
            absent[account.name] = str(error)
        else:
            known.append(account)
    parts = [account.settings(at) for account in known]
    (folder / "cloud.toml").write_text("\n".join(parts), encoding="utf-8")
    return Opened(tuple(known), absent)


def all_merchants(folder: Path) -> CloudSettings:
    """The settings of the simulators, over every account that `write_accounts` has written."""
    settings = load_cloud_settings(folder / "cloud.toml")
    return msgspec.structs.replace(
        settings, simulator=msgspec.structs.replace(settings.simulator, keys=Path())
    )


def opened_merchant(account: Account, folder: Path) -> Merchant:
    """The account's merchant, keys opened. Raises SettingsError."""
    settings = load_cloud_settings(folder / f"{account.name}.toml")
    merchant = MerchantBook(settings, folder / KEYS).get(account.merchant)
    if merchant is None:
        raise SettingsError(f"{account.name}: it has no merchant")
    return merchant


def _see_that_both_sides_know(account: Account, settings: CloudSettings, folder: Path) -> None:
    """Raises SettingsError where gateway or simulators have nothing for this account."""
    merchant = MerchantBook(settings, folder / KEYS).get(account.merchant)
    if merchant is None:
        raise SettingsError("its table is not read")
    open_client(merchant.accounts[account.channel], httpx.AsyncClient(verify=False), None)  # noqa: S501
    simulators = simulate_platforms([merchant], PlatformKeys(folder / KEYS), Behaviours())
    paths = [path for simulator in simulators for _, path, _ in simulator.routes()]
    if not any(path.startswith(account.path) for path in paths):
        raise SettingsError(f"the simulators offer nothing below {account.path}")
