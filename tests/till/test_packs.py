"""The code of a case puts all its pieces on the list, as one line."""

from __future__ import annotations

from decimal import Decimal

from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from tests.conftest import COLA, Counter

CASE = "15449000000993"


def test_a_case_of_12_is_12_of_it(counter: Counter) -> None:
    row = ProductRow("0" + COLA, "Cola 330 ml", 350, "can")
    case = (CASE, "0" + COLA, 12)
    counter.books.write(lambda c: import_products(c, [row], [case])).result()
    till = counter.till
    till.scan(CASE)
    (line,) = till.sale.list.lines
    assert (line.item.name, line.quantity) == ("Cola 330 ml", Decimal(12))
    till.scan(f"3*{CASE}")
    till.scan(COLA)
    assert sum(line.quantity for line in till.sale.list.lines) == 12 + 36 + 1
