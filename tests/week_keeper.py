"""A shop's week, done at a real till without a screen; it goes on where it was stopped.

Run as a program it prints the number of each deed once that is done, until it is killed. The
gateway is a model whose memory outlives it.
"""

from __future__ import annotations

import asyncio
import itertools
import pickle
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import apsw
import pytest

from pos_tui.books.cash.drawer_acts import CashMove
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.books.connection import open_connection
from pos_tui.books.journal.verify import differences
from pos_tui.books.ledger.posting import wrong_sums
from pos_tui.books.ledger.verify import DOUBTS, ledger_differences
from pos_tui.books.movement import Movement
from pos_tui.books.shift import current_shift
from pos_tui.books.stock.movements import move_stock
from pos_tui.books.stock.verify import stock_differences
from pos_tui.money import format_amount
from pos_tui.pricing.offers import NForPrice, Offer, PercentOff, Threshold
from pos_tui.settings import (
    GatewaySettings,
    ShopSettings,
    TaxSettings,
    TillIdentity,
    TillSettings,
)
from pos_tui.till.money.cash_count import CashSoFar
from pos_tui.till.money.returns import ToReturn
from tests import model_shop
from tests.conftest import Counter as ShopCounter
from tests.model_gateway import ModelGateway, QuickLoop
from tests.model_shop import Shop, SlowBooks, SlowDisk
from tests.model_week import (
    BASKET_OFF,
    BASKET_OVER,
    BEGINS,
    FLOAT,
    GOODS,
    RATES,
    STEP,
    Deed,
    Paper,
    week,
)

DELIVERED = 100_000
_MOVES: dict[str, CashMove] = {
    "pay in": "pay_in", "pay out": "pay_out", "drop": "drop", "no sale": "no_sale"
}  # fmt: skip


