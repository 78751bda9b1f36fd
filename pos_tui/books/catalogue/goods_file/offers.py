"""Offers that a row of goods names: in a column of their own, or as a price beside the price."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from pos_tui.books.catalogue.goods_file.errors import RowError
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.money import Currency, format_amount
from pos_tui.pricing import Goods, Offer, OfferError
from pos_tui.pricing.check import check_offer
from pos_tui.pricing.offer_short import offer_name, parse_offer
from pos_tui.pricing.offers import Gives, SpecialPrice
from pos_tui.pricing.when import ALWAYS, When
from pos_tui.tables.errors import CellError
from pos_tui.tables.numbers import DecimalMark, read_decimal

_NUMBER = re.compile(r"\d[\d.,]*", re.ASCII)
_BARE = re.compile(r"[\d.,]+", re.ASCII)
_NOTHING = re.compile(r"0+(?:[.,]0+)?\s*%?", re.ASCII)
_DASHES = str.maketrans("–—‒﹣－", "-----")
_ALWAYS = 2200  # a year that is written for "always"
_NOW = re.compile(r"now\s+(?=\d)", re.IGNORECASE)


def offer_in_column(
    text: str, mark: DecimalMark | None, product: ProductRow, currency: Currency, moment: datetime
) -> Offer | None:
    """The offer that a cell names for its product; None where it names none. Raises RowError.

    Numbers in it are read as the column of prices is. `moment` is now, aware.
    """
    if not text or _NOTHING.fullmatch(text):
        return None
    if _BARE.fullmatch(text):
        raise RowError("goods.row_offer_bare", text=text)
    written = text.removeprefix("'").translate(_DASHES).strip()
    written = _NOW.sub("=", written.removeprefix('="').rstrip('"') if '"' in written else written)
    try:
        gives = parse_offer(_NUMBER.sub(lambda found: _plain(found[0], mark), written), currency)
        return _checked(gives, product, currency, moment)
    except (OfferError, CellError) as error:
        raise RowError("goods.row_offer", text=text, why=error.reason) from error


def sale_offer(
    price: int,
    days: tuple[date | None, date | None],
    product: ProductRow,
    currency: Currency,
    moment: datetime,
) -> Offer:
    """The offer that a sale price beside the regular one is, within its first and last day.

    Raises OfferError for one that does not make the product cheaper, or is over.
    """
    first, last = days
    starts = ends = None
    if first is not None:
        starts = datetime.combine(first, time(0))
    if last is not None and last.year < _ALWAYS:
        ends = datetime.combine(last + timedelta(days=1), time(0))
    when = When(starts=starts, ends=ends)
    return _checked(SpecialPrice(price), product, currency, moment, when)


def _checked(
    gives: Gives, product: ProductRow, currency: Currency, moment: datetime, when: When = ALWAYS
) -> Offer:
    """The offer on a product, after the check that every offer passes. Raises OfferError."""
    name = offer_name(gives, currency)
    on = (f"product:{product.code}",)
    offer = Offer(name=name, gives=gives, on=on, same_item=True, when=when)
    one = Goods(product.code, product.price, Decimal(1))
    check_offer(offer, [one], moment, lambda minor: format_amount(minor, currency))
    return offer


def _plain(number: str, mark: DecimalMark | None) -> str:
    if number.isdigit():
        return number
    return f"{read_decimal(number, mark):f}"
