"""The figures of a report's row: what was paid, what it was without tax, what it cost the shop."""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

ReportBy = Literal[
    "hour", "day", "month", "product", "category", "cashier", "tender", "offer", "tax"
]
"""What a report's rows are."""

REPORT_BYS: tuple[ReportBy, ...] = get_args(ReportBy)
RowKey = str | int
NO_DETAIL = -1
"""The key of what was sold before the books kept its lines: only its total is known."""


class Figures(Struct, frozen=True):
    """Sums of a row; amounts in minor units, what was given back has been taken off.

    `count` is how many sales sold something; by product, category, tax or offer how many lines, by
    tender how many tenders. `returned` is what came back was worth (with tax); `paid` and all
    others are without it. `paid` = `net` + `tax` + `deposit` + `undetailed`, where `undetailed` is
    of sales whose lines are not known. A voucher counts once goods are paid with it, what a
    customer owes as it is bought: neither a voucher that is sold nor a debt that is paid stands in
    `paid`; the row `owed` of the tenders takes them off. `saved` is what came off by offers,
    `rounding` what cash rounding added. `cost` is that of the goods; of `uncosted` movements it is
    not known. Quantities: thousandths.
    """

    count: int = 0
    quantity: int = 0
    paid: int = 0
    net: int = 0
    tax: int = 0
    deposit: int = 0
    saved: int = 0
    returned: int = 0
    rounding: int = 0
    undetailed: int = 0
    cost: int = 0
    uncosted: int = 0

    @property
    def margin(self) -> int:
        """What is left of the net amount once the goods are paid."""
        return self.net - self.cost

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(a + b for a, b in zip(_values(self), _values(other), strict=True)))


FIGURES = Figures.__struct_fields__


def _values(figures: Figures) -> tuple[int, ...]:
    return tuple(getattr(figures, name) for name in FIGURES)
