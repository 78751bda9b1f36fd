"""The drawer at a till that sells: what its Z says is what happened, whatever is off or open."""

import pytest
from msgspec.structs import replace

from pos_tui.books.cash.closing import ShiftError
from pos_tui.books.connection import open_connection
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import balance
from pos_tui.devices.printers import PrinterError
from pos_tui.reasons import because
from pos_tui.receipts.paper_code import read_paper_code
from pos_tui.settings import CashSettings
from pos_tui.till.money.cash_count import CashSoFar
from pos_tui.till.money.drawer import done_with_key
from tests.conftest import COLA, MILK, SPREAD, Counter
from tests.spoken import spoken

KICK = b"\x1bp\x00\x19\xfa"


@pytest.fixture
def drawer(counter):
    return counter.till.money.drawer


@pytest.fixture
def reader(counter):
    connection = open_connection(counter.books.path)
    yield connection
    connection.close()


def cash(amount):
    return CashSoFar(loose=amount)


async def pay(counter, text):
    counter.till.pay(text)
    await counter.till.until_idle()


async def test_a_day_with_change_and_its_z(counter, drawer, reader):
    drawer.open("Ada", cash(50_000))
    counter.scan(COLA, COLA, MILK)
    await pay(counter, "100")
    counter.scan(SPREAD)
    await pay(counter, "c32.9 4242")
    done = drawer.move("pay_out", 1000, "supplies", "Ada")
    assert done.not_printed is None
    z, trouble = drawer.close("Ada", cash(50_890), 20_000)
    report = z.report
    assert trouble is None
    assert report.drawer.expected == 50_000 + 600 + 1290 - 1000
    assert report.drawer.difference == 0
    assert [(each.name, each.count, each.amount) for each in report.tenders] == [
        ("cash", 1, 1890), ("card", 1, 3290),
    ]  # fmt: skip
    assert (report.receipts, report.gross) == (2, 5180)
    assert (report.discounts.count, report.discounts.amount) == (1, 100)
    assert sum(each.amount for each in report.tenders) == report.gross
    assert balance(reader, accounts.DRAWER) == 20_000
    assert counter.printer.jobs[-1] == z.job
    assert z.text.decode().splitlines()[0].strip() == "Corner Market"


async def test_what_was_taken_off_before_payment_stands_on_the_z(counter, drawer):
    drawer.open("Ada")
    counter.scan(COLA, SPREAD, MILK)
    counter.remove(1)  # spread, for good
    counter.set_quantity(0, "5")
    counter.set_quantity(0, "2")  # fewer
    await pay(counter, "=")
    counter.scan(MILK, SPREAD)
    counter.remove(0)
    counter.till.undo()  # came back: it never went
    counter.till.void()
    await counter.till.until_idle()
    report = drawer.close("Ada", None)[0].report
    removed, lowered, voids = report.lines_removed, report.quantities_lowered, report.voids
    assert (removed.count, removed.amount) == (1, 3290)
    assert (lowered.count, lowered.amount) == (1, 1550 - 600)
    assert (voids.count, voids.amount) == (1, 3290 + 1290)


async def test_of_a_sale_that_was_held_over_a_closing_each_removal_is_told_once(counter, drawer):
    drawer.open("Ada")
    counter.scan(MILK, SPREAD)
    counter.remove(0)
    counter.till.hold()
    first = drawer.close("Ada", None)[0].report
    assert [(each.number, each.state, each.amount) for each in first.held] == [(1, "held", 3290)]
    drawer.open("Bob")
    counter.till.recall(1)
    counter.till.void()
    await counter.till.until_idle()
    second = drawer.close("Bob", None)[0].report
    assert (first.lines_removed.count, first.voids.count) == (1, 0)
    assert (second.lines_removed.count, second.voids.amount) == (0, 3290)


async def test_copies_of_receipts_are_counted(counter, drawer):
    drawer.open("Ada")
    counter.scan(MILK)
    await pay(counter, "=")
    counter.books.wait()  # that the first one was printed
    counter.till.print_again()
    counter.till.print_again()
    await counter.till.until_idle()
    copies = drawer.close("Ada", None)[0].report.copies
    assert (copies.count, copies.amount) == (2, 2580)


