"""Who gets in at the gateway, and what each kind of request is told."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import apsw
import httpx
import msgspec
import pytest

from pos_tui.codes import payment
from pos_tui.messages import RefundRequest
from pos_tui.reasons import because
from tests.cloud.shop import Cloud, Till, code, eventually, order_no
from tests.spoken import spoken


def sentence(response: httpx.Response) -> str:
    return str(json.loads(response.content)["error"])


async def test_anyone_may_ask_whether_it_lives(cloud: Cloud) -> None:
    response = await cloud.till().client.get("/v1/health")
    assert (response.status_code, response.json()) == (200, {"state": "ok"})


async def test_a_request_that_is_not_signed_is_refused(cloud: Cloud) -> None:
    till = cloud.till()
    body = msgspec.json.encode(till.order(code("wechat")))
    response = await till.client.post("/v1/orders", content=body)
    assert response.status_code == 401
    assert sentence(response).endswith(".")


@pytest.mark.parametrize(
    ("merchant", "key"), [("M001", "another key"), ("M999", "a-key-for-tests")]
)
async def test_a_stranger_is_refused(cloud: Cloud, merchant: str, key: str) -> None:
    till = cloud.till(merchant, key)
    assert (await till.send("GET", f"/v1/orders/{order_no()}")).status_code == 401


async def test_a_changed_body_is_refused(cloud: Cloud) -> None:
    till = cloud.till()
    body = msgspec.json.encode(till.order(code("wechat"), 100))
    headers = till.headers("POST", "/v1/orders", body)
    changed = body.replace(b'"amount":100', b'"amount":101')
    response = await till.client.post("/v1/orders", content=changed, headers=headers)
    assert response.status_code == 401


@pytest.mark.parametrize("off_s", [-301, 301])
async def test_a_till_whose_clock_is_off_is_told_so(cloud: Cloud, off_s: int) -> None:
    till = cloud.till()
    path = f"/v1/orders/{order_no()}"
    response = await till.client.get(path, headers=till.headers("GET", path, b"", at=off_s))
    assert response.status_code == 401
    assert "clock" in sentence(response)


async def test_a_replayed_request_is_refused(cloud: Cloud) -> None:
    till = cloud.till()
    path = f"/v1/orders/{order_no()}"
    headers = till.headers("GET", path, b"")
    assert (await till.client.get(path, headers=headers)).status_code == 404
    again = await till.client.get(path, headers=headers)
    assert again.status_code == 425
    assert till.believes(again)


async def test_what_host_says_changes_nothing_of_what_is_signed(cloud: Cloud) -> None:
    """A refund that was signed for one order must not reach another's path."""
    till = cloud.till()
    one, other = till.order(code("wechat")), till.order(code("wechat"))
    for order in (one, other):
        assert (await till.pay_until_clear(order)).answer == "paid"
    refund = RefundRequest(refund_no="R" + order_no(), amount=4770, reason="broken")
    body = msgspec.json.encode(refund)
    path = "/v1/orders/{}/refunds"
    for host in (f"x{path.format(one.order_no)}?", f"x{path.format(one.order_no)}#", "x/", "x?"):
        signed = till.headers("POST", path.format(one.order_no), body)
        response = await till.client.post(
            path.format(other.order_no), content=body, headers={**signed, "Host": host}
        )
        assert response.status_code in (400, 401), host
    assert not any(charge["refunded"] for charge in cloud.charges().values())
    signed = till.headers("POST", path.format(one.order_no), body)
    response = await till.client.post(
        path.format(one.order_no), content=body, headers={**signed, "Host": "elsewhere/v1?"}
    )
    assert response.status_code == 200
    assert till.believes(response)


async def test_a_target_with_a_host_in_it_is_the_path_that_was_signed(cloud: Cloud) -> None:
    till = cloud.till()
    one, other = f"/v1/orders/{order_no()}", f"/v1/orders/{order_no()}"

    async def asked(target: str, signed: str) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", cloud.gateway_port)
        headers = {"Host": "gateway", **till.headers("GET", signed, b""), "Connection": "close"}
        lines = [f"GET {target} HTTP/1.1", *(f"{n}: {v}" for n, v in headers.items()), "", ""]
        writer.write("\r\n".join(lines).encode())
        answer = await reader.read()
        writer.close()
        return answer.partition(b"\r\n")[0]

    assert b" 404 " in await asked(f"http://gateway{one}", one)
    assert b" 401 " in await asked(f"http://gateway{other}", one)
    assert b" 401 " in await asked(f"http://gateway{one}?x=http://gateway{other}", other)
    assert b" 404 " in await asked("HTTPS://gateway", one)


async def test_an_unknown_order_is_signed_absence(cloud: Cloud) -> None:
    till = cloud.till()
    response = await till.send("GET", f"/v1/orders/{order_no()}")
    assert response.status_code == 404
    assert till.believes(response)


