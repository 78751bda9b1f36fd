"""A till that is killed, or loses its books, with a payment under way: its next start ends it."""

import asyncio
import json
import shutil
import sys

from pos_tui.checkout import events
from pos_tui.codes import PaymentCode
from tests.cloud_fixture import as_toml
from tests.conftest import COLA, SPREAD, Counter

from .real_servers import (
    code,
    now,
    sell,
    start_sell,
)


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


async def test_a_till_killed_while_awaiting_completes_the_sale_at_its_next_start(cloud, tmp_path):
    cloud.all_up()
    settings = cloud.a_till()
    folder = tmp_path / "till"
    counter = Counter(folder, settings).stock()
    counter.books.close()
    file = tmp_path / "till.toml"
    file.write_text(as_toml(settings))
    first = await start_sell(file, folder, COLA, SPREAD, code("9003"))
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
    ended, told = await sell(file, folder)
    assert ended == 0, told
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

def accept_tender(self, sale_no, at, tender, order, message, *rest):
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
    first = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _KILLED_AS_IT_WRITES,
        "sell", "--settings", str(file), "--data", str(folder), COLA, code("9003"),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(first.communicate(), 60)
    assert first.returncode in {-9, 9}
    assert b"heard ('pos:" in err, (out, err)
    assert b'"paid"' not in out
    ended, told = await sell(file, folder)
    assert ended == 0, told
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
    numbers = []
    for _ in range(2):
        Counter(folder, settings).stock().books.close()
        _, told = await sell(file, folder, COLA, code())
        numbers.append(next(event["sale"] for event in told if event["event"] == "paid"))
        shutil.rmtree(folder)
    assert numbers == [1, 2]
