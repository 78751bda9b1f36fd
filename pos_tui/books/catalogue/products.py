"""Products and their item codes, as they are looked up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import apsw
from msgspec import Struct

from pos_tui.codes.reading import ShelfLifeUnit, shelf_life_of


class Product(Struct, frozen=True):
    """A trade item of the shop; price in minor units, 0 where the shop has set none.

    `age_limit` is in years, 0 where there is none; `deposit_id` the product that is its deposit, 0
    where it has none; `discontinued` since when, "" while the shop still orders it. `tare` is
    what it is weighed in, in grams.
    """

    id: int
    name: str
    price: int
    unit: str
    size: str
    code: str
    shelf_life_days: int = 0
    category: str = ""
    brand: str = ""
    supplier: str = ""
    tags: str = ""
    tax: str = ""
    kept_for: str = ""
    age_limit: int = 0
    deposit_id: int = 0
    discontinued: str = ""
    tare: int = 0
    pieces: int = 1  # how many of it the code stands for by which it was looked up

    @property
    def shelf_life(self) -> tuple[int, ShelfLifeUnit] | None:
        """How long it keeps from its production date; None where the books do not say."""
        if self.kept_for:
            return shelf_life_of(self.kept_for)
        return (self.shelf_life_days, "days") if self.shelf_life_days else None

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms by which offers find it: category, brand, supplier, each of its tags."""
        named = (("category", self.category), ("brand", self.brand), ("supplier", self.supplier))
        terms = [f"{what}:{value.casefold()}" for what, value in named if value]
        tags = sorted(tag.strip().casefold() for tag in self.tags.split(",") if tag.strip())
        return (*terms, *(f"tag:{tag}" for tag in tags))


class ProductRow(NamedTuple):
    """A product as it is imported; `code` as the till looks it up, price in minor units.

    `age_limit` is in years, `deposit` the code of the product that is its deposit, `minimum` in
    thousandths, `discontinued` since when, `tare` in grams. None: not said, so it stays as it is.
    """

    code: str
    name: str
    price: int
    unit: str = ""
    size: str = ""
    category: str = ""
    initials: str = ""
    shelf_life_days: int = 0
    updated_at: str = ""
    brand: str = ""
    supplier: str = ""
    tags: str = ""
    tax: str = ""
    shelf_life: str = ""
    age_limit: int | None = None
    deposit: str | None = None
    minimum: int | None = None
    discontinued: str | None = None
    tare: int | None = None


COLUMNS = (
    "p.id, p.name, p.price, p.unit, p.size, m.code, p.shelf_life_days, p.category, p.brand,"
    " p.supplier, p.tags, p.tax, p.shelf_life, p.age_limit, p.deposit_id, p.discontinued,"
    " p.tare"
)
# What it costs at a moment. Looking into another table would make each scan wait a third longer.
_PRICED = COLUMNS.replace(
    "p.price",
    "CASE WHEN p.next_starts <> 0 AND p.next_starts <= ?2 THEN p.next_price ELSE p.price END",
)
OF_OWN_CODE = "item_codes m ON m.product_id = p.id AND m.alternative = 0"
_OWN_CODE = (
    "CASE c.alternative WHEN 0 THEN c.code ELSE"
    " (SELECT m.code FROM item_codes m WHERE m.product_id = p.id AND m.alternative = 0) END"
)
_BY_CODE = (
    f"SELECT {_PRICED.replace('m.code', _OWN_CODE)}, c.pieces FROM item_codes c"  # noqa: S608
    " JOIN products p ON p.id = c.product_id WHERE c.code = ?1"
)
_BY_ID = f"SELECT {_PRICED} FROM products p JOIN {OF_OWN_CODE} WHERE p.id = ?1"  # noqa: S608


def find_product(reader: apsw.Connection, code: str, moment: int = 0) -> Product | None:
    """The product with this item code (GTIN in 14 digits, or house code in capitals).

    It may have several; the product's own is its first. It has the price of that moment (seconds
    since 1970), where one begins at a date.
    """
    row = reader.execute(_BY_CODE, (code, moment)).fetchone()
    return None if row is None or row[5] is None else Product(*row)


def product_of_id(reader: apsw.Connection, product_id: int, moment: int = 0) -> Product | None:
    """The product that the books keep under this number, with its price of a moment."""
    row = reader.execute(_BY_ID, (product_id, moment)).fetchone()
    return None if row is None else Product(*row)


def each_product(reader: apsw.Connection) -> Iterator[Product]:
    """Every product, once, under its own code."""
    rows = reader.execute(
        f"SELECT {COLUMNS} FROM products p JOIN {OF_OWN_CODE} ORDER BY p.id"  # noqa: S608
    )
    return (Product(*row) for row in rows)


def all_products(reader: apsw.Connection) -> list[Product]:
    """Every product, in memory."""
    return list(each_product(reader))
