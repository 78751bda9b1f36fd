"""Books that are damaged at a place, and a till that goes on selling with them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from pos_tui.books import BooksError
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.books.connection import open_connection
from pos_tui.checkout import events
from pos_tui.codes.gtin import check_digit
from pos_tui.receipts.data import decode_receipt
from tests.conftest import Counter

GOODS = 600
PAGE = 4096


class Trial(Struct):
    """What came of one trial: the sentences that were said, and whether all was as it should be."""

    said: list[str]
    sold: int = 0
    refused: int = 0


def code_of(number: int) -> str:
    """The item code of a product of the shop."""
    body = f"{4_000_000_000_00 + number:012d}"
    return body + str(check_digit(body))


def price_of(number: int) -> int:
    """Its price, in minor units."""
    return 100 + number * 7


def make_shop(folder: Path) -> None:
    """A shop with many goods, a few paid sales and one that is under way."""
    counter = Counter(folder)
    rows = [
        ProductRow("0" + code_of(number), f"Thing {number}", price_of(number))
        for number in range(GOODS)
    ]
    counter.books.write(lambda c: import_products(c, rows)).result()
    asyncio.run(_sell_some(counter))
    counter.books.close()


async def _sell_some(counter: Counter) -> None:
    counter.open()
    for number in range(8):
        counter.scan(code_of(number), code_of(number + 50))
        counter.till.pay(f"{counter.total / 100:.2f}")
        await counter.till.until_idle()
    counter.scan(code_of(20), code_of(21))
    await counter.till.close()


def pages_of(path: Path, table: str) -> list[int]:
    """Where the leaf pages of a table begin."""
    with closing(open_connection(path)) as connection:
        rows = connection.execute(
            "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno",
            (table,),
        )
        return [(int(str(number)) - 1) * PAGE for (number,) in rows]


def damage(path: Path, place: int, *, whole_page: bool) -> None:
    """Flip a byte at a place of a file, or the whole page around it."""
    content = bytearray(path.read_bytes())
    span = range(place // PAGE * PAGE, place // PAGE * PAGE + PAGE) if whole_page else (place,)
    for each in span:
        content[each] ^= 0xFF if whole_page else 1 + place % 255
    path.write_bytes(content)


def sell_with(folder: Path, seed: int, *, whole_page: bool) -> Trial:
    """Damage a random place and sell on: at once, with the till open, and after a new start."""
    chance = random.Random(seed)
    path = folder / "books.db"
    place = chance.randrange(path.stat().st_size)
    trial = Trial([])
    if chance.random() < 0.5:
        damage(path, place, whole_page=whole_page)
        _one_run(folder, trial, chance)
    else:
        _one_run(folder, trial, chance, lambda: damage(path, place, whole_page=whole_page))
    _one_run(folder, trial, chance)
    return trial


def _one_run(
    folder: Path, trial: Trial, chance: random.Random, then: Callable[[], None] = lambda: None
) -> None:
    try:
        counter = Counter(folder)
    except BooksError as error:
        trial.said.append(error.reason.kind)
        return
    try:
        asyncio.run(_one_sale(counter, trial, chance, then))
    except BooksError as error:  # the till says it and ends
        trial.said.append(error.reason.kind)
    finally:
        counter.books.close()


async def _one_sale(
    counter: Counter, trial: Trial, chance: random.Random, then: Callable[[], None]
) -> None:
    counter.open()
    then()
    wanted = {line.number: number_of(line.item.code) for line in counter.till.sale.list.lines}
    for number in chance.sample(range(GOODS), 25):
        before = len(counter.told)
        counter.scan(code_of(number))
        changed = [
            each
            for each in counter.told[before:]
            if isinstance(each, events.LineChanged) and each.code
        ]
        if changed:
            line = changed[-1].change.line
            assert number_of(line.item.code) == number
            wanted[line.number] = number
            trial.sold += 1
        else:
            trial.refused += 1
            said = _sentences(counter.told[before:])
            assert said, f"{number} was not sold, and nobody said why"
            assert "item.not_in_books" not in said, f"{number} is in the books"
    for line in counter.till.sale.list.lines:
        assert line.actual == price_of(wanted[line.number]) * line.quantity
    total = sum(
        price_of(wanted[line.number]) * line.quantity for line in counter.till.sale.list.lines
    )
    assert counter.till.sale.list.totals.total == total
    number = counter.till.sale.number
    counter.till.pay(f"{total / 100:.2f}")
    ending = asyncio.ensure_future(counter.till.until_idle())
    # In the end it is written down, or somebody says why not.
    await counter.until_true(lambda: ending.done() or _sentences(counter.told))
    ending.cancel()
    receipt = counter.data / "receipts" / f"{number:06d}.json"
    if receipt.exists() and counter.all(events.SalePaid):
        assert decode_receipt(receipt.read_bytes()).total == total
    trial.said += _sentences(counter.told)
    damage_found = None if counter.books is None else counter.books.examine()
    if damage_found is not None:
        trial.said.append(damage_found.kind)
    await counter.till.close()


def number_of(code: str) -> int:
    """The product that has this code."""
    return int(code[-13:-1]) - 4_000_000_000_00


def _sentences(told: Sequence[events.TillEvent]) -> list[str]:
    found = []
    for event in told:
        if isinstance(event, events.Notice) and event.tone != "info":
            found.append(event.reason.kind)
        elif isinstance(event, events.LinkChanged) and event.why is not None:
            found.append(event.why.kind)
        elif isinstance(event, events.PaymentChanged) and event.view.tone == "error":
            assert event.view.status is not None
            found.append(event.view.status.kind)
        elif isinstance(event, events.NotSold):
            found.append(event.why.kind)
    return found