async def test_it_closes_with_the_printer_off(counter, drawer):
    drawer.open("Ada", cash(100))
    counter.printer.trouble = PrinterError("printer.no_answer", host="printer", port=9100)
    z, trouble = drawer.close("Ada", cash(100))
    assert (trouble.kind, trouble.values["why"].kind) == ("print_job.waits", "printer.no_answer")
    assert drawer.status().shift is None
    counter.printer.trouble = None
    assert drawer.print_again(1, "Bob") is None
    assert counter.printer.jobs == [z.job]  # the one that waited, and no copy
    for number in (1, 2):
        assert drawer.print_again(1, "Bob") is None
        copy = counter.printer.jobs[-1]
        assert copy.endswith(z.job)
        assert f"COPY {number}".encode() in copy[: -len(z.job)]


async def test_a_z_is_the_same_for_ever_whatever_is_set_later(tmp_path):
    counter = Counter(tmp_path / "till").stock().open()
    drawer = counter.till.money.drawer
    drawer.open("Ada", cash(100))
    z, _ = drawer.close("Ada", cash(90))
    counter.settings = replace(
        counter.settings,
        shop=replace(counter.settings.shop, name="Renamed", currency="EUR"),
        printer=replace(counter.settings.printer, columns=48, encoding="cp437"),
    )
    counter.power_cut()
    again = counter.till.money.drawer.z_report(1)
    assert (again.text, again.job, again.report) == (z.text, z.job, z.report)
    counter.books.close()


async def test_the_code_on_a_z_is_that_of_its_row(counter, drawer):
    drawer.open("Ada")
    z, _ = drawer.close("Ada", None)
    code = read_paper_code(drawer.code_of(1))
    assert code.row == z.journal
    assert drawer.code_of(1).split()[0] in z.text.decode()


async def test_a_shift_that_opened_by_itself_is_told_and_gets_its_float(counter, drawer):
    counter.scan(MILK)
    await pay(counter, "=")
    assert counter.till.money.shift_notice() is not None
    status = drawer.status()
    assert (status.shift.opened_by, status.has_float) == ("", False)
    drawer.open("Ada", cash(20_000))
    assert counter.till.money.shift_notice() is None
    z, _ = drawer.close("Ada", cash(21_290))
    assert (z.report.drawer.opening_float, z.report.drawer.difference) == (20_000, 0)


async def test_money_in_and_out_needs_no_shift_and_no_sale(counter, drawer):
    drawer.move("pay_in", 500, "owner", "Ada")
    report = drawer.close("Ada", None)[0].report
    assert [(each.name, each.count, each.amount) for each in report.pay_ins] == [("owner", 1, 500)]


@pytest.mark.parametrize(
    ("typed", "read"),
    [("1", ("change", True)), ("2", ("owner", True)), ("owner", ("owner", True)),
     ("  for the window\x1bp ", ("for the windowp", False))],
)  # fmt: skip
async def test_a_reason_is_a_number_of_the_list_or_words(drawer, typed, read):
    assert drawer.read_reason("pay_in", typed) == read


@pytest.mark.parametrize("typed", ["", " ", "0", "9", "99"])
async def test_without_a_reason_nothing_is_done(drawer, typed):
    with pytest.raises(ShiftError):
        drawer.read_reason("pay_in", typed)


async def test_a_drop_is_suggested_above_the_limit(tmp_path):
    counter = Counter(tmp_path / "till").stock()
    counter.settings = replace(counter.settings, cash=CashSettings(drop_above=500))
    counter.open()
    drawer = counter.till.money.drawer
    drawer.open("Ada", cash(50_000))
    assert not drawer.status().wants_drop
    drawer.move("pay_in", 1, "owner", "Ada")
    assert drawer.status().wants_drop
    counter.books.close()


async def test_the_drawer_opens_for_cash_and_for_nothing_else(tmp_path):
    counter = Counter(tmp_path / "till").stock()
    counter.settings = replace(counter.settings, cash=CashSettings(drawer_kick=True))
    counter.open()
    counter.scan(SPREAD, MILK)
    await pay(counter, "1")
    assert counter.printer.jobs == [KICK]
    await pay(counter, "c5 4242")
    assert counter.printer.jobs == [KICK]
    await pay(counter, "=")
    assert counter.printer.jobs[1] == KICK
    assert len(counter.printer.jobs) == 3  # and the receipt
    drawer = counter.till.money.drawer
    drawer.move("no_sale", 0, "change", "Ada")
    assert counter.printer.jobs[3:] == [KICK]
    counter.books.close()


