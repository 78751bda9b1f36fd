"""WeChat Pay V3 simulated: checks who signed, answers signed."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import secrets
import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from pos_tui.cloud.platforms.simulation.behaviours import Behaviours, Trade
from pos_tui.cloud.platforms.simulation.delivery import Handler, OutgoingNotice, SimulatedAnswer
from pos_tui.cloud.platforms.simulation.keys import PlatformKeys
from pos_tui.cloud.platforms.wechat.account import WeChatAccount
from pos_tui.cloud.platforms.wechat.simulator_bill import bill_of
from pos_tui.cloud.platforms.wechat.simulator_rules import code_fault, wrong_in_pay, wrong_in_refund
from pos_tui.cloud.wire import rsa

_SCHEME = "WECHATPAY2-SHA256-RSA2048 "
_STATES = {
    "paid": "SUCCESS",
    "paying": "USERPAYING",
    "failed": "NOTPAY",
    "closed": "CLOSED",
    "reversed": "REVOKED",
    "refunded": "REFUND",
}


class _Caller(Struct, frozen=True):
    account: WeChatAccount
    content: dict[str, Any]


class WeChatSimulator:
    """Serves every WeChat Pay account of the settings."""

    def __init__(
        self, accounts: Sequence[WeChatAccount], keys: PlatformKeys, behaviours: Behaviours
    ) -> None:
        self._accounts = {account.mchid: account for account in accounts}
        self._keys = {
            account.mchid: rsa.private_key(account.private_key, "wechat").public_key()
            for account in accounts
        }
        self._serial = next(iter(accounts[0].platform_keys)) if accounts else ""
        self._key = keys.platform
        self._behaviours = behaviours

    def routes(self) -> list[tuple[str, str, Handler]]:
        """What WeChat Pay offers."""
        refunds = "/v3/refund/domestic/refunds"
        offered = [
            ("POST", "/v3/pay/transactions/codepay", self.pay),
            ("POST", refunds, self.refund),
            ("GET", refunds + "/{refund_no}", self.query_refund),
            ("GET", "/v3/bill/tradebill", self.bill),
            ("GET", "/v3/billdownload/file", self.bill_file),
        ]
        for order in ("out-trade-no/{order_no}", "id/{transaction_id}"):
            path = f"/v3/pay/transactions/{order}"
            offered += [("GET", path, self.query), ("POST", path + "/reverse", self.reverse)]
        # The real one's paths as well: an SDK that signs them cannot be given a path before them.
        return [
            (method, before + path, handler)
            for before in ("/wechat", "")
            for method, path, handler in offered
        ]

    async def pay(self, request: Request) -> SimulatedAnswer:
        """Charge a payment code."""
        caller = await self._caller(request)
        if isinstance(caller, Response):
            return SimulatedAnswer(caller)
        content = caller.content
        wrong = wrong_in_pay(content)
        if wrong:
            return SimulatedAnswer(self._error(400, "PARAM_ERROR", wrong))
        order_no, amount = content["out_trade_no"], content["amount"]["total"]
        code = content["payer"]["auth_code"]
        refused = code_fault(code)
        if refused:
            return SimulatedAnswer(self._error(400, refused, "/payer/auth_code"))
        outcome = self._behaviours.pay(caller.account.mchid, order_no, amount, code)
        trade = outcome.trade
        match outcome.verdict:
            case "paid" if trade and not outcome.is_repeat:
                forged = outcome.manner == "forged"
                answer = self._answer(200, self._trade(trade, caller.account), forged=forged)
                return SimulatedAnswer(answer, outcome.manner)
            case "paid":
                return SimulatedAnswer(self._error(400, "ORDERPAID"))
            case "paying" if trade and trade.pays_at is not None:
                return SimulatedAnswer(self._answer(200, self._trade(trade, caller.account)))
            case "paying":
                return SimulatedAnswer(self._error(400, "USERPAYING"))
            case "insufficient_balance":
                return SimulatedAnswer(self._error(403, "NOTENOUGH"))
            case "code_expired":
                return SimulatedAnswer(self._error(400, "AUTHCODEEXPIRE"))
            case "conflict":
                return SimulatedAnswer(self._error(400, "OUT_TRADE_NO_USED"))
            case "closed":
                return SimulatedAnswer(self._error(400, "ORDERCLOSED"))
        return SimulatedAnswer(self._error(500, "SYSTEM_ERROR"))

    async def query(self, request: Request) -> SimulatedAnswer:
        """How an order stands."""
        caller = await self._caller(request)
        if isinstance(caller, Response):
            return SimulatedAnswer(caller)
        trade = self._find(request, caller)
        if trade is None:
            return SimulatedAnswer(self._error(404, "ORDER_NOT_EXIST"))
        return SimulatedAnswer(self._answer(200, self._trade(trade, caller.account)))

    async def reverse(self, request: Request) -> SimulatedAnswer:
        """Close an unpaid order or give a paid one's money back."""
        caller = await self._caller(request)
        if isinstance(caller, Response):
            return SimulatedAnswer(caller)
        account, trade = caller.account, self._find(request, caller)
        if trade is None:
            return SimulatedAnswer(self._error(404, "ORDER_NOT_EXIST"))
        # The documents want 15 s and name no code for it; early reversals have met this one.
        if self._behaviours.is_early_to_reverse(trade):
            return SimulatedAnswer(self._error(400, "USERPAYING", "within 15 s of the pay call"))
        self._behaviours.cancel(account.mchid, trade.order_no)
        named = {"appid": account.appid, "mchid": account.mchid, "out_trade_no": trade.order_no}
        return SimulatedAnswer(self._answer(200, named))

    async def refund(self, request: Request) -> SimulatedAnswer:
        """Give a paid order's money back, a part or the whole, under a refund number."""
        caller = await self._caller(request)
        if isinstance(caller, Response):
            return SimulatedAnswer(caller)
        account, content = caller.account, caller.content
        wrong = wrong_in_refund(content)
        if wrong:
            return SimulatedAnswer(self._error(400, "PARAM_ERROR", wrong))
        number, money = content["out_refund_no"], content["amount"]
        if "transaction_id" in content:
            known = self._behaviours.find_ref(account.mchid, content["transaction_id"])
        else:
            known = self._behaviours.find(account.mchid, content["out_trade_no"])
        if known is None:
            return SimulatedAnswer(self._error(404, "RESOURCE_NOT_EXISTS"))
        if money["total"] != known.amount:
            return SimulatedAnswer(self._error(400, "INVALID_REQUEST"))
        # "Requests for multiple refunds for the same order must be separated by 1 minute":
        # pay.weixin.qq.com/wiki/doc/api_external/en/apis/chapter3_3_3.shtml.
        if self._behaviours.is_early_to_refund(known, number):
            return SimulatedAnswer(self._error(429, "FREQUENCY_LIMITED"))
        trade = self._behaviours.refund(account.mchid, known.order_no, number, money["refund"])
        if trade is None:
            return SimulatedAnswer(self._error(400, "INVALID_REQUEST"))
        url = content.get("notify_url")
        answer = self._answer(200, _refund_of(trade, number, "PROCESSING"))
        if not isinstance(url, str) or account.api_v3_key is None:
            return SimulatedAnswer(answer)
        message = self._refund_notice(url, account, trade, number)
        return SimulatedAnswer(answer, notice=lambda: message)

    async def query_refund(self, request: Request) -> SimulatedAnswer:
        """How a refund stands."""
        caller = await self._caller(request)
        if isinstance(caller, Response):
            return SimulatedAnswer(caller)
        number = request.path_params["refund_no"]
        for trade in self._behaviours.trades(caller.account.mchid):
            if number in trade.refunds:
                return SimulatedAnswer(self._answer(200, _refund_of(trade, number, "SUCCESS")))
        return SimulatedAnswer(self._error(404, "RESOURCE_NOT_EXISTS"))

    async def bill(self, request: Request) -> SimulatedAnswer:
        """Where the bill of a day is to be fetched, and its hash."""
        caller = await self._caller(request)
        if isinstance(caller, Response):
            return SimulatedAnswer(caller)
        account, day = caller.account, request.query_params.get("bill_date", "")
        bill = self._bill(account, day)
        if bill is None:
            return SimulatedAnswer(self._error(400, "NO_STATEMENT_EXIST"))
        answer = {
            "hash_type": "SHA1",
            "hash_value": hashlib.sha1(bill, usedforsecurity=False).hexdigest(),
            "download_url": f"{account.url}/v3/billdownload/file?token={day}",
        }
        return SimulatedAnswer(self._answer(200, answer))

    async def bill_file(self, request: Request) -> SimulatedAnswer:
        """A bill, packed; this answer alone is unsigned."""
        caller = await self._caller(request)
        if isinstance(caller, Response):
            return SimulatedAnswer(caller)
        bill = self._bill(caller.account, request.query_params.get("token", ""))
        if bill is None:
            return SimulatedAnswer(self._error(404, "NO_STATEMENT_EXIST"))
        return SimulatedAnswer(Response(gzip.compress(bill), media_type="application/x-gzip"))

    def _bill(self, account: WeChatAccount, day: str) -> bytes | None:
        try:
            asked = date.fromisoformat(day)
        except ValueError:
            return None
        trades = self._behaviours.trades(account.mchid)
        return bill_of(trades, asked, account.appid, account.mchid)

    async def _caller(self, request: Request) -> _Caller | Response:
        body = await request.body()
        if not request.headers.get("Accept") or not request.headers.get("User-Agent"):
            return self._error(400, "PARAM_ERROR", "Http头缺少Accept或User-Agent")
        authorization = request.headers.get("Authorization", "")
        given = dict(re.findall(r'(\w+)="([^"]*)"', authorization.removeprefix(_SCHEME)))
        account = self._accounts.get(given.get("mchid", ""))
        if account is None or not authorization.startswith(_SCHEME):
            return self._error(401, "SIGN_ERROR")
        stamp = given.get("timestamp", "")
        target = request.scope["raw_path"]
        if request.scope["query_string"]:
            target += b"?" + request.scope["query_string"]
        head = f"{request.method}\n{target.decode()}\n{stamp}\n{given.get('nonce_str', '')}\n"
        fresh = stamp.isdigit() and abs(time.time() - int(stamp)) <= 300
        signature = given.get("signature", "")
        text = head.encode() + body + b"\n"
        if not fresh or given.get("serial_no") != account.serial:
            return self._error(401, "SIGN_ERROR")
        if not rsa.is_signed(self._keys[account.mchid], text, signature):
            return self._error(401, "SIGN_ERROR")
        try:
            content = json.loads(body) if body else {}
        except ValueError:
            return self._error(400, "PARAM_ERROR")
        if not isinstance(content, dict):
            return self._error(400, "PARAM_ERROR")
        named = content.get("mchid", request.query_params.get("mchid"))
        if "/pay/" in request.url.path and named != account.mchid:
            return self._error(400, "MCH_NOT_EXISTS")
        if "/pay/" in request.url.path and request.method == "POST" and "appid" not in content:
            return self._error(400, "PARAM_ERROR", "/appid")
        if content.get("appid", account.appid) != account.appid:
            return self._error(400, "APPID_MCHID_NOT_MATCH")
        return _Caller(account, content)

    def _find(self, request: Request, caller: _Caller) -> Trade | None:
        mchid, asked = caller.account.mchid, request.path_params
        if "order_no" in asked:
            return self._behaviours.find(mchid, asked["order_no"])
        return self._behaviours.find_ref(mchid, asked["transaction_id"])

    def _trade(self, trade: Trade, account: WeChatAccount) -> dict[str, object]:
        answer: dict[str, object] = {
            "appid": account.appid,
            "mchid": account.mchid,
            "out_trade_no": trade.order_no,
            "trade_type": "MICROPAY",
            # At WeChat's an order is a refunded one as soon as a part has gone back.
            "trade_state": "REFUND" if trade.refunds else _STATES[trade.state],
            "amount": {"total": trade.amount, "payer_total": trade.amount, "currency": "CNY"},
        }
        if trade.paid_at:
            answer["transaction_id"] = trade.ref
            answer["success_time"] = trade.paid_at.isoformat()
        return answer

    def _refund_notice(
        self, url: str, account: WeChatAccount, trade: Trade, number: str
    ) -> OutgoingNotice:
        content = {
            "mchid": account.mchid,
            "out_trade_no": trade.order_no,
            "transaction_id": trade.ref,
            "out_refund_no": number,
            "refund_id": _refund_id(trade),
            "refund_status": "SUCCESS",
            "success_time": datetime.now(UTC).isoformat(timespec="seconds"),
            "user_received_account": "balance",
            "amount": {
                "total": trade.amount,
                "refund": trade.refunds[number],
                "payer_total": trade.amount,
                "payer_refund": trade.refunds[number],
            },
        }
        nonce = secrets.token_hex(6)
        cipher = AESGCM((account.api_v3_key or "").encode())
        sealed = cipher.encrypt(nonce.encode(), json.dumps(content).encode(), b"refund")
        body = {
            "id": f"EV-{secrets.token_hex(12)}",
            "create_time": datetime.now(UTC).isoformat(timespec="seconds"),
            "resource_type": "encrypt-resource",
            "event_type": "REFUND.SUCCESS",
            "summary": "refunded",
            "resource": {
                "original_type": "refund",
                "algorithm": "AEAD_AES_256_GCM",
                "ciphertext": b64encode(sealed).decode(),
                "associated_data": "refund",
                "nonce": nonce,
            },
        }
        signed = self._answer(200, body)
        return OutgoingNotice(url, dict(signed.headers), bytes(signed.body))

    def _error(self, status: int, code: str, why: str = "as the script wants it") -> Response:
        return self._answer(status, {"code": code, "message": why})

    def _answer(
        self, status: int, content: Mapping[str, object], *, forged: bool = False
    ) -> Response:
        body = json.dumps(content).encode()
        stamp, nonce = str(int(time.time())), secrets.token_hex(16)
        signature = rsa.sign(self._key, f"{stamp}\n{nonce}\n".encode() + body + b"\n")
        headers = {
            "Wechatpay-Timestamp": stamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Serial": self._serial,
            "Wechatpay-Signature": f"WECHATPAY/SIGNTEST/{signature}" if forged else signature,
            "Wechatpay-Signature-Type": _SCHEME.strip(),
        }
        return Response(body, status, headers, media_type="application/json")


def _refund_of(trade: Trade, number: str, status: str) -> dict[str, object]:
    refund = trade.refunds[number]
    return {
        "refund_id": _refund_id(trade),
        "out_refund_no": number,
        "transaction_id": trade.ref,
        "out_trade_no": trade.order_no,
        "channel": "ORIGINAL",
        "user_received_account": "balance",
        "create_time": datetime.now(UTC).isoformat(timespec="seconds"),
        "status": status,
        "amount": {
            "total": trade.amount,
            "refund": refund,
            "payer_total": trade.amount,
            "payer_refund": refund,
            "settlement_refund": refund,
            "settlement_total": trade.amount,
            "discount_refund": 0,
            "currency": "CNY",
        },
    }


def _refund_id(trade: Trade) -> str:
    return f"50{trade.ref[2:]}"
