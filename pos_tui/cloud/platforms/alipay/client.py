"""Alipay's client: payment codes and faces (RSA2), notices and bills, one signed call."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from datetime import date
from urllib.parse import urlencode

import httpx

from pos_tui.cloud.platforms.alipay.account import AlipayAccount
from pos_tui.cloud.platforms.alipay.bill_download import bill_url, details_of, download, why_no_bill
from pos_tui.cloud.platforms.alipay.certificates import (
    notice_fields,
    open_keys,
    signed_notice,
    signed_request,
    signed_response,
)
from pos_tui.cloud.platforms.alipay.mapping import (
    cancel_of,
    is_refunded,
    pay_content,
    payment_of,
    query_of,
    refund_content,
    refund_of,
    request_params,
    will_not_cancel,
)
from pos_tui.cloud.platforms.protocol import (
    UNCLEAR,
    BillError,
    Notice,
    PlatformAnswer,
    PlatformOrder,
    PlatformRefund,
    answer,
)
from pos_tui.cloud.wire import rsa
from pos_tui.cloud.wire.exchange import NoReply, call

_log = logging.getLogger(__name__)
_CANCEL_ENDS = {"closed", "reversed", "not_found", "paid"}


class AlipayClient:
    """One merchant's Alipay account, in key mode or certificate mode."""

    currencies = frozenset({"CNY"})
    schedule: tuple[float, ...] = (1, 1, 2, 2, 3, 5)
    deadline_s = 60.0
    cancel_after_s = 0.0

    def __init__(
        self,
        account: AlipayAccount,
        client: httpx.AsyncClient,
        notify_url: str | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Raises SettingsError for keys that cannot be used or are not a whole mode's."""
        self._account = account
        self._keys = open_keys(account)
        self._notify_url = notify_url
        self._client = client
        self._now = now

    async def pay(self, order: PlatformOrder, auth_code: str) -> PlatformAnswer:
        """Charge the customer, by a payment code or (where the scene says so) a face."""
        content = pay_content(order, auth_code)
        reply = await self._call("alipay.trade.pay", content, self._notify_url)
        return reply if isinstance(reply, PlatformAnswer) else payment_of(reply, order)

    async def query(self, order: PlatformOrder) -> PlatformAnswer:
        """What has become of an order."""
        reply = await self._call("alipay.trade.query", {"out_trade_no": order.order_no})
        return reply if isinstance(reply, PlatformAnswer) else query_of(reply, order)

    async def cancel(self, order: PlatformOrder) -> PlatformAnswer:
        """Close what is unpaid, give back what is paid; where Alipay will not, see what it is."""
        reply = await self._call("alipay.trade.cancel", {"out_trade_no": order.order_no})
        if isinstance(reply, PlatformAnswer):
            return reply
        if not will_not_cancel(reply):
            return cancel_of(reply)
        found = await self.query(order)
        return found if found.state in _CANCEL_ENDS else UNCLEAR

    async def refund(self, order: PlatformOrder, refund: PlatformRefund) -> PlatformAnswer:
        """Give back what a refund says; anything but a plain yes is asked about by its number."""
        reply = await self._call("alipay.trade.refund", refund_content(order, refund))
        found = reply if isinstance(reply, PlatformAnswer) else refund_of(reply)
        if found.state in ("refunded", "unsent"):
            return found
        asked = {"out_trade_no": order.order_no, "out_request_no": refund.refund_no}
        reply = await self._call("alipay.trade.fastpay.refund.query", asked)
        if isinstance(reply, PlatformAnswer) or reply.get("code") != "10000":
            return UNCLEAR
        return answer("refunded", "refunded") if is_refunded(reply, refund) else found

    def notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        """A notice that is signed by Alipay and about this account."""
        fields = notice_fields(body)
        if fields is None or fields.get("sign_type", "RSA2") != "RSA2":
            return None
        if not rsa.is_signed(self._keys.alipay, signed_notice(fields), fields.get("sign", "")):
            _log.warning("Alipay: a notice is not believed: the signature is another's")
            return None
        seller_id = self._account.seller_id
        if fields.get("app_id") != self._account.app_id or (
            seller_id and fields.get("seller_id") != seller_id
        ):
            _log.warning("Alipay: a notice is not believed: it is about another account")
            return None
        order_no = fields.get("out_trade_no")
        return Notice(order_no=order_no, receipt=b"success") if order_no else None

    async def bill(self, day: date) -> str:
        """The bill of one day in China: the CSV text of its single payments and refunds.

        Raises BillError.
        """
        asked = {"bill_type": "trade", "bill_date": day.isoformat()}
        reply = await self._call("alipay.data.dataservice.bill.downloadurl.query", asked)
        if isinstance(reply, PlatformAnswer):
            raise BillError("bill.alipay_unclear", day=day)
        if reply.get("code") != "10000":
            raise BillError(why_no_bill(reply, day))
        packed = await download(
            self._client, bill_url(reply.get("bill_download_url"), self._account.url)
        )
        return await asyncio.to_thread(details_of, packed)

    async def _call(
        self, method: str, content: Mapping[str, object], notify_url: str | None = None
    ) -> dict[str, object] | PlatformAnswer:
        params = request_params(self._account.app_id, method, content, self._now())
        params |= self._keys.named()
        if notify_url:
            params["notify_url"] = notify_url
        params["sign"] = rsa.sign(self._keys.private, signed_request(params))
        reply = await call(
            self._client,
            "POST",
            self._account.url + "?charset=utf-8",
            {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"},
            urlencode(params).encode(),
        )
        if isinstance(reply, NoReply):
            return answer(reply.state, reply.reason)
        name = method.replace(".", "_") + "_response"
        try:
            text = reply.body.decode("utf-8")
            raw, signature = signed_response(text, name, self._keys.alipay_cert_sn)
        except ValueError as error:
            # Complaints about the app id come unsigned: no answer, but good to know.
            code = re.search(rb'"sub_code" ?: ?"([A-Za-z._-]{1,64})"', reply.body)
            hint = code[1].decode() if code else "no code"
            _log.error("Alipay: HTTP %d not believed: %s (%s)", reply.status, error, hint)
            return UNCLEAR
        if reply.status != 200 or not rsa.is_signed(self._keys.alipay, raw.encode(), signature):
            _log.error("Alipay: HTTP %d not believed: the signature is another's", reply.status)
            return UNCLEAR
        response = json.loads(raw)
        if not isinstance(response, dict):
            return UNCLEAR
        asked_for = content.get("out_trade_no")
        if response.get("out_trade_no", asked_for) != asked_for:
            _log.error("Alipay: the answer is about another order")
            return UNCLEAR
        return response
