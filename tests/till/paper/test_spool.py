"""Printing at the till: the sale first, its paper when the printer can, nothing twice unasked."""

import asyncio
import threading
from contextlib import closing
from datetime import timedelta

import pytest
from msgspec.structs import replace

from pos_tui.books.connection import open_connection
from pos_tui.books.paper.jobs import NewPrintJob
from pos_tui.books.saft.events import till_events
from pos_tui.checkout import events
from pos_tui.devices.printers import PrinterError
from pos_tui.devices.printers.printer import PrinterStatus
from pos_tui.reasons import because
from pos_tui.settings import CashSettings
from pos_tui.till.paper.drawer_opener import DrawerOpener
from pos_tui.till.paper.open_papers import PaperError
from pos_tui.till.paper.print_queue import PrintQueue, PrintTicket
from pos_tui.till.paper.receipts import ReceiptPrinting
from tests.conftest import COLA, MILK, NOON, SPREAD, Counter, MemoryPrinter

AWAY = PrinterError("printer.no_answer", host="printer", port=9100)
CUT_SHORT = PrinterError("printer.cut_short", is_unsure=True, why=because("printer.out_of_paper"))
KICK = b"\x1bp\x00\x19\xfa"


class OddPrinter(MemoryPrinter):
    """Prints, unless it has a trouble; `once` are those of the next jobs, one each."""

    def __init__(self):
        super().__init__()
        self.pulses: list[tuple[bytes, int]] = []
        self.once: list[Exception] = []
        self.told = PrinterStatus(True, "there")

    def print(self, job, number=0):
        trouble = self.once.pop(0) if self.once else self.trouble
        if trouble is not None:
            raise trouble
        self.jobs.append(job)
        return "confirmed"

    def pulse(self, commands):
        self.pulses.append((commands, len(self.jobs)))

    def status(self):
        if self.trouble is not None and not self.told.troubles:
            raise self.trouble
        return self.told


@pytest.fixture
def shop(tmp_path):
    shop = Counter(tmp_path / "till").stock()
    shop.printer = OddPrinter()
    shop.settings = replace(shop.settings, cash=CashSettings(drawer_kick=True))
    shop.open()
    yield shop
    shop.books.close()


async def sell(shop, *codes):
    shop.scan(*codes or (COLA,))
    shop.till.pay("=")
    await shop.till.until_idle()


async def back(shop):
    """The printer is well again, and what waits comes."""
    shop.printer.trouble = None
    shop.printer.told = PrinterStatus(True, "there")
    shop.till.papers.spool.wake()
    await shop.until_true(lambda: not shop.books.open_print_jobs())


def sales_on_paper(shop):
    return [int(job.split(b"Sale ")[1][:6]) for job in shop.printer.jobs if b"Sale " in job]


def papers(shop):
    return [(each.document, each.state) for each in shop.till.papers.jobs()]


async def test_a_sale_is_complete_whatever_its_printer_does_and_all_come_in_their_order(shop):
    shop.printer.trouble = AWAY
    for number in (1, 2, 3):
        await sell(shop)
        assert shop.last(events.SalePaid).number == number
        assert shop.last(events.ReceiptMade).printed == "waiting"
    assert papers(shop) == [(1, "waiting"), (2, "waiting"), (3, "waiting")]
    await back(shop)
    assert sales_on_paper(shop) == [1, 2, 3]


async def test_what_is_wrong_is_said_once_and_how_many_wait_each_time(shop):
    shop.printer.trouble = AWAY
    await sell(shop)
    await sell(shop)
    (said,) = shop.all(events.LinkChanged)
    assert not said.ok
    assert said.why.values["why"] == AWAY.reason
    shown = [(each.trouble, each.waiting) for each in shop.all(events.PaperChanged)]
    assert shown == [("away", 1), ("away", 2)]
    await back(shop)
    await shop.until_true(lambda: shop.last(events.PaperChanged).waiting == 0)
    assert [each.ok for each in shop.all(events.LinkChanged)] == [False, True]


