"""What was sold, line by line, as the books keep it for returns and reports."""

from __future__ import annotations

from collections.abc import Sequence

import apsw

from pos_tui.books.movement import thousandths
from pos_tui.checkout.sold_lines import SoldLine


def categories_of(connection: apsw.Connection, lines: Sequence[SoldLine]) -> list[str]:
    """The categories of the lines' products, as they are now; "" where there is none."""
    found: dict[int, str] = {}
    for line in lines:
        if line.product_id not in found:
            row = connection.execute(
                "SELECT category FROM products WHERE id = ?", (line.product_id,)
            ).fetchone()
            found[line.product_id] = "" if row is None else str(row[0])
    return [found[line.product_id] for line in lines]


def keep_sold_lines(
    connection: apsw.Connection, sale_no: int, lines: Sequence[SoldLine], categories: Sequence[str]
) -> None:
    """Keep what a sale sold, in the transaction that completes it."""
    connection.executemany(
        "INSERT INTO sold_lines VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
        [
            (
                sale_no, line.line, line.product_id, category, thousandths(line.quantity),
                line.gross, line.paid, line.net_before, line.net, line.tax_class, line.tax,
                line.kind,
            )
            for line, category in zip(lines, categories, strict=True)
        ],
    )  # fmt: skip
    offers = [(sale_no, line.line, name, amount) for line in lines for name, amount in line.offers]
    if offers:
        connection.executemany("INSERT INTO sold_offers VALUES (?,?,?,?)", offers)
