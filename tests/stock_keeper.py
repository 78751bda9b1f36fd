"""A shop's year with its goods, done to real books; it goes on where it was stopped.

Run as a program it prints the number of each act once that is on disk, until it is killed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import apsw

from pos_tui.books import Books
from pos_tui.books.connection import open_connection
from pos_tui.books.journal.entries import Noted
from pos_tui.books.movement import Movement
from pos_tui.books.sales.completing import Closing
from pos_tui.books.stock.lots import SoldGoods, put_lot
from pos_tui.books.stock.movements import MovingStock, move_stock
from pos_tui.books.stock.on_hand import mismatches, on_hand
from pos_tui.checkout.tenders import Tender
from tests.model_stock import Act, Paper, year

BEGINS = datetime(2026, 1, 1, 8, 0, tzinfo=UTC)


def open_shop(folder: Path, goods: int) -> Books:
    """Books with so many goods, made where there are none."""
    books = Books(folder)

    def job(connection: apsw.Connection) -> None:
        connection.executemany(
            "INSERT OR IGNORE INTO products (id, name, price) VALUES (?, ?, 100)",
            ((number, f"Goods {number}") for number in range(1, goods + 1)),
        )

    books.write(job).result()
    return books


def done_until(books: Books) -> int:
    """The number of the last act that these books have."""
    rows = books.write(
        lambda c: c.execute("SELECT coalesce(max(CAST(document AS INT)), 0) FROM movements"
                            " UNION SELECT coalesce(max(number), 0) FROM sales"
                            " WHERE state = 'paid'").fetchall()
    ).result()  # fmt: skip
    return max(int(str(row[0])) for row in rows)


def do(books: Books, act: Act) -> None:
    """Do one act; returns once it is on disk. A sale has the number of its act."""
    if act.what == "sell":
        sale = books.new_sale(act.number, act.at)
        books.record(sale, act.at, Noted("begun"))
        tender = Tender("cash", 100, 100, state="taken", at=act.at)
        goods = tuple(
            SoldGoods(line, product, lot, quantity)
            for line, (product, lot, quantity) in enumerate(act.goods, 1)
        )
        use_by = frozenset(("use_by",))
        closing = Closing(100, (tender,), {}, False, goods, "Ada", use_by)  # type: ignore[arg-type]
        books.accept_tender(act.number, act.at, tender, closing=closing).result()
        return
    ((product, lot, quantity),) = act.goods

    def job(connection: apsw.Connection) -> None:
        if act.expires_on is not None:
            put_lot(connection, product, lot, act.expires_on)
        moved = Movement(product, lot, quantity, "received", act.cost, document=str(act.number))
        if act.what == "write off":
            moved = Movement(product, lot, -quantity, "written_off", document=str(act.number))
        elif act.what == "return":
            moved = Movement(product, lot, quantity, "returned", document=str(act.number))
        elif act.what == "count":
            stock = MovingStock(connection)
            difference = quantity - on_hand(connection, product, lot).quantity
            stock.move(Movement(product, lot, difference, "counted", document=str(act.number),
                                counted=quantity))  # fmt: skip
            stock.write(act.at, "Ada")
            return
        move_stock(connection, act.at, "Ada", [moved])

    books.write(job).result()


def judged(folder: Path, acts: Iterable[Act]) -> list[str]:
    """What differs between the books and the same acts on paper; [] where all is equal."""
    paper = Paper()
    for act in acts:
        paper.do(act)
    reader = open_connection(folder / "books.db")
    try:
        wrong = [str(each) for each in mismatches(reader)]
        kept = {
            (product, lot): tuple(row)
            for product, lot, *row in reader.execute(
                "SELECT product_id, lot, quantity, uncosted, cost FROM stock_on_hand"
            )
        }
        cards = {
            (product, lot): card
            for product, lots in paper.cards.items()
            for lot, card in lots.items()
        }
        for key, card in cards.items():
            expected = (card.there, card.without_cost, card.worth)
            if kept.pop(key, (0, 0, 0)) != expected:
                found = on_hand(reader, *key)
                wrong.append(f"{key}: on paper {expected}, in the books {found}")
        wrong += [f"{key}: not on paper" for key, row in kept.items() if any(row)]
        (sold, costs) = reader.execute(
            "SELECT count(DISTINCT sale_no), count(*) FROM movements WHERE kind = 'sold'"
        ).fetchone() or (0, 0)
        (paid,) = reader.execute("SELECT count(*) FROM sales WHERE state = 'paid'").fetchone() or (
            0,
        )
        if sold != paid:
            wrong.append(f"{paid} sales are paid, {sold} have moved goods ({costs} movements)")
    finally:
        reader.close()
    return wrong


def main() -> None:
    """Go on with a year: folder, seed, goods, sales."""
    folder, seed, goods, sales = Path(sys.argv[1]), *map(int, sys.argv[2:5])
    books = open_shop(folder, goods)
    done = done_until(books)
    for act in year(seed, goods, sales, BEGINS):
        if act.number > done:
            do(books, act)
            print(act.number, flush=True)
    books.close()


if __name__ == "__main__":
    main()
