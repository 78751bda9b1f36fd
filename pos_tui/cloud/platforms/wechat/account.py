"""A merchant's account at WeChat Pay V3, as settings write it."""

from __future__ import annotations

from collections.abc import Callable

from pos_tui.settings import Key, PlatformAccount, Secret


class WeChatAccount(PlatformAccount, frozen=True, kw_only=True):
    """WeChat Pay V3; `platform_keys` are WeChat's public keys or certificates, by serial.

    `api_v3_key` (32 characters) opens the notices.
    """

    url: str = "https://api.mch.weixin.qq.com"
    appid: str
    mchid: str
    serial: str
    private_key: Secret
    platform_keys: dict[str, Key]
    api_v3_key: Secret | None = None
    accepts: tuple[str, ...] = ("wechat",)

    @property
    def number(self) -> str:
        """The merchant's number at WeChat Pay."""
        return self.mchid

    @classmethod
    def simulated(cls, base_url: str, key: Callable[[str], str]) -> WeChatAccount:
        """An account at the simulated WeChat Pay."""
        return cls(
            url=f"{base_url}/wechat",
            appid="wx0000000000demo01",
            mchid="1900000001",
            serial="DEMO0001",
            private_key=key("merchant-key.pem"),
            platform_keys={"PLATFORM01": key("platform-public.pem")},
        )
