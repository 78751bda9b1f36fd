"""What every platform's client must do, over the registry: a new row gets all of these tests."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import msgspec
import pytest
import tomlkit

from pos_tui.cloud.gateway.daily_bills import keeps_bills
from pos_tui.cloud.merchant_toml import merchant_table
from pos_tui.cloud.platforms.bill_files import parse_bill
from pos_tui.cloud.platforms.bills import CHINA
from pos_tui.cloud.platforms.protocol import (
    SENTENCES,
    BillError,
    PlatformAnswer,
    PlatformClient,
    PlatformOrder,
)
from pos_tui.cloud.platforms.registry import PLATFORMS, PlatformRow, row_of
from pos_tui.cloud.settings_files import merchant_of
from pos_tui.cloud.simulators.keys import has_keys
from pos_tui.settings import Merchant, PlatformAccount
from tests.spoken import raises

from .orders import new_order, new_refund
from .simulated import SimulatedShop

Row = PlatformRow[PlatformAccount]
Act = Callable[[PlatformClient, PlatformOrder, str], Awaitable[PlatformAnswer]]


async def _pay(client: PlatformClient, order: PlatformOrder, code: str) -> PlatformAnswer:
    return await client.pay(order, code)


async def _query(client: PlatformClient, order: PlatformOrder, _code: str) -> PlatformAnswer:
    return await client.query(order)


async def _cancel(client: PlatformClient, order: PlatformOrder, _code: str) -> PlatformAnswer:
    return await client.cancel(order)


async def _refund(client: PlatformClient, order: PlatformOrder, _code: str) -> PlatformAnswer:
    return await client.refund(order, new_refund(1000))


ACTS = pytest.mark.parametrize("act", [_pay, _query, _cancel, _refund])


# ---- paying --------------------------------------------------------------------------------------


async def test_a_good_code_is_paid_at_once_and_charged_once(shop: SimulatedShop) -> None:
    order, code = new_order(), shop.code()
    paid = await shop.client.pay(order, code)
    assert (paid.state, paid.amount) == ("paid", 4770)
    assert paid.platform_ref and paid.paid_at and paid.paid_at.tzinfo
    found = await shop.client.query(order)
    assert (found.state, found.platform_ref) == ("paid", paid.platform_ref)
    again = await shop.client.pay(order, code)
    assert again.state in ("paid", "unknown")
    assert shop.money(order.order_no)["charged"] == 1


@pytest.mark.parametrize(
    "subject",
    [
        "街角小店柠檬水果零食饮料杂货铺" * 4 + " 000123",
        "🍋" * 60,
        "👨\u200d👩\u200d👧" * 40,
        "&",
        "/ = &",
        "a\nb\r\x1b\u202e\ud800c",
        "\n",
        " ",
        "",
    ],
    ids=["chinese", "emoji", "families", "ampersand", "signs", "controls", "line", "blank", "none"],
)
async def test_whatever_a_shop_is_called_its_customers_can_pay(
    shop: SimulatedShop, subject: str
) -> None:
    order = msgspec.structs.replace(new_order(), subject=subject)
    assert (await shop.client.pay(order, shop.code())).state == "paid"


async def test_whatever_the_reason_of_a_refund_the_money_goes_back(shop: SimulatedShop) -> None:
    order = await _paid_order(shop)
    for reason in ("少了一件" * 80, "\n", ""):
        refund = msgspec.structs.replace(new_refund(100), reason=reason)
        assert (await shop.client.refund(order, refund)).state == "refunded"


async def test_a_refusal_is_final_and_says_why(shop: SimulatedShop) -> None:
    order = new_order()
    refused = await shop.client.pay(order, shop.code("9001"))
    assert (refused.state, refused.reason) == ("declined", "insufficient_balance")
    assert refused.say == SENTENCES["insufficient_balance"]
    assert (await shop.client.query(order)).state in ("declined", "unpaid", "paying")
    assert shop.money(order.order_no)["charged"] == 0


async def test_an_expired_code_is_declined_and_leaves_no_order(shop: SimulatedShop) -> None:
    order = new_order()
    refused = await shop.client.pay(order, shop.code("9002"))
    assert (refused.state, refused.reason) == ("declined", "code_expired")
    assert (await shop.client.query(order)).state == "not_found"


async def test_a_code_pays_one_order_only(shop: SimulatedShop) -> None:
    code, second = shop.code(), new_order()
    assert (await shop.client.pay(new_order(), code)).state == "paid"
    refused = await shop.client.pay(second, code)
    assert (refused.state, refused.reason) == ("declined", "code_expired")
    assert shop.money(second.order_no)["charged"] == 0


async def test_a_customer_who_must_confirm_is_waited_for(shop: SimulatedShop) -> None:
    order, never = new_order(), new_order()
    waiting = await shop.client.pay(order, shop.code("9003"))
    assert (waiting.state, waiting.reason) == ("paying", "waiting_for_customer")
    await shop.client.pay(never, shop.code("9004"))
    assert (await shop.client.query(order)).state == "paying"
    shop.later = 30
    assert (await shop.client.query(order)).state == "paid"
    assert (await shop.client.query(never)).state == "paying"
    assert shop.money(order.order_no)["charged"] == 1


# ---- no clear answer -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "charged"),
    [("9005", 1), ("9006", 1), ("9007", 0), ("9009", 1), ("9010", 1)],
    ids=["no answer", "error, but charged", "error", "bad signature", "5xx"],
)
async def test_what_is_not_a_clear_answer_is_unknown_until_a_query_shows_it(
    shop: SimulatedShop, script: str, charged: int
) -> None:
    order = new_order()
    if script == "9005":
        shop.spoil = _lose
    assert (await shop.client.pay(order, shop.code(script))).state == "unknown"
    shop.spoil = None
    assert (await shop.client.query(order)).state == ("paid" if charged else "not_found")
    assert shop.money(order.order_no)["charged"] == charged


@ACTS
async def test_a_reply_that_is_lost_is_unknown(shop: SimulatedShop, act: Act) -> None:
    order = await _paid_order(shop)
    shop.spoil = _lose
    assert (await act(shop.client, order, shop.code())).state == "unknown"


@ACTS
@pytest.mark.parametrize("body", [b"", b"<html>502</html>", b"{}", b"\xff\xfe", b"null"])
async def test_a_reply_that_cannot_be_read_is_unknown(
    shop: SimulatedShop, act: Act, body: bytes
) -> None:
    order = await _paid_order(shop)
    shop.spoil = lambda _request, _reply: httpx.Response(200, content=body)
    assert (await act(shop.client, order, shop.code())).state == "unknown"


@ACTS
async def test_a_5xx_is_unknown_whatever_it_says(shop: SimulatedShop, act: Act) -> None:
    order = await _paid_order(shop)
    shop.spoil = lambda _request, _reply: httpx.Response(503, content=b"<html>busy</html>")
    assert (await act(shop.client, order, shop.code())).state == "unknown"


@ACTS
async def test_a_reply_that_was_changed_on_its_way_is_unknown(
    shop: SimulatedShop, act: Act
) -> None:
    order = await _paid_order(shop)
    shop.spoil = _change
    assert (await act(shop.client, order, shop.code())).state == "unknown"


@ACTS
async def test_what_was_never_sent_is_told_apart_from_what_was_never_heard(
    shop: SimulatedShop, act: Act
) -> None:
    def refuse(request: httpx.Request, _reply: httpx.Response) -> httpx.Response:
        raise httpx.ConnectError("nobody is there", request=request)

    shop.spoil = refuse
    answer = await act(shop.client, new_order(), shop.code())
    assert (answer.state, answer.reason) == ("unsent", "unreachable")


# ---- another order -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "foreign_script", "foreign_state"),
    [("9004", "1234", "paid"), ("1234", "9004", "paying")],
)
async def test_a_signed_reply_about_another_order_says_nothing_of_this_one(
    shop: SimulatedShop, script: str, foreign_script: str, foreign_state: str
) -> None:
    order, foreign = new_order(), new_order()
    await shop.client.pay(order, shop.code(script))
    await shop.client.pay(foreign, shop.code(foreign_script))
    shop.replies.clear()
    assert (await shop.client.query(foreign)).state == foreign_state
    replayed = shop.replies[0]
    shop.spoil = lambda _request, _reply: replayed
    assert (await shop.client.query(order)).state == "unknown"


async def test_a_payment_of_another_amount_is_none_of_the_order(shop: SimulatedShop) -> None:
    order = await _paid_order(shop)
    cheaper = msgspec.structs.replace(order, amount=order.amount - 1)
    assert (await shop.client.query(cheaper)).state == "unknown"


async def test_an_order_that_the_platform_never_saw_is_not_found(shop: SimulatedShop) -> None:
    assert (await shop.client.query(new_order())).state == "not_found"
    assert (await shop.client.cancel(new_order())).state == "not_found"


# ---- money goes back -----------------------------------------------------------------------------


async def test_a_cancel_closes_what_is_unpaid_for_good(shop: SimulatedShop) -> None:
    order = new_order()
    await shop.client.pay(order, shop.code("9003"))
    assert (await shop.client.cancel(order)).state == "closed"
    shop.later = 60
    assert (await shop.client.query(order)).state in ("closed", "reversed")
    assert shop.money(order.order_no)["charged"] == 0


async def test_a_cancel_gives_back_what_is_paid_once(shop: SimulatedShop) -> None:
    order = await _paid_order(shop)
    for _ in range(2):
        assert (await shop.client.cancel(order)).state in ("closed", "reversed")
    assert (await shop.client.query(order)).state in ("closed", "reversed")
    assert shop.money(order.order_no)["given_back"] == order.amount


async def test_a_refund_of_the_whole_gives_it_back_once(shop: SimulatedShop) -> None:
    order = await _paid_order(shop)
    refund = new_refund(order.amount)
    for _ in range(2):
        answer = await shop.client.refund(order, refund)
        assert (answer.state, answer.reason) == ("refunded", "refunded")
    assert shop.money(order.order_no)["given_back"] == order.amount


async def test_refunds_of_parts_never_give_back_more_than_was_paid(shop: SimulatedShop) -> None:
    order = await _paid_order(shop)
    part, rest = new_refund(1000), new_refund(order.amount - 1000)
    assert (await shop.client.refund(order, part)).state == "refunded"
    greedy = await shop.client.refund(order, new_refund(order.amount))
    assert (greedy.state, greedy.reason) == ("declined", "refund_refused")
    changed = msgspec.structs.replace(part, amount=1)
    assert (await shop.client.refund(order, changed)).state in ("declined", "unknown")
    assert shop.money(order.order_no)["given_back"] == 1000
    assert (await shop.client.refund(order, rest)).state == "refunded"
    assert shop.money(order.order_no)["given_back"] == order.amount


async def test_a_refund_whose_answer_is_lost_is_made_once(shop: SimulatedShop) -> None:
    order = await _paid_order(shop)
    refund = new_refund(1000)
    shop.spoil = _lose
    assert (await shop.client.refund(order, refund)).state == "unknown"
    shop.spoil = None
    assert (await shop.client.refund(order, refund)).state == "refunded"
    assert shop.money(order.order_no)["given_back"] == 1000


async def test_what_was_never_paid_gives_no_money_back(shop: SimulatedShop) -> None:
    order = new_order()
    assert (await shop.client.refund(order, new_refund(1000))).state in ("declined", "unknown")
    await shop.client.pay(order, shop.code("9004"))
    assert (await shop.client.refund(order, new_refund(1000))).state in ("declined", "unknown")
    assert shop.money(order.order_no)["given_back"] == 0


# ---- notices -------------------------------------------------------------------------------------


async def test_a_notice_is_believed_only_as_it_was_sent(notified_shop: SimulatedShop) -> None:
    shop, order = notified_shop, new_order()
    await shop.client.pay(order, shop.code("9011"))
    shop.later = 30
    assert (await shop.client.query(order)).state == "paid"
    await shop.client.refund(order, new_refund(1000))
    for message in await shop.delivery.sent():
        notice = shop.client.notice(message.headers, message.body)
        assert notice is not None
        assert notice.order_no == order.order_no
        changed = message.body.replace(order.order_no.encode(), new_order().order_no.encode())
        for body in (message.body + b" ", message.body[:-1], changed):
            if body != message.body:
                assert shop.client.notice(message.headers, body) is None


@pytest.mark.parametrize("body", [b"", b"<xml/>", b"{}", b"a=b&sign=x", b"\xff", b"[" * 100_000])
def test_whatever_else_comes_as_a_notice_is_none(notified_shop: SimulatedShop, body: bytes) -> None:
    assert notified_shop.client.notice({}, body) is None


# ---- bills ---------------------------------------------------------------------------------------


async def test_a_days_bill_has_every_payment_and_refund(row: Row, shop: SimulatedShop) -> None:
    source: PlatformClient = shop.client
    if not keeps_bills(source):
        assert not hasattr(source, "bill")
        return
    order, refund = new_order(), new_refund(1000)
    paid = await shop.client.pay(order, shop.code())
    await shop.client.refund(order, refund)
    await shop.client.pay(new_order(), shop.code("9004"))
    assert paid.paid_at
    day = paid.paid_at.astimezone(CHINA).date()
    bill = parse_bill(row.bill_format, await source.bill(day), day, "CNY")
    assert bill.bad_rows == ()
    assert {(line.kind, line.order_no, line.refund_no, line.amount) for line in bill.lines} == {
        ("payment", order.order_no, "", 4770),
        ("refund", order.order_no, refund.refund_no, 1000),
    }
    assert {line.platform_ref for line in bill.lines} == {paid.platform_ref}


async def test_a_day_without_payments_has_no_bill(shop: SimulatedShop) -> None:
    if keeps_bills(shop.client):
        with raises(BillError, r"\bno bill\b"):
            await shop.client.bill(date(2020, 1, 2))


async def test_a_bill_that_does_not_arrive_says_what_to_do(shop: SimulatedShop) -> None:
    source: PlatformClient = shop.client
    if keeps_bills(source):
        shop.spoil = _lose
        with raises(BillError, r"(?i)\bagain\b.*\.$"):
            await source.bill(date(2020, 1, 2))


# ---- the row -------------------------------------------------------------------------------------


def test_a_row_has_its_folder_and_its_account_is_found_by_it(row: Row, shop: SimulatedShop) -> None:
    for module in ("account", "client", "simulator"):
        assert importlib.util.find_spec(f"pos_tui.cloud.platforms.{row.name}.{module}")
    assert row_of(shop.account) is row
    assert shop.account.number and shop.account.accepts
    assert [each.name for each in PLATFORMS].count(row.name) == 1


def test_the_simulated_accounts_key_files_are_made(keys: Path, tmp_path: Path) -> None:
    assert has_keys(keys)
    assert not has_keys(tmp_path)


def test_an_account_comes_back_from_settings_as_it_was_written(
    row: Row, shop: SimulatedShop
) -> None:
    merchant = Merchant(
        id="M001",
        key="k",
        key_made_at=datetime(2026, 3, 1, tzinfo=UTC),
        accounts={row.name: shop.account},
    )
    text = tomlkit.dumps({"merchant": merchant_table(merchant)})
    assert merchant_of(tomlkit.parse(text).unwrap()["merchant"]) == merchant


def test_no_other_platforms_account_is_opened(row: Row, shop: SimulatedShop) -> None:
    other = next(each for each in PLATFORMS if each is not row)
    with pytest.raises(TypeError, match=other.name):
        other.open_client(shop.account, shop.http, None)


def test_an_account_never_shows_its_keys(shop: SimulatedShop) -> None:
    assert repr(shop.account) == f"<{type(shop.account).__name__}>"


# ---- the network ---------------------------------------------------------------------------------


async def _paid_order(shop: SimulatedShop) -> PlatformOrder:
    order = new_order()
    assert (await shop.client.pay(order, shop.code())).state == "paid"
    return order


def _lose(request: httpx.Request, _reply: httpx.Response) -> httpx.Response:
    raise httpx.ReadTimeout("nothing came back", request=request)


def _change(_request: httpx.Request, reply: httpx.Response) -> httpx.Response:
    """A reply with one character of its text changed, which its signature does not cover."""
    found = re.search(rb"[0-8]|[A-Y]", reply.content)
    assert found
    next_one = bytes([found[0][0] + 1])
    text = reply.content[: found.start()] + next_one + reply.content[found.end() :]
    return httpx.Response(reply.status_code, headers=reply.headers, content=text)