async def test_a_body_that_is_too_large_is_refused(cloud: Cloud) -> None:
    till = cloud.till()
    response = await till.send("POST", "/v1/orders", b"x" * (64 * 1024 + 1))
    assert response.status_code == 413


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 0},
        {"amount": -100},
        {"order_no": "short"},
        {"order_no": "with-a-dash"},
        {"order_no": "9" * 33},
        {"till": "../01"},
        {"currency": "yuan"},
        {"auth_code": ""},
        {"merchant": "M002"},
        {"version": 2},
    ],
)
async def test_an_order_that_makes_no_sense_is_refused(
    cloud: Cloud, changes: dict[str, Any]
) -> None:
    till = cloud.till()
    order = msgspec.structs.replace(till.order(code("wechat")), **changes)
    response = await till.send("POST", "/v1/orders", msgspec.json.encode(order))
    assert response.status_code == 400
    assert till.believes(response)


@pytest.mark.parametrize(
    "sign",
    [
        *("\\n", "\\u001b", "\\u007f", "\\u0085", "\\u009b"),
        *("\\u2028", "\\u202e", "\\u2066", "\\uffff", "\\ud800", "\\udc00"),
    ],
)
async def test_a_subject_that_no_screen_should_get_reaches_no_platform(
    cloud: Cloud, sign: str
) -> None:
    till = cloud.till()
    order = till.order(code("wechat"), subject="Corner SIGN Market")
    body = msgspec.json.encode(order).replace(b"SIGN", sign.encode())
    response = await till.send("POST", "/v1/orders", body)
    assert response.status_code == 400
    assert till.believes(response)
    assert (await till.send("GET", f"/v1/orders/{order.order_no}")).status_code == 404
    assert order.order_no not in cloud.charges()


@pytest.mark.parametrize(
    "subject",
    ["街角小店 🛒", "דוכן\u200f", "👩\u200d🍳 قهوة", "ร้านน้ำ", 'A & <B> "C"'],
    ids=["chinese", "hebrew", "arabic", "thai", "signs"],
)
async def test_a_subject_in_any_writing_is_taken(cloud: Cloud, subject: str) -> None:
    till = cloud.till()
    order = till.order(code("wechat"), subject=subject)
    assert (await till.pay_until_clear(order)).answer == "paid"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"amount": 1.5}', b"\xff\xfe"])
async def test_a_body_that_is_no_order_is_refused(cloud: Cloud, body: bytes) -> None:
    till = cloud.till()
    assert (await till.send("POST", "/v1/orders", body)).status_code == 400


async def test_the_same_order_sent_again_is_the_same_order(cloud: Cloud) -> None:
    till = cloud.till()
    order = till.order(code("alipay"))
    await asyncio.gather(till.pay(order), till.pay(order))
    paid = await till.ends(order.order_no)
    assert paid.answer == "paid"
    assert await till.pay(order) == paid
    assert (await asyncio.to_thread(cloud.charges))[order.order_no]["charged"] == 1
    assert cloud.logged().count(order.order_no) == 1


async def test_another_order_under_the_same_number_is_refused(cloud: Cloud) -> None:
    till = cloud.till()
    order = till.order(code("unionpay"), 100)
    assert (await till.pay_until_clear(order)).answer == "paid"
    for changes in ({"amount": 101}, {"auth_code": code("unionpay")}, {"till": "02"}):
        other = msgspec.structs.replace(order, **changes)
        response = await till.send("POST", "/v1/orders", msgspec.json.encode(other))
        assert response.status_code == 409
        assert till.believes(response)


async def test_an_order_that_was_cancelled_before_it_came_is_never_paid(cloud: Cloud) -> None:
    till = cloud.till()
    order = till.order(code("wechat"))
    assert (await till.cancel(order.order_no)).answer == "cancelled"
    status = await till.pay(order)
    assert (status.answer, status.amount) == ("cancelled", order.amount)
    assert order.order_no not in await asyncio.to_thread(cloud.charges)


async def test_a_paid_order_stays_paid_when_somebody_cancels_it(cloud: Cloud) -> None:
    till = cloud.till()
    order = till.order(code("alipay"))
    assert (await till.pay_until_clear(order)).answer == "paid"
    assert (await till.cancel(order.order_no)).answer == "paid"
    money = (await asyncio.to_thread(cloud.charges))[order.order_no]
    assert (money["charged"], money["reversed"]) == (1, 0)


@pytest.mark.parametrize("auth_code", ["9" * 18, "6901234567892", "000201"])
async def test_a_code_of_no_platform_is_declined_with_a_sentence(
    cloud: Cloud, auth_code: str
) -> None:
    status = await cloud.till().pay(cloud.till().order(auth_code))
    assert (status.answer, status.reason) == ("declined", "no_account")
    assert "no account" in spoken(because(f"gateway_answer.{status.reason}"))
    assert status.say


