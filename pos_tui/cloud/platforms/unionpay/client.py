"""UnionPay ACP 5.1.0, scanned QR codes: ours → theirs, theirs → ours, and one signed call.

What UnionPay answers to a payment, void, reversal or refund says only that it has been accepted
(its own samples: "00 does not mean that the transaction has succeeded"); what became of it is
learnt by a query of the same orderId and txnTime.
"""

from __future__ import annotations

import hashlib
import logging
import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal
from urllib.parse import urlencode

import httpx

from pos_tui.cloud.platforms.protocol import (
    CHINA,
    UNCLEAR,
    Notice,
    PlatformAnswer,
    PlatformOrder,
    PlatformRefund,
    answer,
    believe,
)
from pos_tui.cloud.platforms.unionpay.account import UnionPayAccount
from pos_tui.cloud.platforms.unionpay.certificates import (
    Verifier,
    notice_fields,
    open_certificate,
    read_reply,
    signed_text,
)
from pos_tui.cloud.wire import rsa
from pos_tui.cloud.wire.exchange import NoReply, call
from pos_tui.settings import SettingsError

_log = logging.getLogger(__name__)
_TRANSACT, _QUERY = "backTransReq.do", "queryTrans.do"
_PAYMENT, _REFUND, _VOID, _REVERSAL = "01", "04", "31", "99"
# The address that UnionPay's samples give for "send no notice".
_NO_NOTICE = "http://www.specialUrl.com"

# The answer codes of the access specification (平台接入接口规范, 第5部分 附录) that refuse for
# good, each with the reason that it is to a cashier.
_REFUSED_FOR = {
    "insufficient_balance": "64 90",
    "code_expired": "80 86",
    "code_invalid": "88 89",
    "customer_cancelled": "65 69 71",
    "limit": "33 81 87",
    "not_allowed": "30 38 39 40 44 61 62 63 66 67 68 72 73 76 77 78 79 85 91",
    "configuration": "10 11 13 14 31 32 43 92 93 94 95 96",
}
_REFUSALS = {code: reason for reason, codes in _REFUSED_FOR.items() for code in codes.split()}
_DONE = {"00", "A6"}  # A6 is a "success with a defect": the money has moved
_ABSENT = "34"
_REVERSED = "46"
_WAITING = {"05", "70", "83"}  # accepted and not finished; 70 and 83 wait for customer and bank
_CHARGED = {"42", "74", "75"}  # charged, but something else went wrong
# Failed without a named reason: for a payment no end while it may be in flight, but one as soon as
# its reversal has been accepted (00, 12: once before) or finds nothing to reverse (35, 46).
_FAILED = {"01", "34", "60"}
_REVERSAL_ENDS = {"00", "A6", "12", "35", "46"}
# Of a refund: no such payment, another payment's data, already given back, already reversed.
_REFUND_REFUSALS = {"35", "36", "45", "46"}

_MOST_VOIDED = 10_000
Outcome = Literal["done", "refused", "failed", "absent", "unclear"]


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
            raise SettingsError(
                "unionpay.certificate: not the certificate of unionpay.private_key. Take both"
                " from the same file of the merchant's (acp_prod_sign.pfx)."
            )
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
            if await self._outcome(_VOID, number, txn_time(order.made_at), order.amount) == "done":
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
            _REFUND, refund.refund_no, txn_time(refund.made_at), refund.amount, ref
        )
        if outcome == "done":
            return answer("refunded", "refunded")
        code = "" if isinstance(reply, PlatformAnswer) else reply.get("respCode", "")
        if outcome == "refused" or (outcome == "absent" and code in _REFUND_REFUSALS):
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
        if not order_no or fields.get("txnType") != _PAYMENT:
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
        match await self._outcome(_VOID, number, txn_time(order.made_at), order.amount):
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


# ---- ours → theirs ---------------------------------------------------------------------------


def txn_time(when: datetime) -> str:
    """A time as UnionPay writes it, in China; with the order number it names a transaction."""
    return when.astimezone(CHINA).strftime("%Y%m%d%H%M%S")


def void_no(order_no: str) -> str:
    """The number of an order's void, the same for ever."""
    return "V" + hashlib.sha256(order_no.encode()).hexdigest()[:31]


def pay_fields(order: PlatformOrder, auth_code: str, notify_url: str | None) -> dict[str, str]:
    """The fields of a pay call. A termId is of eight digits: letters have been refused."""
    fields = {
        "txnType": _PAYMENT,
        "txnSubType": "06",
        "channelType": "08",
        "orderId": order.order_no,
        "txnTime": txn_time(order.made_at),
        "txnAmt": str(order.amount),
        "currencyCode": "156",
        "qrNo": auth_code,
        "backUrl": notify_url or _NO_NOTICE,
    }
    if re.fullmatch("[0-9]{1,8}", order.till):
        fields["termId"] = order.till.zfill(8)
    return fields


def query_fields(number: str, when: str) -> dict[str, str]:
    """The fields of a query of a payment, a void or a refund."""
    return {"txnType": "00", "txnSubType": "00", "orderId": number, "txnTime": when}


def reversal_fields(order: PlatformOrder) -> dict[str, str]:
    """The fields of a reversal, which has the payment's own number and time."""
    return {
        "txnType": _REVERSAL,
        "txnSubType": "01",
        "channelType": "08",
        "orderId": order.order_no,
        "txnTime": txn_time(order.made_at),
    }


def void_fields(order: PlatformOrder, ref: str) -> dict[str, str]:
    """The fields of a void, always of the whole amount."""
    return {
        "txnType": _VOID,
        "txnSubType": "00",
        "channelType": "08",
        "orderId": void_no(order.order_no),
        "txnTime": txn_time(order.made_at),
        "txnAmt": str(order.amount),
        "currencyCode": "156",
        "origQryId": ref,
        "backUrl": _NO_NOTICE,
    }


