"""Completing a sale: books, then receipt file, then paper, and what the cashier sees of each."""

import asyncio
import os
import platform
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from pos_tui.books import BooksError
from pos_tui.books.connection import AlreadyFinishedError
from pos_tui.books.sales.completing import Closing
from pos_tui.books.stock.lots import SoldGoods
from pos_tui.checkout import events
from pos_tui.checkout.expiry import DateKind
from pos_tui.checkout.explained import explain_sale
from pos_tui.checkout.line import ListedItem, SettlementLine
from pos_tui.checkout.orders import Order
from pos_tui.checkout.sale import Customer, Sale
from pos_tui.checkout.settlement_list import Totals
from pos_tui.checkout.sold_lines import SoldLine
from pos_tui.checkout.tenders import Tender
from pos_tui.devices.printers import NullPrinter, PrinterError
from pos_tui.devices.printers.escpos_jobs import compose
from pos_tui.payments.steps import CASH_STEPS, WALLET_STEPS, PaymentSteps
from pos_tui.pricing import BasketDiscount, Discount, Offer
from pos_tui.pricing.offers import BuyGet, MealDeal, NForPrice, Nth, PercentOff, Threshold
from pos_tui.pricing.priced import Applied
from pos_tui.pricing.tax import TaxSystem
from pos_tui.reasons import because
from pos_tui.receipts.data import decode_receipt, make_receipt
from pos_tui.receipts.layout import PaperMarks, lay_out
from pos_tui.receipts.text import as_text
from pos_tui.settings import PrinterSettings, ShopSettings, TillIdentity, TillSettings
from pos_tui.till import completion as module
from pos_tui.till.completion import Completion, uses_of
from pos_tui.till.context import TillContext
from pos_tui.till.paper import receipts
from pos_tui.till.paper.drawer_opener import DrawerOpener
from pos_tui.till.paper.print_queue import PrintOutcome
from pos_tui.till.paper.receipts import ReceiptPrinting
from pos_tui.till.shop_design import ShopDesign
from pos_tui.wording.current import in_words
from tests.conftest import MemoryPrinter

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SETTINGS = TillSettings(
    shop=ShopSettings(name="Corner Market", receipt_footer="Thank you"),
    till=TillIdentity(cashier="Ada"),
    printer=PrinterSettings(columns=32, encoding="gb18030"),
)
COLA = ListedItem(1, "05449000000996", "Cola 330 ml", "can", 350)
CASH = Tender("cash", due=700, given=1000, change=300, at=AT)
WALLET = Tender("wallet", 700, 700, platform="wechat", order_no="A1234567", at=AT)
ORDER = Order("A1234567", 7, 700, "CNY", "wechat", "13**7890", "paid", AT - timedelta(hours=1))
STATUS = because("payment.paid_by_redis")
CASH_TITLE = because("payment.title_receipt", number=7)
HASH = "a1b2c3d4" + "00" * 28
FAULTY = because("words.text", text="the paper is out")


def closing(total, tender, uses=None, quantity=2000, gross=700):
    """What completes the sale of this many colas."""
    goods = (SoldGoods(1, 1, "", quantity),)
    refused: frozenset[DateKind] = frozenset(("use_by", "best_before"))
    off = (("2 for 6", gross - total),) if gross > total else ()
    pieces = Decimal(quantity) / 1000
    lines = (SoldLine(1, 1, pieces, gross, total, gross, total, "", 0, off),)
    return Closing(total, (tender,), uses or {}, True, goods, "Ada", refused, lines)


class Books:
    """Books that are written as told: each trouble comes once."""

    def __init__(self, *troubles):
        self.troubles = list(troubles)
        self.completed = []
        self.explained = []

    def accept_tender(self, *tender):
        self.completed.append(tender)
        written: Future[None] = Future()
        if self.troubles:
            written.set_exception(self.troubles.pop(0))
        else:
            written.set_result(None)
        return written

    def paid_head(self, number):
        return f"{number * 10}-{HASH}"

    def explain(self, explained):
        self.explained.append(explained)


