"""What of a shop's goods cannot be sold as it is, and which payments are still open."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import apsw

from pos_tui.books.books import FILE_NAME
from pos_tui.books.connection import open_connection
from pos_tui.diagnostics.checks import Check
from pos_tui.reasons import because

_WITHOUT_PRICE = "SELECT count(*) FROM products WHERE price = 0 AND discontinued = ''"
_OPEN = (
    "SELECT count(*), count(DISTINCT sale_no), min(sale_no) FROM orders"
    " WHERE state IN ('sent', 'pending', 'unknown')"
)


def check_goods(folder: Path) -> list[Check]:
    """How many goods there are, and how many have no price."""
    if not (folder / FILE_NAME).exists():
        return []
    with closing(open_connection(folder / FILE_NAME)) as reader:
        known = _number(reader, "SELECT count(*) FROM products")
        unpriced = _number(reader, _WITHOUT_PRICE)
    if not known:
        say, do = because("shop_check.no_goods"), because("shop_check.do_import")
        return [Check("goods", "", "warning", "0", say, do)]
    say = because("shop_check.goods")
    if unpriced:
        say = because("shop_check.without_price", count=unpriced)
    return [Check("goods", "", "ok", str(known), say)]


def check_open_payments(folder: Path) -> list[Check]:
    """Which payments are not known to have ended."""
    if not (folder / FILE_NAME).exists():
        return []
    with closing(open_connection(folder / FILE_NAME)) as reader:
        count, _, first = reader.execute(_OPEN).fetchone() or (0, 0, 0)
    if not count:
        return [Check("payments", "", "ok", "0", because("shop_check.no_open_payments"))]
    say = because("shop_check.open_payments", count=int(str(count)), first=int(str(first)))
    do = because("shop_check.do_trace", first=int(str(first)))
    return [Check("payments", "", "warning", str(count), say, do)]


def _number(reader: apsw.Connection, query: str) -> int:
    return int(str((reader.execute(query).fetchone() or (0,))[0]))