def refund_fields(refund: PlatformRefund, ref: str) -> dict[str, str]:
    """The fields of a refund, of a part or the whole."""
    return {
        "txnType": _REFUND,
        "txnSubType": "00",
        "channelType": "08",
        "orderId": refund.refund_no,
        "txnTime": txn_time(refund.made_at),
        "txnAmt": str(refund.amount),
        "currencyCode": "156",
        "origQryId": ref,
        "backUrl": _NO_NOTICE,
    }


# ---- theirs → ours ---------------------------------------------------------------------------


def handed_in(reply: Mapping[str, str]) -> PlatformAnswer:
    """What the answer to a pay call says: accepted, refused, or nothing clear."""
    code = reply.get("respCode", "")
    if reply.get("txnType") != _PAYMENT:
        return UNCLEAR
    if code in _DONE or code in _WAITING:
        return answer("paying", "waiting_for_customer")
    return _refusal(code)


def query_of(reply: Mapping[str, str], order: PlatformOrder) -> PlatformAnswer:
    """What the answer to a query says about the order's payment."""
    outer, code = reply.get("respCode", ""), reply.get("origRespCode", "")
    if outer == _ABSENT:
        return answer("not_found", "platform_error")
    if outer != "00":
        if _REFUSALS.get(outer) == "configuration":
            _log.error("UnionPay refuses the shop's queries: %s", outer)
        return UNCLEAR
    if code == _REVERSED or (reply.get("txnType") == _REVERSAL and code in _DONE):
        return answer("reversed", "money_returned")
    if reply.get("txnType") != _PAYMENT:
        return UNCLEAR
    if code in _DONE:
        return _paid(reply, order)
    if code in _WAITING:
        return answer("paying", "waiting_for_customer")
    return _refusal(code)


def reversed_of(
    reply: Mapping[str, str], order: PlatformOrder, before: PlatformAnswer, *, accepted: bool
) -> PlatformAnswer:
    """How an order stands after its reversal was sent; `before` is how it stood until then."""
    found = query_of(reply, order)
    match found.state:
        case "reversed":
            # Nothing had been charged as far as anybody knew, and nothing is now.
            untouched = before.state in ("paying", "not_found")
            return answer("closed", "cancelled") if untouched else found
        case "declined":
            return answer("closed", "cancelled")
        case "not_found":
            return found
    # 01 and 60 stay unclear until the reversal itself is seen (46).
    if accepted and reply.get("respCode") == "00" and reply.get("origRespCode") == _ABSENT:
        return answer("closed", "cancelled")
    return UNCLEAR


def outcome_of(reply: Mapping[str, str], kind: str, amount: int, ref: str | None = None) -> Outcome:
    """What the answer to a query says about a void or a refund."""
    outer, code = reply.get("respCode"), reply.get("origRespCode", "")
    if outer == _ABSENT:
        return "absent"
    is_ours = (
        reply.get("txnType") == kind
        and reply.get("txnAmt") == str(amount)
        and (ref is None or reply.get("origQryId", ref) == ref)
    )
    if outer != "00" or not is_ours:
        return "unclear"
    if code in _DONE:
        return "done"
    if code in _REFUND_REFUSALS or code in _REFUSALS:
        return "refused"
    return "failed" if code in _FAILED else "unclear"


def is_refusal(reply: Mapping[str, str]) -> bool:
    """Whether a void is refused for good, so that only a refund is left."""
    code = reply.get("respCode", "")
    return code in _REFUSALS or code in _REFUND_REFUSALS or code in _FAILED


def _refusal(code: str) -> PlatformAnswer:
    if code in _CHARGED:
        _log.error("UnionPay has charged, but says %s", code)
    reason = _REFUSALS.get(code)
    if reason is None:
        return UNCLEAR
    if reason == "configuration":
        _log.error("UnionPay refuses the shop's requests: %s", code)
    return answer("declined", reason)


def _paid(reply: Mapping[str, str], order: PlatformOrder) -> PlatformAnswer:
    same = reply.get("orderId") == order.order_no and reply.get("txnTime") == txn_time(
        order.made_at
    )
    if not same or reply.get("currencyCode", "156") != "156":
        _log.error("UnionPay: the answer is about another order or currency")
        return UNCLEAR
    amount = reply.get("txnAmt", "")
    found = PlatformAnswer(
        state="paid",
        platform_ref=reply.get("queryId", ""),
        paid_at=_paid_at(reply.get("traceTime", ""), order.made_at),
        amount=int(amount) if re.fullmatch("[0-9]{1,12}", amount) else None,
    )
    return believe(found, order)


def _paid_at(trace_time: str, made_at: datetime) -> datetime:
    """UnionPay's time, MMDDhhmmss, in the year that brings it nearest to the order's."""
    made = made_at.astimezone(CHINA).replace(microsecond=0)
    found = []
    for year in (made.year - 1, made.year, made.year + 1):
        try:
            found.append(datetime.strptime(f"{year:04}{trace_time}+0800", "%Y%m%d%H%M%S%z"))
        except ValueError:  # the 29th of February is not in every year
            continue
    if not re.fullmatch("[0-9]{10}", trace_time) or not found:
        return made
    return min(found, key=lambda when: abs(when - made)).astimezone(CHINA)


def _is_test(url: str) -> bool:
    """Whether an address is that of UnionPay's test environment."""
    try:
        return httpx.URL(url).host.endswith(".test.95516.com")
    except httpx.InvalidURL:
        return False
