"""A merchant's account at UnionPay ACP, as settings write it."""

from __future__ import annotations

from collections.abc import Callable

from pos_tui.settings import Key, PlatformAccount, Secret


class UnionPayAccount(PlatformAccount, frozen=True, kw_only=True):
    """UnionPay ACP 5.1, scanned QR codes; certificates and keys are PEM."""

    url: str = "https://gateway.95516.com/gateway/api"
    mer_id: str
    private_key: Secret
    certificate: Key
    root_certificate: Key
    middle_certificate: Key
    accepts: tuple[str, ...] = ("unionpay",)

    @property
    def number(self) -> str:
        """The merchant's number at UnionPay."""
        return self.mer_id

    @classmethod
    def simulated(cls, base_url: str, key: Callable[[str], str]) -> UnionPayAccount:
        """An account at the simulated UnionPay."""
        return cls(
            url=f"{base_url}/unionpay/gateway/api",
            mer_id="777290058167151",
            private_key=key("unionpay-merchant-key.pem"),
            certificate=key("unionpay-merchant-certificate.pem"),
            root_certificate=key("unionpay-root-certificate.pem"),
            middle_certificate=key("unionpay-middle-certificate.pem"),
        )
