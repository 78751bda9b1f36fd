"""What comes back: lines of paid sales, goods without a receipt, empties; what each is worth."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from pos_tui.checkout.by_piece import is_by_piece
from pos_tui.checkout.line import LineKind, ListedItem
from pos_tui.checkout.sold_lines import SoldLine
from pos_tui.reasons import ReasonError

GoodsFate = Literal["to_shelf", "to_check", "written_off"]
"""What becomes of goods that came back."""

GOODS_FATES: tuple[GoodsFate, ...] = ("to_shelf", "to_check", "written_off")


class ReturnError(ReasonError):
    """Goods that cannot come back as they were typed or scanned."""


class ReturnLine(Struct, frozen=True, omit_defaults=True):
    """Goods that come back in a sale, and the money that goes back for them (minor units).

    `quantity` is in thousandths of the unit, and so is `before`: what had come back of that line
    already. `sale_no` and `line` name how it was sold; 0 for empties and what has no receipt.
    `tax` is the amount's part. A voucher, or what was paid of a debt (`reference` is the
    customer's), only comes back with the whole sale.
    """

    number: int
    product_id: int
    name: str
    quantity: int
    amount: int
    tax: int = 0
    tax_class: str = ""
    sale_no: int = 0
    line: int = 0
    before: int = 0
    fate: GoodsFate = "to_shelf"
    kind: LineKind = "goods"
    reference: str = ""
    reason: str = ""
    unit: str = ""

    @property
    def net(self) -> int:
        """The amount without its tax."""
        return self.amount - self.tax

    @property
    def is_money(self) -> bool:
        """Whether it is no goods at all: a voucher, or money for a customer's account."""
        return self.kind in ("voucher", "settlement")

    @property
    def pieces(self) -> Decimal:
        """The quantity in its unit."""
        return Decimal(self.quantity).scaleb(-3).normalize()


class ReturnableLine(Struct, frozen=True):
    """A line of a paid sale: what it was, and how much of it has come back (thousandths), for how
    much (minor units).
    """

    sold: SoldLine
    item: ListedItem
    back: int = 0
    back_amount: int = 0

    @property
    def quantity(self) -> int:
        """How much was bought, in thousandths."""
        return int(self.sold.quantity * 1000)

    @property
    def left(self) -> int:
        """How much can still come back, in thousandths."""
        return max(self.quantity - self.back, 0)


def running_part(whole: int, quantity: int, before: int, now: int) -> int:
    """The part of an amount that falls to `now` of a quantity, of which `before` is gone.

    The parts of all of it add up to the whole: the last one takes the odd units.
    """
    if not quantity:
        return 0
    return whole * (before + now) // quantity - whole * before // quantity


def return_of(
    sale_no: int,
    line: ReturnableLine,
    quantity: int,
    number: int,
    fate: GoodsFate = "to_shelf",
    reason: str = "",
    *,
    is_whole_sale: bool = False,
) -> ReturnLine:
    """So much (thousandths) of a line that was sold comes back, for what was really paid for it.

    Raises ReturnError for more than is left of it, for nothing, for a part of a piece; and for a
    voucher or what was paid of a debt, unless it comes back with the whole sale.
    """
    sold, item, name = line.sold, line.item, line.item.name
    if item.is_money and not is_whole_sale:
        raise ReturnError("returns.only_with_all", name=name)
    if quantity <= 0:
        raise ReturnError("returns.nothing", name=name)
    if is_by_piece(item.unit, item.code) and quantity % 1000 and quantity != line.left:
        raise ReturnError("returns.whole_pieces", name=name)
    if quantity > line.left:
        left = Decimal(line.left).scaleb(-3).normalize()
        kind = "returns.more_than_sold" if line.left else "returns.all_back"
        raise ReturnError(kind, name=name, left=f"{left:f}")
    return ReturnLine(
        number=number,
        product_id=sold.product_id,
        name=name,
        quantity=quantity,
        amount=running_part(sold.paid, line.quantity, line.back, quantity),
        tax=running_part(sold.tax, line.quantity, line.back, quantity),
        tax_class=sold.tax_class,
        sale_no=sale_no,
        line=sold.line,
        before=line.back,
        fate=fate,
        kind=sold.kind,
        reference=sold.reference,
        reason=reason,
        unit=item.unit,
    )


def with_returns(
    line: ReturnableLine, returns: Iterable[ReturnLine], sale_no: int
) -> ReturnableLine:
    """The line as it is once these have come back too."""
    mine = [each for each in returns if (each.sale_no, each.line) == (sale_no, line.sold.line)]
    return ReturnableLine(
        line.sold,
        line.item,
        line.back + sum(each.quantity for each in mine),
        line.back_amount + sum(each.amount for each in mine),
    )
