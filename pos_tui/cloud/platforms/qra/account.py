"""A merchant's account at UnionPay QRA, as settings write it."""

from __future__ import annotations

from collections.abc import Callable

from pos_tui.settings import PlatformAccount, Secret


class QraAccount(PlatformAccount, frozen=True, kw_only=True):
    """UnionPay QRA, which many banks share; other wallets' codes too where `accepts` has them."""

    url: str = "https://qra.95516.com/pay/gateway"
    mch_id: str
    key: Secret
    accepts: tuple[str, ...] = ("unionpay",)

    @property
    def number(self) -> str:
        """The merchant's number at QRA."""
        return self.mch_id

    @classmethod
    def simulated(cls, base_url: str, key: Callable[[str], str]) -> QraAccount:
        """An account at the simulated QRA, for the wallets that no other platform here serves."""
        return cls(
            url=f"{base_url}/qra/pay/gateway",
            mch_id="QRA000000000001",
            key="demo-qra-key",
            accepts=("ecny", "jd", "bestpay"),
        )
