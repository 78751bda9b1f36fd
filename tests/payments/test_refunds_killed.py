"""A refund by the real gateway, with the till killed at each step: the money goes back once."""

import asyncio
import json
import sys

import pytest

from tests.cloud_fixture import as_toml
from tests.conftest import MILK, SPREAD, Counter

from .real_servers import code, sell, start_sell

_KILLED = """
import os, sys
from pos_tui.__main__ import main
from pos_tui.books import Books
from pos_tui.payments.gateway_client import GatewayClient

name, after, times = sys.argv.pop(1), sys.argv.pop(1) == "after", int(sys.argv.pop(1))
owner = Books if hasattr(Books, name) else GatewayClient
before = getattr(owner, name)
left = [times]

def die():
    os.kill(os.getpid(), 9)

def wrapped(*args, **kwargs):
    left[0] -= 1
    if left[0] == 0 and not after:
        die()
    done = before(*args, **kwargs)
    if left[0] == 0 and owner is Books:
        done.result()
        die()
    return done

async def waited(*args, **kwargs):
    if not after:
        die()
    await before(*args, **kwargs)
    die()

setattr(owner, name, wrapped if owner is Books else waited)
main()
"""


@pytest.fixture
def shop(cloud, tmp_path):
    """The file of settings and the folder of a till with a sale paid by wallet, and its order."""
    cloud.all_up()
    settings = cloud.a_till()
    Counter(tmp_path / "till", settings).stock().books.close()
    file = tmp_path / "till.toml"
    file.write_text(as_toml(settings))
    return file, tmp_path / "till"


async def sold(shop, *codes):
    ended, told = await sell(*shop, *codes, code())
    assert ended == 0, told
    return next(event for event in told if event["event"] == "paid")


@pytest.mark.parametrize(
    ("name", "when", "times"),
    [
        ("claim_returns", "after", 1),
        ("keep_tenders", "after", 1),  # the plan
        ("keep_tenders", "after", 2),  # that it is asked for
        ("refund", "before", 1),
        ("refund", "after", 1),
        ("accept_tender", "before", 1),
        ("accept_tender", "after", 1),
    ],
)
async def test_a_till_killed_at_each_step_gives_the_money_back_once(cloud, shop, name, when, times):
    paid = await sold(shop, MILK, SPREAD)
    scans = (f"return {paid['sale']} 1 1", "refund")
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _KILLED, name, when, str(times),
        "sell", "--settings", str(shop[0]), "--data", str(shop[1]), *scans,
    )  # fmt: skip
    await asyncio.wait_for(killed.wait(), 60)
    assert killed.returncode in {-9, 9}
    again = () if name != "claim_returns" else ("refund",)  # nothing of it had begun
    ended, told = await sell(*shop, *again)
    if (name, when) == ("accept_tender", "after"):
        assert ended in {0, 2}  # it was all done but for the receipt
    else:
        assert ended == 0, told
    books = Counter(shop[1]).books
    try:
        lines = books.returnable_lines(paid["sale"])
        assert [each.back for each in lines] == [1000, 0]
        assert [(each.left, each.back) for each in books.paid_parts(paid["sale"])] == [(3290, 1290)]
    finally:
        books.close()
    assert cloud.charges(paid["order_no"]) == (1, 1)


async def test_a_gateway_that_hangs_is_asked_until_it_answers(cloud, shop):
    paid = await sold(shop, MILK)
    cloud.freeze(cloud.gateway)
    first = await start_sell(*shop, f"return {paid['sale']} 1 1", "refund")
    assert first.stdout is not None
    async for line in first.stdout:
        event = json.loads(line)
        if event["event"] == "status" and event["state"] == "unknown":
            break
    first.kill()
    await first.wait()
    cloud.thaw(cloud.gateway)
    ended, told = await sell(*shop)
    assert ended == 0, told
    assert next(event for event in told if event["event"] == "paid")["total"] == -1290
    assert cloud.charges(paid["order_no"]) == (1, 1)
