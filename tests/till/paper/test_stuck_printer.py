"""A printer that is stuck holds up no drawer, no sale, no end of the till and no other paper."""

import asyncio
import threading
from datetime import timedelta

import pytest
from msgspec.structs import replace

from pos_tui.books.paper.jobs import NewPrintJob
from pos_tui.checkout import events
from pos_tui.devices.printers import PrinterError
from pos_tui.reasons import because
from pos_tui.settings import CashSettings
from pos_tui.till.paper import print_queue
from pos_tui.till.paper.print_queue import PrintQueue, PrintTicket
from tests.conftest import COLA, Counter, MemoryPrinter

AWAY = PrinterError("printer.no_answer", host="printer", port=9100)
CUT_SHORT = PrinterError("printer.cut_short", is_unsure=True, why=because("printer.out_of_paper"))
KICK = b"\x1bp\x00\x19\xfa"


class StuckPrinter(MemoryPrinter):
    """Prints when it is let go."""

    def __init__(self):
        super().__init__()
        self.let_go = threading.Event()
        self.let_go.set()
        self.is_printing = threading.Event()
        self.pulses: list[bytes] = []

    def print(self, job, number=0):
        self.is_printing.set()
        assert self.let_go.wait(20)
        return super().print(job, number)

    def pulse(self, commands):
        self.pulses.append(commands)


@pytest.fixture
def shop(tmp_path):
    shop = Counter(tmp_path / "till").stock()
    shop.printer = StuckPrinter()
    shop.settings = replace(shop.settings, cash=CashSettings(drawer_kick=True))
    shop.open()
    yield shop
    shop.printer.let_go.set()
    shop.books.close()


async def pay(shop):
    """A customer pays; nobody waits for the paper."""
    number = shop.till.sale.number
    shop.scan(COLA)
    shop.till.pay("=")
    await shop.until_true(lambda: shop.till.sale.number > number)


async def get_stuck(shop):
    shop.printer.let_go.clear()
    await pay(shop)
    await asyncio.to_thread(shop.printer.is_printing.wait, 20)


def titles(shop):
    """What is on each paper, in order: the numbers of sales, X."""
    return [
        int(job.split(b"Sale ")[1][:6]) if b"Sale " in job else "X" for job in shop.printer.jobs
    ]


async def test_a_drawer_waits_a_while_and_never_opens_when_nobody_expects_it(shop, monkeypatch):
    monkeypatch.setattr(print_queue, "_PULSE_WAITS_S", 0.05)
    await get_stuck(shop)
    assert shop.printer.pulses == [KICK]
    for _ in range(12):
        await pay(shop)
    latest = shop.till._papers.drawer._opening
    assert latest is not None
    await asyncio.wait_for(asyncio.shield(latest), 20)
    why = because("printer.busy")
    assert shop.last(events.Notice).reason == because("print_job.drawer_not_opened", why=why)
    shop.printer.let_go.set()
    await shop.till.until_idle()
    assert shop.printer.pulses == [KICK]
    assert sorted(titles(shop)) == list(range(1, 14))


async def test_those_who_want_the_drawer_at_once_open_it_once(shop, monkeypatch):
    go_on, asked = threading.Event(), []

    def pulse(commands):
        asked.append(commands)
        assert go_on.wait(20)

    monkeypatch.setattr(shop.printer, "pulse", pulse)
    for _ in range(3):
        await pay(shop)
    await shop.until_true(lambda: asked)
    go_on.set()
    await shop.till.until_idle()
    assert asked == [KICK]


async def test_who_waits_for_a_paper_does_not_keep_the_till_from_ending(shop, monkeypatch):
    monkeypatch.setattr("pos_tui.till.paper.spool._STOP_WAITS_S", 0.05)
    await get_stuck(shop)
    move = asyncio.to_thread(shop.till.money.drawer.move, "pay_in", 500, "owner", "Ada")
    moving = asyncio.create_task(move)
    await shop.until_true(lambda: len(shop.books.open_print_jobs()) == 2)
    await shop.till.close()
    done = await asyncio.wait_for(moving, 20)
    assert done.done.kind == "shift.done_pay_in"
    assert done.not_printed == because("print_job.waits", why=because("print_job.stopped"))


async def test_an_act_after_the_end_waits_for_no_paper(shop):
    drawer = shop.till.money.drawer
    await pay(shop)
    await shop.till.until_idle()
    await shop.till.close()
    move = asyncio.to_thread(drawer.move, "pay_in", 500, "owner", "Ada")
    assert (await asyncio.wait_for(move, 20)).not_printed.kind == "print_job.waits"


