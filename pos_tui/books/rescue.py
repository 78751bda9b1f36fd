"""Readable books out of damaged ones: what can be read is copied, the rest is said.

Sales that are lost are made again from the journal and the receipts. Nothing is guessed: a page
that cannot be read as it was written gives nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import apsw
import msgspec
from msgspec import Struct

from pos_tui.books.beside import RECEIPTS, receipt_numbers
from pos_tui.books.connection import (
    TABLES_OF_BOOKS,
    BooksConnection,
    BooksError,
    as_books_error,
    first_damage,
    migrate,
    open_connection,
)
from pos_tui.books.damaged_file import PAGE_SIZE, open_sound_pages
from pos_tui.books.journal import entries as journal
from pos_tui.books.ledger.again import entries_again
from pos_tui.books.ledger.posting import sum_ledger_again
from pos_tui.books.movement import thousandths
from pos_tui.books.rescued_journal import journal_rows_lost, last_journal_row, note_rescue
from pos_tui.books.stock.on_hand import sum_again
from pos_tui.checkout.orders import Order
from pos_tui.files.owner import restrict_to_owner
from pos_tui.files.replacing import remove_file, rename_file
from pos_tui.reasons import Reason, because
from pos_tui.receipts.data import decode_receipt

_LAST = 2**62
_NEW_TABLES = frozenset(  # books of an earlier version have none of these
    (
        "journal_keys", "paper", "movements", "stock_on_hand", "suppliers", "deliveries",
        "delivery_lines", "dated_prices", "product_changes", "counts", "count_entries",
        "search_changes", "shifts", "accounts", "ledger_entries", "postings", "ledger_sums",
        "sold_lines", "sold_offers", "wrong_pins", "badge_salt", "drawer_acts", "z_reports",
        "returned_lines", "return_claims", "late_money", "vouchers", "voucher_movements",
        "clearing_bills", "payouts", "print_jobs",
    )
)  # fmt: skip


class Rescued(Struct, frozen=True):
    """What a rescue came to: where the damaged books are now, what was kept, what was lost."""

    kept_as: Path
    rows: dict[str, int]
    losses: tuple[Reason, ...]


def rescue(path: Path, at: datetime) -> Rescued:
    """Put readable books in the place of damaged ones, which are kept beside. Raises BooksError.

    Nobody else may have the books open.
    """
    made = path.with_name(f"{path.name}.rescued")
    _remove(made)
    try:
        target = open_connection(made)
        try:
            migrate(target)
            with target:
                rows, losses, known = _copy(path, target)
                lost = journal_rows_lost(target, path.parent, losses, known)
                losses += _sales_again(target, path.parent, at)
                sum_again(target)
                entries_again(target)
                sum_ledger_again(target)
                note_rescue(target, at, rows, lost)
            still = first_damage(target, thorough=False)
            if still is not None:
                raise BooksError(still)
            target.pragma("journal_mode", "delete")
        finally:
            target.close()
        kept_as = _free_name(path, at)
        for end in ("", "-wal", "-shm"):
            source = path.with_name(path.name + end)
            if source.exists():
                rename_file(source, kept_as.with_name(kept_as.name + end))
        rename_file(made, path)
        restrict_to_owner(path)
    except (apsw.Error, OSError) as error:
        raise (
            as_books_error(error)
            if isinstance(error, apsw.Error)
            else BooksError(
                "books.cannot_open", path=str(made), why=because("words.text", text=str(error))
            )
        ) from error
    return Rescued(kept_as, rows, tuple(losses))


def _free_name(path: Path, at: datetime) -> Path:
    """Where damaged books go: no earlier ones are there, also not those of the same second."""
    name = f"{path.stem}.damaged-{at:%Y%m%d-%H%M%S}"
    counts = ("", *(f"-{number}" for number in range(2, 1000)))
    free = (path.with_name(f"{name}{count}{path.suffix}") for count in counts)
    return next(each for each in free if not each.exists())


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        remove_file(path.with_name(path.name + end))


def _copy(path: Path, target: BooksConnection) -> tuple[dict[str, int], list[Reason], int]:
    """Copy what can be read: rows by table, what is lost, the last row the journal had (or 0)."""
    rows, losses = dict.fromkeys(TABLES_OF_BOOKS, 0), list[Reason]()
    target.execute("PRAGMA defer_foreign_keys = on")
    try:
        source = _source(path)
    except (BooksError, apsw.Error, OSError):
        return rows, [because("rescue.nothing_readable")], 0
    try:
        for table in sorted(TABLES_OF_BOOKS):
            # A table's own text is on the first pages: without them there is nothing to go by.
            columns = _columns(target, table)
            try:
                there = set(_columns(source, table))
                list(source.execute(f"SELECT 1 FROM {table} LIMIT 0"))  # noqa: S608
            except apsw.Error:
                if table not in _NEW_TABLES:
                    losses.append(because("rescue.table_lost", table=table))
                continue
            shared = [name for name in columns if name in there]
            places = ",".join("?" * len(shared))
            insert = f"INSERT OR IGNORE INTO {table} ({', '.join(shared)}) VALUES ({places})"  # noqa: S608
            for row in _rows(source, table, shared, losses):
                target.execute(insert, row)
                rows[table] += 1
        _codes_by_product(source, target, rows)
        known = last_journal_row(source)
    finally:
        source.close()
        _remove(_copy_of(path))
    return rows, losses, known


def _copy_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.copy")


def _source(path: Path) -> apsw.Connection:
    """The damaged books, or a copy without what is not sound where they cannot even be opened."""
    try:
        source: apsw.Connection = open_connection(path)
        if _tables_of(source):
            return source
        source.close()
    except (BooksError, apsw.Error):
        pass
    source = open_sound_pages(path, _copy_of(path))
    if _tables_of(source):
        return source
    source.close()
    # Where it says which page has what, it is damaged: all books begin alike, if never copied anew.
    return open_sound_pages(path, _copy_of(path), _first_page(path))


def _tables_of(source: apsw.Connection) -> set[str]:
    try:
        return {str(name) for (name,) in source.execute("SELECT name FROM sqlite_schema")}
    except apsw.Error:
        return set()


def _first_page(path: Path) -> bytes:
    """How the first page of new books is."""
    new = path.with_name(f"{path.name}.new")
    _remove(new)
    connection = open_connection(new)
    migrate(connection)
    connection.close()
    page = new.read_bytes()[:PAGE_SIZE]
    _remove(new)
    return page


def _columns(connection: apsw.Connection, table: str) -> list[str]:
    return [str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")]


def _rows(
    source: apsw.Connection, table: str, columns: list[str], losses: list[Reason]
) -> Iterator[tuple[apsw.SQLiteValue, ...]]:
    """Every row that can be read. What cannot is added to `losses`."""
    names = ", ".join(columns)
    try:
        source.execute(f"SELECT rowid FROM {table} LIMIT 0").fetchall()  # noqa: S608
    except apsw.SQLError:
        yield from _rows_by_key(source, table, names, columns[0], losses)
        return
    except apsw.Error:
        pass
    start = -_LAST
    while True:
        last = start - 1
        try:
            for rowid, *row in source.execute(
                f"SELECT rowid, {names} FROM {table} WHERE rowid >= ? ORDER BY rowid",  # noqa: S608
                (start,),
            ):
                assert isinstance(rowid, int)
                last = rowid
                yield tuple(row)
        except apsw.Error:
            goes_on = _next_readable(source, table, last + 1)
            losses.append(_lost(table, max(last + 1, 1), goes_on))
            if goes_on is None:
                return
            start = goes_on
        else:
            return


def _next_readable(source: apsw.Connection, table: str, lost: int) -> int | None:
    """The first rowid after damaged pages; None when nothing follows."""

    def found_at(rowid: int) -> tuple[bool, int | None]:
        try:
            row = source.execute(
                f"SELECT rowid FROM {table} WHERE rowid >= ? ORDER BY rowid LIMIT 1",  # noqa: S608
                (rowid,),
            ).fetchone()
        except apsw.Error:
            return False, None
        return True, None if row is None else int(str(row[0]))

    low, step = lost, 1
    while True:
        readable, row = found_at(low + step)
        if readable:
            break
        if step >= _LAST:  # SQLite knows no number of twice that
            return None
        step *= 2
    high = low + step
    while high - low > 1:
        middle = (low + high) // 2
        readable, found = found_at(middle)
        if readable:
            high, row = middle, found
        else:
            low = middle
    return row


def _lost(table: str, first: int, goes_on: int | None) -> Reason:
    if goes_on is None:
        return because("rescue.rows_lost_from", table=table, first=first)
    return because("rescue.rows_lost", table=table, first=first, last=goes_on - 1)


def _rows_by_key(
    source: apsw.Connection, table: str, names: str, key: str, losses: list[Reason]
) -> Iterator[tuple[apsw.SQLiteValue, ...]]:
    """The rows of a table without row numbers: from its begin, then from its end."""
    seen: set[tuple[apsw.SQLiteValue, ...]] = set()
    for direction in ("ASC", "DESC"):
        try:
            for row in source.execute(
                f"SELECT {names} FROM {table} ORDER BY {key} {direction}"  # noqa: S608
            ):
                if row in seen:
                    continue
                seen.add(row)
                yield row
        except apsw.Error:
            continue
        if direction == "ASC":
            return
    losses.append(because("rescue.rows_lost_between", table=table))


def _codes_by_product(
    source: apsw.Connection, target: apsw.Connection, rows: dict[str, int]
) -> None:
    """Item codes stand twice in the books; those that one place has lost, the other may have."""
    insert = "INSERT OR IGNORE INTO item_codes (code, product_id) VALUES (?, ?)"
    if "alternative" in _columns(target, "item_codes"):  # where a product has one code of its own
        insert = (
            "INSERT OR IGNORE INTO item_codes (code, product_id, alternative) VALUES (?1, ?2,"
            " EXISTS (SELECT 1 FROM item_codes WHERE product_id = ?2 AND alternative = 0))"
        )
    products = [row[0] for row in target.execute("SELECT id FROM products")]
    for product in products:
        try:
            for (code,) in source.execute(
                "SELECT code FROM item_codes INDEXED BY item_codes_of_product WHERE product_id = ?",
                (product,),
            ):
                target.execute(insert, (code, product))
                rows["item_codes"] += target.changes()
        except apsw.Error:
            continue


# ---- sales from what else is known of them -------------------------------------------------------


def _sales_again(target: apsw.Connection, folder: Path, at: datetime) -> list[Reason]:
    """Sales, and what depends on them, out of journal and receipts; what stays lost."""
    losses: list[Reason] = []
    again = 0
    known = {row[0] for row in target.execute("SELECT number FROM sales")}
    for number in sorted(receipt_numbers(folder) - known):
        try:
            content = (folder / RECEIPTS / f"{number:06d}.json").read_bytes()
            receipt = decode_receipt(content)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            continue
        when = receipt.at.isoformat()
        target.execute(
            "INSERT INTO sales (number, state, opened_at, closed_at, total, tender)"
            " VALUES (?, 'paid', ?, ?, ?, ?)",
            (number, when, when, receipt.sold, msgspec.json.encode(receipt.tenders).decode()),
        )
        by_wallet = (each for each in receipt.tenders if each.kind == "wallet")
        for tender in (each for each in by_wallet if not each.is_refund):
            order = Order(
                tender.order_no, number, tender.amount, receipt.currency, tender.platform,
                tender.masked_code, "paid", receipt.at, tender.platform_ref,
            )  # fmt: skip
            target.execute(
                "INSERT OR IGNORE INTO orders (order_no, sale_no, state, body) VALUES (?,?,?,?)",
                (order.order_no, number, "paid", msgspec.json.encode(order).decode()),
            )
        for back in receipt.returns:
            target.execute(
                "INSERT OR IGNORE INTO returned_lines VALUES (?,?,?,?,0,'',?,?,?,'',?,?,?,'')",
                (
                    number, back.number, back.sale_no, back.line,
                    thousandths(Decimal(back.quantity)), back.amount, back.amount - back.tax,
                    back.tax, back.kind, "to_shelf",
                ),
            )  # fmt: skip
        known.add(number)
        again += 1
    rows = target.execute(
        "SELECT sale_no, min(at) FROM journal WHERE sale_no > 0 GROUP BY sale_no ORDER BY sale_no"
    ).fetchall()
    for sale_no, opened_at in rows:
        number = int(str(sale_no))
        if number not in known:
            # Nobody knows whether it was paid: it must not be sold on, nor its number used again.
            paid = journal.paid_head(target, number) is not None
            target.execute(
                "INSERT INTO sales (number, state, opened_at) VALUES (?, 'void', ?)",
                (number, opened_at),
            )
            if paid:
                losses.append(because("rescue.sale_without_amount", number=number))
            known.add(number)
            again += 1
    if again:
        losses.append(because("rescue.sales_again", count=again))
    losses += _without_parents(target)
    return losses


def _without_parents(target: apsw.Connection) -> list[Reason]:
    """Rows that belong to a product or a sale that is lost cannot be kept."""
    losses = []
    for table, column, parent, key in (
        ("item_codes", "product_id", "products", "id"),
        ("lots", "product_id", "products", "id"),
        ("dated_prices", "product_id", "products", "id"),
        ("orders", "sale_no", "sales", "number"),
    ):
        orphaned = f"{column} NOT IN (SELECT {key} FROM {parent})"  # noqa: S608
        if table == "item_codes":
            codes = [
                str(code)
                for (code,) in target.execute(
                    f"SELECT code FROM item_codes WHERE {orphaned} ORDER BY code"  # noqa: S608
                )
            ]
            if codes:
                losses.append(
                    because("rescue.goods_lost", count=len(codes), codes=tuple(codes[:20]))
                )
        target.execute(f"DELETE FROM {table} WHERE {orphaned}")  # noqa: S608
        if table != "item_codes" and target.changes():
            losses.append(because("rescue.rows_dropped", table=table, count=target.changes()))
    target.execute(
        "UPDATE offers SET product_id = NULL WHERE product_id NOT IN (SELECT id FROM products)"
    )
    return losses
