"""UnionPay QRA simulated: checks who signed, answers signed."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone

from starlette.requests import Request
from starlette.responses import Response

from pos_tui.cloud.platforms.qra.account import QraAccount
from pos_tui.cloud.platforms.simulation.behaviours import Behaviours, Manner, Trade
from pos_tui.cloud.platforms.simulation.delivery import Handler, SimulatedAnswer
from pos_tui.cloud.platforms.simulation.keys import PlatformKeys
from pos_tui.cloud.wire.flat_xml import XmlError, read_xml, write_xml

_CHINA = timezone(timedelta(hours=8))
_STATES = {
    "paid": "SUCCESS",
    "paying": "USERPAYING",
    "failed": "NOTPAY",
    "closed": "CLOSED",
    "reversed": "REVOKED",
    "refunded": "REFUND",
}
_REFUSED = {
    "insufficient_balance": "NOTENOUGH",
    "code_expired": "AUTHCODEEXPIRE",
    "conflict": "PARAM_ERROR",
    "closed": "ORDERCLOSED",
}

# Bytes: the body goes on to wallets that count them.
_LONGEST = {"body": 127, "device_info": 32, "attach": 128, "mch_create_ip": 16, "nonce_str": 32}

_Fields = dict[str, str]


class QraSimulator:
    """Serves every QRA account of the merchants."""

    def __init__(
        self, accounts: Sequence[QraAccount], _keys: PlatformKeys, behaviours: Behaviours
    ) -> None:
        self._keys = {account.mch_id: account.key for account in accounts}
        self._behaviours = behaviours

    def routes(self) -> list[tuple[str, str, Handler]]:
        """What QRA offers: one address for all services."""
        return [("POST", "/qra/pay/gateway", self.serve)]

    async def serve(self, request: Request) -> SimulatedAnswer:
        """Any of the gateway's services."""
        try:
            asked = read_xml(await request.body())
        except XmlError:
            return SimulatedAnswer(_plain({"status": "400", "message": "XML"}))
        mch_id = asked.get("mch_id", "")
        key = self._keys.get(mch_id)
        if key is None or not hmac.compare_digest(
            asked.get("sign", "").encode(), _signature(asked, key).encode()
        ):
            return SimulatedAnswer(_plain({"status": "400", "message": "Signature error"}))
        order_no = asked.get("out_trade_no", "")
        manner: Manner = "answered"
        match asked.get("service"):
            case "unified.trade.micropay":
                answer, manner = self._pay(mch_id, order_no, asked)
            case "unified.trade.query":
                answer = self._query(mch_id, order_no)
            case "unified.micropay.reverse":
                answer = self._reverse(mch_id, order_no)
            case "unified.trade.refund":
                answer = self._refund(mch_id, order_no, asked)
            case "unified.trade.refundquery":
                answer = self._refund_query(mch_id, order_no, asked.get("out_refund_no", ""))
            case _:
                answer = _refused("PARAM_ERROR")
        return SimulatedAnswer(_signed(answer, mch_id, key, forged=manner == "forged"), manner)

    def _pay(self, mch_id: str, order_no: str, asked: Mapping[str, str]) -> tuple[_Fields, Manner]:
        fee = asked.get("total_fee", "")
        needed = ("body", "mch_create_ip", "nonce_str", "auth_code", "out_trade_no")
        if not all(asked.get(name) for name in needed):
            return _refused("LACK_PARAMS"), "answered"
        if (
            not re.fullmatch("[1-9][0-9]{0,11}", fee)
            or not re.fullmatch("[0-9A-Za-z]{5,32}", order_no)
            or any(len(asked.get(name, "").encode()) > most for name, most in _LONGEST.items())
        ):
            return _refused("PARAM_ERROR"), "answered"
        if not re.fullmatch("[0-9]{16,24}", asked["auth_code"]):
            return _refused("AUTH_CODE_INVALID"), "answered"
        outcome = self._behaviours.pay(mch_id, order_no, int(fee), asked.get("auth_code", ""))
        trade = outcome.trade
        if outcome.verdict == "paid" and trade and not outcome.is_repeat:
            return {**_paid(trade), "pay_result": "0"}, outcome.manner
        if outcome.verdict == "paid":
            return {**_refused("ORDERPAID"), "need_query": "Y"}, "answered"
        if outcome.verdict == "paying":
            return {**_refused("USERPAYING"), "need_query": "Y"}, "answered"
        if outcome.verdict == "system_error":
            return {**_refused("SYSTEMERROR"), "need_query": "Y"}, "answered"
        return _refused(_REFUSED[outcome.verdict]), "answered"

    def _query(self, mch_id: str, order_no: str) -> _Fields:
        trade = self._behaviours.find(mch_id, order_no)
        if trade is None:
            return _refused("ORDERNOTEXIST")
        answer = _paid(trade) if trade.paid_at else _done(order_no)
        return {**answer, "trade_state": _STATES[trade.state]}

    def _reverse(self, mch_id: str, order_no: str) -> _Fields:
        trade = self._behaviours.find(mch_id, order_no)
        if trade is None:
            return _refused("ORDERNOTEXIST")
        if trade.refunds:
            return _refused("REVERSE_EXPIRE")
        self._behaviours.cancel(mch_id, order_no)
        return _done(order_no)

    def _refund(self, mch_id: str, order_no: str, asked: Mapping[str, str]) -> _Fields:
        number, fee = asked.get("out_refund_no", ""), asked.get("refund_fee", "")
        trade = self._behaviours.find(mch_id, order_no)
        if trade is None:
            return _refused("ORDERNOTEXIST")
        if not number or not asked.get("op_user_id") or asked.get("total_fee") != str(trade.amount):
            return _refused("PARAM_ERROR")
        amount = int(fee) if fee.isascii() and fee.isdigit() else 0
        if trade.state not in ("paid", "refunded"):
            return _refused("TRADE_NOT_ALLOW_REFUND")
        if self._behaviours.refund(mch_id, order_no, number, amount) is None:
            return _refused("REFUND_FEE_MISMATCH")
        return {**_done(order_no), "out_refund_no": number, "refund_fee": str(amount)}

    def _refund_query(self, mch_id: str, order_no: str, number: str) -> _Fields:
        trade = self._behaviours.find(mch_id, order_no)
        if trade is None or number not in trade.refunds:
            return _refused("REFUNDNOTEXIST")
        return {
            **_done(order_no),
            "refund_count": "1",
            "out_refund_no_0": number,
            "refund_fee_0": str(trade.refunds[number]),
            "refund_status_0": "SUCCESS",
        }


