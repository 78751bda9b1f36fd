"""What the technician sees of one order at the servers."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

from pos_tui.cloud.gateway.tracing import log_timelines
from pos_tui.cloud.gateway.transaction_log import TransactionLog
from pos_tui.cloud.relay.tracing import stream_steps
from pos_tui.messages import decode_log_entry, seal_success, stream_name, success_of
from pos_tui.settings.redis_url import redis_address
from tests.command_line import typed
from tests.spoken import spoken

from .log_lines import entry, till_keys
from .shop import KEY, Cloud, Redis, code


def trace(cloud: Cloud, *words: str) -> tuple[int, str, str]:
    places = ("--settings", str(cloud.folder / "cloud.toml"), "--data", str(cloud.folder))
    return typed("trace", *words, *places)


async def test_a_paid_order_is_told_from_its_coming_to_its_line(cloud: Cloud) -> None:
    till = cloud.till()
    order = till.order(code("alipay"))
    await till.pay(order)
    await till.ends(order.order_no)
    exit_code, said, _ = await asyncio.to_thread(trace, cloud, order.order_no)
    assert exit_code == 0
    assert f"M001 {order.order_no}: 47.70 CNY, till 01" in said
    for step in (
        "the order came",
        "paid at the platform as 42",
        "written into gateway-1.000001.log at byte ",
        "gateway: wallet alipay through alipay",
        "gateway: state paid",
        "nothing from the till's books: there are none in ",
        "nothing from Redis: standalone Redis 127.0.0.1:1 cannot be asked",
    ):
        assert step in said
    assert order.auth_code not in said
    _, said, _ = await asyncio.to_thread(trace, cloud, order.order_no, "--json")
    told = json.loads(said)
    assert (told["state"], told["amount"], told["channel"]) == ("paid", 4770, "alipay")
    after = [step["after_ms"] for step in told["steps"]]
    assert after == sorted(after)
    assert [step["from"] for step in told["steps"]] == ["gateway", "gateway", "log"]


async def test_an_order_under_way_says_who_works_on_it_and_when(cloud: Cloud) -> None:
    till = cloud.till()
    order = till.order(code("alipay", "9004"))
    await till.pay(order)
    _, said, _ = await asyncio.to_thread(trace, cloud, order.order_no)
    assert "works on it; next step" in said
    assert "nothing from the transaction log: no line in " in said
    await till.send("POST", f"/v1/orders/{order.order_no}/cancel")


def test_an_order_that_nobody_knows_is_said_to_be_unknown(cloud: Cloud) -> None:
    exit_code, _, complaint = trace(cloud, "T0000000000")
    assert (exit_code, complaint.count("\n")) == (3, 1)


def test_a_folder_without_orders_is_named(tmp_path: Path, cloud: Cloud) -> None:
    finished = typed(
        "trace", "T1", "--settings", str(cloud.folder / "cloud.toml"), "--data", str(tmp_path)
    )
    assert finished.returncode == 2
    assert str(tmp_path) in finished.stderr


async def test_a_line_is_found_in_whichever_file_and_folder_it_is(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    wanted = entry()
    for folder in folders:
        log = TransactionLog(folder, "gateway-1", 1500, till_keys)
        for number in range(20):
            await log.append(wanted if (folder, number) == (folders[1], 13) else entry())
        log.close()
    (found,) = log_timelines(folders, wanted.order_no)
    where = spoken(found.steps[0].what).removeprefix("written into ")
    file, _, rest = where.partition(" at byte ")
    assert file != "gateway-1.000001.log"
    byte, _, offset = rest.removesuffix(" of the log)").partition(" (offset ")
    line = (folders[1] / file).read_bytes()[int(byte) :].splitlines(keepends=True)[0]
    assert success_of(decode_log_entry(line)) == success_of(wanted)
    whole = b"".join(path.read_bytes() for path in sorted(folders[1].glob("*.log")))
    assert whole[int(offset) :].startswith(line)


async def test_half_written_damaged_and_foreign_lines_are_not_told(tmp_path: Path) -> None:
    wanted = entry()
    log = TransactionLog(tmp_path, "gateway-1", 1 << 20, till_keys)
    await log.append(wanted)
    log.close()
    path = tmp_path / "gateway-1.000001.log"
    line = path.read_bytes().splitlines(keepends=True)[-1]
    with path.open("ab") as file:
        file.write(line.replace(b'"amount":4770', b'"amount":9999'))
        file.write(b'"%s"\n' % wanted.order_no.encode())
        file.write(line[:-5])
    (tmp_path / "empty.000001.log").touch()
    assert len(log_timelines([tmp_path], wanted.order_no)) == 1


def test_the_entry_is_found_among_many_and_each_repetition_is_told(redis_server: Redis) -> None:
    import redis

    wanted = entry()
    stream = stream_name(wanted.merchant, wanted.till)
    place = redis_address(redis_server.url)
    now = datetime.now(UTC)
    with redis.Redis.from_url(redis_server.url) as client:
        pipeline = client.pipeline(transaction=False)
        for number in range(1200):
            told = wanted if number in (3, 1100) else entry()
            pipeline.xadd(stream, seal_success(success_of(told), KEY.encode()))
        ids = [each.decode() for each in pipeline.execute()]
        asked = (place, wanted.merchant, wanted.till, wanted.order_no)
        steps, why = stream_steps(*asked, now)
        assert [step.what.values["message"] for step in steps] == [ids[3], ids[1100]]
        assert why is None
        _, why = stream_steps(*asked[:3], "OTHER0000", now)
        assert why is not None and why.what.kind == "timeline.stream_trimmed"
        client.xadd(stream, {"m": b"no message"}, id="*")
        client.xadd(stream, {"m": b'{"merchant":"\xff"}'}, id="*")
        later = datetime.now(UTC)
        _, why = stream_steps(*asked[:3], "OTHER0000", later)
        assert why is not None and why.what.kind == "timeline.not_in_stream"
