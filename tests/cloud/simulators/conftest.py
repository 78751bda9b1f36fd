"""The simulated platforms over real HTTP, for clients that others have written."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import uvicorn
from msgspec import Struct

from pos_tui.cloud.platforms.alipay.account import AlipayAccount
from pos_tui.cloud.platforms.simulation.behaviours import Behaviours
from pos_tui.cloud.platforms.simulation.keys import MERCHANT_KEY, PLATFORM_PUBLIC, PlatformKeys
from pos_tui.cloud.platforms.wechat.account import WeChatAccount
from pos_tui.cloud.platforms.wechat_v2.account import WeChatV2Account
from pos_tui.cloud.simulators.app import LeavingProtocol, app_for
from pos_tui.cloud.simulators.keys import make_keys
from pos_tui.cloud.wire.serving import listen
from pos_tui.settings import Merchant
from tests.cloud.platforms.alipay import certificates

CERTIFIED = "2021000000000002"


class StandIns(Struct, frozen=True):
    """Where the simulated platforms are, and a merchant's accounts at them."""

    url: str
    alipay: AlipayAccount
    alipay_certified: AlipayAccount
    wechat: WeChatAccount
    wechat_v2: WeChatV2Account
    behaviours: Behaviours


@pytest.fixture(scope="session")
def standins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIns]:
    """Platforms that reverse at once, for two merchants: one has Alipay's certificates."""
    folder = tmp_path_factory.mktemp("standins")
    make_keys(folder)
    certificates.make_certificates(folder, CERTIFIED)
    keys = PlatformKeys(folder)
    listener = listen("127.0.0.1", 0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    behaviours = Behaviours(late_s=0.0, reverse_after_s=0.0, refund_gap_s=0.0)
    found = StandIns(
        url=url,
        alipay=AlipayAccount.simulated(url, keys.text),
        alipay_certified=AlipayAccount(
            url=f"{url}/alipay/gateway.do",
            app_id=CERTIFIED,
            private_key=keys.text(MERCHANT_KEY),
            app_certificate=keys.text(certificates.APP_CERTIFICATE),
            alipay_certificate=keys.text(certificates.ALIPAY_CERTIFICATE),
            root_certificates=keys.text(certificates.ROOT_CERTIFICATES),
        ),
        wechat=WeChatAccount(
            url=f"{url}/wechat",
            appid="wx0000000000sdks01",
            mchid="1900000009",
            serial="3775B6A45ACD588826D15E583A95F5DD00000001",
            private_key=keys.text(MERCHANT_KEY),
            platform_keys={"PUB_KEY_ID_0119000000092024": keys.text(PLATFORM_PUBLIC)},
            api_v3_key="0123456789abcdef0123456789abcdef",
        ),
        wechat_v2=WeChatV2Account.simulated(url, keys.text),
        behaviours=behaviours,
    )
    merchants = [
        Merchant(
            id="M001",
            key="k",
            accounts={
                "alipay": found.alipay,
                "wechat": found.wechat,
                "wechat_v2": found.wechat_v2,
            },
        ),
        Merchant(id="M002", key="k", accounts={"alipay": found.alipay_certified}),
    ]
    app = app_for(merchants, keys, behaviours)
    config = uvicorn.Config(app, http=LeavingProtocol, ws="none", log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield found
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listener.close()
