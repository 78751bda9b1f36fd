"""WeChat Pay V3's client: payment codes (codepay), notices and bills, one signed call."""

from __future__ import annotations

import json
import logging
import secrets
import time
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import date

import httpx
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pos_tui.cloud.platforms.protocol import (
    UNCLEAR,
    BillError,
    Notice,
    PlatformAnswer,
    PlatformOrder,
    PlatformRefund,
    answer,
)
from pos_tui.cloud.platforms.wechat import bill_download
from pos_tui.cloud.platforms.wechat.account import WeChatAccount
from pos_tui.cloud.platforms.wechat.error_codes import (
    PAID_BEFORE,
    is_absent,
    plain_code,
    refuses_refund,
)
from pos_tui.cloud.platforms.wechat.mapping import (
    cancel_of,
    code_of,
    object_of,
    pay_body,
    payment_of,
    refund_body,
    refund_of,
    why_no_bill,
)
from pos_tui.cloud.wire import rsa
from pos_tui.cloud.wire.exchange import NoReply, Reply, call

_log = logging.getLogger(__name__)
_SCHEME = "WECHATPAY2-SHA256-RSA2048"
_PROBE = "WECHATPAY/SIGNTEST/"
_REFUNDS = "/v3/refund/domestic/refunds"
_FRESH_S = 5 * 60


