"""Payments that do not go as they should, with the real servers, really killed and cut off."""

import asyncio
import contextlib
import json
import shutil
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import httpx
import msgspec
import pytest

from pos_tui.checkout import events
from pos_tui.codes import PaymentCode
from pos_tui.messages import (
    TransactionLogEntry,
    TransactionSuccess,
    encode_log_line,
    seal_success,
    stream_name,
)
from pos_tui.settings import RedisSettings
from tests.cloud_fixture import Cloud, as_toml
from tests.conftest import COLA, SPREAD, Counter
from tests.spoken import spoken

_codes = count(10**9)


def code(ending="1234"):
    """A payment code not used before; the simulated platform acts by its ending."""
    return f"13{next(_codes):012d}{ending}"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    cloud = Cloud(tmp_path_factory.mktemp("cloud"))
    yield cloud
    cloud.end()


@pytest.fixture
async def till(cloud, tmp_path):
    """A stocked till of its own, in front of servers that are all up."""
    cloud.all_up()
    counter = Counter(tmp_path / "till", cloud.a_till()).stock()
    counter.open()
    counter.clock = now
    await counter.till.start()
    await counter.until_true(lambda: linked(counter))
    yield counter
    await counter.till.close()
    counter.books.close()


def now():
    return datetime.now(UTC)


def linked(counter):
    links = {event.link: event.ok for event in counter.all(events.LinkChanged)}
    return links.get("gateway") and links.get("redis")


def words(counter):
    views = counter.all(events.PaymentChanged)
    return spoken(views[-1].view) if views else ""


def states(counter):
    return [event.state for event in counter.all(events.PaymentChanged)]


async def until_state(counter, state):
    await counter.until_true(lambda: state in states(counter))


async def test_a_wallet_pays_at_once_and_only_then_is_the_receipt_printed(till, cloud):
    till.scan(COLA, SPREAD, code())
    made = await till.until(events.ReceiptMade)
    kinds = [type(event) for event in till.told]
    assert kinds.index(events.OrderMade) < kinds.index(events.SalePaid)
    assert kinds.index(events.SalePaid) < kinds.index(events.ReceiptMade)
    paid = till.last(events.SalePaid)
    assert paid.channel == "redis"
    assert (paid.total, paid.tender.platform) == (3640, "wechat")
    assert cloud.charges(paid.tender.order_no) == (1, 0)
    assert "WeChat Pay" in made.text
    assert len(till.printer.jobs) == 1


@pytest.mark.parametrize(
    ("start", "platform"), [("28024456785672", "alipay"), ("622573505320161", "unionpay")]
)
async def test_alipay_and_unionpay_are_known_by_their_format_and_pay(till, cloud, start, platform):
    till.scan(COLA, f"{start}{next(_codes) % 10000:04d}")
    await till.until(events.ReceiptMade)
    assert till.last(events.SalePaid).tender.platform == platform


async def test_a_declined_code_leaves_the_list_and_a_new_one_pays_under_a_new_number(till, cloud):
    till.scan(COLA, code("9001"))
    failed = await till.until(events.PaymentFailed)
    assert failed.state == "declined"
    assert "balance" in spoken(failed)
    assert till.till.sale.state == "open"
    assert till.total == 350
    till.scan(code())
    await till.until(events.SalePaid)
    first, second = (event.order.order_no for event in till.all(events.OrderMade))
    assert first != second
    assert cloud.charges(first) == (0, 0)
    assert cloud.charges(second) == (1, 0)


async def test_an_expired_code_asks_for_a_fresh_one(till, cloud):
    till.scan(COLA, code("9002"))
    failed = await till.until(events.PaymentFailed)
    assert "expired" in spoken(failed) or "fresh" in spoken(failed)
    assert till.total == 350


async def test_while_the_customer_types_the_pin_the_pane_says_so_and_then_it_is_paid(till, cloud):
    till.scan(COLA, code("9003"))
    await until_state(till, "pending")
    assert "PIN" in words(till)
    till.scan(SPREAD)
    assert "under way" in spoken(till.last(events.Notice))
    till.scan(code())
    assert "charge the customer twice" in spoken(till.last(events.Notice))
    paid = await till.until(events.SalePaid)
    assert paid.total == 350
    assert len(till.all(events.OrderMade)) == 1
    assert cloud.charges(paid.tender.order_no) == (1, 0)


