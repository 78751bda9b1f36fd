"""WeChat Pay's trade bill: V2 downloadbill and V3 tradebill write the same CSV.

A header, values each led by a backtick, then a summary of two lines. Columns and states:
https://pay.weixin.qq.com/docs/merchant/products/bill-download/format-trade.html, and for Hong Kong
https://pay.weixin.qq.com/doc/global/v3/zh/4012354484. Older accounts have 总金额 for the amount.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pos_tui.cloud.platforms.bills import (
    BadRow,
    Bill,
    BillLine,
    BillUnreadable,
    RowError,
    first_value,
    gather,
    heading,
    read_amount,
    read_china_time,
    read_number,
)
from pos_tui.reasons import because
from pos_tui.tables.lines import physical_lines

_NEEDED = frozenset({"交易时间", "微信订单号", "商户订单号", "交易状态"})
_PAID = ("订单金额", "订单金额(标价币种)", "总金额")
_REFUNDED = ("申请退款金额", "退款金额")
_CURRENCY = ("标价币种", "货币种类")
# The bill of refunds alone has the payment's time in 交易时间.
_REFUND_TIME = ("退款申请时间", "交易时间")
_COUNT = "总交易单数"


def parse(text: str, day: date, currency: str) -> Bill:
    """The bill in a text; a row's currency is its own, else the given. Raises BillUnreadable."""
    lines = physical_lines(text)
    start, names = _header(lines)

    def read(number: int, line: str) -> BillLine:
        values = _values(line)
        if len(values) != len(names):
            raise RowError("bill.row_width", count=len(values), wanted=len(names))
        return _line(number, dict(zip(names, values, strict=True)), currency)

    rows = list(_rows(lines, start))
    good, bad = gather(rows, read)
    counted = _counted(lines, start)
    if counted is not None and counted != len(rows):
        why = because("bill.summary_differs", counted=counted, found=len(rows))
        bad.append(BadRow(len(lines), why))
    return Bill(tuple(good), tuple(bad))


def _header(lines: list[str]) -> tuple[int, list[str]]:
    for number, line in enumerate(lines):
        names = [heading(name) for name in line.split(",")]
        if set(names) >= _NEEDED:
            return number + 1, names
    raise BillUnreadable("bill.no_wechat_bill", columns=tuple(sorted(_NEEDED)))


def _rows(lines: list[str], start: int) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines[start:], start + 1):
        if heading(line.split(",")[0]) == _COUNT:
            return
        if line.strip():
            yield number, line


def _counted(lines: list[str], start: int) -> int | None:
    for above, line in zip(lines[start:], lines[start + 1 :], strict=False):
        if heading(above.split(",")[0]) == _COUNT:
            count = _values(line)[0]
            return int(count) if count.isdecimal() else None
    return None


def _values(line: str) -> list[str]:
    """A row's values; a comma inside a value is no separator, since that is followed by a `."""
    line = line.strip()
    values = line[1:].split(",`") if line.startswith("`") else line.split(",")
    return [value.strip(" \t`") for value in values]


def _line(number: int, row: dict[str, str], currency: str) -> BillLine:
    order_no = read_number(row["商户订单号"], because("bill.order_number"))
    platform_ref = read_number(row["微信订单号"], because("bill.wechat_number"))
    currency = first_value(row, _CURRENCY) or currency
    state = row["交易状态"]
    if state == "SUCCESS":
        return BillLine(
            kind="payment",
            order_no=order_no,
            platform_ref=platform_ref,
            amount=read_amount(first_value(row, _PAID), currency),
            currency=currency,
            time=read_china_time(row["交易时间"]),
            line=number,
        )
    if state not in ("REFUND", "REVOKED"):
        raise RowError("bill.row_wechat_state", state=state)
    if row.get("退款状态") == "FAIL":
        raise RowError("bill.row_wechat_refund_failed", order_no=order_no)
    refund_no = row.get("商户退款单号", "")
    if refund_no in ("", "0"):
        refund_no = ""
    else:
        refund_no = read_number(refund_no, because("bill.wechat_refund_number"))
    return BillLine(
        kind="refund",
        order_no=order_no,
        refund_no=refund_no,
        platform_ref=platform_ref,
        amount=read_amount(first_value(row, _REFUNDED), currency),
        currency=currency,
        time=read_china_time(first_value(row, _REFUND_TIME)),
        line=number,
    )
