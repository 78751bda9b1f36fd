"""Products and their item codes: look up, find by words, import."""

from __future__ import annotations

from collections.abc import Iterable
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


class ImportCounts(Struct, frozen=True):
    """How many rows of goods were new or different, and how many the books had just so."""

    accepted: int
    unchanged: int


_COLUMNS = (
    "p.id, p.name, p.price, p.unit, p.size, c.code, p.shelf_life_days, p.category, p.brand,"
    " p.supplier, p.tags, p.tax, p.shelf_life"
)
_KEPT = ("name", "price", "unit", "size", "category", "initials", "shelf_life_days", "updated_at",
         "brand", "supplier", "tags", "tax", "shelf_life")  # fmt: skip


def find_product(reader: apsw.Connection, code: str) -> Product | None:
    """The product with this item code (GTIN in 14 digits, or house code in capitals)."""
    row = reader.execute(
        f"SELECT {_COLUMNS} FROM item_codes c JOIN products p ON p.id = c.product_id"  # noqa: S608
        " WHERE c.code = ?",
        (code,),
    ).fetchone()
    return None if row is None else Product(*row)


def search_products(reader: apsw.Connection, words: str, limit: int = 50) -> list[Product]:
    """Products whose name, initials or code hold every one of these words."""
    clauses, values = [], []
    for word in words.split()[:6]:
        like = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        clauses.append(
            "(p.name LIKE ? ESCAPE '\\' OR p.initials LIKE ? ESCAPE '\\' OR c.code LIKE ?"
            " ESCAPE '\\')"
        )
        values += [like, like, like]
    if not clauses:
        return []
    rows = reader.execute(
        f"SELECT {_COLUMNS} FROM products p JOIN item_codes c ON c.product_id = p.id"  # noqa: S608
        f" WHERE {' AND '.join(clauses)} GROUP BY p.id ORDER BY p.name LIMIT ?",
        (*values, limit),
    )
    return [Product(*row) for row in rows]


def import_products(connection: apsw.Connection, rows: Iterable[ProductRow]) -> ImportCounts:
    """Insert or update products by item code, through a staging table in order of their codes."""
    columns = ", ".join(_KEPT)
    connection.execute("DROP TABLE IF EXISTS temp.staging")
    connection.execute(
        f"CREATE TEMP TABLE staging (code TEXT PRIMARY KEY, {columns}) WITHOUT ROWID"
    )
    connection.executemany(
        f"INSERT OR REPLACE INTO staging VALUES ({','.join('?' * (len(_KEPT) + 1))})",  # noqa: S608
        rows,
    )
    same = " AND ".join(f"p.{column} = s.{column}" for column in _KEPT)
    (unchanged,) = connection.execute(
        "SELECT count(*) FROM staging s JOIN item_codes c ON c.code = s.code"  # noqa: S608
        f" JOIN products p ON p.id = c.product_id WHERE {same}"
    ).fetchone() or (0,)
    (total,) = connection.execute("SELECT count(*) FROM staging").fetchone() or (0,)
    assert isinstance(unchanged, int)
    assert isinstance(total, int)
    connection.execute(
        f"UPDATE products AS p SET {', '.join(f'{each} = s.{each}' for each in _KEPT)}"  # noqa: S608
        " FROM staging s JOIN item_codes c ON c.code = s.code"
        f" WHERE p.id = c.product_id AND NOT ({same})"
    )
    connection.execute("DELETE FROM staging WHERE code IN (SELECT code FROM item_codes)")
    (first,) = connection.execute("SELECT coalesce(max(id), 0) FROM products").fetchone() or (0,)
    connection.execute(
        f"INSERT INTO products (id, {columns})"  # noqa: S608
        f" SELECT ? + row_number() OVER (ORDER BY code), {columns} FROM staging",
        (first,),
    )
    connection.execute(
        "INSERT INTO item_codes SELECT code, ? + row_number() OVER (ORDER BY code) FROM staging",
        (first,),
    )
    connection.execute("DROP TABLE temp.staging")
    return ImportCounts(total - unchanged, unchanged)


def all_products(reader: apsw.Connection) -> list[Product]:
    """Every product, once, under the first of its codes."""
    rows = reader.execute(
        f"SELECT {_COLUMNS} FROM products p JOIN item_codes c ON c.product_id = p.id"  # noqa: S608
        " GROUP BY p.id ORDER BY p.id"
    )
    return [Product(*row) for row in rows]
