"""Customers that the shop knows: look up, find by words, set, import from a file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import apsw
from msgspec import Struct

from pos_tui.books.ledger.accounts import customer_account
from pos_tui.books.ledger.posting import balance
from pos_tui.codes import PaymentCode
from pos_tui.codes.context import CodeContext
from pos_tui.codes.identify import identify
from pos_tui.codes.masking import beginning
from pos_tui.reasons import ReasonError
from pos_tui.tables.dates import DateOrder, date_order_of, read_date
from pos_tui.tables.errors import CellError, NoHeaderError
from pos_tui.tables.reading import read_table
from pos_tui.tables.rejects import RejectedRow

USUAL_GROUP = "member"
LONGEST_NAME = 80
_CODE = re.compile(r"[!-~]{1,40}")
_POWER = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.ASCII | re.IGNORECASE)  # 5.44901E+12
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
    """A file's customers: those to import, and the rows that were refused.

    `encoding` and `sheet` are those by which it was read, each "" where it has none.
    """

    customers: list[CustomerRecord]
    rejects: list[RejectedRow]
    encoding: str = ""
    sheet: str = ""


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
    """Forget a customer. Raises CustomerError when there is none with this code, and for one who
    owes anything.
    """
    if balance(connection, customer_account(_key(code))):
        raise CustomerError("customers.owes", code=_printable(beginning(_key(code))))
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


def read_customers(
    path: Path,
    context: CodeContext,
    *,
    encoding: str = "",
    sheet: str = "",
    dates: DateOrder | None = None,
    language: str = "",
) -> CustomerFile:
    """Read a table with the columns code, name and, if it has them, group and since.

    CSV or a workbook. `encoding`, `sheet` and `dates` are what somebody named, `language` is the
    shop's. Raises CustomerError or TableError for one of which nothing can be imported.
    """
    try:
        table = read_table(
            path,
            _names_the_columns,
            encoding=encoding,
            sheet=sheet,
            language=language,
            currency=context.currency.code,
        )
    except NoHeaderError as error:
        raise CustomerError("customers.no_header", path=str(path), columns=error.header) from error
    header = _names(table.header)
    positions = {field: header.index(field) for field in _FIELDS if field in header}
    if dates is None and "since" in positions:
        dates = date_order_of(row.cells[positions["since"]] for row in table.rows)
    # What stands in a refused row may be a customer's payment code: it is not kept.
    rejects = [RejectedRow(each.line, each.why, ()) for each in table.rejects]
    file = CustomerFile([], rejects, table.encoding, table.sheet)
    seen = dict[str, int]()
    for row in table.rows:
        cells = {field: row.cells[position].strip() for field, position in positions.items()}
        try:
            customer = _customer_in(cells, dates, context)
            if customer.code in seen:
                raise CustomerError("customers.row_twice", line=seen[customer.code])
        except (CustomerError, CellError) as error:
            file.rejects.append(RejectedRow(row.line, error.reason, ()))
        else:
            seen[customer.code] = row.line
            file.customers.append(customer)
    file.rejects.sort(key=lambda each: each.line)
    return file


def import_customers(connection: apsw.Connection, file: CustomerFile, today: date) -> int:
    """Set a file's customers, all or none; returns how many are new, as of today."""
    new = 0
    for each in file.customers:
        known = find_customer(connection, each.code) is not None
        new += not known
        since = each.since or (None if known else today)
        set_customer(connection, each.code, each.name, each.group, since)
    return new


def _names(header: Sequence[str]) -> list[str]:
    return [name.strip().lower() for name in header]


def _names_the_columns(cells: Sequence[str]) -> bool:
    return {"code", "name"} <= set(_names(cells))


def _customer_in(
    cells: Mapping[str, str], dates: DateOrder | None, context: CodeContext
) -> CustomerRecord:
    """The customer of a row. Raises CustomerError, CellError."""
    code, group = cells["code"], cells.get("group") or USUAL_GROUP
    check_no_payment_code(code, context)
    if _POWER.fullmatch(code):
        raise CustomerError("goods.row_digits_gone", text=code)
    since = read_date(cells["since"], dates) if cells.get("since") else None
    return check_customer(code, cells["name"], group, since)


def _customer(row: tuple[apsw.SQLiteValue, ...]) -> CustomerRecord:
    code, name, group, since = map(str, row)
    return CustomerRecord(code, name, group, date.fromisoformat(since) if since else None)


def _key(code: str) -> str:
    return code.strip().upper()


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else "·" for each in text)
