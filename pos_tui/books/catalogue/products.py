"""Products and their item codes: look up, import."""

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


class ImportCounts(Struct, frozen=True):
    """How many rows of goods were new or different, and how many the books had just so.

    `codes_elsewhere` are other codes of theirs that stay with another product.
    """

    accepted: int
    unchanged: int
    codes_elsewhere: int = 0


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
_KEPT = ("name", "price", "unit", "size", "category", "initials", "shelf_life_days", "updated_at",
         "brand", "supplier", "tags", "tax", "shelf_life")  # fmt: skip


def find_product(reader: apsw.Connection, code: str) -> Product | None:
    """The product with this item code (GTIN in 14 digits, or house code in capitals).

    It may have several; the product's own is its first.
    """
    row = reader.execute(_BY_CODE, (code,)).fetchone()
    return None if row is None or row[5] is None else Product(*row)


def import_products(
    connection: apsw.Connection,
    rows: Iterable[ProductRow],
    other_codes: Iterable[tuple[str, str]] = (),
) -> ImportCounts:
    """Insert or update products by item code, through a staging table in order of their codes.

    `other_codes` are pairs of a further code and the product's own. A further code never takes a
    product's place: one that names another product stays with that.
    """
    columns = ", ".join(_KEPT)
    connection.execute("DROP TABLE IF EXISTS temp.staging")
    connection.execute(
        f"CREATE TEMP TABLE staging (code TEXT PRIMARY KEY, {columns}) WITHOUT ROWID"
    )
    connection.executemany(
        f"INSERT OR REPLACE INTO staging VALUES ({','.join('?' * (len(_KEPT) + 1))})",  # noqa: S608
        rows,
    )
    connection.execute("DROP TABLE IF EXISTS temp.staging_codes")
    connection.execute(
        "CREATE TEMP TABLE staging_codes (other TEXT PRIMARY KEY, code TEXT) WITHOUT ROWID"
    )
    connection.executemany("INSERT OR IGNORE INTO staging_codes VALUES (?,?)", other_codes)
    _find_under_other_codes(connection)
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
        "INSERT INTO item_codes (code, product_id)"
        " SELECT code, ? + row_number() OVER (ORDER BY code) FROM staging",
        (first,),
    )
    connection.execute("DROP TABLE temp.staging")
    return ImportCounts(total - unchanged, unchanged, _add_other_codes(connection))


def _find_under_other_codes(connection: apsw.Connection) -> None:
    """Rows under a code that is new, of products that the books know by another of their codes.

    Only under the same name: another till's numbers may by chance be this shop's. Otherwise the
    code that a row goes by is the row's, whoever had it as a further one.
    """
    connection.execute("DROP TABLE IF EXISTS temp.known")
    connection.execute(
        "CREATE TEMP TABLE known AS SELECT code, min(main) AS main FROM ("
        "  SELECT s.code, m.code AS main FROM item_codes c JOIN staging s ON s.code = c.code"
        "    JOIN products p ON p.id = c.product_id AND p.name = s.name"
        "    JOIN item_codes m ON m.product_id = p.id AND m.alternative = 0"
        "    WHERE c.alternative = 1"
        "  UNION ALL"
        "  SELECT s.code, m.code FROM staging_codes o JOIN staging s ON s.code = o.code"
        "    JOIN item_codes m ON m.code = o.other AND m.alternative = 0"
        "    JOIN products p ON p.id = m.product_id AND p.name = s.name"
        "    WHERE s.code NOT IN (SELECT code FROM item_codes)"
        ") WHERE main NOT IN (SELECT code FROM staging) GROUP BY code"
    )
    connection.execute("DELETE FROM known WHERE main IN"
                       " (SELECT main FROM known GROUP BY main HAVING count(*) > 1)")  # fmt: skip
    if connection.execute("SELECT 1 FROM known").fetchone() is not None:
        for table in ("staging", "staging_codes"):
            connection.execute(
                f"UPDATE {table} SET code = (SELECT main FROM known k WHERE k.code = {table}.code)"  # noqa: S608
                " WHERE code IN (SELECT code FROM known)"
            )
        connection.execute("DELETE FROM staging_codes WHERE other IN (SELECT main FROM known)")
        connection.execute("INSERT OR REPLACE INTO staging_codes SELECT code, main FROM known")
    connection.execute("DROP TABLE temp.known")
    connection.execute(
        "DELETE FROM item_codes WHERE alternative = 1 AND code IN (SELECT code FROM staging)"
    )


def _add_other_codes(connection: apsw.Connection) -> int:
    """Add the further codes that are free; returns how many are another product's."""
    (elsewhere,) = connection.execute(
        "SELECT count(*) FROM staging_codes o JOIN item_codes c ON c.code = o.other"
        " JOIN item_codes m ON m.code = o.code WHERE c.product_id <> m.product_id"
    ).fetchone() or (0,)
    connection.execute(
        "INSERT OR IGNORE INTO item_codes (code, product_id, alternative)"
        " SELECT o.other, m.product_id, 1 FROM staging_codes o JOIN item_codes m ON m.code = o.code"
    )
    connection.execute("DROP TABLE temp.staging_codes")
    assert isinstance(elsewhere, int)
    return elsewhere


def all_products(reader: apsw.Connection) -> list[Product]:
    """Every product, once, under its own code."""
    rows = reader.execute(
        f"SELECT {COLUMNS} FROM products p JOIN {OF_OWN_CODE} ORDER BY p.id"  # noqa: S608
    )
    return [Product(*row) for row in rows]
