"""The lists of goods in words: the columns of each, and a row's cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_tui.money import Currency, format_amount
from pos_tui.till.goods.stock import package_code, plain_quantity
from pos_tui.tui.parts.columns import Column
from pos_tui.wording.current import current, say

if TYPE_CHECKING:
    from pos_tui.till.goods.stock import ListedGoods, PastMovement, StockList

_NUMBERS = frozenset(("on_hand", "minimum", "sold", "cover", "order", "days_left", "left", "value"))
_COLUMNS: dict[StockList, tuple[tuple[str, int], ...]] = {
    "low": (("name", 0), ("on_hand", 0), ("minimum", 0), ("sold", 70), ("cover", 0)),
    "reorder": (("supplier", 0), ("name", 0), ("on_hand", 0), ("sold", 70), ("order", 0)),
    "expiring": (("name", 0), ("lot", 0), ("expires_on", 70), ("days_left", 0), ("left", 0),
                 ("value", 70)),
    "below_zero": (("name", 0), ("lot", 0), ("on_hand", 0), ("counted", 0)),
    "dead": (("name", 0), ("on_hand", 0), ("value", 0), ("last_sold", 0)),
    "undated": (("name", 0), ("sold", 0), ("on_hand", 0)),
}  # fmt: skip
"""The columns of each list, each with how many cells a list must have for it."""


def columns_of(which: StockList) -> tuple[Column, ...]:
    """The columns of a list."""
    shares = {"name": 5, "supplier": 3, "lot": 2}
    return tuple(
        Column(
            say(f"stock_lists.column_{column}"),
            share=shares.get(column, 0),
            right=column in _NUMBERS,
            needs=needs,
        )
        for column, needs in _COLUMNS[which]
    )


def goods_cells(which: StockList, row: ListedGoods, currency: Currency) -> tuple[str, ...]:
    """A row's cells, in the order of the list's columns."""
    return tuple(_cell(column, row, currency) for column, _ in _COLUMNS[which])


def order_titles() -> tuple[str, ...]:
    """The titles of a supplier's order: code, name, size, quantity, cases, supplier."""
    names = ("code", "name", "size", "quantity", "unit", "cases", "pieces", "supplier")
    return tuple(say(f"stock_lists.column_{name}") for name in names)


def summary_of(row: ListedGoods, currency: Currency) -> str:
    """What else there is to know of a row: code, supplier, size, value."""
    parts = [package_code(row.code), row.size, row.supplier]
    if row.lot:
        parts.append(say("stock_lists.of_lot", lot=row.lot))
    if row.cases:
        parts.append(say("stock_lists.of_cases", count=row.cases, pieces=row.pieces))
    if row.minimum:
        parts.append(say("stock_lists.of_minimum", minimum=_measured(row.minimum, row.unit)))
    if row.value is not None:
        parts.append(say("stock_lists.of_value", value=format_amount(row.value, currency)))
    return " · ".join(part for part in parts if part)


def history_columns() -> tuple[Column, ...]:
    """The columns of a product's history."""
    return (
        Column(say("stock_lists.column_at")),
        Column(say("stock_lists.column_kind"), share=3),
        Column(say("stock_lists.column_lot"), share=2),
        Column(say("stock_lists.column_quantity"), right=True),
        Column(say("stock_lists.column_after"), right=True),
        Column(say("stock_lists.column_by"), share=1, needs=70),
    )


def history_cells(moved: PastMovement) -> tuple[str, ...]:
    """A past movement's cells."""
    sign = "+" if moved.quantity > 0 else ""
    return (
        f"{moved.at:%m-%d %H:%M}",
        kind_words(moved),
        moved.lot,
        sign + plain_quantity(moved.quantity),
        plain_quantity(moved.after),
        moved.by,
    )


def kind_words(moved: PastMovement) -> str:
    """What happened: received, sold in which sale, written off why."""
    kind = say(f"stock_lists.kind_{moved.kind}")
    if moved.sale_no:
        return say("stock_lists.kind_in_sale", kind=kind, number=moved.sale_no)
    reason = moved.reason
    for known in (f"stock_lists.reason_{reason}", f"goods_out.reason_{reason}"):
        if reason and current().knows(known):
            reason = say(known)
            break
    about = " ".join(each for each in (reason, moved.document) if each)
    return say("stock_lists.kind_about", kind=kind, about=about) if about else kind


def _cell(column: str, row: ListedGoods, currency: Currency) -> str:
    match column:
        case "on_hand" | "minimum" | "sold" | "order":
            quantity = getattr(row, column)
            return "" if column == "minimum" and not quantity else _measured(quantity, row.unit)
        case "left":
            return say("stock_lists.unknown") if row.left is None else _measured(row.left, row.unit)
        case "cover":
            return "" if row.cover is None else say("stock_lists.days", count=row.cover)
        case "days_left":
            return _days_left(row.days_left or 0)
        case "value":
            return "" if row.value is None else format_amount(row.value, currency)
        case "expires_on" | "last_sold":
            day = getattr(row, column)
            return say("stock_lists.never") if day is None else f"{day:%Y-%m-%d}"
        case "counted":
            return "" if row.is_known else say("stock_lists.never_counted")
        case "lot":
            return row.lot or say("stock_lists.no_lot")
        case _:
            return str(getattr(row, column))


def _days_left(days: int) -> str:
    if days < 0:
        return say("stock_lists.days_over", count=-days)
    return say("stock_lists.days", count=days) if days else say("stock_lists.today")


def _measured(quantity: int, unit: str) -> str:
    return f"{plain_quantity(quantity)} {unit}".rstrip()
