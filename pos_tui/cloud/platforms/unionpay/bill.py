"""UnionPay ACP's file of a merchant's trades (ZM): fields of fixed width in GBK, a blank between.

Widths and names: 全渠道平台接入接口规范 第3部分 文件接口, 6.1 ZM文件, and UnionPay's sample code.
The file has no header, so here alone a field is known by its place. Read only as far as
原始交易订单号 (41): what follows differs from one version of the file to the next.
"""

from __future__ import annotations

import contextlib
from datetime import date, datetime, timedelta

from pos_tui.cloud.platforms.bills import (
    CHINA,
    Bill,
    BillLine,
    BillUnreadable,
    RowError,
    gather,
    read_number,
)
from pos_tui.reasons import because
from pos_tui.tables.lines import physical_lines

# fmt: off
_WIDTHS = (
    3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2,
    6, 2, 4, 32, 1, 21, 15, 1, 15, 32, 13, 13, 8, 32, 13, 13, 12, 2, 1, 32,
)
# fmt: on
_FIELDS = {
    "sent": 5,  # 交易传输时间, MMDDhhmmss
    "amount": 7,  # 交易金额, in fen
    "query_id": 10,  # 查询流水号
    "order_no": 12,  # 商户订单号; a refund's is its own
    "type": 20,  # 交易类型
    "paid_query_id": 27,  # 原交易查询流水号
    "paid_order_no": 41,  # 原始交易订单号
}
_PLACES = {
    name: (sum(_WIDTHS[: field - 1]) + field - 1, _WIDTHS[field - 1])
    for name, field in _FIELDS.items()
}
_LENGTH = sum(_WIDTHS) + len(_WIDTHS) - 1
_PAYMENT = "01"
_GIVEN_BACK = ("04", "31")  # 退货, 消费撤销


def parse(text: str, day: date, currency: str) -> Bill:
    """The bill in a text; `day` gives the times their year. Raises BillUnreadable."""

    def read(number: int, line: bytes) -> BillLine:
        return _line(number, line, day)

    encoded = (
        (number, line.encode("gb18030", "replace"))
        for number, line in enumerate(physical_lines(text), 1)
        if line.strip()
    )
    good, bad = gather(encoded, read)
    if bad and not good:
        raise BillUnreadable("bill.no_unionpay_bill", line=bad[0].line, why=bad[0].why)
    return Bill(tuple(good), tuple(bad))


def _line(number: int, line: bytes, day: date) -> BillLine:
    # The last field may be blank, and an editor may have taken the blanks away.
    if len(line) < _LENGTH - _WIDTHS[-1]:
        raise RowError("bill.row_unionpay_length", count=len(line), least=_LENGTH)
    row = {
        name: line[at : at + width].decode("gb18030", "replace").strip()
        for name, (at, width) in _PLACES.items()
    }
    if not row["amount"].isdecimal() or not row["amount"].isascii():
        raise RowError("bill.row_unionpay_amount", text=row["amount"])
    amount, time = int(row["amount"]), _time(row["sent"], day)
    if row["type"] == _PAYMENT:
        return BillLine(
            kind="payment",
            order_no=read_number(row["order_no"], because("bill.order_number")),
            platform_ref=read_number(row["query_id"], because("bill.query_number")),
            amount=amount,
            currency="CNY",
            time=time,
            line=number,
        )
    if row["type"] not in _GIVEN_BACK:
        raise RowError("bill.row_unionpay_kind", kind=row["type"])
    return BillLine(
        kind="refund",
        order_no=read_number(row["paid_order_no"], because("bill.paid_order_number")),
        refund_no=read_number(row["order_no"], because("bill.unionpay_refund_number")),
        platform_ref=read_number(row["paid_query_id"], because("bill.paid_query_number")),
        amount=amount,
        currency="CNY",
        time=time,
        line=number,
    )


def _time(text: str, day: date) -> datetime:
    """MMDDhhmmss in the year that brings it nearest to the bill's day."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=CHINA)
    found: list[datetime] = []
    for year in (day.year - 1, day.year, day.year + 1):
        with contextlib.suppress(ValueError):  # the 29th of February is not in every year
            time = datetime.strptime(f"{year:04}{text}+0800", "%Y%m%d%H%M%S%z")
            found.append(time.astimezone(CHINA))
    if len(text) != 10 or not found:
        raise RowError("bill.row_unionpay_time", text=text)

    def far(time: datetime) -> timedelta:
        return abs(time - noon)

    return min(found, key=far)
