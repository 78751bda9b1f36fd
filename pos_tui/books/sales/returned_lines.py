"""What came back of what was sold: claimed before money goes back, kept once it is back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import apsw
from msgspec.structs import replace

from pos_tui.books.connection import BooksError
from pos_tui.books.sales.sales import paid_sale, read_tenders, set_sale_state
from pos_tui.checkout.refunds import PaidPart, paid_parts
from pos_tui.checkout.returns import ReturnableLine, ReturnLine
from pos_tui.checkout.sold_lines import sold_lines
from pos_tui.checkout.tenders import Tender
from pos_tui.pricing.tax import NO_TAX, TaxSystem

_BACK = (
    "SELECT line, sum(quantity), sum(amount) FROM returned_lines WHERE sale_no = ? GROUP BY line"
)
_LATER = (
    "WITH RECURSIVE later(number) AS (SELECT return_sale FROM returned_lines WHERE sale_no = ?"
    " UNION SELECT r.return_sale FROM later l JOIN returned_lines r ON r.sale_no = l.number)"
    " SELECT number FROM later ORDER BY number"
)
_EARLIER = (
    "WITH RECURSIVE earlier(number) AS ("
    "SELECT sale_no FROM returned_lines WHERE return_sale = ? AND sale_no > 0 UNION"
    " SELECT r.sale_no FROM earlier e JOIN returned_lines r ON r.return_sale = e.number"
    " WHERE r.sale_no > 0) SELECT number FROM earlier ORDER BY number"
)
_SOLD = "SELECT line, paid, tax, tax_class FROM sold_lines WHERE sale_no = ?"
_CLAIMED = (
    "SELECT coalesce(sum(c.quantity), 0) FROM return_claims c JOIN sales s"
    " ON s.number = c.return_sale WHERE c.sale_no = ? AND c.line = ? AND c.return_sale <> ?"
    " AND s.state = 'awaiting'"
)


class BackMeanwhileError(BooksError):
    """Goods that were to come back have come back in another sale meanwhile."""


def returned_of(reader: apsw.Connection, sale_no: int) -> dict[int, tuple[int, int]]:
    """By line of a paid sale: how much of it has come back (thousandths), for how much (minor)."""
    return {
        int(str(line)): (int(str(quantity)), int(str(amount)))
        for line, quantity, amount in reader.execute(_BACK, (sale_no,))
    }


def return_sales_of(reader: apsw.Connection, sale_no: int) -> list[int]:
    """The paid sales in which something of this sale has come back, or of what it was exchanged
    for; the earliest first.
    """
    return [int(str(number)) for (number,) in reader.execute(_LATER, (sale_no,))]


def returnable_lines(
    reader: apsw.Connection, sale_no: int, tax: TaxSystem = NO_TAX
) -> tuple[ReturnableLine, ...]:
    """The lines of a paid sale, and what has come back of each. Raises LookupError.

    What it sold stands in the books; of a sale from before they kept that, it is worked out again.
    """
    sale, _, _ = paid_sale(reader, sale_no, tax)
    kept = {
        int(str(line)): (int(str(paid)), int(str(taxed)), str(tax_class))
        for line, paid, taxed, tax_class in reader.execute(_SOLD, (sale_no,))
    }
    back = returned_of(reader, sale_no)
    found = []
    for line, sold in zip(sale.list.lines, sold_lines(sale.list), strict=True):
        if line.number in kept:
            paid, taxed, tax_class = kept[line.number]
            sold = replace(sold, paid=paid, tax=taxed, tax_class=tax_class)  # noqa: PLW2901
        found.append(ReturnableLine(sold, line.item, *back.get(line.number, (0, 0))))
    return tuple(found)


def parts_of_sale(
    reader: apsw.Connection, sale_no: int, tax: TaxSystem = NO_TAX
) -> tuple[PaidPart, ...]:
    """What a paid sale was paid with, less what has gone back of it; and, where goods came back in
    it, what those had been paid with. Raises LookupError.
    """
    found = _own_parts(reader, sale_no, paid_sale(reader, sale_no, tax)[2])
    for (number,) in list(reader.execute(_EARLIER, (sale_no,))):
        try:
            _, _, tenders = paid_sale(reader, int(str(number)), tax)
        except LookupError:
            continue  # the books have lost it
        parts = _own_parts(reader, int(str(number)), tenders)
        found += [replace(each, goods_of=sale_no) for each in parts]
    return tuple(found)


def _own_parts(
    reader: apsw.Connection, sale_no: int, tenders: tuple[Tender, ...]
) -> list[PaidPart]:
    refunds: list[Tender] = []
    for number in return_sales_of(reader, sale_no):
        row = reader.execute("SELECT tender FROM sales WHERE number = ?", (number,)).fetchone()
        refunds += () if row is None or row[0] is None else read_tenders(str(row[0]))
    return list(paid_parts(sale_no, tenders, refunds))


def claim_returns(connection: apsw.Connection, number: int, returns: Sequence[ReturnLine]) -> None:
    """Claim what comes back in a sale, in the transaction that closes its list.

    From then on nobody else can give it back, nor spend a voucher among it, until the sale is paid,
    void or open again. Raises BackMeanwhileError where something of it has come back, or is
    claimed, already; TenderRefusedError where a voucher among it is not whole any more.
    """
    _compare(connection, number, returns)
    for sale_no in sales_of_vouchers(returns):
        from pos_tui.books.vouchers.vouchers import vouchers_to_void

        vouchers_to_void(connection, sale_no)
    set_sale_state(connection, number, "awaiting")
    connection.execute("DELETE FROM return_claims WHERE return_sale = ?", (number,))
    connection.executemany(
        "INSERT INTO return_claims VALUES (?,?,?,?,?)",
        [
            (number, each.number, each.sale_no, each.line, each.quantity)
            for each in returns
            if each.sale_no
        ],
    )


def drop_claims(connection: apsw.Connection, number: int) -> None:
    """What a sale had claimed is free again: it does not come back in it after all."""
    connection.execute("DELETE FROM return_claims WHERE return_sale = ?", (number,))


def sales_of_vouchers(returns: Iterable[ReturnLine]) -> list[int]:
    """The sales whose vouchers come back with all else of them."""
    return sorted({each.sale_no for each in returns if each.kind == "voucher"})


def keep_returned_lines(
    connection: apsw.Connection, number: int, returns: Sequence[ReturnLine]
) -> list[tuple[ReturnLine, str]]:
    """Keep what came back in a sale, in the transaction that completes it; each with its category.

    Raises BackMeanwhileError: nothing comes back twice.
    """
    _compare(connection, number, returns)
    kept = [(each, _category(connection, each)) for each in returns]
    connection.executemany(
        "INSERT INTO returned_lines VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        [
            (
                number, each.number, each.sale_no, each.line, each.product_id, category,
                each.quantity, each.amount, each.net, each.tax_class, each.tax, each.kind,
                each.fate, each.reason,
            )
            for each, category in kept
        ],
    )  # fmt: skip
    connection.execute("DELETE FROM return_claims WHERE return_sale = ?", (number,))
    return kept


def _compare(connection: apsw.Connection, number: int, returns: Sequence[ReturnLine]) -> None:
    seen: dict[tuple[int, int], int] = {}
    for each in returns:
        if not each.sale_no:
            continue
        key = (each.sale_no, each.line)
        if key not in seen:
            back, _ = returned_of(connection, each.sale_no).get(each.line, (0, 0))
            (claimed,) = connection.execute(_CLAIMED, (*key, number)).fetchone() or (0,)
            seen[key] = back + int(str(claimed))
        if seen[key] != each.before:
            raise BackMeanwhileError("returns.back_meanwhile", name=each.name, number=each.sale_no)
        seen[key] += each.quantity


def _category(connection: apsw.Connection, line: ReturnLine) -> str:
    row = connection.execute(
        "SELECT category FROM sold_lines WHERE sale_no = ? AND line = ?", (line.sale_no, line.line)
    ).fetchone()
    if row is None:
        row = connection.execute(
            "SELECT category FROM products WHERE id = ?", (line.product_id,)
        ).fetchone()
    return "" if row is None else str(row[0])
