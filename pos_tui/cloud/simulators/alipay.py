"""The stand-in for Alipay's open gateway: checks who signed, answers signed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from pos_tui.cloud import rsa
from pos_tui.cloud.simulators.behaviours import Behaviours, Trade
from pos_tui.cloud.simulators.desk import Said, Serve
from pos_tui.cloud.simulators.keys import PlatformKeys
from pos_tui.settings import Merchant

_CHINA = timezone(timedelta(hours=8))
_STATES = {
    "paid": "TRADE_SUCCESS",
    "paying": "WAIT_BUYER_PAY",
    "failed": "WAIT_BUYER_PAY",
    "closed": "TRADE_CLOSED",
    "reversed": "TRADE_CLOSED",
    "refunded": "TRADE_CLOSED",
}
_REFUSED = {
    "insufficient_balance": "ACQ.BUYER_BALANCE_NOT_ENOUGH",
    "code_expired": "ACQ.PAYMENT_AUTH_CODE_INVALID",
    "conflict": "ACQ.CONTEXT_INCONSISTENT",
    "closed": "ACQ.TRADE_HAS_CLOSE",
}

_Said = dict[str, str]


class AlipayDesk:
    """Serves every Alipay account of the settings."""

    def __init__(
        self, merchants: Sequence[Merchant], keys: PlatformKeys, behaviours: Behaviours
    ) -> None:
        accounts = [merchant.alipay for merchant in merchants if merchant.alipay]
        self._keys = {
            account.app_id: rsa.private_key(account.private_key, "alipay").public_key()
            for account in accounts
        }
        self._key = keys.platform
        self._behaviours = behaviours

    def routes(self) -> list[tuple[str, str, Serve]]:
        """What Alipay offers: one door for all."""
        return [("POST", "/alipay/gateway.do", self.serve)]

    async def serve(self, request: Request) -> Said:
        """Any of the gateway's methods."""
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        method = form.get("method", "")
        node = method.replace(".", "_") + "_response"
        app_id = form.get("app_id", "")
        if not self._is_signed(form):
            said = {
                "code": "40002",
                "msg": "Invalid Arguments",
                "sub_code": "isv.invalid-signature",
            }
            return Said(self._answer(node, said))
        try:
            content = json.loads(form.get("biz_content", ""))
            order_no = str(content["out_trade_no"])
        except (ValueError, KeyError, TypeError):
            return Said(self._answer(node, _refused("40002", "isv.invalid-parameter")))
        match method:
            case "alipay.trade.pay":
                return self._pay(node, app_id, order_no, content)
            case "alipay.trade.query":
                return Said(self._answer(node, self._query(app_id, order_no)))
            case "alipay.trade.cancel":
                return Said(self._answer(node, self._cancel(app_id, order_no)))
            case "alipay.trade.refund" | "alipay.trade.fastpay.refund.query":
                return Said(self._answer(node, self._refund(app_id, order_no, content)))
        return Said(self._answer(node, _refused("40001", "isv.invalid-method")))

    def _is_signed(self, form: Mapping[str, str]) -> bool:
        key = self._keys.get(form.get("app_id", ""))
        names = sorted(name for name in form if name != "sign" and form[name])
        text = "&".join(f"{name}={form[name]}" for name in names)
        return key is not None and rsa.is_signed(key, text.encode(), form.get("sign", ""))

    def _pay(self, node: str, app_id: str, order_no: str, content: Mapping[str, Any]) -> Said:
        amount = _fen(content.get("total_amount"))
        if amount is None or content.get("scene") != "bar_code" or not content.get("subject"):
            return Said(self._answer(node, _refused("40004", "ACQ.INVALID_PARAMETER")))
        outcome = self._behaviours.pay(app_id, order_no, amount, str(content.get("auth_code")))
        trade = outcome.trade
        if outcome.verdict == "paid" and trade:
            said = {"code": "10000", "msg": "Success", **_trade(trade), "gmt_payment": _when(trade)}
            forged = outcome.manner == "forged"
            return Said(self._answer(node, said, forged=forged), outcome.manner)
        if outcome.verdict == "paying" and trade:
            said = {"code": "10003", "msg": "order success pay inprocess", **_trade(trade)}
            return Said(self._answer(node, said))
        if outcome.verdict == "system_error":
            said = {"code": "20000", "msg": "Service Unavailable", "sub_code": "isp.unknow-error"}
            return Said(self._answer(node, said))
        return Said(self._answer(node, _refused("40004", _REFUSED[outcome.verdict])))

    def _query(self, app_id: str, order_no: str) -> _Said:
        trade = self._behaviours.find(app_id, order_no)
        if trade is None:
            return _refused("40004", "ACQ.TRADE_NOT_EXIST")
        said = {
            "code": "10000",
            "msg": "Success",
            **_trade(trade),
            "trade_status": _STATES[trade.state],
        }
        return {**said, "send_pay_date": _when(trade)} if trade.paid_at else said

    def _cancel(self, app_id: str, order_no: str) -> _Said:
        trade = self._behaviours.cancel(app_id, order_no)
        if trade is None:
            return _refused("40004", "ACQ.TRADE_NOT_EXIST")
        action = "refund" if trade.reversed else "close"
        said = {"code": "10000", "msg": "Success", "out_trade_no": order_no, "retry_flag": "N"}
        return {**said, "action": action}

    def _refund(self, app_id: str, order_no: str, content: Mapping[str, Any]) -> _Said:
        number = str(content.get("out_request_no"))
        before = self._behaviours.find(app_id, order_no)
        is_new = before is not None and number not in before.refunds
        is_question = "refund_amount" not in content
        if is_question:
            done = before is not None and number in before.refunds
            status = {"refund_status": "REFUND_SUCCESS"} if done else {}
            return {"code": "10000", "msg": "Success", "out_trade_no": order_no, **status}
        amount = _fen(content["refund_amount"]) or 0
        trade = self._behaviours.refund(app_id, order_no, number, amount)
        if trade is None:
            return _refused("40004", "ACQ.TRADE_STATUS_ERROR")
        changed = "Y" if is_new else "N"
        said = {"code": "10000", "msg": "Success", "out_trade_no": order_no}
        return {**said, "fund_change": changed, "refund_fee": _yuan(sum(trade.refunds.values()))}

    def _answer(self, node: str, said: _Said, *, forged: bool = False) -> Response:
        # The brace within a text is there to catch readers who count braces.
        raw = json.dumps({**said, "store_name": "a shop {of braces}}"}, ensure_ascii=False)
        signature = rsa.sign(self._key, (raw + "forged" * forged).encode())
        body = f'{{"{node}":{raw},"sign":"{signature}"}}'
        return Response(body, media_type="text/html;charset=utf-8")


def _trade(trade: Trade) -> _Said:
    return {
        "trade_no": trade.ref,
        "out_trade_no": trade.order_no,
        "total_amount": _yuan(trade.amount),
    }


def _refused(code: str, sub_code: str) -> _Said:
    return {"code": code, "msg": "Business Failed", "sub_code": sub_code}


def _when(trade: Trade) -> str:
    paid_at = trade.paid_at or datetime.now(_CHINA)
    return paid_at.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M:%S")


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def _fen(yuan: object) -> int | None:
    try:
        fen = Decimal(str(yuan)) * 100
    except InvalidOperation:
        return None
    return int(fen) if fen == fen.to_integral_value() and fen > 0 else None
