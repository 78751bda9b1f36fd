"""What a scan can turn out to be: an item, a payment, a voucher, a refusal, or nothing known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from pos_tui.reasons import Reason, because

ShelfLifeUnit = Literal["days", "weeks", "months", "years"]
_UNITS: dict[str, ShelfLifeUnit] = {"d": "days", "w": "weeks", "m": "months", "y": "years"}


class ItemCode(Struct, frozen=True):
    """A code that may name a product, and what else stands in it.

    `key` is what the books know products by: a GTIN's is its 14-digit form, any other code's the
    code in capitals; `aliases` are other keys that the same code may be kept under. `price` is in
    minor units of the shop's currency. The dates are last good days; `expires_at` is the hour on
    `expires_on`, in the shop's time. `doubt` says what looks damaged or
    incomplete; `like_payment` marks one that may be a payment code with a digit lost. `others` are
    the other readings, the likelier first.
    """

    key: str
    why: Reason
    gtin: str | None = None
    house_code: str | None = None
    aliases: tuple[str, ...] = ()
    name: str | None = None
    template: str | None = None
    price: int | None = None
    weight_kg: Decimal | None = None
    count: int | None = None
    lot: str | None = None
    produced_on: date | None = None
    best_before: date | None = None
    expires_on: date | None = None
    expires_at: time | None = None
    shelf_life: tuple[int, ShelfLifeUnit] | None = None
    doubt: Reason | None = None
    like_payment: bool = False
    others: tuple[Reading, ...] = ()


class PaymentCode(Struct, frozen=True):
    """A customer's payment code; the code is a bearer secret and is never shown whole."""

    code: str
    platform: str
    why: Reason
    format: str = ""
    scene: str = ""
    others: tuple[Reading, ...] = ()


class VoucherCode(Struct, frozen=True):
    """The number of one of the shop's own vouchers; it is worth money and never shown whole."""

    number: str
    why: Reason
    others: tuple[Reading, ...] = ()


class RefusedCode(Struct, frozen=True):
    """A code that is understood and must not be used; `why` is for the cashier.

    `text` may be shown: the code of a wallet is masked in it.
    """

    text: str
    why: Reason
    others: tuple[Reading, ...] = ()


class UnknownCode(Struct, frozen=True):
    """A string that is no code of this shop; `why` is for the cashier."""

    text: str
    why: Reason
    others: tuple[Reading, ...] = ()


class ReceiptCode(Struct, frozen=True):
    """The code on a receipt: the sale and the till that it names, and the mark of their shop."""

    text: str
    sale_no: int
    till: str
    mark: str
    why: Reason
    others: tuple[Reading, ...] = ()


Reading = ItemCode | PaymentCode | ReceiptCode | VoucherCode | RefusedCode | UnknownCode


def joined_doubts(doubts: Sequence[Reason]) -> Reason | None:
    """Doubts about one code as one; None where there are none."""
    if len(doubts) > 1:
        return because("codes.doubts", doubts=tuple(doubts))
    return doubts[0] if doubts else None


def shelf_life_of(text: str) -> tuple[int, ShelfLifeUnit]:
    """How long goods keep: "30" and "30d" are days; w, m and y weeks, months and years.

    Raises ValueError.
    """
    return int(text.rstrip("dwmy")), _UNITS.get(text[-1], "days")