@pytest.mark.parametrize("trouble", ["out_of_paper", "cover_open", "cutter", "off_line", "error"])
async def test_each_trouble_has_its_own_name_and_remedy(shop, trouble):
    shop.printer.told = PrinterStatus(True, "unknown", (trouble,))
    shop.printer.trouble = PrinterError("printer.not_printed", why=because(f"printer.{trouble}"))
    await sell(shop)
    assert shop.last(events.PaperChanged) == events.PaperChanged(trouble, 1, 0)
    assert shop.till.papers.trouble() == shop.printer.trouble.reason


async def test_another_trouble_is_said_again(shop):
    shop.printer.trouble = AWAY
    await sell(shop)
    shop.printer.told = PrinterStatus(True, "out", ("out_of_paper",))
    await sell(shop)
    await shop.until_true(lambda: shop.last(events.PaperChanged).trouble == "out_of_paper")
    said = [each.why.values["why"].kind for each in shop.all(events.LinkChanged)]
    assert said == ["printer.no_answer", "printer.out_of_paper"]


async def test_what_may_be_on_paper_is_offered_and_the_next_one_printed(shop):
    shop.printer.once = [CUT_SHORT]
    await sell(shop)
    await sell(shop)
    assert shop.all(events.ReceiptMade)[0].printed == "unsure"
    assert sales_on_paper(shop) == [2]
    assert papers(shop) == [(1, "unsure")]
    assert shop.last(events.PaperChanged) == events.PaperChanged("", 0, 1)
    notice = shop.last(events.Notice).reason
    assert notice.values["paper"] == because("print_job.of_receipt", number=1)
    shop.till.papers.spool.wake()
    await sell(shop)
    assert sales_on_paper(shop) == [2, 3]  # never unasked


async def test_a_printer_s_program_that_fails_leaves_it_unsure(shop):
    shop.printer.once = [ZeroDivisionError("odd")]
    await sell(shop)
    assert papers(shop) == [(1, "unsure")]
    await sell(shop)
    assert sales_on_paper(shop) == [2]


async def test_the_key_prints_what_is_unsure_then_copies(shop):
    shop.printer.once = [CUT_SHORT]
    await sell(shop)
    for _ in range(3):
        shop.till.print_again()
        await shop.till.until_idle()
    late, first, second = shop.printer.jobs
    assert b"Printed after" in late
    assert b"COPY" not in late
    assert b"COPY 1" in first
    assert b"COPY 2" in second
    assert b"Printed after" not in first + second
    z, _ = shop.till.money.drawer.close("Ada", None)
    assert (z.report.copies.count, z.report.copies.amount) == (2, 700)


async def test_without_a_printer_there_is_no_copy(tmp_path):
    shop = Counter(tmp_path / "till", has_printer=False).stock().open()
    await sell(shop)
    shop.till.print_again()
    await shop.till.until_idle()
    assert shop.all(events.ReceiptMade)[1].printed == "none"
    assert shop.till.money.drawer.close("Ada", None)[0].report.copies.count == 0
    assert not shop.books.open_print_jobs()
    assert not shop.books.receipts_due()
    shop.books.close()


async def test_a_key_that_is_pressed_often_makes_no_copies_of_what_waits(shop):
    shop.printer.trouble = AWAY
    await sell(shop)
    for _ in range(3):
        shop.till.print_again()
        await shop.till.until_idle()
    assert shop.last(events.Notice).reason.kind == "print_job.waits_still"
    await back(shop)
    assert len(shop.printer.jobs) == 1


async def test_the_drawer_opens_first_and_without_paper_and_never_for_a_card(shop):
    shop.printer.trouble = AWAY
    await sell(shop)
    assert shop.printer.pulses == [(KICK, 0)]
    shop.scan(COLA)
    shop.till.pay("c= 4242")
    await shop.till.until_idle()
    assert len(shop.printer.pulses) == 1
    shop.till.money.drawer.move("no_sale", 0, "change", "Ada")
    assert len(shop.printer.pulses) == 2
    await back(shop)


