"""`pos-tui reconcile`, as the operator types it the morning after."""

from __future__ import annotations

import contextlib
import gzip
import json
from collections.abc import AsyncIterator, Collection, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest

from pos_tui.cloud.platforms.bills import CHINA
from pos_tui.cloud.platforms.plain_bill import COLUMNS
from pos_tui.cloud.platforms.protocol import BillError
from pos_tui.settings import SettingsError

from ..command_line import Finished, typed
from .gateway.our_orders import Order

NOON = datetime(2026, 11, 21, 12, tzinfo=CHINA)
CLOUD = """
[[merchant]]
id = "M001"
key = "k1"
qra = { mch_id = "1", key = "k" }
antom = { client_id = "1", private_key = "k", antom_key = "k" }

[[merchant]]
id = "M002"
key = "k2"
qra = { mch_id = "2", key = "k" }

[[merchant]]
id = "M003"
key = "k3"
"""


class Orders:
    """The gateway's orders of one merchant, as reconciling sees them."""

    def __init__(self, *orders: Order) -> None:
        self.orders = orders
        self.asked: list[tuple[str, str, datetime, datetime]] = []

    async def payments_between(
        self, merchant: str, channel: str, begin: datetime, end: datetime
    ) -> list[Order]:
        self.asked.append((merchant, channel, begin, end))
        return [
            order
            for order in self.orders
            if order.channel == channel and order.paid_at and begin <= order.paid_at < end
        ]

    async def payments_by_number(self, merchant: str, order_nos: Collection[str]) -> list[Order]:
        return [order for order in self.orders if order.order_no in order_nos]


class Platform:
    """A platform that keeps these bills."""

    def __init__(self, bills: dict[date, str]) -> None:
        self.bills = bills

    async def bill(self, day: date) -> str:
        if day not in self.bills:
            raise BillError("The bill is not ready yet; ask again after ten o'clock.")
        return self.bills[day]


def plain_bill(*rows: str) -> str:
    return "\n".join([",".join(COLUMNS), *rows, ""])


def row(order_no: str = "A1", amount: str = "47.70") -> str:
    return f"payment,{order_no},,W{order_no[1:]},{amount},2026-11-21T12:00:00+08:00"


@contextlib.contextmanager
def known(orders: Orders, **platforms: Platform) -> Iterator[None]:
    """These orders, and these platforms by the type of their accounts."""

    @contextlib.asynccontextmanager
    async def open_orders(settings: object, data: Path) -> AsyncIterator[Orders]:
        yield orders

    def open_client(account: object, *_: object) -> object:
        return platforms.get(type(account).__name__, object())

    with (
        mock.patch("pos_tui.cloud.gateway.orders.open_orders", open_orders),
        mock.patch("pos_tui.cloud.platforms.registry.open_client", open_client),
    ):
        yield


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "cloud.toml").write_text(CLOUD, encoding="utf-8")
    (tmp_path / "gateway.db").touch()
    return tmp_path


def reconciled(place: Path, *arguments: str) -> Finished:
    where = ("--settings", str(place / "cloud.toml"), "--data", str(place))
    return typed("reconcile", *arguments, *where)


def given_file(place: Path, text: str) -> tuple[str, ...]:
    (place / "bill.csv").write_text(text, encoding="utf-8")
    return ("2026-11-21", "--merchant", "M001", "--channel", "qra", "--bill", f"{place}/bill.csv")


def test_a_day_on_which_nothing_differs_ends_with_0(place: Path) -> None:
    orders = Orders(Order(channel="qra"))
    with known(orders):
        ended = reconciled(place, *given_file(place, plain_bill(row())))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "payments 1, 47.70 CNY in the bill, 47.70 CNY here" in ended.stdout
    assert "Nothing differs" in ended.stdout
    day = datetime(2026, 11, 21, tzinfo=CHINA)
    assert orders.asked == [("M001", "qra", day, day + timedelta(days=1))]


def test_a_difference_ends_with_3_and_a_sentence(place: Path) -> None:
    with known(Orders(Order(channel="qra"))):
        ended = reconciled(place, *given_file(place, plain_bill(row(), row("A2"))))
    assert ended.returncode == 3
    assert "paid 47.70 CNY for order A2 and we never recorded it" in ended.stdout


def test_a_row_that_cannot_be_read_is_something_to_look_at(place: Path) -> None:
    with known(Orders(Order(channel="qra"))):
        ended = reconciled(place, *given_file(place, plain_bill(row(), row("A2", "much"))))
    assert ended.returncode == 3
    assert "Line 3 of the bill was left out: “much” is not an amount" in ended.stdout


def test_a_program_reads_one_json_object(place: Path) -> None:
    with known(Orders()):
        ended = reconciled(place, *given_file(place, plain_bill(row())), "--json")
    assert ended.returncode == 3
    read = json.loads(ended.stdout)
    assert read["day"] == "2026-11-21"
    (channel,) = read["channels"]
    assert (channel["merchant"], channel["channel"], channel["matched"]) == ("M001", "qra", 0)
    (difference,) = channel["differences"]
    assert (difference["kind"], difference["there"]) == ("paid_there_not_here", 4770)
    assert difference["reason"] == "difference.unrecorded"
    assert difference["say"].startswith("The platform was paid")


