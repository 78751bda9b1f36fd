"""UnionPay QRA's client: everybody's payment codes, XML signed with a shared key, one call.

QRA speaks the protocol of the SwiftPass family (up.95516.com/open/openapi), and finds out itself
whose code it was given: nothing here may assume that a code is UnionPay's own.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from typing import Literal

import httpx

from pos_tui.cloud.platforms.protocol import (
    UNCLEAR,
    Notice,
    PlatformAnswer,
    PlatformOrder,
    PlatformRefund,
    answer,
)
from pos_tui.cloud.platforms.qra.account import QraAccount
from pos_tui.cloud.platforms.qra.mapping import (
    cancel_of,
    code_of,
    doubt_about,
    is_refunded,
    pay_fields,
    payment_of,
    query_of,
    refund_fields,
    refund_of,
    signature,
)
from pos_tui.cloud.wire.exchange import NoReply, call
from pos_tui.cloud.wire.flat_xml import XmlError, read_xml, write_xml

_log = logging.getLogger(__name__)
# Too late for a reversal: only a refund is left.
_WILL_NOT_REVERSE = {
    "REVERSE_EXPIRE",
    "CANCEL_NOT_ALLOWED",
    "TRADE_CANCEL_TIME_OUT",
    "TRADE_HAS_FINISHED",
}
SignType = Literal["MD5", "SHA256"]


def open_qra(account: QraAccount, client: httpx.AsyncClient, _notify_url: str | None) -> QraClient:
    """The client of an account."""
    return QraClient(account, client)


class QraClient:
    """One merchant's QRA account."""

    currencies = frozenset({"CNY"})
    schedule: tuple[float, ...] = (1, 1, 2, 2, 3, 5)
    deadline_s = 60.0
    cancel_after_s = 0.0

    def __init__(
        self, account: QraAccount, client: httpx.AsyncClient, sign_type: SignType = "MD5"
    ) -> None:
        self._account = account
        self._client = client
        self._sign_type = sign_type

    async def pay(self, order: PlatformOrder, auth_code: str) -> PlatformAnswer:
        """Charge the customer."""
        reply = await self._call("unified.trade.micropay", pay_fields(order, auth_code))
        return reply if isinstance(reply, PlatformAnswer) else payment_of(reply, order)

    async def query(self, order: PlatformOrder) -> PlatformAnswer:
        """What has become of an order."""
        reply = await self._call("unified.trade.query", {"out_trade_no": order.order_no})
        return reply if isinstance(reply, PlatformAnswer) else query_of(reply, order)

    async def cancel(self, order: PlatformOrder) -> PlatformAnswer:
        """Reverse: closes what is unpaid, gives back what is paid; too late for it, see if it is.

        Where it is paid for good, a refund gives the money back.
        """
        reply = await self._call("unified.micropay.reverse", {"out_trade_no": order.order_no})
        if isinstance(reply, PlatformAnswer):
            return reply
        if code_of(reply) not in _WILL_NOT_REVERSE:
            return cancel_of(reply)
        found = await self.query(order)
        return found if found.state in ("paid", "closed", "reversed", "not_found") else UNCLEAR

    async def refund(self, order: PlatformOrder, refund: PlatformRefund) -> PlatformAnswer:
        """Give back what a refund says; anything but a plain yes is asked about by its number."""
        fields = refund_fields(order, refund, self._account.mch_id)
        reply = await self._call("unified.trade.refund", fields)
        found = reply if isinstance(reply, PlatformAnswer) else refund_of(reply, refund)
        if found.state == "unsent":
            return found
        asked = {"out_trade_no": order.order_no, "out_refund_no": refund.refund_no}
        shown = await self._call("unified.trade.refundquery", asked)
        if isinstance(shown, PlatformAnswer):
            return UNCLEAR
        if is_refunded(shown, refund):
            return answer("refunded", "refunded")
        # That it is accepted says nothing yet about the money.
        return UNCLEAR if found.state == "refunded" else found

    def notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        """QRA sends none about scanned codes."""
        return None

    async def _call(
        self, service: str, fields: Mapping[str, str]
    ) -> dict[str, str] | PlatformAnswer:
        account = self._account
        params = {
            "service": service,
            "version": "2.0",
            "charset": "UTF-8",
            "sign_type": self._sign_type,
            "mch_id": account.mch_id,
            "nonce_str": secrets.token_hex(16),
            **fields,
        }
        params["sign"] = signature(params, account.key)
        reply = await call(
            self._client,
            "POST",
            account.url,
            {"Content-Type": "text/xml; charset=utf-8"},
            write_xml(params),
        )
        if isinstance(reply, NoReply):
            return answer(reply.state, reply.reason)
        try:
            response = read_xml(reply.body)
        except XmlError as error:
            _log.warning("QRA: HTTP %d not believed: %s", reply.status, error)
            return answer("unknown", "platform_error")
        doubt = doubt_about(response, account)
        if (
            doubt is None
            and response.get("out_trade_no", fields["out_trade_no"]) != (fields["out_trade_no"])
        ):
            doubt = "it is about another order"
        if doubt:
            _log.error("QRA: HTTP %d not believed: %s", reply.status, doubt)
            return answer("unknown", "platform_error")
        return response
