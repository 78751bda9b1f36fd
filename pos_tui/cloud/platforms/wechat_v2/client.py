"""WeChat Pay V2's client: payment codes (micropay, XML) and bills, one signed call."""

from __future__ import annotations

import logging
import secrets
import ssl
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import httpx
from cryptography.hazmat.primitives import serialization

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
from pos_tui.cloud.platforms.wechat.error_codes import (
    PAID_BEFORE,
    is_absent,
    plain_code,
    refuses_refund,
)
from pos_tui.cloud.platforms.wechat_v2.account import WeChatV2Account
from pos_tui.cloud.platforms.wechat_v2.mapping import (
    cancel_of,
    doubt_about,
    pay_fields,
    payment_of,
    query_of,
    refund_fields,
    refund_query_of,
    signature,
    why_no_bill,
)
from pos_tui.cloud.wire import rsa
from pos_tui.cloud.wire.exchange import NoReply, call
from pos_tui.cloud.wire.flat_xml import XmlError, read_xml, write_xml
from pos_tui.files.owner import make_private_file
from pos_tui.reasons import because

_log = logging.getLogger(__name__)
_XML = {"Content-Type": "text/xml; charset=utf-8"}


def certified_client(account: WeChatV2Account) -> httpx.AsyncClient | None:
    """The client for reversals and refunds, which shows the merchant's certificate.

    None without one. Whoever asks closes it. Raises KeyTextError for a certificate or key that
    cannot be used.
    """
    if not account.certificate or not account.certificate_key:
        return None
    key = rsa.private_key(account.certificate_key, "wechat_v2.certificate_key")
    pem = account.certificate.strip().encode() + b"\n"
    pem += key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    context = ssl.create_default_context()
    # OpenSSL takes the merchant's certificate from a file only.
    with tempfile.TemporaryDirectory(prefix="pos-tui-") as folder:
        path = Path(folder) / "certificate.pem"
        make_private_file(path)
        path.write_bytes(pem)
        try:
            context.load_cert_chain(path)
        except ssl.SSLError as error:
            raise rsa.KeyTextError("certificate.wechat_v2_other_key") from error
    return httpx.AsyncClient(
        verify=context,
        timeout=httpx.Timeout(10.0, connect=3.0),
        limits=httpx.Limits(max_connections=50, max_keepalive_connections=10),
        follow_redirects=False,
    )


def open_wechat_v2(
    account: WeChatV2Account, client: httpx.AsyncClient, _notify_url: str | None
) -> WeChatV2Client:
    """The client of an account; where there is TLS, with a certified one. Raises KeyTextError."""
    has_tls = account.url.lower().startswith("https:")
    return WeChatV2Client(account, client, certified_client(account) if has_tls else client)