def _done(order_no: str) -> _Fields:
    return {"status": "0", "result_code": "0", "out_trade_no": order_no}


def _refused(code: str) -> _Fields:
    return {"status": "0", "result_code": "1", "err_code": code, "need_query": "N"}


def _paid(trade: Trade) -> _Fields:
    paid_at = (trade.paid_at or datetime.now(UTC)).astimezone(_CHINA)
    return {
        **_done(trade.order_no),
        "transaction_id": trade.ref,
        "total_fee": str(trade.amount),
        "time_end": paid_at.strftime("%Y%m%d%H%M%S"),
    }


def _signature(fields: Mapping[str, str], key: str) -> str:
    names = sorted(name for name in fields if name != "sign" and fields[name])
    text = "".join(f"{name}={fields[name]}&" for name in names) + f"key={key}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()


def _signed(answer: _Fields, mch_id: str, key: str, *, forged: bool) -> Response:
    fields = {
        **answer,
        "version": "2.0",
        "charset": "UTF-8",
        "sign_type": "MD5",
        "mch_id": mch_id,
        "nonce_str": secrets.token_hex(16),
    }
    fields["sign"] = _signature(fields, key + "forged" * forged)
    return _plain(fields)


def _plain(fields: Mapping[str, str]) -> Response:
    return Response(write_xml(fields), media_type="text/xml; charset=utf-8")
