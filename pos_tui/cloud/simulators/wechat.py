"""The stand-in for WeChat Pay V3: checks who signed, answers signed."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from pos_tui.cloud import rsa
from pos_tui.cloud.simulators.behaviours import Behaviours, Trade
from pos_tui.cloud.simulators.desk import Said, Serve
from pos_tui.cloud.simulators.keys import PlatformKeys
from pos_tui.settings import Merchant, WeChatAccount

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


class WeChatDesk:
    """Serves every WeChat Pay account of the settings."""

    def __init__(
        self, merchants: Sequence[Merchant], keys: PlatformKeys, behaviours: Behaviours
    ) -> None:
        accounts = [merchant.wechat for merchant in merchants if merchant.wechat]
        self._accounts = {account.mchid: account for account in accounts}
        self._keys = {
            account.mchid: rsa.private_key(account.private_key, "wechat").public_key()
            for account in accounts
        }
        self._serial = next(iter(accounts[0].platform_keys)) if accounts else ""
        self._key = keys.platform
        self._behaviours = behaviours

    def routes(self) -> list[tuple[str, str, Serve]]:
        """What WeChat Pay offers."""
        orders = "/wechat/v3/pay/transactions/out-trade-no/{order_no}"
        return [
            ("POST", "/wechat/v3/pay/transactions/codepay", self.pay),
            ("GET", orders, self.query),
            ("POST", orders + "/reverse", self.reverse),
            ("POST", "/wechat/v3/refund/domestic/refunds", self.refund),
        ]

    async def pay(self, request: Request) -> Said:
        """Charge a payment code."""
        caller = await self._caller(request)
        if isinstance(caller, Response):
            return Said(caller)
        content = caller.content
        try:
            order_no, amount = str(content["out_trade_no"]), content["amount"]["total"]
            code = str(content["payer"]["auth_code"])
            complete = bool(
                content["description"] and content["scene_info"]["store_info"]["out_id"]
            )
        except (KeyError, TypeError):
            return Said(self._error(400, "PARAM_ERROR"))
        if not complete or type(amount) is not int or amount <= 0 or not 6 <= len(order_no) <= 32:
            return Said(self._error(400, "PARAM_ERROR"))
        outcome = self._behaviours.pay(caller.account.mchid, order_no, amount, code)
        trade = outcome.trade
        match outcome.verdict:
            case "paid" if trade and not outcome.is_repeat:
                forged = outcome.manner == "forged"
                said = self._answer(200, self._trade(trade, caller.account), forged=forged)
                return Said(said, outcome.manner)
            case "paid":
                return Said(self._error(400, "ORDERPAID"))
            case "paying" if trade and trade.pays_at is not None:
                return Said(self._answer(200, self._trade(trade, caller.account)))
            case "paying":
                return Said(self._error(400, "USERPAYING"))
            case "insufficient_balance":
                return Said(self._error(403, "NOTENOUGH"))
            case "code_expired":
                return Said(self._error(400, "AUTHCODEEXPIRE"))
            case "conflict":
                return Said(self._error(400, "OUT_TRADE_NO_USED"))
            case "closed":
                return Said(self._error(400, "ORDERCLOSED"))
        return Said(self._error(500, "SYSTEM_ERROR"))

    async def query(self, request: Request) -> Said:
        """How an order stands."""
        caller = await self._caller(request)
        if isinstance(caller, Response):
            return Said(caller)
        trade = self._behaviours.find(caller.account.mchid, request.path_params["order_no"])
        if trade is None:
            return Said(self._error(404, "ORDER_NOT_EXIST"))
        return Said(self._answer(200, self._trade(trade, caller.account)))

    async def reverse(self, request: Request) -> Said:
        """Close an unpaid order or give a paid one's money back."""
        caller = await self._caller(request)
        if isinstance(caller, Response):
            return Said(caller)
        order_no = request.path_params["order_no"]
        if self._behaviours.cancel(caller.account.mchid, order_no) is None:
            return Said(self._error(404, "ORDER_NOT_EXIST"))
        account = caller.account
        return Said(
            self._answer(
                200, {"appid": account.appid, "mchid": account.mchid, "out_trade_no": order_no}
            )
        )

    async def refund(self, request: Request) -> Said:
        """Give a paid order's money back under a refund number."""
        caller = await self._caller(request)
        if isinstance(caller, Response):
            return Said(caller)
        number = str(caller.content.get("out_refund_no"))
        order_no = str(caller.content.get("out_trade_no"))
        trade = self._behaviours.refund(
            caller.account.mchid, order_no, number, _refund_of(caller.content)
        )
        if trade is None:
            return Said(self._error(404, "RESOURCE_NOT_EXISTS"))
        said = {"out_trade_no": order_no, "out_refund_no": number, "status": "SUCCESS"}
        return Said(self._answer(200, said))

    async def _caller(self, request: Request) -> _Caller | Response:
        body = await request.body()
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
        named = {**content, "mchid": content.get("mchid", request.query_params.get("mchid"))}
        if "out_refund_no" not in named and named["mchid"] != account.mchid:
            return self._error(400, "MCH_NOT_EXISTS")
        if content.get("appid", account.appid) != account.appid:
            return self._error(400, "APPID_MCHID_NOT_MATCH")
        return _Caller(account, content)

    def _trade(self, trade: Trade, account: WeChatAccount) -> dict[str, object]:
        said: dict[str, object] = {
            "appid": account.appid,
            "mchid": account.mchid,
            "out_trade_no": trade.order_no,
            "trade_type": "MICROPAY",
            "trade_state": _STATES[trade.state],
            "amount": {"total": trade.amount, "payer_total": trade.amount, "currency": "CNY"},
        }
        if trade.paid_at:
            said["transaction_id"] = trade.ref
            said["success_time"] = trade.paid_at.isoformat()
        return said

    def _error(self, status: int, code: str) -> Response:
        return self._answer(status, {"code": code, "message": "as the script wants it"})

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
        }
        return Response(body, status, headers, media_type="application/json")


def _refund_of(content: Mapping[str, Any]) -> int:
    amount = content.get("amount")
    refund = amount.get("refund") if isinstance(amount, dict) else None
    return refund if type(refund) is int else 0