class WeChatV2Client:
    """One merchant's WeChat Pay V2 account; `certified` makes reversals and refunds."""

    currencies = frozenset({"CNY"})
    schedule: tuple[float, ...] = (1, 1, 2, 2, 3, 5)
    deadline_s = 45.0
    cancel_after_s = 16.0  # 15 s by WeChat's clock, which starts when the pay call arrives

    def __init__(
        self,
        account: WeChatV2Account,
        client: httpx.AsyncClient,
        certified: httpx.AsyncClient | None = None,
    ) -> None:
        self._account = account
        self._client = client
        self._certified = certified

    async def pay(self, order: PlatformOrder, auth_code: str) -> PlatformAnswer:
        """Charge the customer; a refusal is believed once a query has found no payment."""
        reply = await self._call(self._client, "/pay/micropay", pay_fields(order, auth_code))
        if isinstance(reply, PlatformAnswer):
            return reply
        outcome = payment_of(reply, order)
        if plain_code(reply.get("err_code")) == PAID_BEFORE:
            found = await self.query(order)
            return UNCLEAR if found.state == "unsent" else found
        if outcome.state != "declined":
            return outcome
        # A refusal names no order, and a code that is sent twice is refused the second time.
        found = await self.query(order)
        if found.state in ("unknown", "unsent"):
            return UNCLEAR
        return found if found.state in ("paid", "paying") else outcome

    async def query(self, order: PlatformOrder) -> PlatformAnswer:
        """What has become of an order."""
        fields = {"out_trade_no": order.order_no}
        reply = await self._call(self._client, "/pay/orderquery", fields)
        return reply if isinstance(reply, PlatformAnswer) else query_of(reply, order)

    async def cancel(self, order: PlatformOrder) -> PlatformAnswer:
        """Reverse: closes what is unpaid, gives back what is paid, for seven days.

        Without a certificate nothing can be reversed; but WeChat itself closes what nobody has
        paid for 45 s, so that asking until it has (or until it is paid) ends well.
        """
        if self._certified is None:
            self._miss_certificate("reversed")
            return await self._as_it_stands(order)
        fields = {"out_trade_no": order.order_no}
        reply = await self._call(self._certified, "/secapi/pay/reverse", fields)
        if isinstance(reply, PlatformAnswer):
            return reply
        if plain_code(reply.get("err_code")) == "REVERSEEXPIRE":
            return await self._as_it_stands(order)
        return cancel_of(reply)

    async def refund(self, order: PlatformOrder, refund: PlatformRefund) -> PlatformAnswer:
        """Give back what a refund says; what is unclear or refused is asked for by its number."""
        is_refused = False
        if self._certified is None:
            self._miss_certificate("given back")
        else:
            fields = refund_fields(order, refund)
            reply = await self._call(self._certified, "/secapi/pay/refund", fields)
            if isinstance(reply, dict):
                # That it is accepted says nothing yet about the money.
                is_refused = refuses_refund(plain_code(reply.get("err_code")))
            elif reply.state == "unsent":
                return reply
        asked = {"out_refund_no": refund.refund_no}
        found = await self._call(self._client, "/pay/refundquery", asked)
        if isinstance(found, dict):
            if is_refused and is_absent(plain_code(found.get("err_code"))):
                return answer("declined", "refund_refused")
            outcome = refund_query_of(found, order, refund)
            if outcome.state != "unknown":
                return outcome
        return UNCLEAR if self._certified else answer("unknown", "configuration")

    def notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        """V2 tells nothing of scanned codes, and its refunds' notices are unsigned: none."""
        return None

    async def bill(self, day: date) -> str:
        """The trades of one day of WeChat Pay's. Raises BillError.

        The file is unsigned: pay.weixin.qq.com/doc/v2/merchant/4011985040. It is no more than
        something to compare with.
        """
        fields = {"bill_date": f"{day:%Y%m%d}", "bill_type": "ALL", "tar_type": "GZIP"}
        try:
            url = httpx.URL(self._account.url.rstrip("/") + "/pay/downloadbill")
        except httpx.InvalidURL as error:
            raise BillError(
                "bill.wechat_refused", why=because("bill.wechat_url_unusable")
            ) from error
        packed = await bill_download.download(
            self._client, "POST", url, _XML, write_xml(self._signed(fields))
        )
        if packed.lstrip().startswith(b"<"):
            raise BillError(why_no_bill(packed))
        return await bill_download.read_bill(packed)

    async def _as_it_stands(self, order: PlatformOrder) -> PlatformAnswer:
        found = await self.query(order)
        is_end = found.state in ("closed", "reversed", "not_found", "paid", "unsent")
        return found if is_end else UNCLEAR

    def _miss_certificate(self, done: str) -> None:
        _log.error(
            "WeChat Pay V2: nothing can be %s without wechat_v2.certificate and "
            "wechat_v2.certificate_key",
            done,
        )

    async def _call(
        self, client: httpx.AsyncClient, path: str, fields: Mapping[str, str]
    ) -> dict[str, str] | PlatformAnswer:
        url = self._account.url.rstrip("/") + path
        reply = await call(client, "POST", url, _XML, write_xml(self._signed(fields)))
        if isinstance(reply, NoReply):
            return answer(reply.state, reply.reason)
        try:
            response = read_xml(reply.body)
        except XmlError as error:
            _log.warning("WeChat Pay V2: HTTP %d not believed: %s", reply.status, error)
            return UNCLEAR
        doubt = doubt_about(response, self._account)
        if doubt:
            _log.error("WeChat Pay V2: HTTP %d not believed: %s", reply.status, doubt)
            return UNCLEAR
        return response

    def _signed(self, fields: Mapping[str, str]) -> dict[str, str]:
        account = self._account
        params = {
            "appid": account.appid,
            "mch_id": account.mch_id,
            "nonce_str": secrets.token_hex(16),
            "sign_type": account.sign_type,
            **fields,
        }
        return {**params, "sign": signature(params, account.key, account.sign_type)}
