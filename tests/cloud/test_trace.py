"""What the technician sees of one order at the gateway."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.command_line import typed

from .shop import Cloud, code


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
        "written into gateway-1.000001.log",
    ):
        assert step in said
    assert order.auth_code not in said
    _, said, _ = await asyncio.to_thread(trace, cloud, order.order_no, "--json")
    told = json.loads(said)
    assert (told["state"], told["amount"], told["channel"]) == ("paid", 4770, "alipay")
    assert [step["at"] for step in told["steps"]] == sorted(step["at"] for step in told["steps"])


def test_an_order_that_nobody_knows_is_said_to_be_unknown(cloud: Cloud) -> None:
    exit_code, _, complaint = trace(cloud, "T0000000000")
    assert (exit_code, complaint.count("\n")) == (3, 1)


def test_a_folder_without_orders_is_named(tmp_path: pytest.TempPathFactory, cloud: Cloud) -> None:
    finished = typed(
        "trace", "T1", "--settings", str(cloud.folder / "cloud.toml"), "--data", str(tmp_path)
    )
    assert finished.returncode == 2
    assert str(tmp_path) in finished.stderr
