"""A product with all that the shop keeps of it: read, added and changed, with its history."""

from __future__ import annotations

from datetime import datetime

import apsw
from msgspec import Struct, structs

from pos_tui.books.catalogue.dated_prices import begin_prices
from pos_tui.books.catalogue.product_changes import write_changes
from pos_tui.books.journal.entries import FieldChange
from pos_tui.reasons import ReasonError


class ProductError(ReasonError):
    """A product that cannot be kept as it is; its reason's value `field` names what is wrong."""


class ProductRecord(Struct, frozen=True):
    """A product; `codes` as the till looks them up, its own first; `price` in minor units, 0: the
    till asks. `id` is 0 for a new one. `pieces` has the codes that stand for several of it, like
    those of cases, and for how many; never its own.

    `shelf_life` is like 30, 2w or 6m; `deposit` the code of the product that is its deposit;
    `discontinued` since when (ISO 8601), "" while it is not; `tare` is what it is weighed
    in, in grams.
    """

    codes: tuple[str, ...]
    name: str
    price: int = 0
    unit: str = ""
    size: str = ""
    category: str = ""
    brand: str = ""
    supplier: str = ""
    tags: str = ""
    tax: str = ""
    shelf_life: str = ""
    initials: str = ""
    age_limit: int = 0
    deposit: str = ""
    discontinued: str = ""
    tare: int = 0
    pieces: tuple[tuple[str, int], ...] = ()
    id: int = 0


_TEXTS = ("unit", "size", "category", "brand", "supplier", "tags", "tax")
_COLUMNS = ("name", "price", *_TEXTS, "shelf_life_days", "shelf_life", "initials", "age_limit",
            "deposit_id", "discontinued", "tare")  # fmt: skip


def read_record(reader: apsw.Connection, product_id: int) -> ProductRecord | None:
    """The product that the books keep under this number."""
    row = reader.execute(
        f"SELECT {', '.join(_COLUMNS)} FROM products WHERE id = ?",  # noqa: S608
        (product_id,),
    ).fetchone()
    if row is None:
        return None
    kept = dict(zip(_COLUMNS, row, strict=True))
    codes = [
        (str(code), int(str(count)))
        for code, count in reader.execute(
            "SELECT code, pieces FROM item_codes WHERE product_id = ? ORDER BY alternative, code",
            (product_id,),
        )
    ]
    return ProductRecord(
        codes=tuple(code for code, _ in codes),
        name=str(kept["name"]),
        price=int(str(kept["price"])),
        **{name: str(kept[name]) for name in _TEXTS},
        shelf_life=str(kept["shelf_life"] or kept["shelf_life_days"] or ""),
        initials=str(kept["initials"]),
        age_limit=int(str(kept["age_limit"])),
        deposit=_own_code(reader, int(str(kept["deposit_id"]))),
        discontinued=str(kept["discontinued"]),
        tare=int(str(kept["tare"])),
        pieces=tuple((code, count) for code, count in codes if count != 1),
        id=product_id,
    )


def put_record(
    connection: apsw.Connection,
    record: ProductRecord,
    at: datetime,
    by: str,
    seen: ProductRecord | None = None,
) -> tuple[int, tuple[FieldChange, ...]]:
    """Add a product (id 0) or write it as it is now, with its history, in the caller's transaction.

    `seen` is what it was when somebody began to change it: what differs from that is written, and
    what others have changed meanwhile stays. Returns its id and what is different. A code that it
    had as its own stays that as long as it is among its codes. Raises ProductError.
    """
    begin_prices(connection, at)
    before = ProductRecord((), "") if not record.id else read_record(connection, record.id)
    if before is None:
        raise ProductError("product.gone", name=record.name, field="name")
    if record.id and seen is not None:
        wanted = {name: getattr(record, name) for name in ProductRecord.__struct_fields__}
        changed = {name: each for name, each in wanted.items() if each != getattr(seen, name)}
        record = structs.replace(before, **changed)
    if not record.name:
        raise ProductError("product.no_name", field="name")
    codes = _with_own_first(record.codes, before.codes)
    _check_codes(connection, record.id, codes)
    pieces = _pieces_of(codes, record)
    deposit_id = _deposit_id(connection, record)
    deposit = _own_code(connection, deposit_id) if deposit_id else ""
    record = structs.replace(record, codes=codes, pieces=pieces, deposit=deposit)
    days = record.shelf_life if record.shelf_life.isdigit() else ""
    values: dict[str, str | int] = {name: getattr(record, name) for name in ("name", *_TEXTS)}
    values |= {
        "price": record.price,
        "shelf_life_days": int(days or 0),
        "shelf_life": "" if days else record.shelf_life,
        "initials": record.initials,
        "age_limit": record.age_limit,
        "deposit_id": deposit_id,
        "discontinued": record.discontinued,
        "tare": record.tare,
    }
    if record.name != before.name:
        values["pinyin"] = ""  # that of another name
    product_id = _write(connection, record.id, values)
    if (codes, pieces) != (before.codes, before.pieces):
        counts = dict(pieces)
        connection.execute("DELETE FROM item_codes WHERE product_id = ?", (product_id,))
        connection.executemany(
            "INSERT INTO item_codes (code, product_id, alternative, pieces) VALUES (?,?,?,?)",
            [
                (code, product_id, int(place > 0), counts.get(code, 1))
                for place, code in enumerate(codes)
            ],
        )
    changes = changed_fields(before, record)
    write_changes(connection, at, product_id, codes[0], changes, by)
    return product_id, changes