async def test_a_drawer_that_stands_open_is_said_once_where_the_printer_tells(shop):
    said: list[events.TillEvent] = []
    spool = shop.till.papers.spool
    opener = DrawerOpener(spool, said.append, shop.settings, open_s=0)
    for is_open in (None, False, True):
        shop.printer.told = PrinterStatus(True, "there", (), is_open)
        await opener.open_for_cash()
        await shop.until_true(lambda: opener._look is not None)
        look, opener._look = opener._look, None
        assert look is not None
        await look
    assert [each.reason.kind for each in said if isinstance(each, events.Notice)] == [
        "print_job.drawer_open"
    ]


async def test_a_drawer_that_does_not_open_is_said_and_the_sale_goes_on(shop, monkeypatch):
    def refuse(_):
        raise AWAY

    monkeypatch.setattr(shop.printer, "pulse", refuse)
    await sell(shop)
    kinds = [each.reason.kind for each in shop.all(events.Notice)]
    assert kinds == ["print_job.drawer_not_opened"]
    assert sales_on_paper(shop) == [1]


# ---- over a stop ---------------------------------------------------------------------------------


async def test_what_never_went_out_prints_by_itself_at_the_next_start(shop):
    shop.printer.trouble = AWAY
    await sell(shop, SPREAD, MILK)
    shop.power_cut()
    shop.printer.trouble = None
    await shop.till.start()
    await shop.until_true(lambda: not shop.books.open_print_jobs())
    assert sales_on_paper(shop) == [1]
    assert b"Printed after" not in shop.printer.jobs[0]
    await shop.till.close()


async def test_a_receipt_that_was_paid_and_not_made_is_made_and_printed(shop, monkeypatch):
    async def stop(*_):
        raise asyncio.CancelledError

    monkeypatch.setattr(type(shop.till._completion), "_deliver", stop)
    await sell(shop)
    monkeypatch.undo()
    assert shop.books.receipts_due() == [1]
    shop.power_cut()
    await shop.till.start()
    await shop.till.until_idle()
    assert sales_on_paper(shop) == [1]
    assert shop.books.receipts_due() == []
    await shop.till.close()


async def test_a_receipt_that_is_made_and_not_put_keeps_its_file(shop, monkeypatch):
    async def stop(*_):
        raise asyncio.CancelledError

    monkeypatch.setattr(ReceiptPrinting, "print_first", stop)
    await sell(shop)
    monkeypatch.undo()
    before = shop.till.receipt_path(1).read_bytes()
    shop.power_cut()
    await shop.till.start()
    await shop.till.until_idle()
    assert sales_on_paper(shop) == [1]
    assert shop.till.receipt_path(1).read_bytes() == before
    await shop.till.close()


async def test_what_is_old_asks_before_it_floods_the_paper(shop):
    shop.printer.trouble = AWAY
    await sell(shop)
    shop.now = NOON + timedelta(hours=9)
    await sell(shop)
    shop.power_cut()
    shop.printer.trouble = None
    assert shop.last(events.Notice).reason.kind == "print_job.offered"
    await shop.till.start()
    await shop.until_true(lambda: shop.printer.jobs)
    assert sales_on_paper(shop) == [2]
    (old,) = shop.till.papers.rows()
    assert (old.state, old.is_offered) == ("old", True)
    outcome = await asyncio.to_thread(shop.till.papers.print_now, old.number)
    assert outcome.is_printed
    assert sales_on_paper(shop) == [2, 1]
    assert b"Printed after" not in shop.printer.jobs[-1]  # it had never gone out
    await shop.till.close()


async def test_what_is_given_up_is_journalled_and_never_printed(shop):
    shop.printer.trouble = AWAY
    await sell(shop)
    (row,) = shop.till.papers.rows()
    await asyncio.to_thread(shop.till.papers.give_up, row.number)
    with pytest.raises(PaperError):
        shop.till.papers.give_up(row.number)
    await back(shop)
    assert shop.printer.jobs == []
    rows = shop.books._reader.execute("SELECT CAST(body AS TEXT) FROM journal WHERE kind = 'paper'")
    assert [body for (body,) in rows] == [
        '{"type":"paper","number":1,"of":"receipt","document":1,"then":"given_up","by":"Ada"}'
    ]


