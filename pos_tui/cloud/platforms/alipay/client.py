"""Alipay payment codes and faces (RSA2): ours → theirs, theirs → ours, one signed call, bills."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
import time
import zipfile
import zlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

import httpx

from pos_tui.cloud.platforms.alipay.account import AlipayAccount
from pos_tui.cloud.platforms.alipay.certificates import (
    notice_fields,
    open_keys,
    signed_notice,
    signed_request,
    signed_response,
)
from pos_tui.cloud.platforms.protocol import (
    CHINA,
    UNCLEAR,
    BillError,
    Notice,
    PlatformAnswer,
    PlatformOrder,
    PlatformRefund,
    answer,
    believe,
)
from pos_tui.cloud.wire import rsa
from pos_tui.cloud.wire.exchange import NoReply, call
from pos_tui.money import AmountError, Currency, format_amount, parse_amount

_log = logging.getLogger(__name__)
_CNY = Currency.of("CNY")
_LARGEST_BILL = 64 << 20
_BILL_S = 60.0
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

# The business codes of alipay.trade.pay (opendocs.alipay.com/open/02ekfp) that refuse a payment
# code for good, all with the prefix "ACQ."; those that a till cannot meet are not here.
_REFUSED_FOR = {
    "code_expired": "PAYMENT_AUTH_CODE_INVALID",
    "code_invalid": "AUTH_TOKEN_IS_NOT_EXIST PULL_MOBILE_CASHIER_FAIL",
    "insufficient_balance": """
        BUYER_BALANCE_NOT_ENOUGH BUYER_BANKCARD_BALANCE_NOT_ENOUGH ERROR_BALANCE_PAYMENT_DISABLE
        NO_PAYMENT_INSTRUMENTS_AVAILABLE""",
    "limit": """
        BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR
        REQUEST_AMOUNT_EXCEED TOTAL_FEE_EXCEED""",
    "not_allowed": """
        BEYOND_PAY_RESTRICTION BEYOND_PER_RECEIPT_DAY_RESTRICTION BEYOND_PER_RECEIPT_RESTRICTION
        BEYOND_PER_RECEIPT_SINGLE_RESTRICTION BUYER_ENABLE_STATUS_FORBID BUYER_NOT_EXIST
        BUYER_NOT_MAINLAND_CERT BUYER_SELLER_EQUAL ERROR_BUYER_CERTIFY_LEVEL_LIMIT
        EXIST_FORBIDDEN_WORD MERCHANT_PERM_RECEIPT_DAY_LIMIT MERCHANT_PERM_RECEIPT_SINGLE_LIMIT
        MOBILE_PAYMENT_SWITCH_OFF NOT_CERTIFIED_USER NOT_SUPPORT_PAYMENT_INST PAYER_UNMATCHED
        PAYMENT_FAIL PAYMENT_REQUEST_HAS_RISK PRODUCT_AMOUNT_LIMIT_ERROR
        RESTRICTED_MERCHANT_INDUSTRY TRADE_BUYER_NOT_MATCH USER_FACE_PAYMENT_SWITCH_OFF
        USER_LOGONID_DUP""",
    "closed": "TRADE_HAS_CLOSE",
    "configuration": """
        ACCESS_FORBIDDEN CONTEXT_INCONSISTENT CURRENCY_NOT_SUPPORT ERROR_SELLER_CERTIFY_LEVEL_LIMIT
        INVALID_PARAMETER INVALID_RECEIVE_ACCOUNT INVALID_STORE_ID MERCHANT_AGREEMENT_INVALID
        MERCHANT_AGREEMENT_NOT_EXIST MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT
        MERCHANT_STATUS_NOT_NORMAL NOW_TIME_AFTER_EXPIRE_TIME_ERROR PARTNER_ERROR
        SELLER_BEEN_BLOCKED SELLER_NOT_EXIST SMILE_PAY_MERCHANT_NOT_MATCH STORE_INFO_INVALID
        UN_SUPPORT_TRADE_SCENE""",
}
_REFUSALS = {f"ACQ.{code}": why for why, codes in _REFUSED_FOR.items() for code in codes.split()}
_MISCONFIGURED = {"20001", "40001", "40002", "40003", "40006"}

# Of alipay.trade.cancel (opendocs.alipay.com/open/02ekfr): it will not be done, now or later.
_CANCEL_REFUSALS = {
    "ACQ.CANCEL_NOT_ALLOWED",
    "ACQ.REASON_TRADE_REFUND_FEE_ERR",
    "ACQ.TRADE_CANCEL_TIME_OUT",
    "ACQ.TRADE_HAS_FINISHED",
}
_CANCEL_ENDS = {"closed", "reversed", "not_found", "paid"}

# Of alipay.trade.refund (its page at opendocs.alipay.com). What a full purse or Alipay's staff can
# still turn round (SELLER_BALANCE_NOT_ENOUGH, REASON_TRADE_BEEN_FREEZEN) is asked for again.
_REFUND_REFUSALS = {
    "ACQ.DISCORDANT_REPEAT_REQUEST",
    "ACQ.REASON_TRADE_REFUND_FEE_ERR",
    "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL",
    "ACQ.TRADE_HAS_FINISHED",
    "ACQ.TRADE_NOT_ALLOW_REFUND",
    "ACQ.TRADE_STATUS_ERROR",
}


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
            raise BillError(
                f"Alipay has given no clear answer about its bill of {day}. Try again later."
            )
        if reply.get("code") != "10000":
            raise BillError(_no_bill(reply, day))
        packed = await self._download(bill_url(reply.get("bill_download_url"), self._account.url))
        return await asyncio.to_thread(details_of, packed)

    async def _download(self, url: str) -> bytes:
        packed = bytearray()
        try:
            async with asyncio.timeout(_BILL_S), self._client.stream("GET", url) as response:
                if response.status_code != 200:
                    raise BillError(
                        f"Alipay does not hand its bill out (HTTP {response.status_code})."
                        " Try again later."
                    )
                async for part in response.aiter_bytes():
                    packed += part
                    if len(packed) > _LARGEST_BILL:
                        raise _too_large()
        except (httpx.HTTPError, TimeoutError) as error:
            _log.warning("Alipay: the bill did not arrive: %r", error)
            raise BillError("Alipay's bill did not arrive whole. Try again later.") from error
        return bytes(packed)

    async def _call(
        self, method: str, content: Mapping[str, object], notify_url: str | None = None
    ) -> dict[str, Any] | PlatformAnswer:
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


# ---- ours → theirs ---------------------------------------------------------------------------


def request_params(
    app_id: str, method: str, content: Mapping[str, object], now: float
) -> dict[str, str]:
    """The parameters of a call that every mode has, unsigned."""
    return {
        "app_id": app_id,
        "method": method,
        "format": "JSON",
        "charset": "utf-8",
        "sign_type": "RSA2",
        "timestamp": datetime.fromtimestamp(now, CHINA).strftime("%Y-%m-%d %H:%M:%S"),
        "version": "1.0",
        "biz_content": json.dumps(content, ensure_ascii=False),
    }


def pay_content(order: PlatformOrder, auth_code: str) -> dict[str, object]:
    """The content of a pay call; a subject is 256 characters without `/`, `=` and `&`."""
    return {
        "out_trade_no": order.order_no,
        "scene": order.scene or "bar_code",
        "auth_code": auth_code,
        "product_code": "FACE_TO_FACE_PAYMENT",
        "subject": re.sub("[/=&]", " ", order.subject)[:256],
        "total_amount": format_amount(order.amount, _CNY),
        "terminal_id": order.till[:32],
        "timeout_express": "3m",
    }


def refund_content(order: PlatformOrder, refund: PlatformRefund) -> dict[str, object]:
    """The content of a refund, of a part or the whole."""
    return {
        "out_trade_no": order.order_no,
        "refund_amount": format_amount(refund.amount, _CNY),
        "out_request_no": refund.refund_no,
        "refund_reason": refund.reason[:256],
    }


# ---- theirs → ours ---------------------------------------------------------------------------


def payment_of(reply: Mapping[str, Any], order: PlatformOrder) -> PlatformAnswer:
    """What the answer to a pay call says about the order."""
    match reply.get("code"):
        case "10000":
            return _paid(reply, reply.get("gmt_payment"), order)
        case "10003":
            return answer("paying", "waiting_for_customer")
    return error_of(reply)


def query_of(reply: Mapping[str, Any], order: PlatformOrder) -> PlatformAnswer:
    """What the answer to a query says about the order."""
    if reply.get("code") != "10000":
        # Only the order's absence is news here: a query that fails refuses no payment.
        found = error_of(reply)
        return found if found.state == "not_found" else UNCLEAR
    match reply.get("trade_status"):
        case "TRADE_SUCCESS" | "TRADE_FINISHED":
            return _paid(reply, reply.get("send_pay_date"), order)
        case "WAIT_BUYER_PAY":
            return answer("paying", "waiting_for_customer")
        case "TRADE_CLOSED" if reply.get("send_pay_date"):
            return answer("reversed", "money_returned")
        case "TRADE_CLOSED":
            return answer("closed", "closed")
    return UNCLEAR


def cancel_of(reply: Mapping[str, Any]) -> PlatformAnswer:
    """Whether a cancel is acknowledged, and whether money went back with it."""
    if reply.get("code") != "10000":
        found = error_of(reply)
        return found if found.state == "not_found" else UNCLEAR
    match reply.get("retry_flag"), reply.get("action"):
        case "Y", _:
            return UNCLEAR
        case _, "refund":
            return answer("reversed", "money_returned")
        case _, "close":
            return answer("closed", "cancelled")
    return UNCLEAR


def will_not_cancel(reply: Mapping[str, Any]) -> bool:
    """Whether a cancel has come to its end without any effect, so that a query tells more."""
    if reply.get("code") == "10000":
        return reply.get("retry_flag") != "Y" and not reply.get("action")
    return reply.get("sub_code") in _CANCEL_REFUSALS


def refund_of(reply: Mapping[str, Any]) -> PlatformAnswer:
    """Whether a refund is accepted; `fund_change` is N for a repeat, so N alone says nothing."""
    code, sub_code = str(reply.get("code")), str(reply.get("sub_code"))
    if code == "10000" and reply.get("fund_change") == "Y":
        return answer("refunded", "refunded")
    if code != "10000":
        _log.error("Alipay gives no money back: %s %s", code, sub_code)
    if code == "40004" and sub_code in _REFUND_REFUSALS:
        return answer("declined", "refund_refused")
    return UNCLEAR


def is_refunded(reply: Mapping[str, Any], refund: PlatformRefund) -> bool:
    """Whether a refund query says that this very refund has been made."""
    if reply.get("code") != "10000" or reply.get("refund_status") != "REFUND_SUCCESS":
        return False
    try:
        amount = parse_amount(str(reply.get("refund_amount")), _CNY)
    except AmountError:
        return False
    return amount == refund.amount and reply.get("out_request_no") == refund.refund_no


def error_of(reply: Mapping[str, Any]) -> PlatformAnswer:
    """What an error says: only a named refusal is one."""
    code, sub_code = str(reply.get("code")), str(reply.get("sub_code"))
    if sub_code == "ACQ.TRADE_NOT_EXIST":
        return answer("not_found", "platform_error")
    if code in _MISCONFIGURED:
        _log.error("Alipay refuses the shop's requests: %s %s", code, sub_code)
        return answer("declined", "configuration")
    reason = _REFUSALS.get(sub_code)
    if code != "40004" or reason is None:
        return UNCLEAR
    if reason == "configuration":
        _log.error("Alipay refuses the shop's requests: %s %s", code, sub_code)
    return answer("declined", reason)


def _paid(reply: Mapping[str, Any], paid_at: object, order: PlatformOrder) -> PlatformAnswer:
    if reply.get("trans_currency", "CNY") != "CNY":
        _log.error("Alipay: the answer is about another currency")
        return UNCLEAR
    if reply.get("out_trade_no") != order.order_no:
        _log.error("Alipay: the answer is about another order")
        return UNCLEAR
    try:
        when = datetime.strptime(str(paid_at), "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
        amount = parse_amount(str(reply.get("total_amount")), _CNY)
    except (ValueError, AmountError):
        return UNCLEAR
    found = PlatformAnswer(
        state="paid", platform_ref=str(reply.get("trade_no") or ""), paid_at=when, amount=amount
    )
    return believe(found, order)


# ---- bills -----------------------------------------------------------------------------------


def bill_url(reply: object, gateway: str) -> str:
    """The address of a bill, if it may be asked: https, or the very server that was asked.

    Raises BillError.
    """
    try:
        url, own = httpx.URL(str(reply)), httpx.URL(gateway)
    except httpx.InvalidURL as error:
        raise BillError("Alipay's address of the bill cannot be read. Call support.") from error
    is_own = (url.scheme, url.netloc) == (own.scheme, own.netloc)
    if url.scheme == "http" and not is_own:
        # Alipay's documents show its bills' addresses without TLS, which is never done without.
        url = url.copy_with(scheme="https")
    if not url.host or not (url.scheme == "https" or is_own):
        raise BillError("Alipay's address of the bill is not a safe one (https). Call support.")
    return str(url)


def details_of(packed: bytes) -> str:
    """The CSV text of the single payments in a packed bill. Raises BillError."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            named = {_entry_name(entry): entry for entry in archive.infolist()}
            # "\u6c47\u603b" is "summary".
            names = [n for n in named if n.endswith(".csv") and "\u6c47\u603b" not in n]
            if len(names) != 1 or named[names[0]].compress_type not in _PACKED:
                raise BillError("Alipay's bill has not the one list of payments. Call support.")
            with archive.open(named[names[0]]) as entry:
                details = entry.read(_LARGEST_BILL + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise BillError("Alipay's bill cannot be unpacked. Try again later.") from error
    if len(details) > _LARGEST_BILL:
        raise _too_large()
    # A character that GBK has not is in the name of some goods, which no comparison needs.
    return details.decode("gb18030", "replace")


def _entry_name(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & 0x800:
        return entry.filename
    return entry.filename.encode("cp437", "replace").decode("gb18030", "replace")


def _no_bill(reply: Mapping[str, Any], day: date) -> str:
    code, sub_code = str(reply.get("code")), str(reply.get("sub_code"))
    if "BILL_NOT_EXIST" in sub_code.upper() or "NO_BILL_DATA" in sub_code.upper():
        return (
            f"Alipay has no bill of {day}: nothing was paid on that day, or the bill is not ready"
            " (it is on the next day at nine in the morning, China time). Try again later."
        )
    if code in _MISCONFIGURED:
        return (
            f"Alipay does not give this account its bills ({code} {sub_code}). Check the"
            " application's keys and permissions at Alipay."
        )
    return f"Alipay cannot give its bill of {day} now ({code} {sub_code}). Try again later."


def _too_large() -> BillError:
    return BillError(f"Alipay's bill is larger than {_LARGEST_BILL >> 20} MB. Call support.")