class WeChatClient:
    """One merchant's WeChat Pay account; only refunds are notified, to an https `notify_url`."""

    currencies = frozenset({"CNY"})
    schedule: tuple[float, ...] = (1, 1, 2, 2, 3, 5)
    deadline_s = 45.0
    cancel_after_s = 16.0  # 15 s by WeChat's clock, which starts when the pay call arrives

    def __init__(
        self,
        account: WeChatAccount,
        client: httpx.AsyncClient,
        notify_url: str | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._account = account
        self._private_key = rsa.private_key(account.private_key, "wechat.private_key")
        self._platform_keys = {
            serial.upper(): rsa.public_key(key, f"wechat.platform_keys.{serial}")
            for serial, key in account.platform_keys.items()
        }
        self._named_key = next((s for s in account.platform_keys if s.startswith("PUB_KEY")), None)
        self._cipher = _cipher(account.api_v3_key) if account.api_v3_key else None
        self._client = client
        self._notify_url = notify_url
        self._now = now

    async def pay(self, order: PlatformOrder, auth_code: str) -> PlatformAnswer:
        """Charge the customer; a refusal is believed once a query has found no payment."""
        reply = await self._call(
            "POST", "/v3/pay/transactions/codepay", pay_body(order, auth_code, self._account)
        )
        if isinstance(reply, PlatformAnswer):
            return reply
        outcome = payment_of(reply.status, reply.body, order, self._account)
        if reply.status < 300:
            return outcome
        if code_of(reply.body) == PAID_BEFORE:
            found = await self.query(order)
            return UNCLEAR if found.state == "unsent" else found
        if outcome.state != "declined":
            return outcome
        # WeChat has been seen to charge and to answer 4xx all the same.
        found = await self.query(order)
        if found.state in ("unknown", "unsent"):
            return answer("unknown", "platform_error")
        return found if found.state in ("paid", "paying") else outcome

    async def query(self, order: PlatformOrder) -> PlatformAnswer:
        """What has become of an order."""
        path = f"/v3/pay/transactions/out-trade-no/{order.order_no}?mchid={self._account.mchid}"
        reply = await self._call("GET", path, None)
        if isinstance(reply, PlatformAnswer):
            return reply
        if reply.status >= 300:
            # Only the order's absence is news here: a query that fails refuses no payment.
            found = payment_of(reply.status, reply.body, order, self._account)
            return found if found.state in ("not_found", "paying") else UNCLEAR
        return payment_of(reply.status, reply.body, order, self._account)

    async def cancel(self, order: PlatformOrder) -> PlatformAnswer:
        """Reverse: closes what is unpaid, gives back what is paid, for seven days."""
        path = f"/v3/pay/transactions/out-trade-no/{order.order_no}/reverse"
        account = self._account
        reply = await self._call("POST", path, {"appid": account.appid, "mchid": account.mchid})
        if isinstance(reply, PlatformAnswer):
            return reply
        return cancel_of(reply.status, reply.body, order, account)

    async def refund(self, order: PlatformOrder, refund: PlatformRefund) -> PlatformAnswer:
        """Give back what a refund says; what is unclear or refused is asked for by its number."""
        body = refund_body(order, refund, self._notify_url)
        reply = await self._call("POST", _REFUNDS, body)
        is_refused = False
        if isinstance(reply, Reply):
            outcome = refund_of(reply.status, reply.body, order, refund)
            if outcome.state != "unknown":
                return outcome
            is_refused = 400 <= reply.status < 500 and refuses_refund(code_of(reply.body))
        elif reply.state == "unsent":
            return reply
        asked = await self._call("GET", f"{_REFUNDS}/{refund.refund_no}", None)
        if isinstance(asked, PlatformAnswer):
            return UNCLEAR
        if is_refused and asked.status == 404 and is_absent(code_of(asked.body)):
            return answer("declined", "refund_refused")
        return refund_of(asked.status, asked.body, order, refund)

    def notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        """A refund's notice (a payment's is read alike); WeChat wants a 2xx and no content.

        pay.weixin.qq.com/doc/v3/merchant/4012082053.
        """
        doubt = self.doubt(headers, body)
        if doubt is None:
            try:
                return self._opened(body)
            except (InvalidTag, ValueError, TypeError, LookupError, AttributeError, RecursionError):
                doubt = "its content cannot be opened with the account's api_v3_key"
        _log.warning("WeChat Pay: a notice is not believed: %s", doubt)
        return None

    async def bill(self, day: date) -> str:
        """The trades of one day of WeChat Pay's. Raises BillError.

        The file itself is unsigned; its hash comes in a signed answer and is the unpacked
        bill's: pay.weixin.qq.com/wiki/doc/apiv3/apis/chapter7_9_1.shtml.
        """
        asked = f"/v3/bill/tradebill?bill_date={day.isoformat()}&bill_type=ALL&tar_type=GZIP"
        reply = await self._call("GET", asked, None)
        if isinstance(reply, PlatformAnswer):
            raise BillError("bill.wechat_silent")
        content = object_of(reply.body) or {}
        if reply.status >= 300:
            raise BillError(why_no_bill(reply.status, plain_code(content.get("code"))))
        if content.get("hash_type") != "SHA1":
            raise BillError("bill.wechat_damaged")
        url = bill_download.bill_url(content.get("download_url"), self._account.url)
        packed = await bill_download.download(
            self._client, "GET", url, self._signed_headers("GET", url, b"")
        )
        return await bill_download.read_bill(packed, str(content.get("hash_value")))

    def doubt(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """Why a reply must not be believed; None when it is signed, fresh and by the right key."""
        given = {name.lower(): value for name, value in headers.items()}
        stamp = given.get("wechatpay-timestamp", "")
        nonce = given.get("wechatpay-nonce", "")
        serial = given.get("wechatpay-serial", "")
        signature = given.get("wechatpay-signature", "")
        if signature.startswith(_PROBE):
            return "it is WeChat Pay's probe, signed wrongly on purpose"
        platform_key = self._platform_keys.get(serial.upper())
        if platform_key is None:
            return f"it is signed by key {serial[:64] or '(none)'}"
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
            return "it has no time"
        if abs(self._now() - int(stamp)) > _FRESH_S:
            return "its time is not within five minutes of ours"
        text = f"{stamp}\n{nonce}\n".encode("utf-8", "replace") + body + b"\n"
        if not rsa.is_signed(platform_key, text, signature):
            return "its signature is not WeChat Pay's"
        return None

    async def _call(
        self, method: str, path: str, content: Mapping[str, object] | None
    ) -> Reply | PlatformAnswer:
        body = b""
        if content is not None:
            body = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
        try:
            url = httpx.URL(self._account.url.rstrip("/") + path)
        except httpx.InvalidURL as error:
            _log.error("WeChat Pay's url cannot be used: %s", error)
            return answer("unsent", "configuration")
        headers = self._signed_headers(method, url, body)
        reply = await call(self._client, method, str(url), headers, body)
        if isinstance(reply, NoReply):
            return answer(reply.state, reply.reason)
        doubt = self.doubt(reply.headers, reply.body)
        if doubt:
            _log.error("WeChat Pay: HTTP %d not believed: %s", reply.status, doubt)
            return UNCLEAR
        return reply

    def _signed_headers(self, method: str, url: httpx.URL, body: bytes) -> dict[str, str]:
        stamp, nonce = str(int(self._now())), secrets.token_hex(16)
        text = f"{method}\n{url.raw_path.decode()}\n{stamp}\n{nonce}\n".encode() + body + b"\n"
        fields = {
            "mchid": self._account.mchid,
            "nonce_str": nonce,
            "signature": rsa.sign(self._private_key, text),
            "timestamp": stamp,
            "serial_no": self._account.serial,
        }
        headers = {
            "Authorization": f"{_SCHEME} " + ",".join(f'{k}="{v}"' for k, v in fields.items()),
            "Accept": "application/json",
            "Content-Type": "application/json",
        }
        # Who changes from certificates to WeChat's public key asks for its signature with this.
        return headers | ({"Wechatpay-Serial": self._named_key} if self._named_key else {})

    def _opened(self, body: bytes) -> Notice | None:
        if self._cipher is None:
            _log.error("WeChat Pay: a notice came, and the account has no api_v3_key")
            return None
        sealed = json.loads(body)["resource"]
        if sealed["algorithm"] != "AEAD_AES_256_GCM":
            raise ValueError(sealed["algorithm"])
        content = json.loads(
            self._cipher.decrypt(
                sealed["nonce"].encode(),
                b64decode(sealed["ciphertext"]),
                (sealed.get("associated_data") or "").encode(),
            )
        )
        meant_for = content["mchid"], content.get("appid", self._account.appid)
        if meant_for != (self._account.mchid, self._account.appid):
            _log.error("WeChat Pay: a notice is meant for another merchant")
            return None
        order_no = content["out_trade_no"]
        return Notice(order_no=order_no, receipt=b"") if isinstance(order_no, str) else None


def _cipher(key: str) -> AESGCM:
    if len(key.encode()) != 32:
        raise rsa.KeyTextError("certificate.api_v3_key_length")
    return AESGCM(key.encode())
