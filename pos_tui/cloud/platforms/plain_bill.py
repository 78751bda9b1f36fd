"""Our own CSV, which an operator can make from any bank's file.

kind,order_no,refund_no,platform_ref,amount,time
payment,M001-01-000123,,2026112122001,47.70,2026-11-21T09:30:00+08:00
refund,M001-01-000123,R000123,2026112122001,7.70,2026-11-21T10:00:00+08:00

In any order of columns; a column `currency` may be added. Amounts in the currency's units with a
decimal point, never negative; a time without an offset is China's.
"""

from __future__ import annotations

from datetime import date, datetime

from pos_tui.cloud.platforms.bills import (
    CHINA,
    Bill,
    BillLine,
    BillUnreadable,
    RowError,
    csv_values,
    gather,
    lines_of,
    read_amount,
    read_number,
)

COLUMNS = ("kind", "order_no", "refund_no", "platform_ref", "amount", "time")


def parse(text: str, day: date, currency: str) -> Bill:
    """The bill in a text; a row's currency is its own, else the given. Raises BillUnreadable."""
    lines = [(number, line) for number, line in enumerate(lines_of(text), 1) if line.strip()]
    names = [name.strip(" \"'").lower() for name in lines[0][1].split(",")] if lines else []
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise BillUnreadable(
            "bill.columns_missing", columns=",".join(COLUMNS), missing=tuple(missing)
        )

    def read(number: int, line: str) -> BillLine:
        values = csv_values(line)
        if len(values) != len(names):
            raise RowError("bill.row_width", count=len(values), wanted=len(names))
        return _line(number, dict(zip(names, values, strict=True)), currency)

    good, bad = gather(lines[1:], read)
    return Bill(tuple(good), tuple(bad))


def _line(number: int, row: dict[str, str], currency: str) -> BillLine:
    kind = row["kind"].lower()
    if kind not in {"payment", "refund"}:
        raise RowError("bill.row_kind", kind=row["kind"])
    currency = row.get("currency", "").upper() or currency
    return BillLine(
        kind="payment" if kind == "payment" else "refund",
        order_no=read_number(row["order_no"], "order_no"),
        refund_no=read_number(row["refund_no"], "refund_no") if kind == "refund" else "",
        platform_ref=read_number(row["platform_ref"], "platform_ref"),
        amount=read_amount(row["amount"], currency),
        currency=currency,
        time=_time(row["time"]),
        line=number,
    )


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise RowError("bill.row_time", text=text) from error
    if "T" not in text and " " not in text:
        raise RowError("bill.row_no_time_of_day", text=text)
    return time if time.tzinfo else time.replace(tzinfo=CHINA)
