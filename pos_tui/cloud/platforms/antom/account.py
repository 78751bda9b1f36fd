"""A merchant's account at Antom, as settings write it."""

from __future__ import annotations

from collections.abc import Callable

from pos_tui.settings import Key, PlatformAccount, Secret


class AntomAccount(PlatformAccount, frozen=True, kw_only=True):
    """Alipay+ through Antom, user-presented codes; the public key is Antom's."""

    url: str = "https://open-sea-global.alipay.com"
    client_id: str
    private_key: Secret
    antom_key: Key
    key_version: int = 1
    currencies: tuple[str, ...] = ("CNY",)
    settlement_currency: str | None = None
    store_name: str = ""
    store_mcc: str = "5411"
    region: str = "CN"
    accepts: tuple[str, ...] = ("alipayplus",)

    @property
    def number(self) -> str:
        """The client's number at Antom."""
        return self.client_id

    @classmethod
    def simulated(cls, base_url: str, key: Callable[[str], str]) -> AntomAccount:
        """An account at the simulated Antom, in its sandbox."""
        return cls(
            url=f"{base_url}/antom",
            client_id="SANDBOX_DEMO01",
            private_key=key("merchant-key.pem"),
            antom_key=key("platform-public.pem"),
            store_name="Corner Market",
        )