async def test_a_currency_that_the_platform_does_not_take_is_declined(cloud: Cloud) -> None:
    till = cloud.till()
    status = await till.pay(till.order(code("alipay"), currency="EUR"))
    assert (status.answer, status.reason) == ("declined", "currency_not_taken")


async def test_a_payment_code_is_never_written_down(cloud: Cloud) -> None:
    till: Till = cloud.till()
    order = till.order(code("alipay", "9005"))
    await till.pay(order)
    await till.ends(order.order_no)
    db = apsw.Connection(str(cloud.folder / "gateway.db"), flags=apsw.SQLITE_OPEN_READONLY)
    dump = "\n".join(str(row) for row in db.execute("SELECT * FROM orders"))
    db.close()
    written = dump + (cloud.folder / "gateway.stderr").read_text()
    assert order.order_no in written
    assert order.auth_code not in written
    assert payment.mask_code(order.auth_code) in written


async def test_a_merchant_that_asks_too_often_is_told_when_to_come_again(own_cloud: Cloud) -> None:
    settings = own_cloud.folder / "cloud.toml"
    settings.write_text(settings.read_text().replace("[gateway]", "[gateway]\nburst = 3"))
    settings.write_text(settings.read_text().replace("[gateway]", "[gateway]\nrate_per_s = 1"))
    own_cloud.start_gateway()
    till = own_cloud.till()
    answers = [await till.send("GET", f"/v1/orders/{order_no()}") for _ in range(6)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert [answer.status_code for answer in answers[:3]] == [404, 404, 404]
    assert refused
    assert till.believes(refused[0])
    assert int(refused[0].headers["Retry-After"]) >= 1


async def test_a_replay_is_refused_also_after_a_restart(own_cloud: Cloud) -> None:
    await asyncio.to_thread(own_cloud.start)
    till = own_cloud.till()
    body = msgspec.json.encode(till.order(code("wechat")))
    headers = till.headers("POST", "/v1/orders", body)
    first = await till.client.post("/v1/orders", content=body, headers=headers)
    assert first.status_code == 200
    assert own_cloud.gateway
    own_cloud.gateway.kill()
    await asyncio.to_thread(own_cloud.start_gateway)
    again = await own_cloud.till().client.post("/v1/orders", content=body, headers=headers)
    assert again.status_code == 425


async def test_a_notice_that_nobody_signed_is_not_believed(cloud: Cloud) -> None:
    till = cloud.till()
    for path in ("/v1/notices/M001/alipay", "/v1/notices/M001/nobody", "/v1/notices/M009/wechat"):
        response = await till.client.post(path, content=b"out_trade_no=T1&trade_status=PAID")
        assert response.status_code == 400


async def test_a_refund_gives_the_customers_money_back_once(cloud: Cloud) -> None:
    till = cloud.till()
    order = till.order(code("wechat"), 4770)
    assert (await till.pay_until_clear(order)).answer == "paid"
    path = f"/v1/orders/{order.order_no}/refunds"

    async def ask(refund_no: str, amount: int) -> httpx.Response:
        wanted = {"refund_no": refund_no, "amount": amount, "reason": "broken"}
        return await till.send("POST", path, json.dumps(wanted).encode())

    response = await ask("REFUND01", 1000)
    assert response.status_code == 200
    assert till.believes(response)

    async def refunded() -> bool:
        found = await till.send("GET", f"{path}/REFUND01")
        return bool(found.json()["answer"] == "refunded")

    await eventually(refunded)
    assert (await ask("REFUND01", 1000)).json()["answer"] == "refunded"
    assert (await ask("REFUND01", 999)).status_code == 409
    assert (await ask("REFUND02", 3771)).status_code == 409
    assert (await ask("bad", 1)).status_code == 400
    assert (await ask("REFUND03", 0)).status_code == 400
    money = (await asyncio.to_thread(cloud.charges))[order.order_no]
    assert (money["charged"], money["given_back"]) == (1, 1000)
    missing = await till.send(
        "POST", f"/v1/orders/{order_no()}/refunds", b'{"refund_no":"REFUND01"'
    )
    assert missing.status_code == 400


async def test_the_figures_count_what_happened(cloud: Cloud) -> None:
    till = cloud.till()
    assert (await till.pay_until_clear(till.order(code("alipay")))).answer == "paid"
    text = (await till.client.get("/metrics")).text
    assert 'pos_gateway_orders_total{answer="paid",channel="alipay"}' in text
    assert "pos_gateway_platform_seconds_bucket" in text
    assert till.merchant not in text
