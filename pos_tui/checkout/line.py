"""A line of the settlement list: what was scanned, how much of it, what it costs and why."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from pos_tui.checkout.expiry import DateKind
from pos_tui.pricing import Applied, Discount

LineKind = Literal["goods", "deposit", "voucher", "settlement"]
"""What a line is: goods, their deposit, a voucher that is sold, or money for a customer's account.
"""


class ListedItem(Struct, frozen=True, omit_defaults=True):
    """A product as a line sells it: what it was called and cost when it was scanned.

    `lot`, `expires_on` and `expires_at` (the hour, shop's time) are those of the scanned code.
    `terms` and `good_until` (the last good day, also by the books) are what offers look at; `tax`
    is the product's tax class, `date_kind` what a date in the code says;
    `by_label`: the price is that of a label for what it weighs, not of a unit. `age_limit` is in
    years, 0: none; `deposit` the product that is its deposit, 0: none.
    Of a voucher and of money for an account there is no product (0); the latter's `code` is the
    customer's.
    """

    product_id: int
    code: str
    name: str
    unit: str
    unit_price: int
    lot: str = ""
    expires_on: date | None = None
    expires_at: time | None = None
    terms: tuple[str, ...] = ()
    good_until: date | None = None
    tax: str = ""
    date_kind: DateKind = "use_by"
    by_label: bool = False
    age_limit: int = 0
    deposit: int = 0
    kind: LineKind = "goods"

    @property
    def is_deposit(self) -> bool:
        """Whether it came with goods, as their deposit."""
        return self.kind == "deposit"

    @property
    def is_money(self) -> bool:
        """Whether it is no goods at all: no offer, no tax and no stock is about it."""
        return self.kind in ("voucher", "settlement")


class SettlementLine(Struct, frozen=True, omit_defaults=True):
    """One line: number (never used twice in a sale), item, quantity, amounts in minor units.

    `actual` is what the customer pays for it. While the list is open that is before what comes
    off the whole basket; once it is closed for payment, `share` of that is taken off too.
    """

    number: int
    item: ListedItem
    quantity: Decimal
    gross: int
    actual: int
    offer: str = ""
    applied: tuple[Applied, ...] = ()
    discount: Discount | None = None
    share: int = 0

    @property
    def saved(self) -> int:
        """What the line's own offers take off, in minor units."""
        return self.gross - self.actual - self.share
