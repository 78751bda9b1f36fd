"""Customers that the shop knows: look up, find by words, set, import from a file."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import apsw
from msgspec import Struct

from pos_tui.codes import PaymentCode
from pos_tui.codes.context import CodeContext
from pos_tui.codes.identify import identify
from pos_tui.codes.masking import beginning
from pos_tui.reasons import ReasonError, because, plain
from pos_tui.tables.rejects import RejectedRow

USUAL_GROUP = "member"
LONGEST_NAME = 80
_CODE = re.compile(r"[!-~]{1,40}")
_GROUP = re.compile(r"[a-z0-9_-]{1,24}")
_FIELDS = ("code", "name", "group", "since")


class CustomerError(ReasonError):
    """What was asked about a customer cannot be done."""


class CustomerRecord(Struct, frozen=True):
    """A customer; `code` in capitals, `since` None where the shop does not know."""

    code: str
    name: str
    group: str
    since: date | None = None


class CustomerFile(Struct, frozen=True):
    """A file's customers: those to import, and the rows that were refused."""

    customers: list[CustomerRecord]
    rejects: list[RejectedRow]


_COLUMNS = "code, name, customer_group, since"


def check_customer(code: str, name: str, group: str, since: date | None = None) -> CustomerRecord:
    """A customer as the books keep one. Raises CustomerError."""
    code, name, group = _key(code), " ".join(name.split()), group.strip()
    if not code:
        raise CustomerError("customers.no_code")
    if _CODE.fullmatch(code) is None:
        raise CustomerError("customers.code_form", code=_printable(beginning(code)))
    if not name:
        raise CustomerError("customers.no_name")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise CustomerError("customers.name_form", longest=LONGEST_NAME)
    if _GROUP.fullmatch(group) is None:
        raise CustomerError("customers.group_form", group=_printable(group[:24]))
    return CustomerRecord(code, name, group, since)


def check_no_payment_code(code: str, context: CodeContext) -> None:
    """Raises CustomerError for a code that the till would read as a wallet's."""
    if isinstance(identify(code.strip(), context), PaymentCode):
        raise CustomerError("customers.payment_code")


def set_customer(
    connection: apsw.Connection, code: str, name: str, group: str, since: date | None = None
) -> None:
    """Set a customer, in place of one with this code. Raises CustomerError.

    Without `since`, one already known stays a customer since the day they were.
    """
    customer = check_customer(code, name, group, since)
    connection.execute(
        f"INSERT INTO customers ({_COLUMNS}) VALUES (?,?,?,?)"  # noqa: S608
        " ON CONFLICT (code) DO UPDATE SET name = excluded.name,"
        " customer_group = excluded.customer_group,"
        " since = CASE excluded.since WHEN '' THEN since ELSE excluded.since END",
        (
            customer.code,
            customer.name,
            customer.group,
            "" if since is None else since.isoformat(),
        ),
    )


def find_customer(reader: apsw.Connection, code: str) -> CustomerRecord | None:
    """The customer with this code; spaces around it and small letters do not matter."""
    row = reader.execute(
        f"SELECT {_COLUMNS} FROM customers WHERE code = ?",  # noqa: S608
        (_key(code),),
    ).fetchone()
    return None if row is None else _customer(row)


def remove_customer(connection: apsw.Connection, code: str) -> None:
    """Forget a customer. Raises CustomerError when there is none with this code."""
    connection.execute("DELETE FROM customers WHERE code = ?", (_key(code),))
    if not connection.changes():
        raise CustomerError("customers.unknown", code=_printable(beginning(_key(code))))


def customers_in(reader: apsw.Connection, words: str = "", limit: int = -1) -> list[CustomerRecord]:
    """Customers whose name, code or group hold every one of these words, by name; -1: all."""
    clauses, values = ["1"], list[str | int]()
    for word in words.split()[:6]:
        like = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        clauses.append(
            "(name LIKE ? ESCAPE '\\' OR code LIKE ? ESCAPE '\\' OR customer_group LIKE ?"
            " ESCAPE '\\')"
        )
        values += [like, like, like]
    rows = reader.execute(
        f"SELECT {_COLUMNS} FROM customers WHERE {' AND '.join(clauses)}"  # noqa: S608
        " ORDER BY name, code LIMIT ?",
        (*values, limit),
    )
    return [_customer(row) for row in rows]


def read_customers(path: Path, context: CodeContext) -> CustomerFile:
    """Read a CSV file with the columns code, name and, if it has them, group and since.

    UTF-8 or GB18030; comma, semicolon or tab. Raises CustomerError for one of which nothing can be
    imported.
    """
    lines = _read_text(path).splitlines(keepends=True)
    delimiter = max(",;\t", key=lines[0].count) if lines else ","
    rows = csv.reader(lines, delimiter=delimiter)
    try:
        header = [name.strip().lower() for name in next(rows, [])]
    except csv.Error:
        header = []
    if not {"code", "name"} <= set(header):
        raise CustomerError("customers.no_header", path=str(path))
    positions = {field: header.index(field) for field in _FIELDS if field in header}
    file, seen = CustomerFile([], []), dict[str, int]()
    while True:
        row: list[str] = []
        try:
            row = next(rows)
            if not any(cell.strip() for cell in row):
                continue
            customer = _customer_in(row, len(header), positions, context)
            if customer.code in seen:
                raise CustomerError("customers.row_twice", line=seen[customer.code])
        except StopIteration:
            return file
        except csv.Error as error:
            why = because("goods.row_no_csv", why=plain(str(error)))
            file.rejects.append(RejectedRow(rows.line_num, why, ()))
        except CustomerError as error:
            # What stands in a refused row may be a customer's payment code: it is not kept.
            file.rejects.append(RejectedRow(rows.line_num, error.reason, ()))
        else:
            seen[customer.code] = rows.line_num
            file.customers.append(customer)


def import_customers(connection: apsw.Connection, file: CustomerFile, today: date) -> int:
    """Set a file's customers, all or none; returns how many are new, as of today."""
    new = 0
    for each in file.customers:
        known = find_customer(connection, each.code) is not None
        new += not known
        since = each.since or (None if known else today)
        set_customer(connection, each.code, each.name, each.group, since)
    return new


def _customer_in(
    row: list[str], columns: int, positions: dict[str, int], context: CodeContext
) -> CustomerRecord:
    """The customer of a row. Raises CustomerError."""
    if len(row) != columns:
        raise CustomerError("customers.row_width", count=len(row), wanted=columns)
    cells = {field: row[position].strip() for field, position in positions.items()}
    try:
        since = date.fromisoformat(cells["since"]) if cells.get("since") else None
    except ValueError as error:
        raise CustomerError("customers.row_day") from error
    check_no_payment_code(cells["code"], context)
    return check_customer(cells["code"], cells["name"], cells.get("group") or USUAL_GROUP, since)


def _read_text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CustomerError(
            "customers.unreadable", path=str(path), why=plain(str(error.strerror))
        ) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CustomerError("goods.no_encoding", path=str(path))


def _customer(row: tuple[apsw.SQLiteValue, ...]) -> CustomerRecord:
    code, name, group, since = map(str, row)
    return CustomerRecord(code, name, group, date.fromisoformat(since) if since else None)


def _key(code: str) -> str:
    return code.strip().upper()


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else "·" for each in text)