class Spool:
    """Prints at once what is put; what does not print waits."""

    def __init__(self, printer):
        self.printer = printer
        self.has_printer = not isinstance(printer, NullPrinter)
        self.put_jobs = []

    def put(self, news, also=None):
        self.put_jobs += [(each.kind, each.document, each.by, each.is_copy) for each in news]
        return [self.printed(each.make(1 if each.is_copy else 0)) for each in news]

    def printed(self, job):
        try:
            return PrintOutcome(self.printer.print(job))
        except PrinterError as error:
            return PrintOutcome("waiting", error.reason)

    async def outcome(self, ticket):
        return ticket

    def pulse(self, commands):
        self.printer.pulse(commands)


class Till:
    """What completes sales, its surroundings, and all that came of it. Its clock never stands."""

    def __init__(self, data, books=None, printer=None, settings=SETTINGS):
        self.seconds = 0
        self.emitted: list[events.TillEvent] = []
        self.paid: list[Any] = []
        self.books: Any = books or Books()
        self.printer: Any = printer or MemoryPrinter()
        clock = SimpleNamespace(now=self.now)
        around: list[Any] = [settings, data, self.books, clock, lambda: 0, self.emitted.append]
        self.context = TillContext(*around)
        self.spool = Spool(self.printer)
        papers: Any = SimpleNamespace(spool=self.spool, design=ShopDesign(settings, data))
        self.printing = ReceiptPrinting(self.context, papers)
        opener = DrawerOpener(papers.spool, self.emitted.append, settings)
        self.completion = Completion(self.context, self.printing, opener, self.call_paid)
        self.sale: Any = Sale(7, AT)
        self.sale.list.add(COLA, Decimal(2), self.sale.occasion(AT))
        self.steps = PaymentSteps(CASH_TITLE, CASH_STEPS)

    def now(self):
        self.seconds += 1
        return AT + timedelta(seconds=self.seconds - 1)

    def call_paid(self, sale):
        self.paid.append((sale, [type(event).__name__ for event in self.emitted]))

    async def pays(self, tender=CASH, order=None, message=None):
        writing = self.completion.write_down(self.sale, tender, order, message)
        await asyncio.wait_for(
            self.completion.complete(writing, self.steps, STATUS, *(["redis"] if order else [])), 20
        )

    def all(self, kind):
        return [event for event in self.emitted if isinstance(event, kind)]

    @property
    def views(self):
        """Each view's tone, status and steps, as they came."""
        return [
            (each.view.tone, each.view.status, [step.state for step in each.view.steps])
            for each in self.all(events.PaymentChanged)
        ]

    @property
    def receipt(self):
        return decode_receipt(self.context.receipt_path(7).read_bytes())

    @property
    def job(self):
        """What the printer should get."""
        layout = [(line.text, line.style) for line in lay_out(self.receipt, 32)]
        return compose(layout, "gb18030")


# ---- all goes well -------------------------------------------------------------------------------


async def test_a_cash_sale_is_written_down_reported_and_printed(tmp_path):
    till = Till(tmp_path)
    await till.pays()
    assert till.books.completed == [(7, AT, CASH, None, None, closing(700, CASH), "Ada", None)]
    assert till.emitted[0] == events.SalePaid(7, 700, (CASH,))
    assert [type(event).__name__ for event in till.emitted] == [
        "SalePaid", "PaymentChanged", "ReceiptMade", "PaymentChanged",
    ]  # fmt: skip
    assert till.paid == [(till.sale, ["SalePaid", "PaymentChanged"])]
    assert (till.sale.state, till.sale.due) == ("paid", 0)
    assert till.views == [
        ("good", STATUS, ["done", "doing"]),
        ("good", STATUS, ["done", "done"]),
    ]
    assert {(each.state, each.sale_no) for each in till.all(events.PaymentChanged)} == {("", 7)}
    path = str(tmp_path / "receipts" / "000007.json")
    text = as_text(till.receipt, 32)
    assert till.all(events.ReceiptMade) == [events.ReceiptMade(7, path, text, "printed")]
    assert till.spool.put_jobs == [("receipt", 7, "Ada", False)]
    assert till.printer.jobs == [till.job]