async def test_a_printer_that_refuses_the_pulse_stops_no_sale(tmp_path):
    counter = Counter(tmp_path / "till").stock()
    counter.settings = replace(counter.settings, cash=CashSettings(drawer_kick=True))
    counter.open()
    counter.printer.trouble = PrinterError("printer.no_answer", host="printer", port=9100)
    counter.scan(MILK)
    await pay(counter, "=")
    assert counter.books.last_paid_numbers(1) == [1]
    counter.books.close()


async def test_a_drawer_that_stays_shut_is_said_of_each_act(tmp_path):
    counter = Counter(tmp_path / "till").stock()
    counter.settings = replace(counter.settings, cash=CashSettings(drawer_kick=True))
    counter.open()
    away = because("printer.no_answer", host="printer", port=9100)
    counter.printer.trouble = PrinterError(away)
    drawer = counter.till.money.drawer
    done = drawer.move("no_sale", 0, "change", "Ada")
    assert done.done.kind == "shift.noted_no_sale"
    assert done_with_key(done) == because(
        "drawer_page.drawer_shut_because", done=done.done, why=away
    )
    done = drawer.move("pay_in", 100, "change", "Ada")
    assert done.not_printed is not None
    assert done_with_key(done) == because("drawer_page.drawer_shut", done=done.done)
    counter.books.close()


async def test_after_midnight_it_is_still_the_day_before(tmp_path):
    counter = Counter(tmp_path / "till").stock()
    counter.settings = replace(counter.settings, cash=CashSettings(day_ends_at=4))
    counter.now = counter.now.replace(hour=2)
    counter.open()
    drawer = counter.till.money.drawer
    assert drawer.open("Ada").day.day == counter.now.day - 1
    counter.now = counter.now.replace(hour=5)
    assert drawer.close("Ada", None)[0].report.day == f"{counter.now:%Y-%m}-{counter.now.day - 1}"
    assert drawer.open("Ada").day.day == counter.now.day
    counter.books.close()


async def test_a_closing_that_is_off_names_what_explains_it(counter, drawer):
    drawer.open("Ada", cash(50_000))
    counter.scan(COLA, MILK)
    await pay(counter, "20")
    counter.scan(SPREAD)
    await pay(counter, "50")
    there = 50_000 + 350 + 1290 + 3290
    z, _ = drawer.close("Ada", cash(there + 3000))  # it was a 50 that was handed over
    head, first, *_ = [spoken(each) for each in drawer.explain(z.report.shift)]
    assert "30.00" in head
    assert first.startswith("1. A 50.00 was taken for a 20.00")
    assert "sale 000001" in first
    assert "sale 000002" not in first


async def test_a_closing_that_agrees_or_was_not_counted_says_so(counter, drawer):
    for counted, kind in ((None, "not_counted_at_all"), (cash(0), "agrees")):
        drawer.open("Ada")
        z, _ = drawer.close("Ada", counted)
        assert [each.kind for each in drawer.explain(z.report.shift)] == [f"explanation.{kind}"]


async def test_what_nothing_explains_is_said(counter, drawer):
    drawer.open("Ada", cash(50_000))
    z, _ = drawer.close("Ada", cash(50_123))
    assert [each.kind for each in drawer.explain(z.report.shift)] == ["explanation.nothing"]


async def test_vouchers_and_debts_are_no_turnover_on_the_z(counter, drawer):
    drawer.open("Ada")
    counter.scan(COLA, COLA)
    await pay(counter, "=")
    counter.till.sell_voucher("20")
    await pay(counter, "=")
    z, _ = drawer.close("Ada", None)
    report = z.report
    assert (report.gross, report.net, report.discounts.amount) == (600, 600, 100)
    assert (report.vouchers_sold.count, report.vouchers_sold.amount) == (1, 2000)
    assert report.drawer.expected == 2600
    assert report.unread == ()
