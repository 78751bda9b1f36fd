"""Alipay's business detail (业务明细): CSV between lines of # as head and foot, values tab-padded.

A refund has the payment's numbers, a negative amount, and its own number in 退款批次号/请求号.
Asked for with alipay.data.dataservice.bill.downloadurl.query, bill_type trade; columns as in its
files. Brackets around the unit 元 come wide or narrow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from pos_tui.cloud.platforms.bills import (
    BadRow,
    Bill,
    BillLine,
    BillUnreadable,
    RowError,
    csv_values,
    first_value,
    gather,
    heading,
    read_amount,
    read_china_time,
    read_number,
)
from pos_tui.reasons import because
from pos_tui.tables.lines import physical_lines

_REF = ("支付宝交易号", "交易号")
_NEEDED = frozenset({"商户订单号", "业务类型", "完成时间", "订单金额"})
_REFUND_NO = "退款批次号/请求号"
# Free text, in which nothing marks a comma as its own.
_FREE = ("商品名称", "备注")
_COUNTED = re.compile(r"(?:交易|退款)合计[：:]\s*(\d+)\s*笔")


def parse(text: str, day: date, currency: str) -> Bill:
    """The bill in a text; its amounts are of the given currency. Raises BillUnreadable."""
    lines = physical_lines(text)
    start, names = _header(lines)

    def read(number: int, line: str) -> BillLine:
        return _read(number, line, names, currency)

    rows = list(_rows(lines, start))
    good, bad = gather(rows, read)
    counts = [int(count) for line in lines[start:] for count in _COUNTED.findall(line)]
    if counts and sum(counts) != len(rows):
        why = because("bill.foot_differs", counted=sum(counts), found=len(rows))
        bad.append(BadRow(len(lines), why))
    return Bill(tuple(good), tuple(bad))


def _header(lines: list[str]) -> tuple[int, list[str]]:
    for number, line in enumerate(lines):
        names = [heading(name) for name in line.split(",")]
        if set(names) >= _NEEDED and any(name in names for name in _REF):
            return number + 1, names
    raise BillUnreadable("bill.no_alipay_bill", columns=(_REF[0], *sorted(_NEEDED)))


def _rows(lines: list[str], start: int) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines[start:], start + 1):
        if line.lstrip().startswith("#"):
            return
        if line.strip():
            yield number, line


def _read(number: int, line: str, names: list[str], currency: str) -> BillLine:
    values = csv_values(line)
    extra = len(values) - len(names)
    if extra == 0:
        return _line(number, dict(zip(names, values, strict=True)), currency)
    if extra > 0:
        # Only the right place for the commas leaves a time and an amount in their columns.
        for column in _FREE:
            if column not in names:
                continue
            at = names.index(column)
            joined = [
                *values[:at],
                ",".join(values[at : at + extra + 1]),
                *values[at + extra + 1 :],
            ]
            try:
                return _line(number, dict(zip(names, joined, strict=True)), currency)
            except RowError:
                continue
    raise RowError("bill.row_width", count=len(values), wanted=len(names))


def _line(number: int, row: dict[str, str], currency: str) -> BillLine:
    order_no = read_number(row["商户订单号"], because("bill.order_number"))
    platform_ref = read_number(first_value(row, _REF), because("bill.alipay_number"))
    kind, amount = row["业务类型"], row["订单金额"]
    if kind == "交易":
        return BillLine(
            kind="payment",
            order_no=order_no,
            platform_ref=platform_ref,
            amount=read_amount(amount, currency),
            currency=currency,
            time=read_china_time(row["完成时间"]),
            line=number,
        )
    if kind != "退款":
        raise RowError("bill.row_alipay_kind", kind=kind)
    refund_no = row.get(_REFUND_NO, "")
    return BillLine(
        kind="refund",
        order_no=order_no,
        refund_no=read_number(refund_no, because("bill.alipay_refund_number")) if refund_no else "",
        platform_ref=platform_ref,
        amount=read_amount(amount.removeprefix("-"), currency),
        currency=currency,
        time=read_china_time(row["完成时间"]),
        line=number,
    )
