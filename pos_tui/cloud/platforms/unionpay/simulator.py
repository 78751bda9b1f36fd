"""UnionPay ACP's scanned QR codes simulated: checks who signed, answers signed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qsl, urlencode

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from pos_tui.cloud.platforms.simulation.behaviours import Behaviours, Trade
from pos_tui.cloud.platforms.simulation.delivery import Handler, OutgoingNotice, SimulatedAnswer
from pos_tui.cloud.platforms.simulation.keys import PlatformKeys
from pos_tui.cloud.platforms.unionpay.account import UnionPayAccount
from pos_tui.cloud.platforms.unionpay.simulator_keys import UNIONPAY_CERTIFICATE, UNIONPAY_KEY
from pos_tui.cloud.wire import rsa
from pos_tui.settings import SettingsError

_CHINA = timezone(timedelta(hours=8))
_NO_NOTICE = "http://www.specialUrl.com"
_STATES = {
    "paid": "00",
    "refunded": "00",
    "paying": "05",
    "failed": "64",
    "closed": "46",
    "reversed": "46",
}
_REFUSED = {"insufficient_balance": "64", "code_expired": "86", "system_error": "03"}
_NEEDED = {
    "01": ("txnAmt", "currencyCode", "qrNo", "backUrl", "channelType"),
    "04": ("txnAmt", "currencyCode", "origQryId", "backUrl", "channelType"),
    "31": ("txnAmt", "currencyCode", "origQryId", "backUrl", "channelType"),
    "99": ("channelType",),
}
_SUBTYPES = {"01": "06", "04": "00", "31": "00", "99": "01"}
_ECHOED = ("version", "encoding", "signMethod", "bizType", "accessType", "merId", "orderId")

_Fields = dict[str, str]


class _Account(Struct, frozen=True):
    cert_id: str
    key: RSAPublicKey


class UnionPaySimulator:
    """Serves every ACP account of the merchants."""

    def __init__(
        self, accounts: Sequence[UnionPayAccount], keys: PlatformKeys, behaviours: Behaviours
    ) -> None:
        """Raises SettingsError for a certificate or key that cannot be used."""
        self._accounts = {account.mer_id: _open(account.certificate) for account in accounts}
        if self._accounts:
            # As UnionPay sends it: with CRLFs, which the signature covers.
            self._certificate = keys.text(UNIONPAY_CERTIFICATE).strip().replace("\n", "\r\n")
            self._key = rsa.private_key(keys.text(UNIONPAY_KEY), UNIONPAY_KEY)
        self._behaviours = behaviours
        self._times: dict[tuple[str, str], str] = {}
        self._voids: dict[tuple[str, str], str] = {}

    def routes(self) -> list[tuple[str, str, Handler]]:
        """What ACP offers: transactions and queries; nothing without accounts."""
        if not self._accounts:
            return []
        return [
            ("POST", "/unionpay/gateway/api/backTransReq.do", self.transact),
            ("POST", "/unionpay/gateway/api/queryTrans.do", self.query),
        ]

    async def transact(self, request: Request) -> SimulatedAnswer:
        """A payment, void, refund or reversal."""
        asked = _form(await request.body())
        complaint = self._complaint(asked)
        if complaint:
            return SimulatedAnswer(_plain(complaint))
        kind = asked.get("txnType", "")
        needed = _NEEDED.get(kind)
        if needed is None or not all(asked.get(name) for name in needed):
            return self._reply(asked, "13")
        if asked.get("txnSubType") != _SUBTYPES[kind] or not re.fullmatch(
            "[1-9][0-9]{0,11}", asked.get("txnAmt", "1")
        ):
            return self._reply(asked, "10")
        match kind:
            case "01":
                return self._pay(asked)
            case "99":
                return self._reply(asked, self._reverse(asked))
            case "31":
                return self._reply(asked, self._void(asked))
        return self._reply(asked, self._refund(asked))

    async def query(self, request: Request) -> SimulatedAnswer:
        """What has become of a payment, void or refund, by its number and time."""
        asked = _form(await request.body())
        complaint = self._complaint(asked)
        if complaint:
            return SimulatedAnswer(_plain(complaint))
        if asked.get("txnType") != "00" or asked.get("txnSubType") != "00":
            return self._reply(asked, "10")
        mer_id, number = asked["merId"], asked["orderId"]
        found = self._found(mer_id, number)
        if (
            found is None
            or self._times.setdefault((mer_id, number), asked["txnTime"]) != (asked["txnTime"])
        ):
            return self._reply(asked, "34")
        return self._reply(asked, "00", found)

    # ---- transactions ------------------------------------------------------------------------

    def _pay(self, asked: _Fields) -> SimulatedAnswer:
        mer_id, order_no = asked["merId"], asked["orderId"]
        if asked["currencyCode"] != "156" or not re.fullmatch("[0-9]{1,20}", asked["qrNo"]):
            return self._reply(asked, "10")
        outcome = self._behaviours.pay(mer_id, order_no, int(asked["txnAmt"]), asked["qrNo"])
        if outcome.is_repeat:
            return self._reply(asked, "12")
        if outcome.trade:
            self._times[mer_id, order_no] = asked["txnTime"]
        notice = None
        if outcome.manner == "notified" and asked["backUrl"] != _NO_NOTICE:
            notice = self._notice(dict(asked))
        code = _REFUSED.get(outcome.verdict, "00")
        extra = {"queryId": _query_id(outcome.trade)} if outcome.trade and code == "00" else {}
        answer = self._fields(asked, code, extra)
        response = self._signed(answer, forged=outcome.manner == "forged")
        return SimulatedAnswer(response, outcome.manner, notice)

    def _reverse(self, asked: _Fields) -> str:
        mer_id, order_no = asked["merId"], asked["orderId"]
        trade = self._behaviours.find(mer_id, order_no)
        if (
            trade is None
            or self._times.get((mer_id, order_no), asked["txnTime"]) != (asked["txnTime"])
        ):
            return "34"
        if trade.refunds or self._is_voided(mer_id, order_no) or trade.state == "failed":
            return "35"
        if trade.state in ("closed", "reversed"):
            return "46"
        self._behaviours.cancel(mer_id, order_no)
        return "00"

    def _void(self, asked: _Fields) -> str:
        mer_id, number = asked["merId"], asked["orderId"]
        if (mer_id, number) in self._voids or self._behaviours.find(mer_id, number):
            return "12"
        trade = self._of_query_id(mer_id, asked["origQryId"])
        if trade is None or trade.state != "paid":
            return "45" if trade and trade.state in ("reversed", "refunded") else "35"
        if trade.refunds or int(asked["txnAmt"]) != trade.amount:
            return "36"
        self._behaviours.cancel(mer_id, trade.order_no)
        self._voids[mer_id, number] = trade.order_no
        self._times[mer_id, number] = asked["txnTime"]
        return "00"

    def _refund(self, asked: _Fields) -> str:
        mer_id, number, amount = asked["merId"], asked["orderId"], int(asked["txnAmt"])
        if self._found(mer_id, number):
            return "12"
        trade = self._of_query_id(mer_id, asked["origQryId"])
        if trade is None:
            return "35"
        if trade.state == "reversed":
            return "45"
        if self._behaviours.refund(mer_id, trade.order_no, number, amount) is None:
            return "36" if trade.state == "paid" else "35"
        self._times[mer_id, number] = asked["txnTime"]
        return "00"

    def _is_voided(self, mer_id: str, order_no: str) -> bool:
        return any(key[0] == mer_id and no == order_no for key, no in self._voids.items())

    def _of_query_id(self, mer_id: str, query_id: str) -> Trade | None:
        trades = self._behaviours.trades(mer_id)
        return next((trade for trade in trades if _query_id(trade) == query_id), None)

    def _found(self, mer_id: str, number: str) -> _Fields | None:
        """What a query tells about a number; a void or refund leaves its payment's "00" alone."""
        trade = self._behaviours.find(mer_id, number)
        if trade:
            is_void = self._is_voided(mer_id, number)
            return _record(trade, "01", "00" if is_void else _STATES[trade.state], trade.amount)
        voided = self._behaviours.find(mer_id, self._voids.get((mer_id, number), ""))
        if voided:
            return {**_record(voided, "31", "00", voided.amount), "origQryId": _query_id(voided)}
        for trade in self._behaviours.trades(mer_id):
            if number in trade.refunds:
                record = _record(trade, "04", "00", trade.refunds[number])
                return {**record, "origQryId": _query_id(trade)}
        return None

    # ---- signed answers ----------------------------------------------------------------------

    def _complaint(self, asked: _Fields) -> _Fields | None:
        """What UnionPay tells, unsigned, whoever did not sign as an account of ours."""
        account = self._accounts.get(asked.get("merId", ""))
        if account is None or asked.get("certId") != account.cert_id:
            return {"respCode": "11", "respMsg": "certId"}
        text = _signed_text(asked)
        if asked.get("signMethod") != "01" or not rsa.is_signed(
            account.key, text, asked.get("signature", "")
        ):
            return {"respCode": "11", "respMsg": "signature"}
        if (
            (asked.get("version"), asked.get("bizType"), asked.get("accessType"))
            != ("5.1.0", "000000", "0")
            or not re.fullmatch("[0-9A-Za-z]{8,40}", asked.get("orderId", ""))
            or not re.fullmatch("20[0-9]{12}", asked.get("txnTime", ""))
        ):
            return {"respCode": "10", "respMsg": "format"}
        return None

    def _fields(self, asked: _Fields, code: str, record: Mapping[str, str]) -> _Fields:
        fields = {name: asked[name] for name in _ECHOED}
        for name in ("txnType", "txnSubType", "txnTime", "txnAmt", "currencyCode", "origQryId"):
            fields[name] = asked.get(name, "")
        fields |= record
        fields["respCode"] = code
        # UnionPay's readers take an & within brackets for a part of the text.
        fields["respMsg"] = f"code[{code}00000&a=b]"
        return {name: value for name, value in fields.items() if value}

    def _reply(
        self, asked: _Fields, code: str, record: Mapping[str, str] | None = None
    ) -> SimulatedAnswer:
        return SimulatedAnswer(self._signed(self._fields(asked, code, record or {})))

    def _signed(self, fields: _Fields, *, forged: bool = False) -> Response:
        return _plain(self._with_signature(fields, forged=forged))

    def _with_signature(self, fields: _Fields, *, forged: bool = False) -> _Fields:
        signed = {**fields, "signPubKeyCert": self._certificate}
        text = _signed_text(signed) + b"forged" * forged
        return {**signed, "signature": rsa.sign(self._key, text)}

    def _notice(self, asked: _Fields) -> Callable[[], OutgoingNotice | None]:
        def notice() -> OutgoingNotice | None:
            trade = self._behaviours.find(asked["merId"], asked["orderId"])
            if trade is None or trade.state != "paid":
                return None
            record = _record(trade, "01", "", trade.amount)
            fields = self._with_signature(self._fields(asked, "00", record))
            headers = {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}
            return OutgoingNotice(asked["backUrl"], headers, urlencode(fields).encode())

        return notice


