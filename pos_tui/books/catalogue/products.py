"""Products and their item codes, as they are looked up."""

from __future__ import annotations

from typing import NamedTuple

import apsw
from msgspec import Struct

from pos_tui.codes.reading import ShelfLifeUnit, shelf_life_of


class Product(Struct, frozen=True):
    """A trade item of the shop; price in minor units, 0 where the shop has set none."""

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
    """A product as it is imported; `code` as the till looks it up, price in minor units."""

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


COLUMNS = (
    "p.id, p.name, p.price, p.unit, p.size, m.code, p.shelf_life_days, p.category, p.brand,"
    " p.supplier, p.tags, p.tax, p.shelf_life"
)
OF_OWN_CODE = "item_codes m ON m.product_id = p.id AND m.alternative = 0"
_OWN_CODE = (
    "CASE c.alternative WHEN 0 THEN c.code ELSE"
    " (SELECT m.code FROM item_codes m WHERE m.product_id = p.id AND m.alternative = 0) END"
)
_BY_CODE = (
    f"SELECT {COLUMNS.replace('m.code', _OWN_CODE)}, c.pieces FROM item_codes c"  # noqa: S608
    " JOIN products p ON p.id = c.product_id WHERE c.code = ?"
)


def find_product(reader: apsw.Connection, code: str) -> Product | None:
    """The product with this item code (GTIN in 14 digits, or house code in capitals).

    It may have several; the product's own is its first.
    """
    row = reader.execute(_BY_CODE, (code,)).fetchone()
    return None if row is None or row[5] is None else Product(*row)


def all_products(reader: apsw.Connection) -> list[Product]:
    """Every product, once, under its own code."""
    rows = reader.execute(
        f"SELECT {COLUMNS} FROM products p JOIN {OF_OWN_CODE} ORDER BY p.id"  # noqa: S608
    )
    return [Product(*row) for row in rows]
