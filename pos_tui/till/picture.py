"""What a photograph of goods means to the till: each code in it, named, and whether it can sell."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from pos_tui.codes import ItemCode, PaymentCode, Reading
from pos_tui.money import Currency, format_amount
from pos_tui.reasons import Reason, because

if TYPE_CHECKING:
    from pos_tui.books import Product
    from pos_tui.devices.scanners.picture import Picture


class PictureRow(Struct, frozen=True):
    """One code of a picture: what it is, and the scan that sells it ("" where nothing can)."""

    mark: Literal["✓", "✗", "!"]
    code: str
    what: Reason
    scan: str = ""


def rows_of(
    picture: Picture,
    read: Callable[[str], Reading],
    product_of: Callable[[str], Product | None],
    currency: Currency,
) -> tuple[PictureRow, ...]:
    """The codes that were believed, in the picture's order, then those that were not, and why.

    A payment code in a picture never pays: it is masked and has to be scanned by itself.
    """
    found = [
        _row(code.text, read(code.text), product_of(code.text), currency) for code in picture.codes
    ]
    missed = [
        PictureRow("!", _shown(each.text, read(each.text)) if each.text else "", each.why)
        for each in picture.doubtful
    ]
    return (*found, *missed)


def _row(text: str, reading: Reading, product: Product | None, currency: Currency) -> PictureRow:
    code = _shown(text, reading)
    if isinstance(reading, PaymentCode):
        return PictureRow("✗", code, because("picture_row.payment_code"))
    if product is not None and product.price <= 0:
        return PictureRow("✗", code, because("picture_row.no_price", name=product.name))
    if product is not None:
        price = format_amount(product.price, currency)
        name = f"{product.name} {product.size}".rstrip()
        return PictureRow("✓", code, because("picture_row.sold_at", name=name, price=price), text)
    if isinstance(reading, ItemCode):
        return PictureRow(
            "✗",
            code,
            reading.doubt or because("picture_row.not_in_books"),
        )
    return PictureRow("✗", code, reading.why)


def _shown(text: str, reading: Reading) -> str:
    from pos_tui.codes.masking import shown

    return shown(text[3:] if text.startswith("]") else text, reading)
