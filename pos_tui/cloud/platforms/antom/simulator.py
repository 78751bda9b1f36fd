"""Antom's user-presented payments simulated: checks who signed, answers signed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from pos_tui.cloud.platforms.antom.account import AntomAccount
from pos_tui.cloud.platforms.simulation.behaviours import Behaviours, Manner, Trade
from pos_tui.cloud.platforms.simulation.delivery import Handler, OutgoingNotice, SimulatedAnswer
from pos_tui.cloud.platforms.simulation.keys import PlatformKeys
from pos_tui.cloud.wire import rsa

_STATUSES = {
    "paid": "SUCCESS",
    "refunded": "SUCCESS",
    "paying": "PROCESSING",
    "failed": "FAIL",
    "closed": "CANCELLED",
    "reversed": "CANCELLED",
}
_REFUSED = {
    "insufficient_balance": "USER_BALANCE_NOT_ENOUGH",
    "code_expired": "EXPIRED_CODE",
    "conflict": "REPEAT_REQ_INCONSISTENT",
    "closed": "ORDER_IS_CLOSED",
}
_REF = 28  # digits of a trade's own number, which begins a paymentId

_Content = dict[str, object]
_Request = Mapping[str, Any]


class AntomSimulator:
    """Serves every Antom account of the merchants."""

    def __init__(
        self, accounts: Sequence[AntomAccount], keys: PlatformKeys, behaviours: Behaviours
    ) -> None:
        self._accounts = {account.client_id: account for account in accounts}
        self._keys = {
            account.client_id: rsa.private_key(account.private_key, "antom").public_key()
            for account in accounts
        }
        self._key = keys.platform
        self._behaviours = behaviours
        self._refunds: dict[tuple[str, str], str] = {}

    def routes(self) -> list[tuple[str, str, Handler]]:
        """What Antom offers: its payments' five calls, for real and in its sandbox."""
        return [
            ("POST", f"/antom/ams{room}/api/v1/payments/{name}", self._served(does))
            for room in ("", "/sandbox")
            for name, does in (
                ("pay", self._pay),
                ("inquiryPayment", self._query),
                ("cancel", self._cancel),
                ("refund", self._refund),
                ("inquiryRefund", self._refund_query),
            )
        ]

    def _served(self, does: Callable[[AntomAccount, _Request, str], SimulatedAnswer]) -> Handler:
        async def serve(request: Request) -> SimulatedAnswer:
            body = await request.body()
            path, client_id = request.url.path, request.headers.get("client-id", "")
            account = self._accounts.get(client_id)
            if account is None:
                refused = _result("F", "KEY_NOT_FOUND")
                return SimulatedAnswer(self._answer(client_id, path, refused))
            if not self._is_signed(request, account, body):
                return SimulatedAnswer(
                    self._answer(client_id, path, _result("F", "INVALID_SIGNATURE"))
                )
            try:
                return does(account, json.loads(body), path)
            except (ValueError, KeyError, TypeError, AttributeError):
                return SimulatedAnswer(self._answer(client_id, path, _result("F", "PARAM_ILLEGAL")))

        return serve

    def _is_signed(self, request: Request, account: AntomAccount, body: bytes) -> bool:
        fields = dict(
            part.strip().partition("=")[::2]
            for part in request.headers.get("signature", "").split(",")
        )
        stamp = request.headers.get("request-time", "")
        text = f"POST {request.url.path}\n{account.client_id}.{stamp}.".encode() + body
        return (
            bool(stamp)
            and fields.get("algorithm") == "RSA256"
            and fields.get("keyVersion") == str(account.key_version)
            and rsa.is_signed(
                self._keys[account.client_id], text, unquote(fields.get("signature", ""))
            )
        )

    # ---- payments ----------------------------------------------------------------------------

    def _pay(self, account: AntomAccount, asked: _Request, path: str) -> SimulatedAnswer:
        order, method = asked["order"], asked["paymentMethod"]
        number, code = str(asked["paymentRequestId"]), str(method["paymentMethodId"])
        currency = str(asked["paymentAmount"]["currency"])
        amount = _minor(asked["paymentAmount"])
        if (
            asked["productCode"] != "IN_STORE_PAYMENT"
            or asked["paymentFactor"]["inStorePaymentScenario"] != "PaymentCode"
            or method["paymentMethodType"] != "CONNECT_WALLET"
            or order["orderAmount"] != asked["paymentAmount"]
            or not all((order["referenceOrderId"], order["orderDescription"].strip()))
            or len(order["orderDescription"]) > 256
            or not all((order["merchant"]["merchantMCC"], order["merchant"]["store"]["storeMCC"]))
            or not all((order["env"]["storeTerminalId"], order["env"]["storeTerminalRequestTime"]))
            or not 0 < len(number) <= 64
        ):
            raise ValueError("a field is missing")
        if currency not in account.currencies:
            return self._reply(account, path, _result("F", "CURRENCY_NOT_SUPPORT"))
        known, its_currency = self._find(account, number)
        if known and its_currency != currency:
            return self._reply(account, path, _result("F", "REPEAT_REQ_INCONSISTENT"))
        outcome = self._behaviours.pay(f"{account.client_id}.{currency}", number, amount, code)
        trade = outcome.trade
        if outcome.verdict == "paid" and trade:
            content = {**_result("S", "SUCCESS"), **_payment(trade, currency)}
            return self._reply(account, path, content, outcome.manner)
        if outcome.verdict == "paying" and trade:
            content = {**_result("U", "PAYMENT_IN_PROCESS"), **_payment(trade, currency)}
            notice = None
            if outcome.manner == "notified" and asked.get("paymentNotifyUrl"):
                notice = self._notice(account, number, str(asked["paymentNotifyUrl"]))
            return SimulatedAnswer(
                self._answer(account.client_id, path, content), outcome.manner, notice
            )
        if outcome.verdict == "system_error":
            return self._reply(account, path, _result("U", "UNKNOWN_EXCEPTION"))
        return self._reply(account, path, _result("F", _REFUSED[outcome.verdict]))

    def _query(self, account: AntomAccount, asked: _Request, path: str) -> SimulatedAnswer:
        trade, currency = self._find(account, asked["paymentRequestId"])
        if trade is None:
            return self._reply(account, path, _result("F", "ORDER_NOT_EXIST"))
        status = _STATUSES[trade.state]
        code = {"FAIL": "USER_BALANCE_NOT_ENOUGH", "CANCELLED": "ORDER_IS_CLOSED"}.get(status)
        content = {
            **_result("S", "SUCCESS"),
            **_payment(trade, currency),
            "paymentStatus": status,
            "paymentResultCode": code or ("SUCCESS" if trade.paid_at else "PAYMENT_IN_PROCESS"),
            "transactions": [
                {
                    "transactionType": "REFUND",
                    "transactionStatus": "SUCCESS",
                    "transactionRequestId": number,
                    "transactionAmount": _amount(amount, currency),
                }
                for number, amount in trade.refunds.items()
            ],
        }
        return self._reply(account, path, content)

    def _cancel(self, account: AntomAccount, asked: _Request, path: str) -> SimulatedAnswer:
        trade, currency = self._find(account, asked["paymentRequestId"])
        if trade is None:
            return self._reply(account, path, _result("F", "ORDER_NOT_EXIST"))
        if trade.refunds:
            return self._reply(account, path, _result("F", "PROCESS_FAIL"))
        self._behaviours.cancel(f"{account.client_id}.{currency}", trade.order_no)
        content = {
            **_result("S", "SUCCESS"),
            "paymentRequestId": trade.order_no,
            "paymentId": _payment_id(trade),
            "cancelTime": _time(None),
        }
        return self._reply(account, path, content)

    # ---- refunds -----------------------------------------------------------------------------

    def _refund(self, account: AntomAccount, asked: _Request, path: str) -> SimulatedAnswer:
        number, payment_id = str(asked["refundRequestId"]), str(asked["paymentId"])
        amount = _minor(asked["refundAmount"])
        trade, currency = self._find(account, payment_id[_REF:])
        if trade is None or _payment_id(trade) != payment_id:
            return self._reply(account, path, _result("F", "ORDER_NOT_EXIST"))
        if trade.state not in ("paid", "refunded"):
            code = "ORDER_IS_CANCELED" if trade.state == "reversed" else "ORDER_STATUS_INVALID"
            return self._reply(account, path, _result("F", code))
        if asked["refundAmount"]["currency"] != currency:
            return self._reply(account, path, _result("F", "CURRENCY_NOT_SUPPORT"))
        if trade.refunds.get(number, amount) != amount:
            return self._reply(account, path, _result("F", "REPEAT_REQ_INCONSISTENT"))
        name = f"{account.client_id}.{currency}"
        if self._behaviours.refund(name, trade.order_no, number, amount) is None:
            return self._reply(account, path, _result("F", "REFUND_AMOUNT_EXCEED"))
        self._refunds[account.client_id, number] = trade.order_no
        content = {
            **_result("S", "SUCCESS"),
            **_given_back(trade, number, currency),
            "paymentId": payment_id,
        }
        return self._reply(account, path, content)

    def _refund_query(self, account: AntomAccount, asked: _Request, path: str) -> SimulatedAnswer:
        number = str(asked["refundRequestId"])
        trade, currency = self._find(account, self._refunds.get((account.client_id, number), ""))
        if trade is None:
            return self._reply(account, path, _result("F", "REFUND_NOT_EXIST"))
        content = {
            **_result("S", "SUCCESS"),
            **_given_back(trade, number, currency),
            "refundStatus": "SUCCESS",
        }
        return self._reply(account, path, content)

    # ---- signed answers ----------------------------------------------------------------------

    def _find(self, account: AntomAccount, order_no: str) -> tuple[Trade | None, str]:
        """An order and its currency: every currency has an account of its own."""
        for currency in account.currencies:
            trade = self._behaviours.find(f"{account.client_id}.{currency}", order_no)
            if trade:
                return trade, currency
        return None, ""

    def _reply(
        self, account: AntomAccount, path: str, content: _Content, manner: Manner = "answered"
    ) -> SimulatedAnswer:
        forged = manner == "forged"
        return SimulatedAnswer(
            self._answer(account.client_id, path, content, forged=forged), manner
        )

    def _answer(
        self, client_id: str, path: str, content: _Content, *, forged: bool = False
    ) -> Response:
        body, stamp = json.dumps(content, ensure_ascii=False).encode(), _time(None)
        signature = self._signature(path, client_id, stamp, body + b"forged" * forged)
        headers = {"Client-Id": client_id, "Response-Time": stamp, "Signature": signature}
        return Response(body, headers=headers, media_type="application/json")

    def _signature(self, path: str, client_id: str, stamp: str, body: bytes) -> str:
        text = f"POST {path}\n{client_id}.{stamp}.".encode() + body
        value = quote(rsa.sign(self._key, text), safe="")
        return f"algorithm=RSA256,keyVersion=1,signature={value}"

    def _notice(
        self, account: AntomAccount, order_no: str, url: str
    ) -> Callable[[], OutgoingNotice | None]:
        def notice() -> OutgoingNotice | None:
            trade, currency = self._find(account, order_no)
            if trade is None or trade.state != "paid":
                return None
            content = {
                "notifyType": "PAYMENT_RESULT",
                **_result("S", "SUCCESS"),
                **_payment(trade, currency),
            }
            body, stamp = json.dumps(content).encode(), str(int(time.time() * 1000))
            split = urlsplit(url)
            path = (split.path or "/") + (f"?{split.query}" if split.query else "")
            headers = {
                "Content-Type": "application/json; charset=UTF-8",
                "Client-Id": account.client_id,
                "Request-Time": stamp,
                "Signature": self._signature(path, account.client_id, stamp, body),
            }
            return OutgoingNotice(url, headers, body)

        return notice


