"""The shop's goods as a beancount file: each movement balanced, what there is asserted at its end.

Lots are pools at an average cost, so units and their worth stand on two legs: `Assets:Goods:Units`
against `Equity:Goods:Units` in a commodity a product, `Assets:Goods:Worth` in the shop's currency.
https://beancount.github.io/docs/beancount_language_syntax.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

import apsw

from pos_tui.books.movement import OPENING, VALUED, from_thousandths
from pos_tui.money import Currency, format_amount

_UNITS, _FROM, _WORTH = "Assets:Goods:Units", "Equity:Goods:Units", "Assets:Goods:Worth"
_ACCOUNTS = {
    "taken_over": "Equity:Goods:TakenOver",
    "received": "Liabilities:Suppliers",
    "sold": "Expenses:CostOfGoods",
    "returned": "Expenses:CostOfGoods",
    "revalued": "Expenses:CostOfGoods",
    "written_off": "Expenses:WriteOff",
    "moved": "Assets:Goods:Elsewhere",
    "counted": "Expenses:CountDifference",
    "repacked": "Assets:Goods:Repacking",
    "put_aside": "Assets:Goods:Aside",
}
_ACCOUNTS_FOR = {
    ("counted", OPENING): _ACCOUNTS["taken_over"],
    ("revalued", VALUED): "Equity:Goods:Valued",
}
_ROWS = (
    "SELECT m.journal, m.seq, m.at, m.kind, m.product_id, m.lot, m.quantity, m.cost, m.sale_no,"
    " m.document, m.by, m.reason, coalesce(c.code, '') FROM movements m LEFT JOIN item_codes c"
    " ON c.product_id = m.product_id AND c.alternative = 0 ORDER BY m.seq"
)

_SUMS = (
    "SELECT s.product_id, coalesce(c.code, ''), sum(s.quantity), sum(s.cost) FROM stock_on_hand s"
    " LEFT JOIN item_codes c ON c.product_id = s.product_id AND c.alternative = 0"
    " GROUP BY s.product_id ORDER BY s.product_id"
)


def beancount_of_goods(reader: apsw.Connection, currency: Currency) -> Iterator[str]:
    """The lines of the file, the same for the same books. Days are those of the shop's times."""
    opened = "1970-01-01"
    yield f'option "operating_currency" "{currency.code}"'
    for account in sorted({_UNITS, _FROM, _WORTH, *_ACCOUNTS.values(), *_ACCOUNTS_FOR.values()}):
        yield f"{opened} open {account}"
    last = datetime.fromisoformat(f"{opened}T00:00:00+00:00")
    for key, rows in groupby(reader.execute(_ROWS), key=_entry_of):
        movements, against = list(rows), str(key[-1])
        _, seq, at, kind, _, _, _, _, sale_no, document, by, *_ = movements[0]
        last = max(last, datetime.fromisoformat(str(at)))
        title = _text(f"{kind} {document}".strip())
        link = f" ^sale-{sale_no:06}" if sale_no else ""
        yield ""
        yield f'{str(at)[:10]} * "{_text(str(by))}" "{title}"{link}'
        yield f"  movement: {seq}"
        total = 0
        for _, _, _, _, product_id, lot, quantity, cost, *_, code in movements:
            commodity = _commodity(str(code), int(str(product_id)))
            amount = int(str(quantity))
            total += 0 if cost is None else int(str(cost))
            if amount:
                units = from_thousandths(amount)
                yield f"  {_UNITS}  {units} {commodity}"
                if lot:
                    yield f'    lot: "{_text(str(lot))}"'
                yield f"  {_FROM}  {-units} {commodity}"
        if total:
            yield f"  {_WORTH}  {format_amount(total, currency)} {currency.code}"
            yield f"  {against}  {format_amount(-total, currency)} {currency.code}"
    day, worth = (last + timedelta(days=1)).date(), 0
    yield ""
    for product_id, code, quantity, cost in reader.execute(_SUMS):
        commodity = _commodity(str(code), int(str(product_id)))
        yield f"{day} balance {_UNITS}  {from_thousandths(int(str(quantity)))} ~ 0 {commodity}"
        worth += int(str(cost))
    yield f"{day} balance {_WORTH}  {format_amount(worth, currency)} ~ 0 {currency.code}"


def _entry_of(row: tuple[apsw.SQLiteValue, ...]) -> tuple[apsw.SQLiteValue, ...]:
    """Which entry a movement belongs to; the last of it is the account that it is against."""
    kind, reason = str(row[3]), str(row[11])
    return row[0], row[2], kind, _ACCOUNTS_FOR.get((kind, reason)) or _ACCOUNTS[kind]


def _commodity(code: str, product_id: int) -> str:
    """A name that beancount takes: at most 24 of A-Z 0-9 ' . _ -, beginning with a letter."""
    name = re.sub(r"[^A-Z0-9]", "-", code.upper())
    if not code or len(name) > 20 or name != code.upper() or not name[-1].isalnum():
        return f"ID{product_id}"
    return f"P{name}"


def _text(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