def test_a_packed_bill_in_another_format_is_taken(place: Path) -> None:
    packed = place / "bill.csv.gz"
    text = (
        "交易时间,微信订单号,商户订单号,交易状态,货币种类,订单金额\n"
        "`2026-11-21 12:00:00,`W1,`A1,`SUCCESS,`CNY,`47.70\n"
    )
    packed.write_bytes(gzip.compress(text.encode()))
    arguments = ("2026-11-21", "--merchant", "M002", "--bill", str(packed), "--format", "wechat")
    with known(Orders(Order(channel="qra"))):
        assert reconciled(place, *arguments).returncode == 0


def test_an_order_of_another_day_is_found_by_its_number(place: Path) -> None:
    earlier = Order(channel="qra", paid_at=NOON - timedelta(days=1))
    with known(Orders(earlier)):
        assert reconciled(place, *given_file(place, plain_bill(row()))).returncode == 0


def test_without_a_file_every_bill_that_can_be_had_is_fetched(place: Path) -> None:
    bank = Platform({date(2026, 11, 20): plain_bill(row())})
    orders = Orders()
    with known(orders, QraAccount=bank):
        ended = reconciled(place, "2026-11-20")
    assert ended.returncode == 3
    assert [(merchant, channel) for merchant, channel, _, _ in orders.asked] == [
        ("M001", "qra"),
        ("M002", "qra"),
    ]


def test_a_bill_that_cannot_be_had_is_told_and_the_others_are_compared(place: Path) -> None:
    platforms = {"QraAccount": Platform({}), "AntomAccount": Platform({date(2026, 11, 20): ""})}
    with known(Orders(), **platforms):
        ended = reconciled(place, "2026-11-20", "--merchant", "M001")
    assert ended.returncode == 1
    assert "M001 qra: The bill is not ready yet" in ended.stderr
    assert "M001 antom 2026-11-20: no payments, there or here." in ended.stdout


def test_an_account_that_cannot_be_opened_does_not_hide_the_others(place: Path) -> None:
    def open_client(account: object, *_: object) -> object:
        if type(account).__name__ == "AntomAccount":
            raise SettingsError("antom: the private key cannot be read.")
        return Platform({date(2026, 11, 20): ""})

    with (
        known(Orders()),
        mock.patch("pos_tui.cloud.platforms.registry.open_client", open_client),
    ):
        ended = reconciled(place, "2026-11-20", "--merchant", "M001")
    assert ended.returncode == 1
    assert "M001 antom: antom: the private key cannot be read." in ended.stderr
    assert "M001 qra 2026-11-20: no payments" in ended.stdout


def test_what_is_no_bill_is_never_taken_for_an_empty_one(place: Path) -> None:
    login = Platform({date(2026, 11, 20): "<html>log in</html>"})
    with known(Orders(), QraAccount=login):
        ended = reconciled(place, "2026-11-20", "--merchant", "M002")
    assert ended.returncode == 1
    assert "something else than a bill" in ended.stderr


def test_a_payment_near_midnight_is_looked_for_in_the_bill_beside(place: Path) -> None:
    late = datetime(2026, 11, 18, 23, 59, 58, tzinfo=CHINA)
    orders = Orders(Order(channel="qra", paid_at=late))
    bills = {date(2026, 11, 18): "", date(2026, 11, 19): plain_bill(row())}
    for known_bills, code, said in (
        (bills, 0, "Nothing differs"),
        ({date(2026, 11, 18): ""}, 0, "may be in the next day's bill"),
        ({date(2026, 11, 18): "", date(2026, 11, 19): ""}, 3, "the bill has no such payment"),
    ):
        with known(orders, QraAccount=Platform(known_bills)):
            ended = reconciled(place, "2026-11-18", "--merchant", "M002")
        assert (ended.returncode, said in ended.stdout) == (code, True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("21.11.2026",), "is not a date"),
        (("2999-01-01",), "morning after"),
        (("2026-11-20", "--merchant", "M009"), "no merchant “M009”"),
        (("2026-11-20", "--channel", "wechat"), "there are antom, qra"),
        (("2026-11-20", "--merchant", "M002", "--channel", "antom"), "merchant M002 has qra"),
        (("2026-11-20", "--format", "plain"), "give the file with --bill"),
        (("2026-11-20", "--channel", "qra"), "the bills of qra cannot be fetched"),
        (("2026-11-20", "--bill", "x.csv"), "say whose with --merchant"),
        (("2026-11-20", "--bill", "x.csv", "--merchant", "M001"), "say which with --channel"),
        (("2026-11-20", "--bill", "x.csv", "--merchant", "M003"), "this merchant has none"),
        (("2026-11-20", "--bill", "x.csv", "--merchant", "M002"), "x.csv: cannot be read"),
    ],
)
def test_wrong_input_is_told_in_one_sentence(
    place: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    with known(Orders()):
        ended = reconciled(place, *arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert sentence in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_file_that_is_no_bill_is_wrong_input(place: Path) -> None:
    with known(Orders()):
        ended = reconciled(place, *given_file(place, "a,b\n1,2\n"))
    assert ended.returncode == 2
    assert "the first line must name the columns kind,order_no" in ended.stderr


def test_a_folder_without_orders_is_not_filled_with_new_ones(place: Path) -> None:
    (place / "gateway.db").unlink()
    ended = reconciled(place, *given_file(place, plain_bill(row())))
    assert ended.returncode == 2
    assert "there are no orders in" in ended.stderr
    assert not (place / "gateway.db").exists()