def _result(status: str, code: str) -> _Content:
    answer = {"resultStatus": status, "resultCode": code, "resultMessage": code.lower()}
    return {"result": answer}


def _payment(trade: Trade, currency: str) -> _Content:
    content: _Content = {
        "paymentRequestId": trade.order_no,
        "paymentId": _payment_id(trade),
        "paymentAmount": _amount(trade.amount, currency),
        "paymentCreateTime": _time(trade.paid_at),
    }
    return {**content, "paymentTime": _time(trade.paid_at)} if trade.paid_at else content


def _given_back(trade: Trade, number: str, currency: str) -> _Content:
    return {
        "refundRequestId": number,
        "refundId": f"{trade.ref}{number}",
        "refundAmount": _amount(trade.refunds[number], currency),
        "refundTime": _time(None),
    }


def _payment_id(trade: Trade) -> str:
    return trade.ref + trade.order_no


def _amount(minor: int, currency: str) -> _Content:
    return {"currency": currency, "value": str(minor)}


def _minor(amount: Mapping[str, Any]) -> int:
    value = amount["value"]
    if not isinstance(value, str) or not value.isascii() or not value.isdigit() or value[0] == "0":
        raise ValueError("an amount is a whole number of the smallest unit, as a text")
    return int(value)


def _time(when: datetime | None) -> str:
    return (when or datetime.now(UTC)).isoformat(timespec="seconds")
