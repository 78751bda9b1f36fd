"""Products go into the books: staged in a temporary table, then written in order of their codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import apsw
from msgspec import Struct

from pos_tui.books.catalogue.pinyin import pinyin_of
from pos_tui.books.catalogue.products import ProductRow


class ImportCounts(Struct, frozen=True):
    """How many rows of goods were new or different, and how many the books had just so.

    `codes_elsewhere` are other codes of theirs that stay with another product; `stock` is of how
    many lots, and goods without one, the stock was another; `deposits_unknown` how many have a
    deposit that is no product of the books.
    """

    accepted: int
    unchanged: int
    codes_elsewhere: int = 0
    stock: int = 0
    deposits_unknown: int = 0


class SaidBy(Struct, frozen=True):
    """Which file says what a product is now, and when it was imported, aware."""

    name: str
    at: datetime


# A further code, the product's own, how many pieces the further one is: None where nobody says.
OtherCode = tuple[str, str] | tuple[str, str, int | None]

FIELDS = ProductRow._fields[1:]
_COLUMNS = ", ".join(FIELDS)
# Fields that a row may not say; the deposit is a code in the row, a number in the books.
_UNSAID = {"age_limit": "0", "deposit_id": "0", "minimum": "0", "discontinued": "''", "tare": "0"}
_KEPT = tuple("deposit_id" if field == "deposit" else field for field in FIELDS)
_SAID = {
    field: f"coalesce(s.{field}, p.{field})" if field in _UNSAID else f"s.{field}"
    for field in _KEPT
}
_SAME = " AND ".join(f"p.{field} = {said}" for field, said in _SAID.items())
_SET = ", ".join(f"{field} = {said}" for field, said in _SAID.items())
_NEW = ", ".join(
    f"coalesce({field}, {_UNSAID[field]})" if field in _UNSAID else field for field in _KEPT
)
_SHELF_LIFE = "coalesce(nullif({0}.shelf_life, ''), nullif({0}.shelf_life_days, 0), '')"
# How a field of a product stands in its history; when the other till changed it is none of ours.
_IN_HISTORY = {
    field: (f"coalesce(nullif(p.{field}, 0), '')", f"coalesce(nullif({said}, 0), '')")
    for field, said in _SAID.items()
    if field not in ("updated_at", "shelf_life_days", "deposit_id", "minimum")
} | {"shelf_life": (_SHELF_LIFE.format("p"), _SHELF_LIFE.format("s"))}
_OWN_CODE = "coalesce((SELECT code FROM item_codes WHERE product_id = {} AND alternative = 0), '')"
_UNITS = "CASE WHEN {0} = 0 THEN '' ELSE rtrim(rtrim(printf('%.3f', {0} / 1000.0), '0'), '.') END"
for _field, _column, _text in (
    ("deposit", "deposit_id", _OWN_CODE),
    ("minimum", "minimum", _UNITS),
):
    _IN_HISTORY[_field] = (_text.format(f"p.{_column}"), _text.format(_SAID[_column]))
_CHANGED = f"FROM part s JOIN products p ON p.id = s.id WHERE NOT ({_SAME})"
_TABLES = f"""
    DROP TABLE IF EXISTS temp.staging;
    DROP TABLE IF EXISTS temp.staging_codes;
    DROP TABLE IF EXISTS temp.part;
    CREATE TEMP TABLE staging (code TEXT NOT NULL, {_COLUMNS}, pinyin);
    CREATE TEMP TABLE staging_codes (other TEXT PRIMARY KEY, code TEXT, pieces INTEGER)
        WITHOUT ROWID;
    CREATE TEMP TABLE part (code, {_COLUMNS}, pinyin, id, deposit_id);