async def test_each_step_has_the_time_at_which_it_was_reached(tmp_path):
    till = Till(tmp_path)
    await till.pays()
    last = till.all(events.PaymentChanged)[-1].view
    assert [step.at for step in last.steps] == [
        AT + timedelta(seconds=1), AT + timedelta(seconds=2)
    ]  # fmt: skip


async def test_a_wallet_sale_names_its_order_its_message_and_its_channel(tmp_path):
    till = Till(tmp_path)
    till.steps = PaymentSteps(CASH_TITLE, WALLET_STEPS)
    await till.pays(WALLET, ORDER, ("stream", "7-1"))
    assert till.books.completed == [
        (7, AT, WALLET, ORDER, ("stream", "7-1"), closing(700, WALLET), "Ada", None)
    ]
    assert till.emitted[0] == events.SalePaid(7, 700, (WALLET,), "redis")
    assert (till.sale.state, till.sale.tenders) == ("paid", (WALLET,))
    changed = till.all(events.PaymentChanged)
    assert [each.state for each in changed] == ["paid", ""]
    assert till.views[0] == ("good", STATUS, ["done"] * 4 + ["doing"])
    assert till.views[1] == ("good", STATUS, ["done"] * 5)


async def test_the_receipt_file_has_all_that_the_receipt_says(tmp_path):
    till = Till(tmp_path)
    till.sale.customer = Customer("C1", "Li Lei", "member")
    await till.pays()
    assert replace(till.receipt, journal="") == make_receipt(
        SETTINGS.shop, SETTINGS.till, SETTINGS.currency, 7, till.sale.list.lines,
        till.sale.list.totals, (CASH,), AT, (), "Li Lei",
    )  # fmt: skip
    assert till.receipt.total == 700


async def test_the_receipt_says_the_taxes(tmp_path):
    till = Till(tmp_path)
    till.sale = Sale(
        7, AT, tax=TaxSystem("included", "basket", {"standard": Decimal(13)}, "standard")
    )
    till.sale.list.add(COLA, Decimal(2), till.sale.occasion(AT))
    await till.pays()
    assert till.receipt.taxes == till.sale.list.taxes()
    assert len(till.receipt.taxes) == 1


async def test_offers_that_are_counted_are_counted_with_the_sale(tmp_path):
    till = Till(tmp_path)
    offer = Offer(id=5, name="2 for 6", gives=NForPrice(2, 600), limit_total=10)
    till.sale = Sale(7, AT, (offer,))
    till.sale.list.add(COLA, Decimal(4), till.sale.occasion(AT))
    due = replace(CASH, due=1200, given=1500)
    await till.pays(due)
    assert till.books.completed == [
        (7, AT, due, None, None, closing(1200, due, {5: 2}, 4000, 1400), "Ada", None)
    ]


@pytest.mark.parametrize(("order", "moment"), [(None, AT), (ORDER, ORDER.made_at)])
async def test_why_it_cost_that_is_kept_as_of_when_the_list_was_closed(
    tmp_path, monkeypatch, order, moment
):
    till = Till(tmp_path)
    asked = []

    def explain(*questions):
        asked.append(questions)
        return explain_sale(*questions)

    monkeypatch.setattr(module, "explain_sale", explain)
    offer = Offer(id=5, name="half", gives=PercentOff(Decimal(50)))
    discount = Discount("amount", Decimal(10), "broken", "Ada")
    till.sale = Sale(7, AT, (offer,))
    occasion = till.sale.occasion(AT)
    till.sale.list.add(COLA, Decimal(2), occasion)
    till.sale.list.set_basket_discount(discount, occasion)
    await till.pays(replace(CASH, due=340, given=640), order)
    ((*rest, amount),) = asked
    lines = tuple(till.sale.list.lines)
    assert rest == [7, 340, lines, (offer,), discount, till.sale.occasion(moment)]
    assert amount(350) == "3.50"
    assert till.books.explained == [explain_sale(*asked[0])]


