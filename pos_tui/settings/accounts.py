"""A merchant as the servers know it: the key its tills sign with, its accounts at the platforms.

A `Key` is written in one of three ways: `file:PATH` (from the data folder), `sealed:…` as
`pos-tui merchants` writes it, or the text itself. `accepts` names the wallets whose codes an
account takes, as the table of payment formats calls them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pos_tui.settings.section import Identity, Section

Key = str


class Keyed(Section, frozen=True):
    """A table with keys in it, which never shows them."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class WeChatAccount(Keyed, frozen=True, kw_only=True):
    """WeChat Pay V3; `platform_keys` are WeChat's public keys or certificates, by serial.

    `api_v3_key` (32 characters) opens the notices.
    """

    url: str = "https://api.mch.weixin.qq.com"
    appid: str
    mchid: str
    serial: str
    private_key: Key
    platform_keys: dict[str, Key]
    api_v3_key: Key | None = None
    accepts: tuple[str, ...] = ("wechat",)


class WeChatV2Account(Keyed, frozen=True, kw_only=True):
    """WeChat Pay V2; the certificate and its key (PEM) are asked for at reversals and refunds."""

    url: str = "https://api.mch.weixin.qq.com"
    appid: str
    mch_id: str
    key: Key
    sign_type: Literal["MD5", "HMAC-SHA256"] = "HMAC-SHA256"
    certificate: Key | None = None
    certificate_key: Key | None = None
    accepts: tuple[str, ...] = ("wechat",)


class AlipayAccount(Keyed, frozen=True, kw_only=True):
    """Alipay: with `alipay_key` in key mode, with the three certificates in certificate mode."""

    url: str = "https://openapi.alipay.com/gateway.do"
    app_id: str
    private_key: Key
    alipay_key: Key | None = None
    app_certificate: Key | None = None
    alipay_certificate: Key | None = None
    root_certificates: Key | None = None
    seller_id: str | None = None
    accepts: tuple[str, ...] = ("alipay",)


class UnionPayAccount(Keyed, frozen=True, kw_only=True):
    """UnionPay ACP 5.1, scanned QR codes; certificates and keys are PEM."""

    url: str = "https://gateway.95516.com/gateway/api"
    mer_id: str
    private_key: Key
    certificate: Key
    root_certificate: Key
    middle_certificate: Key
    accepts: tuple[str, ...] = ("unionpay",)


class QraAccount(Keyed, frozen=True, kw_only=True):
    """UnionPay QRA, which many banks share; it takes other wallets' codes where it is told to."""

    url: str = "https://qra.95516.com/pay/gateway"
    mch_id: str
    key: Key
    accepts: tuple[str, ...] = ("unionpay",)


class AntomAccount(Keyed, frozen=True, kw_only=True):
    """Alipay+ through Antom, user-presented codes; the public key is Antom's."""

    url: str = "https://open-sea-global.alipay.com"
    client_id: str
    private_key: Key
    antom_key: Key
    key_version: int = 1
    currencies: tuple[str, ...] = ("CNY",)
    settlement_currency: str | None = None
    store_name: str = ""
    store_mcc: str = "5411"
    region: str = "CN"
    accepts: tuple[str, ...] = ("alipayplus",)


Account = (
    WeChatAccount | WeChatV2Account | AlipayAccount | UnionPayAccount | QraAccount | AntomAccount
)


class Merchant(Keyed, frozen=True, kw_only=True):
    """A merchant. After a rotation its tills may use the key of before for a while longer."""

    id: Identity
    key: Key
    key_made_at: datetime | None = None
    key_before: Key | None = None
    key_before_until: datetime | None = None
    disabled: bool = False
    wechat: WeChatAccount | None = None
    wechat_v2: WeChatV2Account | None = None
    alipay: AlipayAccount | None = None
    unionpay: UnionPayAccount | None = None
    qra: QraAccount | None = None
    antom: AntomAccount | None = None

    @property
    def accounts(self) -> dict[str, Account]:
        """The accounts by the name of their channel, those of a platform itself first."""
        names = ("wechat", "wechat_v2", "alipay", "unionpay", "antom", "qra")
        found = {name: getattr(self, name) for name in names}
        return {name: account for name, account in found.items() if account is not None}


class MerchantFile(Section, frozen=True):
    """A file that holds one merchant."""

    merchant: Merchant