# ---- the queue -----------------------------------------------------------------------------------


def quick_queue(shop):
    spool = shop.till.papers.spool
    return PrintQueue(
        "receipt", shop.printer, shop.books, lambda: NOON, spool.oldest, lambda _: None,
        lambda *_: None, first_pause_s=0.01,
    )  # fmt: skip


def put(shop, queue, document):
    ticket = PrintTicket("receipt")
    queue.add(ticket)
    new = NewPrintJob("receipt", document, lambda _: b"job %d" % document, NOON)
    shop.books.write(lambda c: shop.till.papers.spool.enter(c, ticket, new)).result()
    ticket.is_put = True
    queue.wake()
    return ticket


def test_it_tries_again_by_itself_and_its_thread_is_there_only_meanwhile(shop):
    queue = quick_queue(shop)
    shop.printer.trouble = AWAY
    assert put(shop, queue, 1).outcome.result(20).state == "waiting"
    thread = queue._thread
    assert thread is not None
    shop.printer.trouble = None
    thread.join(20)
    assert shop.printer.jobs == [b"job 1"]
    assert not thread.is_alive()
    assert put(shop, queue, 2).outcome.result(20).state == "confirmed"


def test_a_stopped_queue_begins_no_job(shop):
    queue = quick_queue(shop)
    queue.stop(1)
    put(shop, queue, 1)
    assert shop.printer.jobs == []
    assert papers(shop) == [(1, "waiting")]


def test_a_dead_printer_holds_up_nobody_else_s(shop):
    class Stuck(OddPrinter):
        def __init__(self):
            super().__init__()
            self.let_go = threading.Event()

        def print(self, job, number=0):
            assert self.let_go.wait(20)
            return super().print(job, number)

    labels = Stuck()
    spool = shop.till.papers.spool
    spool._printer_of = {"receipt": shop.printer, "labels": labels}.__getitem__
    new = NewPrintJob("label", 1, lambda _: b"label", NOON, role="labels")
    (label,) = spool.put([new])
    outcome = spool.put_and_wait(NewPrintJob("receipt", 1, lambda _: b"receipt", NOON))
    assert outcome.state == "confirmed"
    assert not label.outcome.done()
    labels.let_go.set()
    assert label.outcome.result(20).state == "confirmed"
    assert (labels.jobs, shop.printer.jobs) == ([b"label"], [b"receipt"])


async def test_only_copies_of_receipts_count_as_such_in_the_audit_file(shop):
    await sell(shop)
    drawer = shop.till.money.drawer
    drawer.close("Ada", None)
    for _ in range(2):
        assert await asyncio.to_thread(drawer.print_again, 1, "Ada") is None
    shop.till.print_again()
    await shop.till.until_idle()
    shop.books.wait()
    with closing(open_connection(shop.books.path)) as reader:
        copies = [each.text for each in till_events(reader) if each.name == "copy"]
    assert copies == ["receipt"]


async def test_the_second_print_of_an_x_is_a_copy(shop):
    drawer = shop.till.money.drawer
    drawer.open("Ada")
    report, lines = drawer.x_report("Ada")
    for _ in range(2):
        assert await asyncio.to_thread(drawer.print_x, report, lines, "Ada") is None
    first, copy = shop.printer.jobs
    assert b"COPY" not in first
    assert copy.endswith(first)
    assert b"COPY 1" in copy


async def test_what_waits_is_shown_before_anything_was_sold(shop):
    drawer = shop.till.money.drawer
    shop.printer.trouble = AWAY
    done = await asyncio.to_thread(drawer.move, "pay_in", 500, "owner", "Ada")
    assert done.not_printed.kind == "print_job.waits"
    await shop.until_true(lambda: shop.all(events.PaperChanged))
    assert shop.last(events.PaperChanged) == events.PaperChanged("away", 1, 0)
    await back(shop)
    assert len(shop.printer.jobs) == 1