# ---- the books -----------------------------------------------------------------------------------


async def test_nothing_is_reported_before_the_books_have_it(tmp_path):
    till = Till(tmp_path)
    written: Future[None] = Future()
    till.books.accept_tender = lambda *_, **__: written
    paying = asyncio.create_task(till.pays())
    await asyncio.sleep(0.01)
    assert till.emitted == []
    assert till.sale.state == "open"
    written.set_result(None)
    await paying
    assert till.sale.state == "paid"


async def test_books_that_cannot_be_written_are_tried_again_until_they_can(tmp_path, monkeypatch):
    full = BooksError("words.text", text="the disk is full")
    till = Till(tmp_path, Books(full, full))
    waited = []
    sleep = asyncio.sleep

    async def no_wait(seconds):
        waited.append((seconds, till.sale.state, list(till.paid)))
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", no_wait)
    await till.pays()
    assert waited == [(2.0, "open", [])] * 2
    assert till.books.completed == [(7, AT, CASH, None, None, closing(700, CASH), "Ada", None)] * 3
    why = because("payment.not_written", why=because("words.text", text="the disk is full"))
    why = because("payment.change_first", amount="3.00", why=why)
    assert till.views == [
        ("error", why, ["doing", "todo"]),
        ("error", why, ["doing", "todo"]),
        ("good", STATUS, ["done", "doing"]),
        ("good", STATUS, ["done", "done"]),
    ]
    assert {(each.state, each.sale_no) for each in till.all(events.PaymentChanged)} == {("", 7)}
    assert len(till.all(events.SalePaid)) == 1