async def test_an_x_that_waits_is_not_printed_in_the_place_of_a_later_one(shop):
    drawer = shop.till.money.drawer
    await pay(shop)
    await shop.till.until_idle()
    shop.printer.trouble = AWAY
    early = drawer.x_report("Ada")
    why = await asyncio.to_thread(lambda: drawer.print_x(*early, "Ada"))
    assert why.kind == "print_job.waits"
    shop.now += timedelta(hours=1)
    late = drawer.x_report("Ada")
    assert (await asyncio.to_thread(lambda: drawer.print_x(*late, "Ada"))).kind == "print_job.waits"
    assert (await asyncio.to_thread(lambda: drawer.print_x(*late, "Ada"))).kind == "print_job.waits"
    shop.printer.trouble = None
    shop.till.papers.spool.wake()
    await shop.until_true(lambda: not shop.books.open_print_jobs())
    first, second = shop.printer.jobs[1:]
    assert b"12:00" in first
    assert b"13:00" in second


async def test_what_is_unsure_is_not_printed_into_nothing(shop):
    shop.printer.trouble = CUT_SHORT
    await pay(shop)
    await shop.till.until_idle()
    shop._has_printer = False
    shop.power_cut()
    shop.till.print_again()
    await shop.till.until_idle()
    assert shop.last(events.ReceiptMade).printed == "none"
    assert [each.state for each in shop.books.open_print_jobs()] == ["unsure"]


async def test_a_key_that_is_pressed_twice_finds_it_being_printed(shop):
    shop.printer.trouble = CUT_SHORT
    await pay(shop)
    await shop.till.until_idle()
    shop.printer.trouble = None
    shop.printer.let_go.clear()
    shop.printer.is_printing.clear()
    (job,) = shop.books.open_print_jobs()
    for _ in range(2):
        shop.till._do(shop.till._papers.receipts.print_again(job))
        await asyncio.to_thread(shop.printer.is_printing.wait, 20)
    await shop.until_true(lambda: shop.last(events.Notice).reason.kind == "print_job.not_open")
    shop.printer.let_go.set()
    await shop.till.until_idle()
    assert titles(shop) == [1]


async def test_rows_above_a_paper_fit_it(shop):
    shop.printer.trouble = CUT_SHORT
    drawer = shop.till.money.drawer
    await asyncio.to_thread(drawer.move, "pay_in", 500, "owner", "Ada")
    shop.printer.trouble = None
    (job,) = shop.books.open_print_jobs()
    assert (await asyncio.to_thread(shop.till.papers.print_now, job.number)).is_printed
    (slip,) = shop.printer.jobs
    above = slip.split(b"Corner Market")[0]
    assert b"Printed after" in above
    assert max(len(row) for row in above.split(b"\n")) <= 32 + len(b"\x1b@\x1c&\x1bE\x01")


async def test_a_label_that_waits_is_printed_where_its_printer_is_gone(shop):
    labels = StuckPrinter()
    labels.trouble = AWAY
    spool = shop.till.papers.spool
    spool._printer_of = {"receipt": shop.printer, "labels": labels}.__getitem__
    new = NewPrintJob("label", 1, lambda _: b"label", shop.now, role="labels")
    outcome = await asyncio.to_thread(spool.put_and_wait, new)
    assert outcome.state == "waiting"
    await shop.till.close()
    shop.power_cut()  # and there are no settings for such a printer any more
    await shop.till.start()
    await shop.until_true(lambda: not shop.books.open_print_jobs())
    assert shop.printer.jobs == [b"label"]
    await shop.till.close()


def test_many_papers_do_not_make_the_pauses_longer(shop, monkeypatch):
    paused: list[float] = []
    queue = PrintQueue(
        "receipt", shop.printer, shop.books, lambda: shop.now, shop.till.papers.spool.oldest,
        lambda _: None, lambda *_: None,
    )  # fmt: skip
    wait_for = queue._condition.wait_for

    def wait(condition, pause_s=None):
        paused.append(pause_s)
        return wait_for(condition, pause_s)

    monkeypatch.setattr(queue._condition, "wait_for", wait)
    shop.printer.trouble = AWAY
    for number in range(1, 6):
        ticket = PrintTicket("receipt")
        queue.add(ticket)
        new = NewPrintJob("receipt", number, lambda _: b"receipt", shop.now)
        shop.books.write(lambda c: shop.till.papers.spool.enter(c, ticket, new)).result()  # noqa: B023
        ticket.is_put = True
        queue.wake()
        assert ticket.outcome.result(20).state == "waiting"
    queue.stop(20)
    assert max(paused) <= 2