def _open(pem: str) -> _Account:
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise SettingsError("certificate.not_a_certificate", name="unionpay.certificate") from error
    return _Account(str(certificate.serial_number), rsa.public_key(pem, "unionpay.certificate"))


def _record(trade: Trade, kind: str, code: str, amount: int) -> _Fields:
    when = (trade.paid_at or datetime.now(UTC)).astimezone(_CHINA)
    return {
        "txnType": kind,
        "txnSubType": _SUBTYPES[kind],
        "txnAmt": str(amount),
        "currencyCode": "156",
        "origRespCode": code,
        "origRespMsg": code and f"[{code}00000]",
        "queryId": _query_id(trade) if kind == "01" else f"9{_query_id(trade)[1:]}",
        "traceNo": _query_id(trade)[-6:],
        "traceTime": when.strftime("%m%d%H%M%S"),
        "settleAmt": str(amount),
        "settleCurrencyCode": "156",
        "settleDate": when.strftime("%m%d"),
    }


def _query_id(trade: Trade) -> str:
    return trade.ref[-21:]


def _form(body: bytes) -> _Fields:
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True))
    except ValueError:
        return {}


def _signed_text(fields: Mapping[str, str]) -> bytes:
    names = sorted(name for name in fields if name != "signature" and fields[name])
    text = "&".join(f"{name}={fields[name]}" for name in names)
    return hashlib.sha256(text.encode()).hexdigest().encode()


def _plain(fields: Mapping[str, str]) -> Response:
    text = "&".join(f"{name}={value}" for name, value in fields.items())
    return Response(text, media_type="text/html;charset=UTF-8")