class LastingGateway(ModelGateway):
    """A gateway that is not killed with the till: what it knows is in a file, at once."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        if path.exists():
            self.orders = pickle.loads(path.read_bytes())  # noqa: S301 - written by this test

    async def _meet(self, what, arrive, sent=None):
        def arrives():
            answer = arrive()
            draft = self._path.with_suffix(".new")
            draft.write_bytes(pickle.dumps(self.orders))
            draft.replace(self._path)
            return answer

        return await super()._meet(what, arrives, sent)


class DirectDisk(SlowDisk):
    """Writes at once: the acts of the drawer wait for it, and no loop runs meanwhile."""

    def _put(self, job):
        self.waiting.append(job)
        self.flush()


class WeekBooks(SlowBooks):
    """Books on such a disk."""

    def __init__(self, folder, loop):
        super().__init__(folder, loop)
        self.disk = self._writer = DirectDisk(self.path, loop)


class WeekShop(Shop):
    """The shop of the week, in a folder that stays."""

    def __init__(self, folder: Path) -> None:
        self.loop = QuickLoop()
        asyncio.set_event_loop(self.loop)
        self.folder = folder
        self.settings = TillSettings(
            shop=ShopSettings(name="Corner Market", cash_step=STEP),
            till=TillIdentity(cashier="Ada"),
            gateway=GatewaySettings(url="http://127.0.0.1:9", key="key"),
            tax=TaxSettings(
                mode="included",
                rates={name: Decimal(rate) for name, rate in RATES.items()},
            ),
        )
        is_new = not (folder / "books.db").exists()
        self.counter = ShopCounter(folder, self.settings, has_printer=False)
        if is_new or not self._is_stocked():
            self._stock()
        self.counter.books.close()
        self.gateway = LastingGateway(folder / "gateway.pickle")
        self.at = BEGINS
        self.counter.clock = self.now
        self.told = []
        self.taken, self.back, self.to_give_back = {}, {}, set()
        self.paid = Counter()
        self.cuts = 0
        self.message_ids = itertools.count(1)
        self.run(self.start())

    async def start(self):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(model_shop, "SlowBooks", WeekBooks)
            await super().start()

    def now(self) -> datetime:
        return self.at + timedelta(seconds=self.loop.time() % 10)

    def _is_stocked(self) -> bool:
        with_offers = self.counter.books.write(
            lambda c: c.execute("SELECT count(*) FROM offers").fetchone()
        ).result()
        return with_offers is not None and with_offers[0] == 4

    def _stock(self) -> None:
        rows = [
            ProductRow(each.code, f"Goods {each.code}", each.price, "pc", category=each.category,
                       tax=each.tax)
            for each in GOODS
        ]  # fmt: skip

        def job(connection: apsw.Connection) -> None:
            import_products(connection, rows)
            ids = dict(connection.execute("SELECT code, product_id FROM item_codes"))
            move_stock(
                connection, BEGINS, "Boss",
                (
                    Movement(ids[each.code], "", DELIVERED * 1000, "received",
                             DELIVERED * each.cost)
                    for each in GOODS
                ),
            )  # fmt: skip

        self.counter.now = BEGINS
        self.counter.books.write(job).result()
        for each in GOODS:
            on = (f"product:{each.code}",)
            if each.percent:
                gives = PercentOff(Decimal(each.percent))
                self.counter.set_offer(Offer(name=f"off {each.code}", gives=gives, on=on))
            if each.three_for:
                gives3 = NForPrice(3, each.three_for)
                self.counter.set_offer(Offer(name="3 for 2.5", gives=gives3, on=on))
        basket = Threshold(over=BASKET_OVER, amount=BASKET_OFF)
        self.counter.set_offer(Offer(name="5 off", gives=basket))

    # ---- doing -------------------------------------------------------------------------------

    def settle_down(self) -> None:
        """Wait until nothing is under way."""
        for _ in range(200):
            self.wait(1)
            if not self.till._tasks and self.books.disk.is_idle:
                return
        raise AssertionError([str(each) for each in self.till._tasks])

    def carry_out(self, deed: Deed) -> None:
        """Do a deed, or what is left of it."""
        self.at = deed.at
        if deed.is_sale:
            self._sell(deed)
        else:
            self._at_the_drawer(deed)
        self.settle_down()

    def _at_the_drawer(self, deed: Deed) -> None:
        drawer = self.till.money.drawer
        # its acts wait for the disk, which this loop writes: a thread's future is done at once
        if deed.what == "open":
            counted = FLOAT if deed.at == BEGINS else drawer.status().proposed
            drawer.open(deed.by, CashSoFar(loose=counted))
        elif deed.what == "close":
            counted = drawer.expected() + deed.amount
            drawer.close(deed.by, CashSoFar(loose=counted), min(FLOAT, counted))
        else:
            drawer.move(_MOVES[deed.what], deed.amount, "this and that", deed.by)

    def _sell(self, deed: Deed) -> None:
        till = self.till
        number = till.sale.number
        here = {line.item.code: int(line.quantity) for line in till.sale.list.lines}
        if till.sale.state == "open":
            for goods, pieces in deed.pieces:
                missing = pieces - here.get(GOODS[goods].code, 0)
                if missing:
                    self.do(till.scan, f"{missing}*{GOODS[goods].code}")
        if deed.what == "voucher" and till.sale.is_empty:
            self.do(till.sell_voucher, format_amount(deed.amount, self.settings.currency))
        if deed.what == "void":
            self.do(till.void)
            return
        if deed.of and till.sale.state == "open":
            returns = till.money.returns
            if deed.what == "undo":
                if not till.sale.is_empty:  # a cut left some of it
                    self.do(returns.remove_all)
                self.do(returns.void, deed.of, "wrong goods", "Boss")
                self.settle_down()
            elif len(returns.lines) < len(deed.backs):  # a cut may have left some of them
                chosen = [ToReturn(line, many * 1000, deed.fate) for line, many in deed.backs]
                self.do(returns.accept, deed.of, chosen)
        for _ in range(20):
            self.settle_down()
            if till.sale.number != number:
                return
            if till.sale.due < 0:
                self.do(till.money.returns.refund)
                continue
            taken = [each for each in till.sale.tenders if each.state == "taken"]
            if deed.what == "back" and not any(
                each.state == "given_back" for each in till.sale.tenders
            ):
                if taken:
                    self.do(till.give_back)
                else:
                    self.do(till.pay, "1")
                continue
            tenders = deed.tenders[1:] if deed.what == "back" else deed.tenders
            tender = tenders[min(len(taken), len(tenders) - 1)]
            kind, _, part = tender.partition(" ")
            amount = ""
            if part and int(part) < till.sale.due:
                amount = format_amount(int(part), self.settings.currency)
            if kind == "wallet":
                code = f"13{number:06d}{len(till.sale.tenders):02d}{self.cuts % 10**4:04d}1234"
                self.do(till.pay_part, amount, code)
            elif kind == "voucher":
                self.do(till.scan, self._voucher(int(part)))
            elif kind == "card":
                self.do(till.pay, f"c{amount} 4242" if amount else "c")
            else:
                self.do(till.pay, amount or "=")
        raise AssertionError(f"{deed} does not end: {till.sale.tenders}, {self.last_notice}")

    def _voucher(self, place: int) -> str:
        """The number of the voucher that was issued so many vouchers after the first."""
        rows = self.books._reader.execute("SELECT number FROM vouchers ORDER BY id")
        return str(list(rows)[place][0])


def done_until(reader: apsw.Connection, deeds: list[Deed]) -> int:
    """How many of the deeds these books have whole."""
    (sales,) = reader.execute(
        "SELECT count(*) FROM sales WHERE state IN ('paid', 'void')"
    ).fetchone() or (0,)
    (acts,) = reader.execute(
        "SELECT count(*) FROM drawer_acts WHERE kind IN ('pay_in', 'pay_out', 'no_sale', 'drop')"
        " AND reason <> ''"
    ).fetchone() or (0,)
    (opened,) = reader.execute("SELECT count(*) FROM shifts WHERE opened_by <> ''").fetchone() or (
        0,
    )
    (closed,) = reader.execute(
        "SELECT count(*) FROM shifts WHERE closed_at IS NOT NULL"
    ).fetchone() or (0,)
    left = {"sale": int(str(sales)), "act": int(str(acts)), "open": int(str(opened)),
            "close": int(str(closed))}  # fmt: skip
    for place, deed in enumerate(deeds):
        kind = "sale" if deed.is_sale else deed.what if deed.what in {"open", "close"} else "act"
        if not left[kind]:
            return place
        left[kind] -= 1
    return len(deeds)


def judged(folder: Path, deeds: list[Deed]) -> Iterator[str]:
    """What differs between the books and the same deeds on paper."""
    paper = Paper()
    paper.deliver(DELIVERED)
    for deed in deeds:
        paper.do(deed)
    reader = open_connection(folder / "books.db")
    try:
        yield from (f"sum of {each} is wrong" for each in wrong_sums(reader))
        yield from map(str, stock_differences(reader))
        yield from (str(each) for each in ledger_differences(reader) if each.kind not in DOUBTS)
        yield from map(str, differences(reader, folder))
        kept = {
            str(name): int(str(amount))
            for name, amount in reader.execute(
                "SELECT a.name, sum(p.amount) FROM postings p JOIN accounts a ON a.id = p.account"
                " GROUP BY a.name"
            )
        }
        for name in sorted(kept.keys() | paper.accounts.keys()):
            if kept.get(name, 0) != paper.accounts[name]:
                yield f"{name}: on paper {paper.accounts[name]}, in the books {kept.get(name, 0)}"
        shelf = dict(
            reader.execute(
                "SELECT c.code, sum(s.quantity) / 1000 FROM stock_on_hand s JOIN item_codes c"
                " ON c.product_id = s.product_id GROUP BY c.code"
            )
        )
        for number, goods in enumerate(GOODS):
            if shelf[goods.code] != paper.shelf[number]:
                yield f"{goods.code}: on paper {paper.shelf[number]}, there {shelf[goods.code]}"
        counts = [
            (int(str(expected)), int(str(amount)))
            for expected, amount in reader.execute(
                "SELECT expected, amount FROM drawer_acts WHERE kind = 'counted' ORDER BY number"
            )
        ]
        if counts != paper.closings:
            yield f"counts: on paper {paper.closings}, in the books {counts}"
        left = [
            int(str(amount))
            for (amount,) in reader.execute(
                "SELECT sum(amount) FROM voucher_movements GROUP BY voucher ORDER BY voucher"
            )
        ]
        if left != paper.vouchers:
            yield f"vouchers: on paper {paper.vouchers}, in the books {left}"
        numbers = [n for (n,) in reader.execute("SELECT shift FROM z_reports ORDER BY shift")]
        if numbers != list(range(1, len(paper.closings) + 1)):
            yield f"Z reports {numbers}"
        if current_shift(reader) is not None and deeds and deeds[-1].what == "close":
            yield "a shift is open at the end"
    finally:
        reader.close()


def main() -> None:
    """Go on with a week: folder, seed, sales."""
    folder, seed, sales = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    deeds = list(week(seed, sales))
    shop = WeekShop(folder)
    shop.cuts = len(shop.gateway.orders)
    shop.settle_down()
    done = done_until(shop.books._reader, deeds)
    for place, deed in enumerate(deeds[done:], done + 1):
        shop.carry_out(deed)
        print(place, flush=True)
    shop.run(shop.stop(99))


if __name__ == "__main__":
    main()
