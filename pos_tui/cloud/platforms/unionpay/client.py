"""UnionPay ACP 5.1.0's client: scanned QR codes, notices, one signed call.

What UnionPay answers to a payment, void, reversal or refund says only that it has been accepted
(its own samples: "00 does not mean that the transaction has succeeded"); what became of it is
learnt by a query of the same orderId and txnTime.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import httpx

from pos_tui.cloud.platforms.protocol import (
    UNCLEAR,
    Notice,
    PlatformAnswer,
    PlatformOrder,
    PlatformRefund,
    answer,
)
from pos_tui.cloud.platforms.unionpay.account import UnionPayAccount
from pos_tui.cloud.platforms.unionpay.certificates import (
    Verifier,
    notice_fields,
    open_certificate,
    read_reply,
    signed_text,
)
from pos_tui.cloud.platforms.unionpay.mapping import (
    PAYMENT,
    REFUND,
    REFUND_REFUSALS,
    VOID,
    Outcome,
    handed_in,
    is_refusal,
    outcome_of,
    pay_fields,
    query_fields,
    query_of,
    refund_fields,
    reversal_fields,
    reversed_of,
    txn_time,
    void_fields,
    void_no,
)
from pos_tui.cloud.wire import rsa
from pos_tui.cloud.wire.exchange import NoReply, call
from pos_tui.settings import SettingsError

_log = logging.getLogger(__name__)
_TRANSACT, _QUERY = "backTransReq.do", "queryTrans.do"
_REVERSAL_ENDS = {"00", "A6", "12", "35", "46"}

_MOST_VOIDED = 10_000


class UnionPayClient:
    """One merchant's ACP account."""

    currencies = frozenset({"CNY"})
    schedule: tuple[float, ...] = (1, 2, 4, 8, 16, 32)
    deadline_s = 60.0
    cancel_after_s = 0.0

    def __init__(
        self,
        account: UnionPayAccount,
        client: httpx.AsyncClient,
        notify_url: str | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Raises SettingsError for keys and certificates that do not belong together."""
        self._account = account
        self._client = client
        self._notify_url = notify_url
        self._now = now
        self._key = rsa.private_key(account.private_key, "unionpay.private_key")
        certificate = open_certificate(account.certificate, "unionpay.certificate")
        if certificate.public_key() != self._key.public_key():
            raise SettingsError("certificate.unionpay_other_key")
        self._cert_id = str(certificate.serial_number)
        self._verifier = Verifier(
            account.root_certificate, account.middle_certificate, is_test=_is_test(account.url)
        )
        self._voided: set[str] = set()

    async def pay(self, order: PlatformOrder, auth_code: str) -> PlatformAnswer:
        """Hand the code in, and see at once what has become of it."""
        fields = pay_fields(order, auth_code, self._notify_url)
        reply = await self._call(_TRANSACT, fields)
        if isinstance(reply, PlatformAnswer):
            return reply
        found = handed_in(reply)
        if found.state != "paying":
            return found
        seen = await self._seen(order)
        return seen if seen.state in ("paid", "declined", "reversed") else found

    async def query(self, order: PlatformOrder) -> PlatformAnswer:
        """What has become of an order, its void included."""
        found = await self._seen(order)
        # A payment's own record stays "paid" when a void has given the money back, so the void is
        # asked about as well; for a sale that is going on it is known that there was none.
        is_old = self._now() - order.made_at.timestamp() > self.deadline_s
        if found.state == "paid" and (is_old or order.order_no in self._voided):
            number = void_no(order.order_no)
            if await self._outcome(VOID, number, txn_time(order.made_at), order.amount) == "done":
                return answer("reversed", "money_returned")
        return found

    async def cancel(self, order: PlatformOrder) -> PlatformAnswer:
        """Void what is known to be paid; reverse what is unclear, and learn the end by a query.

        UnionPay wants reversals for unclear payments only. `paid` where neither can be had any
        more (both are for the same day): a refund then gives the money back.
        """
        before = await self.query(order)
        match before.state:
            case "paid":
                return await self._void(order, before)
            case "reversed" | "unsent":
                return before
            case "declined":
                return answer("closed", "cancelled")
        reply = await self._call(_TRANSACT, reversal_fields(order))
        if isinstance(reply, PlatformAnswer) and reply.state == "unsent":
            return reply
        accepted = not isinstance(reply, PlatformAnswer) and reply.get("respCode") in _REVERSAL_ENDS
        shown = await self._call(_QUERY, query_fields(order.order_no, txn_time(order.made_at)))
        if isinstance(shown, PlatformAnswer):
            return UNCLEAR
        return reversed_of(shown, order, before, accepted=accepted)

    async def refund(self, order: PlatformOrder, refund: PlatformRefund) -> PlatformAnswer:
        """Give back what a refund says; its own query tells whether that has been done."""
        ref = order.platform_ref
        if not ref:
            found = await self._seen(order)
            if found.state != "paid":
                return found if found.state == "unsent" else UNCLEAR
            ref = found.platform_ref or ""
        reply = await self._call(_TRANSACT, refund_fields(refund, ref))
        if isinstance(reply, PlatformAnswer) and reply.state == "unsent":
            return reply
        outcome = await self._outcome(
            REFUND, refund.refund_no, txn_time(refund.made_at), refund.amount, ref
        )
        if outcome == "done":
            return answer("refunded", "refunded")
        code = "" if isinstance(reply, PlatformAnswer) else reply.get("respCode", "")
        if outcome == "refused" or (outcome == "absent" and code in REFUND_REFUSALS):
            _log.error("UnionPay gives no money back: %s", code)
            return answer("declined", "refund_refused")
        return UNCLEAR

    def notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        """A notice of a payment that is signed by UnionPay and for this merchant.

        UnionPay sends it up to five times, until it hears HTTP 200.
        """
        fields = notice_fields(body)
        if fields is None:
            return None
        doubt = self._verifier.doubt(fields, self._now())
        if doubt is None and fields.get("merId") != self._account.mer_id:
            doubt = "it is for another merchant"
        if doubt:
            _log.warning("UnionPay: a notice is not believed: %s", doubt)
            return None
        order_no = fields.get("orderId")
        if not order_no or fields.get("txnType") != PAYMENT:
            return None
        return Notice(order_no=order_no, receipt=b"ok")

    # ---- steps -------------------------------------------------------------------------------

    async def _seen(self, order: PlatformOrder) -> PlatformAnswer:
        """What the payment's own record says."""
        reply = await self._call(_QUERY, query_fields(order.order_no, txn_time(order.made_at)))
        return reply if isinstance(reply, PlatformAnswer) else query_of(reply, order)

    async def _void(self, order: PlatformOrder, paid: PlatformAnswer) -> PlatformAnswer:
        """Give a paid order's money back the same day; made again, it is still the same void."""
        self._voided.add(order.order_no)
        if len(self._voided) > _MOST_VOIDED:
            self._voided.clear()  # by then they are old, and asked about anyway
        reply = await self._call(_TRANSACT, void_fields(order, paid.platform_ref or ""))
        if isinstance(reply, PlatformAnswer) and reply.state == "unsent":
            return reply
        number = void_no(order.order_no)
        match await self._outcome(VOID, number, txn_time(order.made_at), order.amount):
            case "done":
                return answer("reversed", "money_returned")
            case "refused" | "failed":
                refused = True
            case "absent":
                refused = not isinstance(reply, PlatformAnswer) and is_refusal(reply)
            case _:
                refused = False
        if not refused:
            return UNCLEAR
        # Refused perhaps because an earlier reversal has done its work by now.
        found = await self._seen(order)
        return found if found.state in ("paid", "reversed") else UNCLEAR

    async def _outcome(
        self, kind: str, number: str, when: str, amount: int, ref: str | None = None
    ) -> Outcome:
        """What has become of a void or a refund."""
        reply = await self._call(_QUERY, query_fields(number, when))
        return (
            "unclear" if isinstance(reply, PlatformAnswer) else outcome_of(reply, kind, amount, ref)
        )

    async def _call(self, name: str, fields: Mapping[str, str]) -> dict[str, str] | PlatformAnswer:
        params = {
            "version": "5.1.0",
            "encoding": "UTF-8",
            "signMethod": "01",
            "certId": self._cert_id,
            "bizType": "000000",
            "accessType": "0",
            "merId": self._account.mer_id,
            **fields,
        }
        params["signature"] = rsa.sign(self._key, signed_text(params))
        reply = await call(
            self._client,
            "POST",
            f"{self._account.url.rstrip('/')}/{name}",
            {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"},
            urlencode(params).encode(),
        )
        if isinstance(reply, NoReply):
            return answer(reply.state, reply.reason)
        try:
            response = read_reply(reply.body)
        except ValueError as error:
            _log.error("UnionPay: HTTP %d not believed: %s", reply.status, error)
            return UNCLEAR
        doubt = self._verifier.doubt(response, self._now()) if reply.status == 200 else "its status"
        if doubt is None and any(
            response.get(k) != params[k] for k in ("merId", "orderId", "txnTime")
        ):
            doubt = "it is about something else"
        if doubt:
            # Complaints about our signature come unsigned: no answer, but good to know.
            code = re.fullmatch("[0-9A-Z]{2}", response.get("respCode", ""))
            hint = code[0] if code else "no code"
            _log.error("UnionPay: HTTP %d not believed: %s (%s)", reply.status, doubt, hint)
            return UNCLEAR
        return response


def _is_test(url: str) -> bool:
    """Whether an address is that of UnionPay's test environment."""
    try:
        return httpx.URL(url).host.endswith(".test.95516.com")
    except httpx.InvalidURL:
        return False
