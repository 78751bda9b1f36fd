"""UnionPay QRA, the acquirer for everybody's codes: what is believed, refused and given back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.cloud.platforms.protocol import (
    SENTENCES,
    PlatformAnswer,
    PlatformOrder,
    PlatformRefund,
)
from pos_tui.cloud.platforms.qra import mapping as qra
from pos_tui.cloud.platforms.qra.account import QraAccount
from pos_tui.cloud.platforms.qra.client import QraClient
from pos_tui.cloud.platforms.qra.simulator import QraSimulator
from pos_tui.cloud.platforms.simulation.behaviours import Behaviours
from pos_tui.cloud.platforms.simulation.delivery import Delivery
from pos_tui.cloud.platforms.simulation.keys import PlatformKeys
from pos_tui.cloud.wire.flat_xml import read_xml, write_xml

from ..simulated import wire_to

MADE = datetime(2026, 3, 1, 2, 32, tzinfo=UTC)
ORDER = PlatformOrder(
    merchant="M001",
    till="01",
    order_no="T00000001",
    amount=4770,
    currency="CNY",
    subject="Corner Market",
    made_at=MADE,
)
REFUND = PlatformRefund(refund_no="R0000001", amount=1000, reason="returned", made_at=MADE)
ACCOUNT = QraAccount(url="http://simulated/qra/pay/gateway", mch_id="QRA1", key="k")
CODE = "622573505320161"
PAID = {
    "status": "0",
    "result_code": "0",
    "pay_result": "0",
    "mch_id": "QRA1",
    "out_trade_no": ORDER.order_no,
    "transaction_id": "42",
    "total_fee": "4770",
    "time_end": "20260301103200",
}
REFUSED = {"status": "0", "result_code": "1", "need_query": "N"}


class Shop:
    """A platform whose calls end at a simulator in this process; `lost` answers never arrive."""

    def __init__(self, keys: Path) -> None:
        self.time = 1_800_000_000.0
        self.asked: list[str] = []
        self.lost: set[str] = set()
        self.behaviours = Behaviours(pin_s=5.0, late_s=0.0, clock=lambda: self.time)
        simulator = QraSimulator([ACCOUNT], PlatformKeys(keys), self.behaviours)
        self._app = wire_to(simulator, Delivery(self.behaviours))
        self.client = httpx.AsyncClient(
            transport=httpx.MockTransport(self._answer), trust_env=False
        )
        self.platform = QraClient(ACCOUNT, self.client)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        service = read_xml(request.content)["service"].rpartition(".")[2]
        self.asked.append(service)
        response = await self._app.handle_async_request(request)
        if service in self.lost:
            raise httpx.ReadTimeout("nothing came back", request=request)
        return response

    def money(self, order_no: str = ORDER.order_no) -> dict[str, int]:
        return self.behaviours.charges()[order_no]


@pytest.fixture
async def shop(keys: Path) -> AsyncIterator[Shop]:
    shop = Shop(keys)
    yield shop
    await shop.client.aclose()


def answering(*bodies: bytes | dict[str, str], key: str = "k", status: int = 200) -> QraClient:
    """A platform that hears these answers, one after another and the last for ever."""
    waiting = list(bodies)

    def reply(_request: httpx.Request) -> httpx.Response:
        said = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(said, dict):
            said = write_xml({**said, "sign": qra.signature(said, key)})
        return httpx.Response(status, content=said)

    return QraClient(
        ACCOUNT, httpx.AsyncClient(transport=httpx.MockTransport(reply), trust_env=False)
    )


# ---- through the simulator -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "6225735053201610001",  # UnionPay
        "134857901234560001",  # WeChat
        "280244567856720001",  # Alipay
        "0112345678901230001",  # e-CNY
        "181234567890120001",  # JD
        "511234567890120001",  # BestPay
    ],
)
async def test_everybodys_code_pays_at_once_and_only_once(shop: Shop, code: str) -> None:
    paid = await shop.platform.pay(ORDER, code)
    assert (paid.state, paid.amount) == ("paid", 4770)
    assert paid.platform_ref and paid.paid_at and paid.paid_at.tzinfo
    assert (await shop.platform.pay(ORDER, code)).state == "unknown"
    assert (await shop.platform.query(ORDER)).state == "paid"
    assert shop.money()["charged"] == 1


async def test_a_cancel_closes_what_is_unpaid_and_gives_back_what_is_paid(shop: Shop) -> None:
    assert (await shop.platform.cancel(ORDER)).state == "not_found"
    await shop.platform.pay(ORDER, CODE + "9004")
    shop.lost = {"reverse"}
    assert (await shop.platform.cancel(ORDER)).state == "unknown"
    shop.lost = set()
    assert (await shop.platform.cancel(ORDER)).state == "closed"
    assert (await shop.platform.query(ORDER)).state == "closed"
    paid = msgspec.structs.replace(ORDER, order_no="T00000002")
    await shop.platform.pay(paid, CODE + "0001")
    for _ in range(2):
        assert (await shop.platform.cancel(paid)).state == "closed"
    assert shop.money("T00000002")["given_back"] == 4770
    assert (await shop.platform.pay(paid, CODE + "0001")).reason == "closed"


async def test_what_can_no_longer_be_reversed_is_paid_and_a_refund_gives_it_back(
    shop: Shop,
) -> None:
    await shop.platform.pay(ORDER, CODE + "0001")
    await shop.platform.refund(ORDER, REFUND)
    assert (await shop.platform.cancel(ORDER)).state == "paid"
    rest = msgspec.structs.replace(REFUND, refund_no="R0000002", amount=3770)
    assert (await shop.platform.refund(ORDER, rest)).state == "refunded"
    assert (await shop.platform.cancel(ORDER)).state == "reversed"
    assert shop.money()["given_back"] == 4770


async def test_a_refund_whose_answer_is_lost_is_asked_about(shop: Shop) -> None:
    await shop.platform.pay(ORDER, CODE + "0001")
    shop.lost, shop.asked = {"refund"}, []
    assert (await shop.platform.refund(ORDER, REFUND)).state == "refunded"
    assert shop.asked == ["refund", "refundquery"]
    shop.lost = {"refund", "refundquery"}
    other = msgspec.structs.replace(REFUND, refund_no="R0000002")
    assert (await shop.platform.refund(ORDER, other)).state == "unknown"
    shop.lost = set()
    assert (await shop.platform.refund(ORDER, other)).state == "refunded"
    assert shop.money()["given_back"] == 2000


async def test_the_simulator_serves_nobody_with_another_key(shop: Shop) -> None:
    stranger = QraClient(msgspec.structs.replace(ACCOUNT, key="x"), shop.client)
    assert (await stranger.pay(ORDER, CODE + "0001")).state == "unknown"
    assert not shop.behaviours.charges()


# ---- what is believed ----------------------------------------------------------------------------


def test_a_real_answer_of_qra_is_believed(vectors: dict[str, dict[str, Any]]) -> None:
    vector = vectors["unionpay_qra_response_md5"]
    said = {**vector["params"], "sign": vector["signature"]}
    account = QraAccount(url="", mch_id=said["mch_id"], key=vector["key"])
    assert qra.signature(said, vector["key"]) == vector["signature"]
    assert qra.doubt_about(said, account) is None
    assert qra.doubt_about({**said, "result_code": "0"}, account)
    assert qra.doubt_about(said, msgspec.structs.replace(account, mch_id="QRA2"))
    found = qra.payment_of(said, ORDER)
    assert (found.state, found.reason) == ("declined", "configuration")


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "paid"),
        ({"total_fee": "4769"}, "unknown"),
        ({"total_fee": "4770.0"}, "unknown"),
        ({"total_fee": "\u0664\u0667\u0667\u0660"}, "unknown"),
        ({"out_trade_no": "T00000002"}, "unknown"),
        ({"out_trade_no": ""}, "unknown"),
        ({"time_end": ""}, "unknown"),
        ({"transaction_id": ""}, "unknown"),
        ({"fee_type": "USD"}, "unknown"),
        ({"fee_type": "CNY"}, "paid"),
        ({"pay_result": "1"}, "unknown"),
        ({"status": "1"}, "unknown"),
        ({"result_code": "1", "err_code": "USERPAYING", "need_query": "Y"}, "paying"),
        ({"result_code": "1", "err_code": "USERPAYING", "need_query": "N"}, "paying"),
        ({"result_code": "1", "err_code": "NOTENOUGH", "need_query": "Y"}, "unknown"),
        ({"result_code": "1", "err_code": "NOTENOUGH"}, "unknown"),
        ({"result_code": "1", "err_code": "NOTENOUGH", "need_query": "N"}, "declined"),
        (
            {"status": "500", "result_code": "1", "err_code": "NOTENOUGH", "need_query": "N"},
            "unknown",
        ),
    ],
)
def test_what_qra_says_is_compared_with_the_order(changes: dict[str, str], state: str) -> None:
    assert qra.payment_of({**PAID, **changes}, ORDER).state == state


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("NOTENOUGH", "insufficient_balance"),
        ("ACQ.BUYER_BALANCE_NOT_ENOUGH", "insufficient_balance"),
        ("AUTHCODEEXPIRE", "code_expired"),
        ("ACQ.PAYMENT_AUTH_CODE_INVALID", "code_expired"),
        ("AUTH_CODE_ERROR", "code_invalid"),
        ("AUTH_CODE_INVALID", "code_invalid"),
        ("TRADE_ERROR", "customer_cancelled"),
        ("RULELIMIT", "limit"),
        ("NOTSUPORTCARD", "not_allowed"),
        ("BUYER_MISMATCH", "not_allowed"),
        ("INVALID_REQUEST", "not_allowed"),
        ("SOMETHING_NEW", "not_allowed"),
        ("", "not_allowed"),
        ("ORDERCLOSED", "closed"),
        ("ORDERREVERSED", "closed"),
        ("NOAUTH", "configuration"),
        ("SIGNERROR", "configuration"),
        ("PARAM_ERROR", "configuration"),
        ("LACK_PARAMS", "configuration"),
        ("APPID_NOT_EXIST", "configuration"),
        ("MCHID_NOT_EXIST", "configuration"),
        ("XML_FORMAT_ERROR", "configuration"),
        ("NOT_UTF8", "configuration"),
        ("REQUIRE_POST_METHOD", "configuration"),
        ("APPID_MCHID_NOT_MATCH", "configuration"),
    ],
)
def test_every_named_refusal(code: str, reason: str) -> None:
    found = qra.payment_of({**REFUSED, "err_code": code}, ORDER)
    assert (found.state, found.reason) == ("declined", reason)
    assert found.say == SENTENCES[reason]


@pytest.mark.parametrize(
    "code", ["ORDERPAID", "OUT_TRADE_NO_USED", "SYSTEMERROR", "BANKERROR", "ACQ.TRADE_HAS_SUCCESS"]
)
def test_beside_some_codes_the_customer_may_have_been_charged(code: str) -> None:
    assert qra.payment_of({**REFUSED, "err_code": code}, ORDER).state == "unknown"


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("SUCCESS", "paid"),
        ("0", "paid"),
        ("REFUND", "reversed"),
        ("1", "reversed"),
        ("NOTPAY", "unpaid"),
        ("2", "unpaid"),
        ("CLOSED", "closed"),
        ("3", "closed"),
        ("REVOKED", "closed"),
        ("REVERSE", "closed"),
        ("4", "closed"),
        ("5", "unknown"),
        ("USERPAYING", "paying"),
        ("6", "paying"),
        ("PAYERROR", "declined"),
        ("7", "declined"),
        ("8", "unknown"),
        ("", "unknown"),
    ],
)
def test_every_state_by_name_and_by_number(state: str, expected: str) -> None:
    assert qra.query_of({**PAID, "trade_state": state}, ORDER).state == expected


def test_a_query_that_fails_refuses_no_payment() -> None:
    for code in ("NOTENOUGH", "SYSTEMERROR", "SIGNERROR", ""):
        assert qra.query_of({**REFUSED, "err_code": code}, ORDER).state == "unknown"
    for code in ("ORDERNOTEXIST", "ORDER_NOT_EXIST", "ACQ.TRADE_NOT_EXIST"):
        assert qra.query_of({**REFUSED, "err_code": code}, ORDER).state == "not_found"


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (PAID, "closed"),
        ({**PAID, "recall": "Y"}, "unknown"),
        ({**REFUSED, "err_code": "ORDERREVERSED"}, "closed"),
        ({**REFUSED, "err_code": "ORDERCLOSED"}, "closed"),
        ({**REFUSED, "err_code": "ORDERNOTEXIST"}, "not_found"),
        ({**REFUSED, "err_code": "USERPAYING"}, "unknown"),
        ({**REFUSED, "err_code": "SYSTEMERROR"}, "unknown"),
        ({"status": "400"}, "unknown"),
    ],
)
def test_a_reverse_is_repeated_until_it_is_acknowledged(said: dict[str, str], state: str) -> None:
    assert qra.cancel_of(said).state == state


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "refunded"),
        ({"refund_fee": "1000"}, "refunded"),
        ({"refund_fee": "999"}, "unknown"),
        ({"out_refund_no": "R0000002"}, "unknown"),
        ({"result_code": "1", "err_code": "SYSTEMERROR"}, "unknown"),
        ({"result_code": "1", "err_code": "NOTENOUGH"}, "unknown"),
        ({"result_code": "1", "err_code": "TRADE_OVERDUE"}, "declined"),
        ({"result_code": "1", "err_code": "REFUND_FEE_MISMATCH"}, "declined"),
        ({"result_code": "1", "err_code": "TRADE_OVERDUE", "need_query": "Y"}, "unknown"),
    ],
)
def test_a_refund_is_accepted_under_its_own_number_only(
    changes: dict[str, str], state: str
) -> None:
    said = {"status": "0", "result_code": "0", "out_refund_no": "R0000001", **changes}
    assert qra.refund_of(said, REFUND).state == state


@pytest.mark.parametrize(
    ("changes", "is_made"),
    [
        ({}, True),
        ({"refund_status_1": "PROCESSING"}, False),
        ({"refund_status_1": "FAIL"}, False),
        ({"refund_status_1": "NOTSURE"}, False),
        ({"refund_status_1": "CHANGE"}, False),
        ({"refund_fee_1": "999"}, False),
        ({"out_refund_no_1": "R0000009"}, False),
        ({"result_code": "1"}, False),
    ],
)
def test_a_refund_query_is_read_for_the_very_refund(changes: dict[str, str], is_made: bool) -> None:
    said = {
        "status": "0",
        "result_code": "0",
        "out_refund_no_0": "R0000009",
        "refund_status_0": "FAIL",
        "refund_fee_0": "1",
        "out_refund_no_1": "R0000001",
        "refund_status_1": "SUCCESS",
        "refund_fee_1": "1000",
    }
    assert qra.is_refunded({**said, **changes}, REFUND) is is_made


async def test_only_an_answer_that_the_shops_key_has_signed_is_one() -> None:
    paid = {**PAID, "trade_state": "SUCCESS"}
    assert (await answering(paid).pay(ORDER, CODE)).state == "paid"
    assert (await answering(paid).query(ORDER)).state == "paid"
    for platform in (
        answering(paid, key="another"),
        answering(write_xml(paid)),
        answering(write_xml({**paid, "sign": ""})),
        answering({**paid, "mch_id": "QRA2"}),
        answering({**paid, "out_trade_no": "T00000002"}),
        answering(b""),
        answering(b"<html>502 Bad Gateway</html>", status=502),
        answering(b"<!DOCTYPE x><xml><a>1</a></xml>"),
        answering(write_xml({**paid, "sign_type": "RSA_1_256", "sign": "x"})),
        answering(write_xml({**paid, "sign": "\u4e2d"})),
    ):
        assert (await platform.pay(ORDER, CODE)).state == "unknown"
        assert (await platform.query(ORDER)).state == "unknown"
        assert (await platform.cancel(ORDER)).state == "unknown"
        assert (await platform.refund(ORDER, REFUND)).state == "unknown"


async def test_a_reverse_of_another_order_is_no_acknowledgement_of_this_one() -> None:
    other = {**PAID, "out_trade_no": "T00000002"}
    assert (await answering(other).cancel(ORDER)).state == "unknown"
    assert (await answering(PAID).cancel(ORDER)).state == "closed"


async def test_the_longer_hash_signs_both_ways(shop: Shop) -> None:
    said = {**PAID, "sign_type": "SHA256"}
    assert len(qra.signature(said, "k")) == 64
    assert qra.signature(said, "k") != qra.signature({**said, "sign_type": "SHA-256"}, "k")
    assert (await answering(said).pay(ORDER, CODE)).state == "paid"
    sent: list[dict[str, str]] = []

    def reply(request: httpx.Request) -> httpx.Response:
        sent.append(read_xml(request.content))
        return httpx.Response(200)

    client = httpx.AsyncClient(transport=httpx.MockTransport(reply), trust_env=False)
    await QraClient(ACCOUNT, client, "SHA256").query(ORDER)
    assert sent[0]["sign_type"] == "SHA256"
    assert sent[0]["sign"] == qra.signature(sent[0], "k")


def test_a_body_is_shortened_between_two_characters() -> None:
    long = msgspec.structs.replace(ORDER, subject="\u9762" * 100, till="t" * 40)
    fields = qra.pay_fields(long, CODE)
    assert fields["body"] == "\u9762" * 42
    assert len(fields["device_info"]) == 32
    assert qra.refund_fields(ORDER, REFUND, "QRA1") == {
        "out_trade_no": "T00000001",
        "out_refund_no": "R0000001",
        "total_fee": "4770",
        "refund_fee": "1000",
        "op_user_id": "QRA1",
    }


NAMES = [*PAID, "err_code", "need_query", "trade_state", "sign", "sign_type"]


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=12)))
def test_no_answer_whatever_its_fields_raises_or_pays_another_amount(said: dict[str, str]) -> None:
    fields = {**PAID, "trade_state": "SUCCESS", **said}
    for found in (qra.payment_of(fields, ORDER), qra.query_of(fields, ORDER)):
        if found.state == "paid":
            assert (fields["total_fee"], fields["out_trade_no"]) == ("4770", ORDER.order_no)
    qra.cancel_of(fields)
    qra.refund_of(fields, REFUND)
    assert qra.doubt_about(fields, ACCOUNT) is not None


# ---- what the stand-in refuses -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "refused"),
    [
        ("body", "店" * 42 + "ab", "PARAM_ERROR"),  # 128 bytes of 44 characters
        ("body", "", "LACK_PARAMS"),
        ("device_info", "t" * 33, "PARAM_ERROR"),
        ("out_trade_no", "a-b-c", "PARAM_ERROR"),
        ("out_trade_no", "T" * 33, "PARAM_ERROR"),
        ("total_fee", "0", "PARAM_ERROR"),
        ("total_fee", "４７", "PARAM_ERROR"),
        ("auth_code", "hello", "AUTH_CODE_INVALID"),
    ],
)
async def test_a_field_that_is_not_as_documented_is_refused(
    shop: Shop, name: str, value: str, refused: str
) -> None:
    fields = {**qra.pay_fields(ORDER, CODE), name: value}
    answer = await shop.platform._call("unified.trade.micropay", fields)
    assert not isinstance(answer, PlatformAnswer)
    assert (answer["result_code"], answer["err_code"]) == ("1", refused)
    assert shop.behaviours.charges() == {}
