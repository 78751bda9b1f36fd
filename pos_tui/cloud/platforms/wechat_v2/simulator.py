"""WeChat Pay V2 simulated: checks who signed, answers signed in the same way."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from pos_tui.cloud.platforms.simulation.behaviours import Behaviours, Manner, Trade
from pos_tui.cloud.platforms.simulation.delivery import Handler, SimulatedAnswer
from pos_tui.cloud.platforms.simulation.keys import PlatformKeys
from pos_tui.cloud.platforms.wechat.simulator_bill import bill_of
from pos_tui.cloud.platforms.wechat.simulator_rules import code_fault, is_number, is_text
from pos_tui.cloud.platforms.wechat_v2.account import WeChatV2Account
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
    "paid": "ORDERPAID",
    "paying": "USERPAYING",
    "insufficient_balance": "NOTENOUGH",
    "code_expired": "AUTHCODEEXPIRE",
    "conflict": "OUT_TRADE_NO_USED",
    "closed": "ORDERCLOSED",
    "system_error": "SYSTEMERROR",
}
_NEEDED = ("nonce_str", "body", "out_trade_no", "total_fee", "spbill_create_ip", "auth_code")
_FEE = re.compile("[1-9][0-9]{0,11}")
# Bytes of each text: pay.weixin.qq.com/wiki/doc/api/micropay.php?chapter=9_10 and 9_4.
_LONGEST = {
    "body": 127,
    "device_info": 32,
    "detail": 6000,
    "attach": 127,
    "goods_tag": 32,
    "nonce_str": 32,
    "spbill_create_ip": 64,
    "refund_desc": 80,
}


class _Asked(Struct, frozen=True):
    account: WeChatV2Account
    sign_type: str
    fields: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")


_Reply = tuple[dict[str, str], Manner]


class WeChatV2Simulator:
    """Serves every WeChat Pay V2 account of the merchants; certificates are not asked for."""

    def __init__(
        self, accounts: Sequence[WeChatV2Account], _keys: PlatformKeys, behaviours: Behaviours
    ) -> None:
        self._accounts = {account.mch_id: account for account in accounts}
        self._behaviours = behaviours

    def routes(self) -> list[tuple[str, str, Handler]]:
        """What WeChat Pay V2 offers."""
        return [
            ("POST", "/wechat2/pay/micropay", self._serving(self._pay)),
            ("POST", "/wechat2/pay/orderquery", self._serving(self._query)),
            ("POST", "/wechat2/secapi/pay/reverse", self._serving(self._reverse)),
            ("POST", "/wechat2/secapi/pay/refund", self._serving(self._refund)),
            ("POST", "/wechat2/pay/refundquery", self._serving(self._query_refund)),
            ("POST", "/wechat2/pay/downloadbill", self.bill),
        ]

    async def bill(self, request: Request) -> SimulatedAnswer:
        """The bill of a day, packed; neither it nor its refusal is signed."""
        asked = await self._asked(request)
        if isinstance(asked, Response):
            return SimulatedAnswer(asked)
        try:
            day = datetime.strptime(asked["bill_date"], "%Y%m%d").replace(tzinfo=_CHINA).date()
        except ValueError:
            return SimulatedAnswer(_complaint("data format error", "20001"))
        account = asked.account
        trades = self._behaviours.trades(account.mch_id)
        bill = bill_of(trades, day, account.appid, account.mch_id)
        if bill is None:
            return SimulatedAnswer(_complaint("No Bill Exist", "20002"))
        packed = gzip.compress(bill) if asked["tar_type"] == "GZIP" else bill
        return SimulatedAnswer(Response(packed, media_type="text/plain"))

    def _serving(self, serve: Callable[[_Asked], _Reply]) -> Handler:
        async def endpoint(request: Request) -> SimulatedAnswer:
            asked = await self._asked(request)
            if isinstance(asked, Response):
                return SimulatedAnswer(asked)
            answer, manner = serve(asked)
            return SimulatedAnswer(_signed(answer, asked, forged=manner == "forged"), manner)

        return endpoint

    async def _asked(self, request: Request) -> _Asked | Response:
        try:
            fields = read_xml(await request.body())
        except XmlError:
            return _complaint("XML format error")
        account = self._accounts.get(fields.get("mch_id", ""))
        if account is None or fields.get("appid") != account.appid:
            return _complaint("appid and mch_id not match")
        sign_type = fields.get("sign_type", "MD5")
        if sign_type not in ("MD5", "HMAC-SHA256"):
            return _complaint("sign type error")
        expected = _signature(fields, account.key, sign_type)
        if not hmac.compare_digest(fields.get("sign", "").encode(), expected.encode()):
            return _complaint("sign error")
        return _Asked(account, sign_type, fields)

    def _pay(self, asked: _Asked) -> _Reply:
        fee = asked["total_fee"]
        if not all(asked[name] for name in _NEEDED):
            return _refused("LACK_PARAMS")
        if not _FEE.fullmatch(fee) or asked["fee_type"] not in ("", "CNY"):
            return _refused("PARAM_ERROR")
        if not is_number(asked["out_trade_no"], 1, 32) or not _is_short(asked):
            return _refused("PARAM_ERROR")
        wrong_code = code_fault(asked["auth_code"])
        if wrong_code:
            return _refused(wrong_code)
        outcome = self._behaviours.pay(
            asked.account.mch_id, asked["out_trade_no"], int(fee), asked["auth_code"]
        )
        if outcome.verdict == "paid" and outcome.trade and not outcome.is_repeat:
            return _payment(outcome.trade), outcome.manner
        return _refused(_REFUSED[outcome.verdict])

    def _query(self, asked: _Asked) -> _Reply:
        trade = self._find(asked)
        if trade is None:
            return _refused("ORDERNOTEXIST")
        answer = _payment(trade) if trade.paid_at else _done(out_trade_no=trade.order_no)
        # At WeChat's an order is a refunded one as soon as a part has gone back.
        answer["trade_state"] = "REFUND" if trade.refunds else _STATES[trade.state]
        return answer, "answered"

    def _reverse(self, asked: _Asked) -> _Reply:
        trade = self._find(asked)
        if trade is None:
            answer, manner = _refused("ORDERNOTEXIST")
            return {**answer, "recall": "N"}, manner
        # The documents want 15 s and name no code for it; early reversals have met this one.
        if self._behaviours.is_early_to_reverse(trade):
            answer, manner = _refused("USERPAYING")
            return {**answer, "recall": "Y"}, manner
        self._behaviours.cancel(asked.account.mch_id, trade.order_no)
        return _done(recall="N"), "answered"

    def _refund(self, asked: _Asked) -> _Reply:
        mch_id, number = asked.account.mch_id, asked["out_refund_no"]
        known = self._find(asked)
        if known is None:
            return _refused("ORDERNOTEXIST")
        fee = asked["refund_fee"]
        if not is_number(number, 1, 64) or not _FEE.fullmatch(fee) or not _is_short(asked):
            return _refused("PARAM_ERROR")
        if asked["refund_fee_type"] not in ("", "CNY"):
            return _refused("PARAM_ERROR")
        if number in known.refunds and known.refunds[number] != int(fee):
            return _refused("REFUND_FEE_MISMATCH")
        if asked["total_fee"] != str(known.amount):
            return _refused("INVALID_REQUEST")
        trade = self._behaviours.refund(mch_id, known.order_no, number, int(fee))
        if trade is None:
            return _refused("INVALID_REQUEST")
        answer = _done(
            transaction_id=trade.ref,
            out_trade_no=trade.order_no,
            out_refund_no=number,
            refund_id=f"50{trade.ref[2:]}",
            refund_fee=fee,
            total_fee=str(trade.amount),
            cash_fee=str(trade.amount),
        )
        return answer, "answered"

    def _find(self, asked: _Asked) -> Trade | None:
        mch_id, ref = asked.account.mch_id, asked["transaction_id"]
        if ref:  # it goes before the merchant's own number
            return self._behaviours.find_ref(mch_id, ref)
        return self._behaviours.find(mch_id, asked["out_trade_no"])

    def _query_refund(self, asked: _Asked) -> _Reply:
        number = asked["out_refund_no"]
        for trade in self._behaviours.trades(asked.account.mch_id):
            if number in trade.refunds:
                answer = _done(
                    transaction_id=trade.ref,
                    out_trade_no=trade.order_no,
                    total_fee=str(trade.amount),
                    cash_fee=str(trade.amount),
                    refund_count="1",
                    out_refund_no_0=number,
                    refund_id_0=f"50{trade.ref[2:]}",
                    refund_fee_0=str(trade.refunds[number]),
                    refund_status_0="SUCCESS",
                )
                return answer, "answered"
        return _refused("REFUNDNOTEXIST")


def _is_short(asked: _Asked) -> bool:
    return all(is_text(asked[name], most) for name, most in _LONGEST.items())


def _done(**fields: str) -> dict[str, str]:
    return {"result_code": "SUCCESS", **fields}


def _refused(code: str) -> _Reply:
    answer = {"result_code": "FAIL", "err_code": code, "err_code_des": "as the script wants it"}
    return answer, "answered"


def _payment(trade: Trade) -> dict[str, str]:
    paid_at = (trade.paid_at or datetime.now(UTC)).astimezone(_CHINA)
    return _done(
        openid="o-customer",
        is_subscribe="N",
        trade_type="MICROPAY",
        bank_type="OTHERS",
        fee_type="CNY",
        total_fee=str(trade.amount),
        cash_fee=str(trade.amount),
        transaction_id=trade.ref,
        out_trade_no=trade.order_no,
        time_end=f"{paid_at:%Y%m%d%H%M%S}",
    )


def _signature(fields: Mapping[str, str], key: str, sign_type: str) -> str:
    names = sorted(name for name in fields if name != "sign" and fields[name])
    text = "".join(f"{name}={fields[name]}&" for name in names) + f"key={key}"
    if sign_type == "HMAC-SHA256":
        return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest().upper()
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()


def _signed(answer: Mapping[str, str], asked: _Asked, *, forged: bool) -> Response:
    account = asked.account
    fields = {
        "return_code": "SUCCESS",
        "return_msg": "OK",
        "appid": account.appid,
        "mch_id": account.mch_id,
        "nonce_str": secrets.token_hex(16),
        **answer,
    }
    fields["sign"] = _signature(fields, account.key + "forged" * forged, asked.sign_type)
    return Response(write_xml(fields), media_type="text/xml; charset=utf-8")


def _complaint(message: str, code: str = "") -> Response:
    fields = {"return_code": "FAIL", "return_msg": message}
    if code:
        fields["error_code"] = code
    return Response(write_xml(fields), media_type="text/xml; charset=utf-8")
