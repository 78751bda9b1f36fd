"""Alipay's open gateway simulated: checks who signed, answers signed, notifies, writes bills."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from urllib.parse import parse_qsl, urlencode

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from pos_tui.cloud.platforms.alipay.account import AlipayAccount
from pos_tui.cloud.platforms.alipay.simulator_bill import SELLER, packed_bill, time_of, yuan
from pos_tui.cloud.platforms.alipay.simulator_keys import CertificateNumbers, certificate_numbers
from pos_tui.cloud.platforms.alipay.simulator_rules import fen, pay_fault, request_fault
from pos_tui.cloud.platforms.simulation.behaviours import Behaviours, Outcome, Trade
from pos_tui.cloud.platforms.simulation.delivery import Handler, OutgoingNotice, SimulatedAnswer
from pos_tui.cloud.platforms.simulation.keys import PlatformKeys
from pos_tui.cloud.wire import rsa

_CHINA = timezone(timedelta(hours=8))
_GATEWAY = "/alipay/gateway.do"
_BILLS = "/alipay/downloadBillFile.resource"
_BILL_LIFE_S = 30
_SYSTEM_ERROR = "ACQ.SYSTEM_ERROR"
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

_Fields = dict[str, str]


class _Mode(Struct, frozen=True):
    key: RSAPublicKey
    numbers: CertificateNumbers | None


class AlipaySimulator:
    """Serves every Alipay account of the settings, in key mode or certificate mode."""

    def __init__(
        self, accounts: Sequence[AlipayAccount], keys: PlatformKeys, behaviours: Behaviours
    ) -> None:
        """Raises SettingsError for accounts whose keys cannot be used."""
        self._accounts = {account.app_id: account for account in accounts}
        self._modes = {
            account.app_id: _Mode(
                rsa.private_key(account.private_key, "alipay").public_key(),
                certificate_numbers(account),
            )
            for account in accounts
        }
        self._key = keys.platform
        self._behaviours = behaviours

    def routes(self) -> list[tuple[str, str, Handler]]:
        """What Alipay offers: one address for all methods, and the bills' download."""
        return [
            ("POST", _GATEWAY, self.serve),
            ("GET", _GATEWAY, self.serve),
            ("GET", _BILLS, self.download),
        ]

    async def serve(self, request: Request) -> SimulatedAnswer:
        """Any of the gateway's methods."""
        # What every call has may stand in the address, as the official SDKs send it.
        sent = (await request.body()).decode("utf-8", "replace")
        form = dict(request.query_params) | dict(parse_qsl(sent, keep_blank_values=True))
        method = form.get("method", "")
        node = method.replace(".", "_") + "_response"
        app_id = form.get("app_id", "")
        if app_id not in self._modes:
            # As the real one does, without a signature: whose certificate would it be?
            body = json.dumps({node: _refused("40002", "isv.invalid-app-id")})
            return SimulatedAnswer(Response(body, media_type="text/html;charset=utf-8"))
        mode = self._modes[app_id]
        fault = self._fault_of(form, mode)
        if fault:
            return SimulatedAnswer(self._answer(node, mode, _refused(*fault)))
        try:
            # Amounts stay as they were written, with or without quotes.
            content = json.loads(form.get("biz_content", ""), parse_float=str)
            order_no = self._order_no(app_id, method, content)
        except (ValueError, KeyError, TypeError, AttributeError):
            return SimulatedAnswer(
                self._answer(node, mode, _refused("40002", "isv.invalid-parameter"))
            )
        match method:
            case "alipay.trade.pay":
                return self._pay(node, mode, form, order_no, content)
            case "alipay.trade.query":
                answer = self._query(app_id, order_no)
            case "alipay.trade.cancel":
                answer = self._cancel(app_id, order_no)
            case "alipay.trade.refund":
                answer = self._refund(app_id, order_no, content)
            case "alipay.trade.fastpay.refund.query":
                answer = self._refund_query(app_id, order_no, str(content.get("out_request_no")))
            case "alipay.data.dataservice.bill.downloadurl.query":
                answer = self._bill(app_id, content, str(request.base_url))
            case _:
                answer = _refused("40002", "isv.invalid-method")
        return SimulatedAnswer(self._answer(node, mode, answer))

    async def download(self, request: Request) -> SimulatedAnswer:
        """A bill, for whoever has the address that was made for it within the last 30 seconds."""
        asked = dict(request.query_params)
        signature = asked.pop("fileId", "")
        is_ours = rsa.is_signed(self._key.public_key(), urlencode(asked).encode(), signature)
        if not is_ours or int(asked["until"]) < time.time():
            return SimulatedAnswer(Response("expired", 403))
        day = date.fromisoformat(asked["bizDates"])
        packed = packed_bill(self._of_day(asked["userId"], day), day)
        return SimulatedAnswer(Response(packed, media_type="application/zip"))

    def _pay(
        self,
        node: str,
        mode: _Mode,
        form: Mapping[str, str],
        order_no: str,
        content: Mapping[str, object],
    ) -> SimulatedAnswer:
        app_id, amount = form["app_id"], fen(content.get("total_amount"))
        code = str(content.get("auth_code"))
        fault = pay_fault(order_no, content)
        if fault or amount is None:
            return SimulatedAnswer(self._answer(node, mode, _refused("40004", fault)))
        outcome = self._behaviours.pay(app_id, order_no, amount, code)
        trade = outcome.trade
        match outcome.verdict:
            case "paid" if trade:
                answer = {**_success(), **_trade(trade), "gmt_payment": time_of(trade)}
                response = self._answer(node, mode, answer, forged=outcome.manner == "forged")
                return SimulatedAnswer(response, outcome.manner)
            case "paying" if trade:
                answer = {"code": "10003", "msg": "order success pay inprocess", **_trade(trade)}
                return self._paying(self._answer(node, mode, answer), form, order_no, outcome)
            case "system_error":
                return SimulatedAnswer(
                    self._answer(node, mode, _refused("20000", "isp.unknow-error"))
                )
        refused = _refused("40004", _REFUSED.get(outcome.verdict, _SYSTEM_ERROR))
        return SimulatedAnswer(self._answer(node, mode, refused))

    def _paying(
        self, response: Response, form: Mapping[str, str], order_no: str, outcome: Outcome
    ) -> SimulatedAnswer:
        url, app_id = form.get("notify_url"), form["app_id"]
        if outcome.manner != "notified" or not url:
            return SimulatedAnswer(response)

        def notice() -> OutgoingNotice | None:
            trade = self._behaviours.find(app_id, order_no)
            if trade is None or trade.state != "paid":
                return None
            return self._notice(url, self._accounts[app_id], trade)

        return SimulatedAnswer(response, outcome.manner, notice)

    def _notice(self, url: str, account: AlipayAccount, trade: Trade) -> OutgoingNotice:
        fields = {
            "notify_id": trade.ref[-32:],
            "notify_time": datetime.now(_CHINA).strftime("%Y-%m-%d %H:%M:%S"),
            "notify_type": "trade_status_sync",
            "charset": "utf-8",
            "version": "1.0",
            "sign_type": "RSA2",
            "app_id": account.app_id,
            "auth_app_id": account.app_id,
            "seller_id": account.seller_id or SELLER,
            **_trade(trade),
            "trade_status": _STATES[trade.state],
            "gmt_payment": time_of(trade),
            "subject": "goods + more = 100 %",
            "body": "",
        }
        fields["sign"] = rsa.sign(self._key, _joined(fields, "sign", "sign_type"))
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
        return OutgoingNotice(url, headers, urlencode(fields).encode())

    def _query(self, app_id: str, order_no: str) -> _Fields:
        trade = self._behaviours.find(app_id, order_no)
        if trade is None:
            return _refused("40004", "ACQ.TRADE_NOT_EXIST")
        answer = {**_success(), **_trade(trade), "trade_status": _STATES[trade.state]}
        return {**answer, "send_pay_date": time_of(trade)} if trade.paid_at else answer

    def _cancel(self, app_id: str, order_no: str) -> _Fields:
        before = self._behaviours.find(app_id, order_no)
        if before and before.refunds:
            return _refused("40004", "ACQ.REASON_TRADE_REFUND_FEE_ERR")
        trade = self._behaviours.cancel(app_id, order_no)
        if trade is None:
            return _refused("40004", "ACQ.TRADE_NOT_EXIST")
        action = "refund" if trade.reversed else "close"
        return {**_success(), "out_trade_no": order_no, "retry_flag": "N", "action": action}

    def _refund(self, app_id: str, order_no: str, content: Mapping[str, object]) -> _Fields:
        number, amount = str(content.get("out_request_no")), fen(content.get("refund_amount"))
        if amount is None or not re.fullmatch(r"\w{1,64}", number, re.ASCII):
            return _refused("40004", "ACQ.INVALID_PARAMETER")
        before = self._behaviours.find(app_id, order_no)
        if before is None:
            return _refused("40004", "ACQ.TRADE_NOT_EXIST")
        is_new = number not in before.refunds
        trade = self._behaviours.refund(app_id, order_no, number, amount)
        if trade is None and not is_new:
            return _refused("40004", "ACQ.DISCORDANT_REPEAT_REQUEST")
        if trade is None and before.state == "paid":
            return _refused("40004", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL")
        if trade is None:
            return _refused("40004", "ACQ.TRADE_STATUS_ERROR")
        answer = {**_success(), "out_trade_no": order_no, "trade_no": trade.ref}
        changed = {"fund_change": "Y" if is_new else "N"}
        return {**answer, **changed, "refund_fee": yuan(sum(trade.refunds.values()))}

    def _refund_query(self, app_id: str, order_no: str, number: str) -> _Fields:
        trade = self._behaviours.find(app_id, order_no)
        if trade is None:
            return _refused("40004", "ACQ.TRADE_NOT_EXIST")
        answer = {**_success(), "out_trade_no": order_no, "trade_no": trade.ref}
        if number not in trade.refunds:
            return answer
        amounts = {
            "total_amount": yuan(trade.amount),
            "refund_amount": yuan(trade.refunds[number]),
        }
        return {**answer, **amounts, "out_request_no": number, "refund_status": "REFUND_SUCCESS"}

    def _bill(self, app_id: str, content: Mapping[str, object], base: str) -> _Fields:
        try:
            day = date.fromisoformat(str(content["bill_date"]))
        except ValueError:
            return _refused("40002", "isv.invalid_arguments")
        if content.get("bill_type") != "trade":
            return _refused("40002", "isv.invalid_arguments")
        # Unlike the real one, today's as well: a demo's trades are all of today.
        if not self._of_day(app_id, day):
            return _refused("40004", "isp.bill_not_exist")
        until = str(int(time.time()) + _BILL_LIFE_S)
        asked = {
            "bizType": "trade",
            "userId": app_id,
            "bizDates": day.isoformat(),
            "until": until,
        }
        signed = {**asked, "fileId": rsa.sign(self._key, urlencode(asked).encode())}
        url = base.rstrip("/") + _BILLS + "?" + urlencode(signed)
        return {**_success(), "bill_download_url": url}

    def _order_no(self, app_id: str, method: str, content: dict[str, object]) -> str:
        """The merchant's number of an order, which may be named by Alipay's as well."""
        if method == "alipay.data.dataservice.bill.downloadurl.query":
            return str(content["bill_date"])
        if content.get("trade_no"):
            trade = self._behaviours.find_ref(app_id, str(content["trade_no"]))
            return trade.order_no if trade else ""
        return str(content["out_trade_no"])

    def _fault_of(self, form: Mapping[str, str], mode: _Mode) -> tuple[str, str] | None:
        """Why the gateway turns a request away before it looks at its content."""
        fault = request_fault(form)
        if fault:
            return fault
        if mode.numbers and form.get("app_cert_sn") != mode.numbers.app:
            return "40002", "isv.missing-app-cert-sn"
        if mode.numbers and form.get("alipay_root_cert_sn") != mode.numbers.roots:
            return "40002", "isv.missing-alipay-root-cert-sn"
        if not rsa.is_signed(mode.key, _joined(form, "sign"), form.get("sign", "")):
            return "40002", "isv.invalid-signature"
        return None

    def _of_day(self, app_id: str, day: date) -> list[Trade]:
        return [
            trade
            for trade in self._behaviours.trades(app_id)
            if trade.paid_at and trade.paid_at.astimezone(_CHINA).date() == day
        ]

    def _answer(self, node: str, mode: _Mode, answer: _Fields, *, forged: bool = False) -> Response:
        raw = json.dumps({**answer, "store_name": "a shop {of braces}"}, ensure_ascii=False)
        signature = rsa.sign(self._key, (raw + "forged" * forged).encode())
        named = f'"alipay_cert_sn":"{mode.numbers.alipay}",' if mode.numbers else ""
        body = f'{{"{node}":{raw},{named}"sign":"{signature}"}}'
        return Response(body, media_type="text/html;charset=utf-8")


def _joined(fields: Mapping[str, str], *but: str) -> bytes:
    names = sorted(name for name in fields if fields[name] and name not in but)
    return "&".join(f"{name}={fields[name]}" for name in names).encode()


def _success() -> _Fields:
    return {"code": "10000", "msg": "Success"}


def _trade(trade: Trade) -> _Fields:
    return {
        "trade_no": trade.ref,
        "out_trade_no": trade.order_no,
        "total_amount": yuan(trade.amount),
    }


def _refused(code: str, sub_code: str) -> _Fields:
    return {"code": code, "msg": "as the script wants it", "sub_code": sub_code}