"""


def import_products(
    connection: apsw.Connection,
    rows: Iterable[ProductRow],
    other_codes: Iterable[OtherCode] = (),
    said_by: SaidBy | None = None,
) -> ImportCounts:
    """Insert or update products by item code, all in the transaction that is open.

    A further code never takes a product's place: one that names another
    product stays with that.
    """
    total, last_before = stage_products(connection, rows, other_codes), last_product(connection)
    remove_codes_of_rows(connection)
    accepted, unchanged = write_part(connection, 1, total, said_by)
    changed, elsewhere = write_other_codes(connection, list(staged_codes(connection)))
    deposits = staged_deposits(connection)
    with_deposit, unknown = write_deposits(connection, deposits, last_before, said_by)
    end_staging(connection)
    changed = min(changed + with_deposit, unchanged)
    return ImportCounts(
        accepted + changed, unchanged - changed, elsewhere, deposits_unknown=unknown
    )


def stage_products(
    connection: apsw.Connection,
    rows: Iterable[ProductRow],
    other_codes: Iterable[OtherCode],
) -> int:
    """Put rows into a temporary table in order of their codes; returns how many there are.

    Of several rows with one code the last one counts. The books are only read.
    """
    connection.execute(_TABLES)
    connection.executemany(
        f"INSERT INTO staging VALUES ({','.join('?' * (len(FIELDS) + 2))})",  # noqa: S608
        ((*row, pinyin_of(row.name)) for row in rows),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO staging_codes VALUES (?, ?, ?)",
        ((other[0], other[1], other[2] if len(other) == 3 else None) for other in other_codes),
    )
    connection.execute("DROP TABLE IF EXISTS temp.in_order")
    connection.execute(
        f"CREATE TEMP TABLE in_order AS SELECT code, {_COLUMNS}, pinyin"  # noqa: S608
        " FROM staging ORDER BY code, rowid"
    )
    connection.execute("DROP TABLE staging")
    connection.execute("ALTER TABLE in_order RENAME TO staging")
    _keep_last_of_each(connection)
    if _has_other_codes(connection):
        _find_under_other_codes(connection)
    (total,) = connection.execute("SELECT coalesce(max(rowid), 0) FROM staging").fetchone() or (0,)
    assert isinstance(total, int)
    return total


def end_staging(connection: apsw.Connection) -> None:
    """Let the temporary tables go."""
    for table in ("staging", "staging_codes", "part"):
        connection.execute(f"DROP TABLE IF EXISTS temp.{table}")


def read_part(connection: apsw.Connection, first: int, last: int) -> None:
    """Make ready the staged rows from one number to another. The books are only read."""
    connection.execute("DELETE FROM part")
    connection.execute(
        "INSERT INTO part SELECT s.*, c.product_id,"
        " CASE s.deposit WHEN '' THEN 0 ELSE nullif(d.product_id, c.product_id) END"
        " FROM staging s LEFT JOIN item_codes c ON c.code = s.code"
        " LEFT JOIN item_codes d ON d.code = s.deposit"
        " WHERE s.rowid BETWEEN ? AND ? ORDER BY s.rowid",
        (first, last),
    )


def write_part(
    connection: apsw.Connection,
    first: int,
    last: int,
    said_by: SaidBy | None = None,
    is_ready: bool = False,
) -> tuple[int, int]:
    """Write the staged rows from one number to another; returns how many are accepted, unchanged.

    With `said_by` what is changed of products goes into their history. `is_ready`: they have just
    been read, and nobody has written since.
    """
    if not is_ready:
        read_part(connection, first, last)
    accepted = 0
    if connection.execute(f"SELECT 1 {_CHANGED} LIMIT 1").fetchone() is not None:
        if said_by is not None:
            _write_history(connection, said_by)
        connection.execute(
            f"UPDATE products AS p SET {_SET},"  # noqa: S608
            " pinyin = CASE WHEN s.pinyin <> '' OR p.name <> s.name THEN s.pinyin"
            f" ELSE p.pinyin END FROM part s WHERE p.id = s.id AND NOT ({_SAME})"
        )
        accepted = connection.changes()
    connection.execute(
        "UPDATE products AS p SET pinyin = s.pinyin FROM part s"
        " WHERE p.id = s.id AND s.pinyin <> '' AND p.pinyin <> s.pinyin"
    )
    before = last_product(connection)
    connection.execute("DELETE FROM part WHERE id IS NOT NULL")
    known = connection.changes()
    connection.execute(
        f"INSERT INTO products (id, {', '.join(_KEPT)}, pinyin)"  # noqa: S608
        f" SELECT ? + row_number() OVER (ORDER BY rowid), {_NEW}, pinyin FROM part",
        (before,),
    )
    accepted += connection.changes()
    connection.execute(
        "INSERT INTO item_codes (code, product_id)"
        " SELECT code, ? + row_number() OVER (ORDER BY rowid) FROM part",
        (before,),
    )
    return accepted, known + connection.changes() - accepted


def staged_codes(connection: apsw.Connection) -> Iterator[tuple[str, str, int | None]]:
    """The further codes of what is staged: the code, the product's own, how many pieces it is."""
    for other, code, pieces in connection.execute("SELECT other, code, pieces FROM staging_codes"):
        assert pieces is None or isinstance(pieces, int)
        yield str(other), str(code), pieces


