"""Labels for shelves and for goods: what stands on them, in rows of text and in a code."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from pos_tui.checkout.expiry import DateKind
from pos_tui.codes import gtin_of
from pos_tui.codes.gtin import check_digit, is_digits
from pos_tui.money import Currency, format_amount
from pos_tui.pricing.unit_price import UnitPrice
from pos_tui.receipts.print_lines import PrintLine
from pos_tui.receipts.words import words_in
from pos_tui.text_width import wrap

Symbol = Literal["gs1_datamatrix", "ean13", "ean8", "code128"]
LONGEST_LOT = 20
# What GS1 allows in a lot (its character set 82).
LOT_LETTERS = frozenset(
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
)
_EXPIRES = {"use_by": "17", "best_before": "15"}
_OWN_NUMBERS = "04"  # GS1's prefix of numbers that count inside one company only


class LabelCode(Struct, frozen=True):
    """A code on a label: its symbology, what it holds ([01] before an element), and in letters."""

    symbol: Symbol
    content: str
    text: str


class Label(Struct, frozen=True, kw_only=True):
    """What stands on a label; prices in minor units.

    `reduced` is what it costs now where an offer on goods near their date takes something off.
    Without `expires_on` it is a shelf's.
    """

    name: str
    price: int
    money: Currency
    code: LabelCode | None
    by_measure: UnitPrice | None = None
    unit: str = ""
    lot: str = ""
    expires_on: date | None = None
    date_kind: DateKind = "use_by"
    reduced: int | None = None
    language: str = "en"


def shelf_code(code: str) -> LabelCode | None:
    """The code of a shelf label; None for a house code that no symbol has letters for."""
    if len(code) == 14 and is_digits(code):
        short = code.lstrip("0")
        if len(short) <= 8:
            return LabelCode("ean8", code[-8:], code[-8:])
        if len(short) <= 13:
            return LabelCode("ean13", code[-13:], code[-13:])
        return LabelCode("gs1_datamatrix", f"[01]{code}", f"(01){code}")
    if code.isascii() and code.isprintable():
        return LabelCode("code128", code, code)
    return None


def dated_code(gtin: str, lot: str, expires_on: date, kind: DateKind = "use_by") -> LabelCode:
    """The GS1 DataMatrix of goods with a lot and a last good day; `gtin` has 14 digits."""
    parts = (("01", gtin), (_EXPIRES[kind], f"{expires_on:%y%m%d}"), ("10", lot))
    content = "".join(f"[{ai}]{value}" for ai, value in parts)
    return LabelCode("gs1_datamatrix", content, "".join(f"({ai}){value}" for ai, value in parts))


def gtin_for_label(code: str, product_id: int) -> tuple[str, bool]:
    """The GTIN, in 14 digits, under which goods stand in a label; whether it is one of the shop's.

    Goods with a house code have no GTIN, and get a number that counts in this shop only.
    """
    if len(code) == 14 and is_digits(code):
        return code, False
    digits = f"{_OWN_NUMBERS}{product_id:010}"
    gtin = gtin_of(digits + check_digit(digits))
    assert gtin is not None
    return gtin, True


def label_lines(label: Label, columns: int) -> list[PrintLine]:
    """What stands on a label above its code, in lines of at most so many columns."""
    words = words_in(label.language)
    lines = [PrintLine(part, "bold") for part in wrap(label.name, columns)]
    price = format_amount(label.price, label.money)
    if label.reduced is not None:
        lines.append(PrintLine(words("label.was", price=price)))
        price = format_amount(label.reduced, label.money)
    if label.price:
        per = f" / {label.unit}" if label.unit in {"kg", "l", "m"} else ""
        lines.append(PrintLine(f"{price} {label.money.code}{per}", "large"))
    if label.by_measure is not None and label.reduced is None:
        amount = format_amount(label.by_measure.amount, label.money)
        lines.append(PrintLine(words(f"label.per_{label.by_measure.per}", amount=amount)))
    if label.expires_on is not None:
        day = f"{label.expires_on:%Y-%m-%d}"
        lines.append(PrintLine(words(f"label.{label.date_kind}", day=day), "bold"))
    if label.lot:
        lines.append(PrintLine(words("label.lot", lot=label.lot)))
    return lines
