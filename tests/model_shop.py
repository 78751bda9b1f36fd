"""A till before a gateway that is a model, in no time: what was told, and what must be true."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import itertools
import shutil
import tempfile
from collections import Counter as Count
from collections import deque
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import apsw
import pytest

from pos_tui.books import Books
from pos_tui.books.connection import open_connection
from pos_tui.books.journal.verify import differences
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import balance, wrong_sums
from pos_tui.books.sales.sales import read_tenders, replay
from pos_tui.books.writer import Writer
from pos_tui.checkout import events
from pos_tui.checkout.tenders import UNDER_WAY, Tender
from pos_tui.messages import stream_name
from pos_tui.payments.listener import Confirmation
from pos_tui.pricing.offers import Offer, Threshold
from pos_tui.settings import GatewaySettings, ShopSettings, TillIdentity, TillSettings
from pos_tui.till import shop_codes
from tests.conftest import NOON, Counter
from tests.model_gateway import ModelGateway, QuickLoop

_codes = itertools.count(10**9)
STREAM = stream_name("M001", "01")
_END_S, _LATEST_S = 400, 20


def wallet_code() -> str:
    """A payment code not used before."""
    return f"13{next(_codes):012d}1234"


class SlowDisk(Writer):
    """Writes when the event loop comes to it, in its thread; can be slow, and can refuse."""

    def __init__(self, path, loop):
        super().__init__(path)
        self.waiting: deque[Any] = deque()
        self.mood = "well"
        self._loop = loop

    @property
    def is_idle(self):
        return not self.waiting and not self._kept

    def _put(self, job):
        self.waiting.append(job)
        self._loop.call_soon(self.flush)

    def _connection(self):
        if self.mood == "refuses":
            raise apsw.FullError("database or disk is full")
        if self._opened is None:
            self._opened = open_connection(self._path)
            self._opened.execute("PRAGMA synchronous = OFF")
        return self._opened

    def flush(self):
        if self.mood == "slow":
            return
        batch, self._kept = [*self._kept, *self.waiting], []
        self.waiting.clear()
        if batch and not self._commit(batch):
            self._set_aside(batch)
            self._loop.call_later(1, self.flush)

    def cut(self, written):
        """The power goes: of what waits, so much has been written."""
        waiting, self.waiting = list(self.waiting), deque()
        if self.mood != "refuses":
            batch, self._kept = [*self._kept, *waiting][:written], []
            if batch:
                self._commit(batch)
        self.close()

    def close(self):
        if self._opened is not None:
            self._opened.close()


class SlowBooks(Books):
    """Books on such a disk."""

    def __init__(self, folder, loop):
        super().__init__(folder)
        self.disk = self._writer = SlowDisk(self.path, loop)

    def wait(self):
        self.disk.mood, mood = (
            "well" if self.disk.mood == "slow" else self.disk.mood,
            self.disk.mood,
        )
        self.disk.flush()
        self.disk.mood = mood
        if self.disk._kept:
            raise self.disk._last_error


@cache
def stocked():
    """A folder with the books of a stocked shop, to be copied."""
    folder = Path(tempfile.mkdtemp(prefix="stocked"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    counter = Counter(folder).stock()
    counter.set_offer(Offer(name="5 off", gives=Threshold(over=4000, amount=500)))
    counter.books.close()
    return folder


_load = shop_codes._load


def settings_of(cash_step):
    return TillSettings(
        shop=ShopSettings(name="Corner Market", cash_step=cash_step),
        till=TillIdentity(cashier="Ada"),
        gateway=GatewaySettings(url="http://127.0.0.1:9", key="key"),
    )


@cache
def loaded(cash_step):
    """What reads codes in such a shop; it takes long to load."""
    return _load(settings_of(cash_step), NOON.date())


class Shop:
    """A till, its gateway, and everything that anybody was told."""

    def __init__(self, cash_step=1):
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(shop_codes, "_load", lambda *_: loaded(cash_step))
        self.loop = QuickLoop()
        asyncio.set_event_loop(self.loop)
        self.folder = Path(tempfile.mkdtemp(prefix="machine"))
        shutil.copytree(stocked(), self.folder, dirs_exist_ok=True)
        self.gateway = ModelGateway()
        self.settings = settings_of(cash_step)
        self.counter = Counter(self.folder, self.settings, has_printer=False)
        self.counter.books.close()
        self.counter.clock = lambda: NOON + timedelta(seconds=self.loop.time())
        self.told: list[events.TillEvent] = []
        self.taken: dict[tuple[int, int], Tender] = {}
        self.back: dict[tuple[int, int], Tender] = {}
        self.to_give_back: set[str] = set()
        self.paid: Count[int] = Count()
        self.cuts = 0
        self.message_ids = itertools.count(1)
        self.run(self.start())

    def do(self, act, *args):
        """Act, on the event loop, and let what begins at once begin."""
        self.run(self._act(act, *args))

    def run(self, work):
        return self.loop.run_until_complete(work)

    async def start(self):
        self.counter.books = self.books = SlowBooks(self.folder, self.loop)
        self.till = self.counter.make_till(self.hear)
        orders = self.till._orders
        orders._client = self.gateway
        for service in orders._listening():
            service.close()
        assert orders._inbox is not None
        assert orders._listener is not None
        self.inbox, self.listener = orders._inbox, orders._listener
        self.till.open()
        await self.till.start()

    async def _act(self, act, *args):
        act(*args)
        await asyncio.sleep(0)

    def wait(self, seconds):
        self.run(asyncio.sleep(seconds))

    def told_of(self, kind):
        return [event for event in self.told if isinstance(event, kind)]

    @property
    def notices(self):
        return self.told_of(events.Notice)

    @property
    def last_notice(self):
        return self.notices[-1].reason.kind if self.notices else ""

    def hear(self, event):
        self.told.append(event)
        if isinstance(event, events.TenderTaken):
            self.take_in(event.sale_no, event.tender)
        elif isinstance(event, events.SalePaid):
            self.paid[event.number] += 1
            for tender in event.tenders:
                self.take_in(event.number, tender)
        elif isinstance(event, events.TendersReturned):
            for tender in event.tenders:
                if tender.state == "given_back":
                    assert (event.sale_no, tender.number) not in self.back, "given back twice"
                    self.back[event.sale_no, tender.number] = tender
        elif (
            isinstance(event, events.Notice)
            and event.reason.kind == "confirmation.charged_not_sold"
        ):
            self.to_give_back.add(str(event.reason.values["order_no"]))
        elif isinstance(event, events.Notice):
            assert event.reason.kind != "till.fault", event

    def take_in(self, number, tender):
        known = self.taken.setdefault((number, tender.number), tender)
        assert known == tender, "two tenders of one number"

    def power_cut(self, written):
        """The till stops where it is, with so much written of what waits, and starts again."""
        self.cuts += 1
        self.run(self.stop(written))
        self.run(self.start())

    async def stop(self, written):
        tasks = [each for each in asyncio.all_tasks() if each is not asyncio.current_task()]
        self.books.disk.cut(written)
        self.till._listener = lambda _event: None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.books._reader.close()

    def message(self, order, **changes):
        """The relay's message of an order."""
        success = order.success(**changes)
        entry_id = f"{next(self.message_ids)}-0"
        return Confirmation(STREAM, entry_id, success, content=hash((order.order_no, *changes)))

    def close(self):
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.call_soon(lambda: None)
        self.wait(0)
        self.books._reader.close()
        self.books.disk.close()
        self.loop.close()
        self.patch.undo()
        shutil.rmtree(self.folder)

    # ---- what must be true -------------------------------------------------------------------

    @property
    def in_memory(self):
        return (self.till.sale, *self.till._paying._aside.values())

    def sales(self):
        """All sales in the books, as (number, state, tenders that were kept)."""
        rows = self.books._reader.execute("SELECT number, state, tender FROM sales ORDER BY number")
        return [
            (int(n), str(state), None if t is None else read_tenders(str(t)))
            for n, state, t in list(rows)
        ]

    def replayed(self, number):
        return replay(self.books._reader, number, NOON)

    def look(self):
        """What is true at every moment."""
        for order in self.gateway.orders.values():
            assert order.charged <= 1, f"{order.order_no} was charged twice"
            assert order.worth >= 0, f"{order.order_no} was given back twice"
        assert all(times == 1 for times in self.paid.values()), "a sale was paid twice"
        for sale in self.in_memory:
            assert min(0, sale.total) <= sale.due <= max(0, sale.total), (
                sale.number, sale.due, sale.tenders,
            )  # fmt: skip
            asked = [
                each
                for each in sale.tenders
                if each.state in UNDER_WAY - {"returning"} and not each.is_refund
            ]
            assert len(asked) <= 1
            if sale.state in {"open", "held"}:
                assert not sale.taken, "a list is open with money in it"
                assert sale.under_way is None, "a list is open while a payment runs"
        for number, state, tenders in self.sales():
            if state == "paid":
                sale = self.replayed(number)
                assert sum(each.covers for each in tenders) == sale.total
                for each in tenders:
                    assert each.amount >= 0 or each.is_refund
                    if each.order_no:
                        assert self.gateway.orders[each.order_no].charged == 1
            elif state == "void":
                assert not self.replayed(number).taken, "a void sale has money in it"

    def finish(self, *, customers_pay=True):
        """Everything becomes well, and is waited for."""
        self.books.disk.mood = self.gateway.mood = "well"
        self.gateway.next_refund = "refunded"
        self.books.disk.flush()
        self.wait(_LATEST_S)
        for order in self.gateway.orders.values():
            if order.is_open:
                if customers_pay:
                    order.pay()
                else:
                    order.answer = "declined"
        self.wait(_END_S)
        for order in self.gateway.orders.values():
            if order.charged:
                self.inbox.accept(self.message(order))
        self.wait(_END_S)
        assert not self.till._tasks, [str(each) for each in self.till._tasks]
        assert self.books.disk.is_idle
        self.look()
        self.look_at_the_end()
        before = self.standing()
        self.power_cut(0)
        self.wait(_END_S)
        assert self.standing() == before, (before, self.standing())
        self.look_at_the_end()
        self.pay_everything()
        self.look()
        self.look_at_the_end()

    def pay_everything(self):
        """Each sale that is not over can be brought to its end: nothing shuts one for good."""
        for _ in range(200):
            if self.till.sale.is_empty:
                waiting = [each.sale_no for each in self.till.open_payments()]
                waiting += [each.number for each in self.till.held_sales()]
                if not waiting:
                    return
                self.do(self.till.recall, waiting[0])
            while self.till.sale.warnings:
                self.do(self.till.confirm_expired)
            if self.till.sale.due < 0:
                self.do(self.till.money.returns.refund)
            elif self.till.sale.list.lines or self.till.sale.returns:
                self.do(self.till.pay, "=")
            elif not self.till.sale.is_empty:
                self.do(self.till.void)
            self.wait(1)
            if self.last_notice in {"refunds.not_begun", "returns.back_meanwhile"}:
                self.do(self.till.money.returns.remove_all)
        sale = self.till.sale
        raise AssertionError(f"{sale.number} cannot be paid: {sale.state} {sale.tenders}")

    def standing(self):
        front = self.till.sale
        return (
            None if front.is_empty else (front.number, front.state, front.taken),
            {sale.number: sale.taken for sale in self.in_memory[1:]},
            [held.number for held in self.books.held()],
            [(number, state) for number, state, _ in self.sales() if state in {"paid", "void"}],
        )

    def look_at_the_end(self):
        with contextlib.closing(open_connection(self.books.path)) as reader:
            found = differences(reader, self.folder)
        assert not found, found
        assert not any(sale.under_way for sale in self.in_memory)
        where: Count[str] = Count()
        in_front_or_aside = {sale.number for sale in self.in_memory}
        kept, returned = {}, {}
        for number, state, tenders in self.sales():
            sale = self.replayed(number)
            for each in sale.tenders:
                if each.state == "taken":
                    kept[number, each.number] = each
                if each.state == "given_back":
                    returned[number, each.number] = each
                assert each.state not in UNDER_WAY, (number, each)
            for each in sale.taken:
                if each.order_no:
                    where[each.order_no] += each.given
            if state == "paid":
                assert sale.taken == tenders
            elif state != "void" and not sale.is_empty:
                assert state == "held" or number in in_front_or_aside, f"{number} is lost"
        for order in self.gateway.orders.values():
            assert order.worth == where[order.order_no], order.__dict__
        # A gateway that keeps its promises leaves nothing to be given back by hand.
        assert not self.to_give_back
        self.look_at_the_ledger(kept)
        for place, tender in self.taken.items():
            there = kept.get(place) or returned.get(place)
            assert there is not None, f"{place} was told and is not in the books"
            assert (there.given, there.change) == (tender.given, tender.change)
        assert set(self.back) <= set(returned), "told to be given back, and still in the books"
        if not self.cuts:
            assert set(self.back) == set(returned)
            assert set(self.taken) == set(kept) | set(returned)

    def look_at_the_ledger(self, kept):
        """What was taken less what was given back is what the accounts say; nothing is unexplained,
        and of no line more came back than was paid for it.
        """
        reader = self.books._reader
        of_kind: Count[str] = Count()
        for tender in kept.values():
            of_kind[tender.kind] += tender.amount
        assert balance(reader, accounts.DRAWER) == of_kind["cash"]
        assert balance(reader, accounts.CARD) == of_kind["card"]
        assert balance(reader, accounts.clearing("wechat")) == of_kind["wallet"]
        assert balance(reader, accounts.SUSPENSE) == 0
        assert wrong_sums(reader) == []
        paid = {number for number, state, _ in self.sales() if state == "paid"}
        open_sales = sum(each.covers for place, each in kept.items() if place[0] not in paid)
        assert balance(reader, accounts.OPEN_SALES) == -open_sales
        for sale_no, line, quantity, amount in reader.execute(
            "SELECT sale_no, line, sum(quantity), sum(amount) FROM returned_lines"
            " WHERE sale_no > 0 GROUP BY sale_no, line"
        ):
            sold, cost = reader.execute(
                "SELECT quantity, paid FROM sold_lines WHERE sale_no = ? AND line = ?",
                (sale_no, line),
            ).fetchone() or (0, 0)
            assert quantity <= sold
            assert amount <= cost
            assert (amount == cost) or quantity < sold