def write_other_codes(
    connection: apsw.Connection, codes: Iterable[tuple[str, str, int | None]]
) -> tuple[int, int]:
    """Add further codes that are free, and set how many pieces they are.

    Returns how many products of this shop had one of another count, and how many codes are another
    product's.
    """
    changed = set[object]()
    elsewhere = 0
    for other, code, pieces in codes:
        row = connection.execute(
            "SELECT m.product_id, o.product_id, o.alternative, o.pieces FROM item_codes m"
            " LEFT JOIN item_codes o ON o.code = ? WHERE m.code = ?",
            (other, code),
        ).fetchone()
        if row is None:
            continue
        own, taken, alternative, so_far = row
        if taken is None:
            connection.execute(
                "INSERT INTO item_codes (code, product_id, alternative, pieces) VALUES (?,?,1,?)",
                (other, own, pieces or 1),
            )
        elif taken != own:
            elsewhere += 1
        elif alternative and pieces is not None and so_far != pieces:
            connection.execute("UPDATE item_codes SET pieces = ? WHERE code = ?", (pieces, other))
            changed.add(own)
    return len(changed), elsewhere


def staged_deposits(connection: apsw.Connection) -> list[tuple[int, int]]:
    """The products of staged rows whose deposit is not yet theirs, and its product; 0: unknown."""
    rows = connection.execute(
        "SELECT p.id, coalesce(nullif(d.product_id, p.id), 0) FROM staging s"
        " JOIN item_codes c ON c.code = s.code JOIN products p ON p.id = c.product_id"
        " LEFT JOIN item_codes d ON d.code = s.deposit"
        " WHERE s.deposit <> '' AND p.deposit_id IS NOT d.product_id"
    )
    return [(int(str(product_id)), int(str(deposit_id))) for product_id, deposit_id in rows]


def write_deposits(
    connection: apsw.Connection,
    deposits: Iterable[tuple[int, int]],
    last_before: int,
    said_by: SaidBy | None = None,
) -> tuple[int, int]:
    """Set deposits that are staged, now that their products are in the books.

    Returns of how many products that were there before (up to the number `last_before`) it was
    another, and how many deposits are unknown: they stay as they are.
    """
    changed = unknown = 0
    for product_id, deposit_id in deposits:
        if not deposit_id:
            unknown += 1
            continue
        if product_id <= last_before:
            changed += 1
            if said_by is not None:
                connection.execute(
                    "INSERT INTO product_changes (product_id, at, field, before, after, by)"  # noqa: S608
                    f" SELECT p.id, ?, 'deposit', {_OWN_CODE.format('p.deposit_id')},"
                    f" {_OWN_CODE.format('?')}, ? FROM products p WHERE p.id = ?",
                    (said_by.at.isoformat(), deposit_id, said_by.name, product_id),
                )
        connection.execute(
            "UPDATE products SET deposit_id = ? WHERE id = ?", (deposit_id, product_id)
        )
    return changed, unknown


def last_product(connection: apsw.Connection) -> int:
    """The highest number of a product; 0 where there is none."""
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM products").fetchone() or (0,)
    assert isinstance(last, int)
    return last


def remove_codes_of_rows(connection: apsw.Connection) -> None:
    """A row's own code is the row's, whichever product had it as a further one."""
    if connection.execute("SELECT 1 FROM item_codes WHERE alternative = 1").fetchone() is None:
        return
    codes = list(
        connection.execute(
            "SELECT c.code FROM item_codes c WHERE c.alternative = 1"
            " AND c.code IN (SELECT code FROM staging)"
        )
    )
    connection.executemany("DELETE FROM item_codes WHERE code = ? AND alternative = 1", codes)


def _write_history(connection: apsw.Connection, said_by: SaidBy) -> None:
    """What the rows that are ready change of their products, field by field."""
    for field, (before, after) in _IN_HISTORY.items():
        connection.execute(
            "INSERT INTO product_changes (product_id, at, field, before, after, by)"  # noqa: S608
            f" SELECT s.id, ?, '{field}', {before}, {after}, ? FROM part s"
            f" JOIN products p ON p.id = s.id WHERE {before} <> {after} ORDER BY s.rowid",
            (said_by.at.isoformat(), said_by.name),
        )


def _keep_last_of_each(connection: apsw.Connection) -> None:
    connection.execute(
        "DELETE FROM staging WHERE rowid IN (SELECT before FROM"
        " (SELECT lag(rowid) OVER w AS before, lag(code) OVER w = code AS again FROM staging"
        " WINDOW w AS (ORDER BY rowid)) WHERE again)"
    )


def _has_other_codes(connection: apsw.Connection) -> bool:
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM staging_codes)"
        " OR EXISTS (SELECT 1 FROM item_codes WHERE alternative = 1)"
    )
    return row.fetchone() == (1,)


def _find_under_other_codes(connection: apsw.Connection) -> None:
    """Rows under a code that is new, of products that the books know by another of their codes.

    Only under the same name: another till's numbers may by chance be this shop's. Otherwise the
    code that a row goes by is the row's, whoever had it as a further one.
    """
    connection.execute("CREATE INDEX temp.staging_by_code ON staging (code)")
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
        connection.execute(
            "INSERT OR REPLACE INTO staging_codes SELECT code, main, NULL FROM known"
        )
    connection.execute("DROP TABLE temp.known")
