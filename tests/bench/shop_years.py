"""Books of a shop after some years of selling: sales, lines, offers and costs, as they are kept."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from pos_tui.books import Books
from pos_tui.books.books import FILE_NAME
from pos_tui.books.connection import open_connection

LAST_DAY = date(2026, 11, 28)
_YEARS = 3
_PRODUCTS, _CATEGORIES, _CASHIERS = 4_000, 40, 6
_ZONE = timezone(timedelta(hours=8))
_HOURS = (
    7,
    8,
    8,
    9,
    10,
    10,
    11,
    11,
    12,
    12,
    12,
    13,
    14,
    15,
    16,
    17,
    17,
    18,
    18,
    18,
    19,
    19,
    20,
    21,
)
_TENDERS = (("cash", ""), ("wallet", "wechat"), ("wallet", "alipay"), ("card", ""))
_OFFERS = 30
_PORTION = 20_000


def write_years(folder: Path, sales: int) -> Path:
    """Write so many sales, spread over three years, three and a half lines each; gives the books.

    Of the journal there is a row only: reports do not read it.
    """
    with closing(Books(folder)):
        pass
    path = folder / FILE_NAME
    with closing(open_connection(path)) as connection:
        connection.pragma("synchronous", "off")
        connection.pragma("cache_size", -200_000)
        with connection:
            connection.executemany(
                "INSERT INTO products (id, name, price, category) VALUES (?,?,?,?)",
                (
                    (n, f"Article {n}", 100 + n % 4_000, f"Category {n % _CATEGORIES}")
                    for n in range(1, _PRODUCTS + 1)
                ),
            )
            connection.execute("INSERT INTO journal VALUES (1, '', 0, 'note', x'7b7d', x'01')")
        made = _sales(sales)
        while portion := list(itertools.islice(made, _PORTION)):
            with connection:
                connection.executemany(
                    "INSERT INTO sales (number, state, opened_at, closed_at, total, tender, day,"
                    " shift, cashier) VALUES (?,'paid',?,?,?,?,?,?,?)",
                    (each[0] for each in portion),
                )
                connection.executemany(
                    "INSERT INTO sold_lines VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                    (line for each in portion for line in each[1]),
                )
                connection.executemany(
                    "INSERT INTO sold_offers VALUES (?,?,?,?)",
                    (offer for each in portion for offer in each[2]),
                )
                connection.executemany(
                    "INSERT INTO movements (at, product_id, lot, quantity, cost, kind, sale_no,"
                    " line, by, journal) VALUES (?,?,'',?,?,'sold',?,?,'Ada',1)",
                    (moved for each in portion for moved in each[3]),
                )
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


Row = tuple[object, ...]


def _sales(count: int) -> Iterator[tuple[Row, list[Row], list[Row], list[Row]]]:
    """Each sale's row, its lines, what came off them, and its goods' movements."""
    chance = random.Random(18)
    days = [LAST_DAY - timedelta(days=back) for back in range(365 * _YEARS)][::-1]
    popular = [int(_PRODUCTS * chance.random() ** 2) + 1 for _ in range(100_000)]
    a_day = -(-count // len(days))
    for number in range(1, count + 1):
        day = days[(number - 1) // a_day]
        second = number % a_day
        hour = _HOURS[second * len(_HOURS) // a_day]
        at = datetime(day.year, day.month, day.day, hour, second % 60, 0, tzinfo=_ZONE).isoformat()
        lines: list[Row] = []
        offers: list[Row] = []
        moved: list[Row] = []
        total = 0
        for line in range(1, chance.choice((1, 2, 3, 3, 4, 4, 5, 6)) + 1):
            product = popular[chance.randrange(len(popular))]
            gross = 100 + product % 4_000
            saved = gross // 10 if chance.random() < 0.15 else 0
            paid = gross - saved
            tax = paid * 13 // 113
            total += paid
            lines.append(
                (
                    number, line, product, f"Category {product % _CATEGORIES}", 1000, gross, paid,
                    gross - gross * 13 // 113, paid - tax, "standard", tax, 0,
                )
            )  # fmt: skip
            if saved:
                offers.append((number, line, f"Offer {chance.randrange(_OFFERS)}", saved))
            moved.append((at, product, -1000, -(gross * 6 // 10), number, line))
        kind, platform = chance.choice(_TENDERS)
        tender = {"kind": kind, "platform": platform, "given": total, "change": 0, "rounding": 0}
        row = (
            number, at, at, total, json.dumps([tender]), day.isoformat(),
            (number - 1) // a_day + 1, f"Cashier {chance.randrange(_CASHIERS)}",
        )  # fmt: skip
        yield row, lines, offers, moved