async def test_a_pin_that_is_never_typed_is_given_up_and_cash_is_taken(till, cloud):
    till.scan(COLA, code("9004"))
    await until_state(till, "pending")
    assert till.till.give_up_payment()
    failed = await till.until(events.PaymentFailed, 40)
    assert failed.state == "cancelled"
    charged, given_back = cloud.charges(failed.order_no)
    assert charged in {given_back, 0}
    till.till.pay("10")
    assert (await till.until(events.SalePaid)).tender.kind == "cash"


@pytest.mark.parametrize("ending", ["9005", "9006", "9009"])
async def test_charged_but_the_answer_is_lost_wrong_or_forged_is_paid_once(till, cloud, ending):
    till.scan(COLA, code(ending))
    paid = await till.until(events.SalePaid)
    assert cloud.charges(paid.tender.order_no) == (1, 0)


async def test_gateway_away_says_nothing_is_charged_and_pays_by_itself_once_it_is_back(till, cloud):
    cloud.kill(cloud.gateway)
    till.scan(COLA, code())
    await till.until_true(lambda: "has not left this till" in words(till))
    assert "nothing is charged" in words(till)
    assert states(till)[-1] == "drafted"
    assert till.last(events.LinkChanged).ok is False
    cloud.start(cloud.gateway)
    paid = await till.until(events.SalePaid)
    assert len(till.all(events.OrderMade)) == 1
    assert cloud.charges(paid.tender.order_no) == (1, 0)


async def test_gateway_away_and_given_up_takes_cash_and_is_never_charged(till, cloud):
    cloud.kill(cloud.gateway)
    till.scan(COLA, code())
    await till.until_true(lambda: "has not left this till" in words(till))
    till.till.give_up_payment()
    failed = await till.until(events.PaymentFailed)
    till.till.pay("5")
    await till.until(events.SalePaid)
    cloud.start(cloud.gateway)
    assert cloud.charges(failed.order_no) == (0, 0)


async def test_gateway_killed_while_awaiting_is_unknown_not_failed_and_then_paid_once(till, cloud):
    till.scan(COLA, code("9003"))
    await until_state(till, "sent")
    await until_state(till, "pending")
    cloud.kill(cloud.gateway)
    till.till.ask_now()
    await until_state(till, "unknown")
    assert "Take no other payment of this sale" in words(till)
    assert not till.all(events.PaymentFailed)
    cloud.start(cloud.gateway)
    paid = await till.until(events.SalePaid, 40)
    assert cloud.charges(paid.tender.order_no) == (1, 0)


async def test_no_answer_from_a_frozen_gateway_is_unknown_and_paid_once_when_it_wakes(till, cloud):
    cloud.freeze(cloud.gateway)
    till.scan(COLA, code())
    await until_state(till, "unknown")
    assert "not known yet whether the customer was charged" in words(till)
    cloud.thaw(cloud.gateway)
    paid = await till.until(events.SalePaid, 40)
    assert len(till.all(events.OrderMade)) == 1
    assert cloud.charges(paid.tender.order_no) == (1, 0)


async def test_redis_away_is_shown_and_the_gateway_is_asked_instead(till, cloud):
    cloud.kill(cloud.redis)
    await till.until_true(lambda: till.last(events.LinkChanged).ok is False)
    assert "Redis is away" in spoken(till.last(events.LinkChanged))
    till.scan(COLA, code())
    paid = await till.until(events.SalePaid)
    assert paid.channel == "gateway"
    cloud.start(cloud.redis)
    await till.until_true(lambda: linked(till))
    till.scan(SPREAD, code())
    await till.until_true(lambda: len(till.all(events.SalePaid)) == 2, 40)
    assert till.last(events.SalePaid).channel == "redis"
    await till.until_true(lambda: len(till.printer.jobs) == 2)


async def test_redis_killed_while_the_customer_types_the_pin_loses_nothing(till, cloud):
    till.scan(COLA, code("9003"))
    await until_state(till, "pending")
    cloud.kill(cloud.redis)
    paid = await till.until(events.SalePaid)
    assert paid.channel == "gateway"
    assert cloud.charges(paid.tender.order_no) == (1, 0)
    said = [spoken(event.view) for event in till.all(events.PaymentChanged)]
    assert "Paid: told by the gateway (no message)." in said
    cloud.start(cloud.redis)
    await till.until_true(lambda: linked(till))
    till.scan(SPREAD, code())
    await till.until_true(lambda: len(till.all(events.SalePaid)) == 2)
    assert till.last(events.SalePaid).channel == "redis"
    await till.until_true(lambda: len(till.printer.jobs) == 2)
    assert not [told for told in till.all(events.Notice) if told.tone == "error"]


