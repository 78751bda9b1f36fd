"""A merchant's account at Alipay, as settings write it."""

from __future__ import annotations

from collections.abc import Callable

from pos_tui.settings import Key, PlatformAccount, Secret


class AlipayAccount(PlatformAccount, frozen=True, kw_only=True):
    """Alipay: with `alipay_key` in key mode, with the three certificates in certificate mode."""

    url: str = "https://openapi.alipay.com/gateway.do"
    app_id: str
    private_key: Secret
    alipay_key: Key | None = None
    app_certificate: Key | None = None
    alipay_certificate: Key | None = None
    root_certificates: Key | None = None
    seller_id: str | None = None
    accepts: tuple[str, ...] = ("alipay",)

    @property
    def number(self) -> str:
        """The application's number at Alipay."""
        return self.app_id

    @classmethod
    def simulated(cls, base_url: str, key: Callable[[str], str]) -> AlipayAccount:
        """An account at the simulated Alipay, in key mode."""
        return cls(
            url=f"{base_url}/alipay/gateway.do",
            app_id="2021000000000001",
            private_key=key("merchant-key.pem"),
            alipay_key=key("platform-public.pem"),
        )