def put_pinyin(connection: apsw.Connection, product_id: int, name: str, pinyin: str) -> None:
    """Keep how a product's name is typed, as long as it still has that name."""
    connection.execute(
        "UPDATE products SET pinyin = ? WHERE id = ? AND name = ?", (pinyin, product_id, name)
    )


def changed_fields(before: ProductRecord, after: ProductRecord) -> tuple[FieldChange, ...]:
    """The fields that are different, as texts."""
    found = []
    for field in ProductRecord.__struct_fields__:
        was, is_now = (_text(getattr(each, field)) for each in (before, after))
        if was != is_now and field != "id":
            found.append(FieldChange(field, was, is_now))
    return tuple(found)


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(
            each if isinstance(each, str) else f"{each[1]}x{each[0]}" for each in value
        )
    return "" if value == 0 else str(value)


def _write(connection: apsw.Connection, product_id: int, values: dict[str, str | int]) -> int:
    columns = tuple(values)
    if product_id:
        connection.execute(
            f"UPDATE products SET {', '.join(f'{each} = ?' for each in columns)} WHERE id = ?",  # noqa: S608
            (*values.values(), product_id),
        )
        return product_id
    connection.execute(
        f"INSERT INTO products ({', '.join(columns)}) VALUES ({','.join('?' * len(columns))})",  # noqa: S608
        tuple(values.values()),
    )
    return connection.last_insert_rowid()


def _with_own_first(codes: tuple[str, ...], before: tuple[str, ...]) -> tuple[str, ...]:
    unique = tuple(dict.fromkeys(codes))
    own = before[:1]
    if own and own[0] in unique:
        return own + tuple(sorted(code for code in unique if code != own[0]))
    return unique[:1] + tuple(sorted(unique[1:]))


def _check_codes(connection: apsw.Connection, product_id: int, codes: tuple[str, ...]) -> None:
    if not codes:
        raise ProductError("product.no_code", field="codes")
    for code in codes:
        row = connection.execute(
            "SELECT p.name FROM item_codes c JOIN products p ON p.id = c.product_id"
            " WHERE c.code = ? AND c.product_id <> ?",
            (code, product_id),
        ).fetchone()
        if row is not None:
            shown = code.lstrip("0") or code
            raise ProductError("product.code_taken", code=shown, name=str(row[0]), field="codes")


def _pieces_of(codes: tuple[str, ...], record: ProductRecord) -> tuple[tuple[str, int], ...]:
    """How many pieces codes stand for that stand for several."""
    counts = {code: count for code, count in record.pieces if count != 1}
    if codes[0] in counts:
        shown = codes[0].lstrip("0") or codes[0]
        raise ProductError("product.own_code_pieces", code=shown, field="codes")
    return tuple((code, counts[code]) for code in codes if code in counts)


def _deposit_id(connection: apsw.Connection, record: ProductRecord) -> int:
    if not record.deposit:
        return 0
    row = connection.execute(
        "SELECT product_id FROM item_codes WHERE code = ?", (record.deposit,)
    ).fetchone()
    if row is None:
        raise ProductError("product.no_deposit", code=record.deposit, field="deposit")
    if record.deposit in record.codes or int(str(row[0])) == record.id:
        raise ProductError("product.own_deposit", name=record.name, field="deposit")
    return int(str(row[0]))


def _own_code(reader: apsw.Connection, product_id: int) -> str:
    row = reader.execute(
        "SELECT code FROM item_codes WHERE product_id = ? AND alternative = 0", (product_id,)
    ).fetchone()
    return "" if row is None else str(row[0])