async def test_relay_killed_the_gateways_answer_counts_and_its_late_message_changes_nothing(
    till, cloud
):
    cloud.kill(cloud.relay)
    till.scan(COLA, code())
    paid = await till.until(events.SalePaid)
    assert paid.channel == "gateway"
    cloud.start(cloud.relay)
    till.scan(SPREAD, code())
    await till.until_true(lambda: len(till.all(events.SalePaid)) == 2)
    assert [event.total for event in till.all(events.SalePaid)] == [350, 3290]
    assert not [told for told in till.all(events.Notice) if told.tone == "error"]


async def test_forged_replayed_and_changed_messages_pay_nothing(till, cloud):
    till.scan(COLA, code("9004"))
    await until_state(till, "pending")
    order = till.last(events.OrderMade).order
    stream = stream_name("M001", till.settings.till.number)
    success = TransactionSuccess(
        merchant="M001", till=till.settings.till.number, order_no=order.order_no,
        amount=order.amount, currency="CNY", platform="wechat", platform_ref="x",
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
    await till.until(events.PaymentFailed, 40)
    assert not till.all(events.SalePaid)


async def test_whoever_can_write_the_log_makes_no_till_believe(till, cloud):
    till.scan(COLA, code("9004"))
    await until_state(till, "pending")
    order = till.last(events.OrderMade).order
    lie = TransactionLogEntry(
        merchant="M001", till=till.settings.till.number, order_no=order.order_no,
        amount=order.amount, currency="CNY", platform="wechat", platform_ref="x",
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
    await till.until(events.PaymentFailed, 40)
    assert not till.all(events.SalePaid)


async def test_a_code_scanned_while_the_till_starts_is_one_payment(cloud, tmp_path):
    cloud.all_up()
    counter = Counter(tmp_path / "till", cloud.a_till()).stock().open()
    counter.scan(COLA)
    counter.power_cut()
    counter.clock = now
    starting = asyncio.create_task(counter.till.start())
    counter.scan(code())
    await starting
    paid = await counter.until(events.ReceiptMade)
    await counter.till.until_idle()
    assert len(counter.all(events.SalePaid)) == len(counter.printer.jobs) == 1
    assert paid.sale_no == 1
    await counter.till.close()
    counter.books.close()


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


async def test_giving_up_while_the_order_is_being_written_is_not_forgotten(till, cloud):
    till.scan(COLA, code())
    await asyncio.sleep(0)
    assert till.till.give_up_payment()
    failed = await till.until(events.PaymentFailed)
    assert failed.state == "cancelled"
    assert cloud.charges(failed.order_no) == (0, 0)


async def test_a_till_killed_while_awaiting_completes_the_sale_at_its_next_start(cloud, tmp_path):
    cloud.all_up()
    settings = cloud.a_till()
    folder = tmp_path / "till"
    counter = Counter(folder, settings).stock()
    counter.books.close()
    file = tmp_path / "till.toml"
    file.write_text(as_toml(settings))
    sell = [sys.executable, "-m", "pos_tui", "sell", "--settings", str(file), "--data", str(folder)]
    first = await asyncio.create_subprocess_exec(
        *sell, COLA, SPREAD, code("9003"), stdout=asyncio.subprocess.PIPE
    )
    order_no = ""
    assert first.stdout is not None
    async for line in first.stdout:
        event = json.loads(line)
        order_no = event.get("order_no") or order_no
        if event["event"] == "status" and event["state"] == "pending":
            break
    first.kill()
    await first.wait()
    assert not (folder / "receipts").exists()
    again = await asyncio.create_subprocess_exec(*sell, stdout=asyncio.subprocess.PIPE)
    out, _ = await asyncio.wait_for(again.communicate(), 60)
    told = [json.loads(line) for line in out.splitlines()]
    assert again.returncode == 0, told
    paid = next(event for event in told if event["event"] == "paid")
    assert paid["order_no"] == order_no
    assert paid["total"] == 3640
    assert any(event["event"] == "receipt" for event in told)
    assert cloud.charges(order_no) == (1, 0)


_KILLED_AS_IT_WRITES = """
import os, sys
from pos_tui.__main__ import main
from pos_tui.books import Books
from tests.spoken import spoken

def accept_tender(self, sale_no, at, tender, order, message, closing):
    print(f"heard {message}", file=sys.stderr, flush=True)
    os.kill(os.getpid(), 9)

Books.accept_tender = accept_tender
main()
"""


async def test_a_till_killed_between_the_message_and_the_books_completes_at_its_next_start(
    cloud, tmp_path
):
    cloud.all_up()
    settings = cloud.a_till()
    folder = tmp_path / "till"
    Counter(folder, settings).stock().books.close()
    file = tmp_path / "till.toml"
    file.write_text(as_toml(settings))
    sell = ["sell", "--settings", str(file), "--data", str(folder)]
    first = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _KILLED_AS_IT_WRITES, *sell, COLA, code("9003"),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(first.communicate(), 60)
    assert first.returncode in {-9, 9}
    assert b"heard ('pos:" in err, (out, err)
    assert b'"paid"' not in out
    again = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pos_tui", *sell, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await asyncio.wait_for(again.communicate(), 60)
    told = [json.loads(line) for line in out.splitlines()]
    assert again.returncode == 0, told
    assert [event["event"] for event in told].count("paid") == 1
    assert [event["event"] for event in told].count("receipt") == 1
    paid = next(event for event in told if event["event"] == "paid")
    assert cloud.charges(paid["order_no"]) == (1, 0)


async def test_a_till_killed_before_its_order_left_opens_the_list_again(cloud, tmp_path):
    """The order is in the journal, the gateway has never heard of it, the code is gone."""
    cloud.all_up()
    counter = Counter(tmp_path / "till", cloud.a_till()).stock().open()
    counter.scan(COLA)
    sale = counter.till.sale
    wallet = counter.till.codes.read(code())
    assert isinstance(wallet, PaymentCode)
    order = counter.till._orders.draft(sale, wallet, 350)
    (tender,) = sale.tenders
    counter.books.keep_order(order, counter.now, "awaiting", tender=tender).result()
    counter.power_cut()
    counter.clock = now
    found = counter.till.sale
    assert found.state == "awaiting"
    await counter.till.start()
    failed = await counter.until(events.PaymentFailed)
    assert failed.order_no == order.order_no
    assert counter.till.sale.state == "open"
    counter.scan(code())
    paid = await counter.until(events.SalePaid)
    assert paid.total == 350
    assert cloud.charges(order.order_no) == (0, 0)
    await counter.till.close()
    counter.books.close()


async def test_the_gateway_remembers_a_tills_last_order_when_its_books_are_gone(cloud, tmp_path):
    cloud.all_up()
    counter = Counter(tmp_path / "till", cloud.a_till()).stock().open()
    counter.clock = now
    counter.scan(COLA, code())
    paid = await counter.until(events.SalePaid)
    client = counter.till._orders._client
    last = await client.last_order(counter.settings.till.number)
    assert last is not None
    assert (last.order_no, last.sale_no, last.amount) == (paid.tender.order_no, 1, 350)
    assert counter.books.has_head(last.journal)
    await counter.till.close()
    counter.books.close()
    shutil.rmtree(tmp_path / "till")
    counter = Counter(tmp_path / "till", counter.settings).stock().open()
    counter.clock = now
    counter.scan(SPREAD)
    await counter.till.start()
    await counter.until_true(lambda: "order_not_in_books" in str(counter.all(events.Notice)))
    assert (counter.till.sale.number, counter.total) == (2, 3290)
    counter.scan(code())
    assert (await counter.until(events.SalePaid)).number == 2
    await counter.till.close()
    counter.books.close()


async def test_sell_waits_for_what_the_gateway_remembers_before_it_uses_a_number(cloud, tmp_path):
    cloud.all_up()
    settings, folder, file = cloud.a_till(), tmp_path / "till", tmp_path / "till.toml"
    file.write_text(as_toml(settings))
    sell = [sys.executable, "-m", "pos_tui", "sell", "--settings", str(file), "--data", str(folder)]
    numbers = []
    for _ in range(2):
        Counter(folder, settings).stock().books.close()
        process = await asyncio.create_subprocess_exec(
            *sell, COLA, code(), stdout=asyncio.subprocess.PIPE
        )
        out, _ = await asyncio.wait_for(process.communicate(), 60)
        told = [json.loads(line) for line in out.splitlines()]
        numbers.append(next(event["sale"] for event in told if event["event"] == "paid"))
        shutil.rmtree(folder)
    assert numbers == [1, 2]
