"""A merchant's account at WeChat Pay V2, as settings write it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from pos_tui.settings import Key, PlatformAccount, Secret

SignType = Literal["MD5", "HMAC-SHA256"]


class WeChatV2Account(PlatformAccount, frozen=True, kw_only=True):
    """WeChat Pay V2; the certificate and its key (PEM) are asked for at reversals and refunds."""

    url: str = "https://api.mch.weixin.qq.com"
    appid: str
    mch_id: str
    key: Secret
    sign_type: SignType = "HMAC-SHA256"
    certificate: Key | None = None
    certificate_key: Secret | None = None
    accepts: tuple[str, ...] = ("wechat",)

    @property
    def number(self) -> str:
        """The merchant's number at WeChat Pay."""
        return self.mch_id

    @classmethod
    def simulated(cls, base_url: str, key: Callable[[str], str]) -> WeChatV2Account:
        """An account at the simulated WeChat Pay V2, which needs no key file."""
        return cls(
            url=f"{base_url}/wechat2",
            appid="wx0000000000demo02",
            mch_id="1900000002",
            key="0123456789abcdef0123456789abcdef",
        )
