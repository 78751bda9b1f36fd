"""Days of a shop with money and goods: sales of every tender, offers, tax, lots, several shifts."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import apsw

from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import Entry, post
from pos_tui.books.movement import Movement
from pos_tui.books.shift import begin_shift, current_shift, end_shift
from pos_tui.books.stock.movements import move_stock
from pos_tui.settings import (
    PrinterSettings,
    ShopSettings,
    TaxSettings,
    TillIdentity,
    TillSettings,
)
from tests.conftest import CHICKEN, COLA, MILK, NOON, SPREAD, Counter

CATEGORIES = {COLA: "饮料", SPREAD: "soft & sweet", MILK: "Soft: sweet", CHICKEN: "=1+1"}


def trading_settings(currency: str = "CNY") -> TillSettings:
    """A shop with two rates of tax and coins of five."""
    return TillSettings(
        shop=ShopSettings(name="Corner Market", currency=currency, cash_step=5),
        till=TillIdentity(cashier="Ada"),
        printer=PrinterSettings(columns=32),
        tax=TaxSettings(mode="included", rates={"standard": Decimal(13), "reduced": Decimal(9)}),
    )


async def trade(folder: Path, seed: int, days: int, settings: TillSettings | None = None) -> None:
    """Trade for so many days from NOON on, two shifts a day; the books are closed at the end."""
    chance = random.Random(seed)
    counter = Counter(folder, settings or trading_settings()).stock()
    _write(counter, _categories)
    counter.open()
    for day in range(days):
        counter.now = NOON + timedelta(days=day)
        for shift, cashier in enumerate(("Ada", "Eve 王")):
            opens = counter.now + timedelta(hours=5 * shift)
            await _shift(counter, chance, opens, cashier)
    await counter.till.close()
    counter.books.close()


def _categories(connection: apsw.Connection) -> None:
    for code, category in CATEGORIES.items():
        connection.execute(
            "UPDATE products SET category = ?, tax = ? WHERE id IN"
            " (SELECT product_id FROM item_codes WHERE code IN (?, ?))",
            (category, "reduced" if code == MILK else "", code, f"0{code}"),
        )


async def _shift(counter: Counter, chance: random.Random, opens: datetime, by: str) -> None:
    counter.now = opens

    def begin(connection: apsw.Connection) -> None:
        begin_shift(connection, opens, by, opens.date())
        post(
            connection,
            opens,
            by,
            Entry("float", ((accounts.DRAWER, 20_000), (accounts.FLOAT, -20_000))),
        )
        goods = [
            Movement(1, "L-1", 24_000, "received", 4800, document="d-1"),
            Movement(2, "", 6000, "received", 9000, document="d-1"),
            Movement(5, "", 9842, "received", 20_011, document="d-1"),
        ]
        move_stock(connection, opens, by, goods)

    _write(counter, begin)
    for _ in range(chance.randrange(6, 12)):
        counter.now += timedelta(minutes=chance.randrange(1, 9))
        codes = [chance.choice((COLA, SPREAD, MILK)) for _ in range(chance.randrange(1, 4))]
        if chance.random() < 0.3:
            codes.append(f"{chance.randrange(100, 2000) / 1000}*{CHICKEN}")
        counter.scan(*codes)
        for typed in chance.choice((("200",), ("=",), ("c=",), ("10", "c="), ("v5 X-17", "300"))):
            counter.till.pay(typed)
            await counter.till.until_idle()
    moved = [Movement(2, "", -1000, "written_off", reason="broken glass")]
    _write(counter, lambda c: move_stock(c, counter.now, by, moved))

    def end(connection: apsw.Connection) -> None:
        legs = ((accounts.SAFE, 15_000), (accounts.DRAWER, -15_000))
        post(connection, counter.now, by, Entry("drop", legs, document="bag 1"))
        legs = ((accounts.paid_out("window cleaner"), 1500), (accounts.DRAWER, -1500))
        post(connection, counter.now, by, Entry("pay_out", legs))
        legs = ((accounts.OVER_SHORT, 35), (accounts.DRAWER, -35))
        post(connection, counter.now, by, Entry("counted", legs))
        close_shift(connection, counter.now, by)

    _write(counter, end)


def close_shift(connection: apsw.Connection, at: datetime, by: str) -> None:
    """Close the shift that is open."""
    shift = current_shift(connection)
    assert shift is not None
    end_shift(connection, shift.number, at, by)


def _write(counter: Counter, job: Callable[[apsw.Connection], object]) -> None:
    counter.books.write(job).result()