async def test_damaged_books_say_the_change_first_and_what_to_do_once(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_RETRY_S", 0)
    till = Till(tmp_path, Books(BooksError("books.damaged", why="page 7")))
    await till.pays()
    status = till.views[0][1]
    assert in_words(status) == (
        "Change 3.00. Paid, but it cannot be written down. The shop's books are damaged (page 7)."
        " What can be read is right; nothing is written over. Leave the till, then run pos-tui"
        " rescue."
    )


async def test_without_change_a_sentence_says_only_what_is_wrong(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_RETRY_S", 0)
    till = Till(tmp_path, Books(BooksError("books.damaged", why="page 7")))
    await till.pays(WALLET)
    assert in_words(till.views[0][1]).startswith("Paid, but it cannot be written down. The shop's")


async def test_a_sale_that_is_over_already_is_not_paid_again(tmp_path):
    till = Till(tmp_path, Books(AlreadyFinishedError("words.text", text="it is void")))
    await till.pays()
    why = because("till.tell_the_technician", why=because("words.text", text="it is void"))
    assert till.emitted == [events.Notice(why, "error")]
    assert (till.paid, till.printer.jobs, till.sale.state) == ([], [], "open")


# ---- the receipt ---------------------------------------------------------------------------------


async def test_without_a_printer_the_receipt_is_a_file_and_the_step_is_done(tmp_path):
    till = Till(tmp_path, printer=NullPrinter())
    await till.pays()
    assert till.all(events.ReceiptMade)[0].printed == "none"
    assert till.all(events.LinkChanged) == []
    assert till.views[-1] == ("good", STATUS, ["done", "done"])
    assert till.receipt.sale_no == 7


async def test_a_printer_that_says_nothing_is_only_sent_to(tmp_path):
    till = Till(tmp_path)
    till.printer.print = lambda _job: "sent"
    await till.pays()
    assert till.all(events.ReceiptMade)[0].printed == "sent"
    assert till.views[-1][2] == ["done", "done"]


async def test_a_receipt_that_waits_for_the_printer_leaves_its_step_undone(tmp_path):
    till = Till(tmp_path)
    till.printer.trouble = PrinterError(FAULTY)
    await till.pays()
    assert till.sale.state == "paid"
    assert till.all(events.ReceiptMade)[0].printed == "waiting"
    assert till.views[-1][0] == "good"  # the change stays; why stands in its own place
    assert till.views[-1][2] == ["done", "failed"]


async def test_a_receipt_that_cannot_be_laid_out_is_told_and_its_sale_complete(
    tmp_path, monkeypatch
):
    till = Till(tmp_path)

    def trip(*_):
        raise ZeroDivisionError("odd")

    monkeypatch.setattr(receipts, "receipt_job", trip)
    await till.pays()
    why = because("receipt_file.not_printed", why=because("words.text", text="odd"))
    assert till.all(events.Notice) == [events.Notice(why, "error")]
    assert till.sale.state == "paid"
    assert till.views[-1][2] == ["done", "failed"]


async def test_a_receipt_that_cannot_be_kept_is_told_and_not_printed(tmp_path):
    (tmp_path / "receipts").write_text("in the way")
    till = Till(tmp_path)
    await till.pays()
    (notice,) = till.all(events.Notice)
    why = notice.reason
    assert (notice.tone, why.kind) == ("error", "receipt_file.not_kept")
    assert "exists" in why.values["why"]
    assert till.views[-1] == ("good", STATUS, ["done", "failed"])  # the change stays
    assert {(each.state, each.sale_no) for each in till.all(events.PaymentChanged)} == {("", 7)}
    assert till.printer.jobs == []
    assert till.all(events.ReceiptMade) == []
    assert till.sale.state == "paid"


async def test_a_trouble_of_the_disk_without_a_name_says_what_it_can(tmp_path, monkeypatch):
    till = Till(tmp_path)

    def write(_path, _content):
        raise OSError("odd")

    monkeypatch.setattr(module, "keep_receipt", write)
    await till.pays()
    why = because("receipt_file.not_kept", why="odd")
    assert till.all(events.Notice) == [events.Notice(why, "error")]


async def test_a_receipt_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    till = Till(tmp_path / "new" / "folder")
    receipts, seen = tmp_path / "new" / "folder" / "receipts", []
    fsync = os.fsync

    def see(file):
        if receipts.exists():
            seen.append([(path.name, path.stat().st_size > 0) for path in receipts.iterdir()])
        fsync(file)

    monkeypatch.setattr(os, "fsync", see)
    await till.pays()
    assert seen == [[("000007.new", True)]]
    assert [path.name for path in receipts.iterdir()] == ["000007.json"]


async def test_a_receipt_is_written_over_a_draft_that_a_power_cut_left(tmp_path):
    (tmp_path / "receipts").mkdir()
    (tmp_path / "receipts" / "000007.new").write_text("half a rec")
    till = Till(tmp_path)
    await till.pays()
    assert till.receipt.total == 700


@pytest.mark.parametrize("left_behind", [b"", b"\x80\x02}q", None])
async def test_what_an_older_till_left_in_its_cache_stops_no_printing(tmp_path, left_behind):
    cache = tmp_path / "cache"
    if left_behind is None:
        cache.write_text("no folder")
    else:
        cache.mkdir()
        (cache / f"{platform.python_version()}.capabilities.pickle").write_bytes(left_behind)
    till = Till(tmp_path)
    await till.pays()
    assert till.printer.jobs == [till.job]


# ---- later ---------------------------------------------------------------------------------------


async def test_a_copy_says_which_it_is_and_is_else_as_it_was(tmp_path):
    till = Till(tmp_path)
    await till.pays()
    before = till.receipt
    till.emitted.clear()
    await till.printing.print_copy(7)
    assert till.receipt == before
    assert till.spool.put_jobs[1:] == [("receipt", 7, "", True)]
    layout = lay_out(before, 32, PaperMarks(copy=1))
    assert till.printer.jobs[1] == compose([(line.text, line.style) for line in layout], "gb18030")
    assert till.printer.jobs[1].count(b"COPY 1") == 2
    assert b"COPY" not in till.printer.jobs[0]
    assert till.views == [("info", None, ["done"])]
    (changed,) = till.all(events.PaymentChanged)
    assert changed.view.title == because("payment.title_receipt", number=7)
    assert (changed.sale_no, changed.view.steps[0].name) == (7, "receipt")


async def test_a_receipt_that_is_not_there_cannot_be_printed_again(tmp_path):
    with pytest.raises(FileNotFoundError):
        await Till(tmp_path).printing.print_copy(7)


async def test_a_missing_receipt_is_made_after_the_stop(tmp_path):
    till = Till(tmp_path)
    await till.completion.deliver_missing(till.sale, AT, (CASH,))
    assert replace(till.receipt, journal="") == make_receipt(
        SETTINGS.shop, SETTINGS.till, SETTINGS.currency, 7, till.sale.list.lines,
        till.sale.list.totals, (CASH,), AT,
    )  # fmt: skip
    assert till.printer.jobs == [till.job]
    (changed,) = till.all(events.PaymentChanged)
    assert changed.view.title == because("payment.title_receipt", number=7)
    assert [step.state for step in changed.view.steps] == ["done"]
    assert till.books.completed == []


# ---- how often offers applied --------------------------------------------------------------------


def sold(*applied, discounts=(), offers=()):
    """A sale with these offers on its lines, a line for each."""
    lines = [
        SettlementLine(number, COLA, Decimal(1), 350, 350, applied=each)
        for number, each in enumerate(applied)
    ]
    totals = Totals(discounts=tuple(BasketDiscount(i, "", amount) for i, amount in discounts))
    return SimpleNamespace(list=SimpleNamespace(offers=tuple(offers), lines=lines, totals=totals))


def on(offer_id, quantity):
    return Applied(offer_id, "", Decimal(quantity), 1)


def counted(offer_id, gives):
    return Offer(id=offer_id, name="", gives=gives, limit_total=100)


HALF = PercentOff(Decimal(50))


def test_only_offers_with_a_limit_for_ever_are_counted():
    sale = sold(
        (on(1, 2), on(2, 3)),
        (on(3, 1),),
        discounts=[(4, 100)],
        offers=[
            counted(1, HALF),
            replace(counted(2, HALF), limit_total=None),
            replace(counted(4, Threshold(over=100, amount=100)), limit_total=None),
        ],
    )
    assert uses_of(sale) == {1: 2}


def test_uses_on_several_lines_add_up_and_a_part_of_a_piece_is_one():
    sale = sold(
        (on(1, "0.4"),), (on(1, "2"), on(2, "1")), offers=[counted(1, HALF), counted(2, HALF)]
    )
    assert uses_of(sale) == {1: 3, 2: 1}


@pytest.mark.parametrize(
    ("gives", "pieces", "uses"),
    [
        (NForPrice(2, 600), 4, 2),
        (NForPrice(2, 600), 5, 3),
        (BuyGet(2, 1), 6, 2),
        (Nth(3, Decimal(50)), 3, 1),
        (MealDeal((("a",), ("b",)), 500), 2, 1),
        (HALF, 3, 3),
    ],
)
def test_a_bundle_is_one_use(gives, pieces, uses):
    assert uses_of(sold((on(1, pieces),), offers=[counted(1, gives)])) == {1: uses}


@pytest.mark.parametrize(
    ("gives", "off", "uses"),
    [
        (Threshold(over=1000, amount=100), 300, 1),
        (Threshold(over=1000, amount=100, every=True), 300, 3),
        (Threshold(over=1000, amount=100, every=True), 399, 3),
        (Threshold(over=1000, amount=100, every=True), 50, 1),
        (Threshold(over=1000, percent=Decimal(5), every=True), 300, 1),
        (Threshold(over=1000, amount=0, every=True), 0, 1),
        (HALF, 300, 1),
    ],
)
def test_an_offer_on_the_basket_is_used_once_for_each_time_that_it_was_reached(gives, off, uses):
    assert uses_of(sold(discounts=[(1, off)], offers=[counted(1, gives)])) == {1: uses}
