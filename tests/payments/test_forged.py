"""Whoever writes into Redis, into the log or on the way makes no till believe what is not so."""

import contextlib
from pathlib import Path

import httpx
import msgspec
import pytest

from pos_tui.checkout import events
from pos_tui.messages import (
    TransactionLogEntry,
    TransactionSuccess,
    encode_log_line,
    seal_success,
    stream_name,
)
from pos_tui.settings import RedisSettings
from tests.conftest import COLA, Counter
from tests.spoken import spoken

from .real_servers import ALIPAY, code, now, states, until_state


async def test_forged_replayed_and_changed_messages_pay_nothing(till, cloud):
    till.scan(COLA, code("9004", ALIPAY))
    await until_state(till, "pending")
    order = till.last(events.OrderMade).order
    stream = stream_name("M001", till.settings.till.number)
    success = TransactionSuccess(
        merchant="M001", till=till.settings.till.number, order_no=order.order_no,
        amount=order.amount, currency="CNY", platform="alipay", platform_ref="x",
        paid_at=now(), logged_at=now(),
    )  # fmt: skip
    cheap = TransactionSuccess(**{**{f: getattr(success, f) for f in success.__struct_fields__},
                                  "amount": 1})  # fmt: skip
    with contextlib.closing(cloud.streams()) as redis:
        redis.xadd(stream, seal_success(success, b"not the merchant's key"))
        redis.xadd(stream, seal_success(cheap, cloud.merchant_key))
        redis.xadd(stream, {"m": b"rubbish"})
    await till.until_true(
        lambda: len([t for t in till.all(events.Notice) if t.tone == "error"]) == 3
    )
    assert not till.all(events.SalePaid)
    till.till.give_up_payment()
    await till.until(events.PaymentFailed)
    assert not till.all(events.SalePaid)


async def test_whoever_can_write_the_log_makes_no_till_believe(till, cloud):
    till.scan(COLA, code("9004", ALIPAY))
    await until_state(till, "pending")
    order = till.last(events.OrderMade).order
    lie = TransactionLogEntry(
        merchant="M001", till=till.settings.till.number, order_no=order.order_no,
        amount=order.amount, currency="CNY", platform="alipay", platform_ref="x",
        paid_at=now(), logged_at=now(),
    )  # fmt: skip
    (path,) = (Path(cloud.plan.folder) / "log").glob("*.log")
    with path.open("ab") as file:
        file.write(encode_log_line(lie))
        file.write(encode_log_line(lie, (b"not the merchant's key",)))
    await till.until_true(
        lambda: len([t for t in till.all(events.Notice) if t.tone == "error"]) == 1
    )
    assert not till.all(events.SalePaid)
    till.till.give_up_payment()
    await till.until(events.PaymentFailed)
    assert not till.all(events.SalePaid)


async def test_a_till_with_the_wrong_key_is_told_so_and_cash_works(cloud, tmp_path):
    cloud.all_up()
    settings = cloud.a_till()
    gateway = msgspec.structs.replace(settings.gateway, key="wrong")
    counter = Counter(tmp_path, msgspec.structs.replace(settings, gateway=gateway)).stock().open()
    counter.scan(COLA, code())
    failed = await counter.until(events.PaymentFailed)
    assert "refused" in spoken(failed)
    counter.till.pay("5")
    await counter.until(events.SalePaid)
    await counter.till.close()
    counter.books.close()


class InTheMiddle(httpx.AsyncBaseTransport):
    """Passes every request on; to the first order it answers itself, without a signature."""

    def __init__(self, code):
        self.code = code
        self.way = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request):
        answer = await self.way.handle_async_request(request)
        await answer.aread()
        code, self.code = self.code, 0 if request.method == "POST" else self.code
        if code and request.method == "POST":
            return httpx.Response(code, json={"error": "Nothing is charged.", "reason": "fault"})
        return answer

    async def aclose(self):
        await self.way.aclose()


@pytest.mark.parametrize("lie", [401, 403, 404, 502])
async def test_a_lie_about_an_order_that_was_charged_does_not_make_the_customer_pay_twice(
    cloud, tmp_path, lie
):
    cloud.all_up()
    settings = cloud.a_till()
    settings = msgspec.structs.replace(settings, redis=RedisSettings())
    counter = Counter(tmp_path, settings).stock().open()
    counter.clock = now
    way = InTheMiddle(lie)
    counter.till._orders._client._http = httpx.AsyncClient(
        base_url=settings.gateway.url, transport=way
    )
    counter.scan(COLA, code())
    paid = await counter.until(events.SalePaid)
    assert way.code == 0
    assert "unknown" in states(counter)
    assert not counter.all(events.PaymentFailed)
    assert cloud.charges(paid.tender.order_no) == (1, 0)
    await counter.till.close()
    counter.books.close()
