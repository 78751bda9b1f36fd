"""Whole sales at a till without a screen, paid in cash."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pos_tui.books import Books
from pos_tui.books.connection import open_connection
from pos_tui.books.journal.verify import first_broken_row
from pos_tui.checkout import events
from pos_tui.checkout.sale import ExpiryWarning
from pos_tui.devices.printers import PrinterError
from pos_tui.pricing.offers import SpecialPrice
from pos_tui.receipts.data import decode_receipt
from pos_tui.settings import PaymentSettings, ShopSettings, TillSettings
from tests.conftest import BREAD, CHICKEN, COLA, MILK, SPREAD, UNPRICED, Counter
from tests.spoken import spoken


def names(counter):
    return [line.item.name for line in counter.till.sale.list.lines]


async def test_two_colas_and_a_chicken_are_paid_in_cash_with_change(counter):
    counter.scan(COLA, COLA, f"0.842*{CHICKEN}")
    assert counter.total == 600 + 2880
    counter.till.pay("50")
    await counter.till.until_idle()
    paid = counter.last(events.SalePaid)
    assert (paid.total, paid.tender.given, paid.tender.change) == (3480, 5000, 1520)
    assert counter.till.sale.number == paid.number + 1
    assert counter.till.sale.is_empty


async def test_the_receipt_is_written_before_it_is_printed_and_says_it_all(counter):
    counter.scan(COLA, COLA)
    counter.till.pay("10.00")
    await counter.till.until_idle()
    made = counter.last(events.ReceiptMade)
    receipt = decode_receipt(Path(made.path).read_bytes())
    assert receipt.total == 600
    assert receipt.saved == 100
    assert receipt.tenders[0].change == 400
    assert receipt.at == counter.now
    assert len(counter.printer.jobs) == 1
    job = counter.printer.jobs[0]
    assert b"Cola 330 ml" in job
    assert b"2 for 6" in job
    assert made.printed == "printed"


def test_scanning_the_same_product_again_adds_to_its_line(counter):
    counter.scan(COLA, SPREAD, COLA)
    assert [(line.item.name, line.quantity) for line in counter.till.sale.list.lines] == [
        ("Cola 330 ml", Decimal(2)),
        ("Hazelnut spread", Decimal(1)),
    ]
    assert counter.last(events.LineChanged).change.index == 0


@pytest.mark.parametrize(("typed", "quantity"), [("3*", "3"), ("0,5 *", "0.5"), ("12 × ", "12")])
def test_n_times_before_a_scan_makes_it_n(counter, typed, quantity):
    counter.scan(typed, CHICKEN, COLA)
    assert [line.quantity for line in counter.till.sale.list.lines] == [Decimal(quantity), 1]


def test_n_times_is_forgotten_after_a_code_that_is_not_known(counter):
    counter.scan("5*", "9999", COLA)
    assert counter.till.sale.list.lines[0].quantity == 1


@pytest.mark.parametrize("typed", ["-1", "999999", "0", "1.2345", "12.", "−2", "1,000.5"])
def test_a_wrong_quantity_before_a_scan_is_said_to_be_one_and_nothing_is_sold(counter, typed):
    counter.scan(f"{typed}*{COLA}")
    assert f"“{typed}” is no quantity" in spoken(counter.last(events.Notice))
    assert not counter.all(events.NotSold)
    assert not counter.till.sale.list.lines


def test_half_a_can_is_refused_with_a_sentence(counter):
    counter.scan(f"1.5*{COLA}")
    assert "sold by the piece" in spoken(counter.last(events.NotSold))
    assert not counter.till.sale.list.lines


@pytest.mark.parametrize("wrong", ["0", "-1", "abc", "10000", "1.2345", ""])
def test_a_wrong_quantity_changes_nothing_and_says_so(counter, wrong):
    counter.scan(COLA)
    counter.set_quantity(0, wrong)
    assert counter.till.sale.list.lines[0].quantity == 1
    assert counter.last(events.Notice).tone == "warning"


def test_a_new_quantity_is_priced_anew(counter):
    counter.scan(COLA)
    counter.set_quantity(0, "5")
    assert counter.total == 600 * 2 + 350


def test_a_removed_line_takes_its_money_with_it(counter):
    counter.scan(COLA, SPREAD, COLA)
    counter.remove(0)
    assert names(counter) == ["Hazelnut spread"]
    assert counter.total == 3290


def test_an_unknown_code_is_answered_and_the_list_stays(counter):
    counter.scan(COLA, "6901028000001", "77")
    wrong_digit, unknown = counter.all(events.NotSold)
    assert "check digit" in spoken(wrong_digit)
    assert "F3" in spoken(unknown)
    assert names(counter) == ["Cola 330 ml"]


def test_an_item_without_a_price_is_sold_at_a_typed_one(counter):
    counter.scan(UNPRICED)
    asked = counter.last(events.NotSold)
    assert asked.unpriced is not None
    counter.till.sell_at(counter.till.codes.product(asked.code), "4.20")
    assert counter.total == 420


async def test_expired_item_leaves_the_list_and_blocks_payment_until_confirmed(counter):
    counter.scan(COLA, BREAD)
    assert names(counter) == ["Cola 330 ml"]
    warning = counter.last(events.ItemExpired).warning
    assert (warning.name, warning.lot, warning.expires_on) == (
        "French bread",
        "B-1",
        date(2026, 11, 20),
    )
    counter.till.pay("10")
    counter.scan("134857901234567890")
    await counter.till.until_idle()
    assert not counter.all(events.SalePaid)
    assert "French bread is expired" in spoken(counter.last(events.Notice))
    assert counter.till.confirm_expired()
    counter.till.pay("10")
    await counter.till.until_idle()
    assert counter.last(events.SalePaid).total == 350


def test_the_last_good_day_ends_at_midnight_of_the_shop(counter):
    counter.lot(MILK, "M-1", date(2026, 11, 22))
    counter.now = counter.now.replace(hour=23, minute=59)
    counter.scan(MILK)
    assert names(counter) == ["Milk 1 l"]
    counter.now += timedelta(minutes=1)
    counter.scan(MILK)
    assert isinstance(counter.last(events.ItemExpired).warning, ExpiryWarning)


def test_with_good_and_expired_lots_on_the_shelf_the_cashier_is_told_to_look(counter):
    counter.lot(BREAD, "B-2", date(2026, 11, 25))
    counter.scan(BREAD)
    assert names(counter) == ["French bread"]
    assert counter.last(events.LookAtDate).expires_on == date(2026, 11, 20)


async def test_too_little_cash_pays_a_part_and_says_what_is_left(counter):
    counter.scan(SPREAD)
    counter.till.pay("32.89")
    await counter.till.until_idle()
    assert not counter.all(events.SalePaid)
    assert counter.last(events.TenderTaken).due == counter.till.view.due == 1
    assert "0.01 is left to pay" in spoken(counter.last(events.PaymentChanged).view)
    counter.till.pay("0.01")
    await counter.till.until_idle()
    assert [each.given for each in counter.last(events.SalePaid).tenders] == [3289, 1]


async def test_a_payment_code_on_an_empty_list_asks_for_goods_first(counter):
    counter.scan("134857901234567890")
    assert "empty" in spoken(counter.last(events.Notice))


def test_a_payment_code_without_a_gateway_asks_for_cash(counter):
    counter.scan(COLA, "134857901234567890")
    assert "cash" in spoken(counter.last(events.Notice))
    assert counter.till.sale.state == "open"


def test_a_collection_code_is_refused_with_what_to_ask_for(counter):
    counter.scan(COLA, "000201010212")
    assert "payment code" in spoken(counter.last(events.NotSold))


async def test_a_voided_sale_is_gone_and_journalled(counter):
    counter.scan(COLA)
    counter.till.void()
    await counter.till.until_idle()
    assert counter.till.sale.is_empty
    counter.power_cut()
    assert counter.till.sale.is_empty
    assert counter.till.sale.number == 2


async def test_a_power_cut_gives_list_and_warnings_back(counter):
    counter.scan(COLA, SPREAD, f"3*{COLA}", BREAD, MILK)
    counter.remove(1)
    counter.set_quantity(1, "7")
    before = counter.till.sale.list
    counter.power_cut()
    assert counter.till.sale.list.lines == before.lines
    assert counter.till.sale.list.totals == before.totals
    assert [w.name for w in counter.till.sale.warnings] == ["French bread"]
    assert counter.last(events.SaleOpened).resumed or counter.all(events.SaleOpened)[0].resumed
    counter.till.confirm_expired()
    counter.till.pay("500")
    await counter.till.until_idle()
    assert counter.last(events.SalePaid).total == before.totals.total


async def test_a_receipt_that_a_power_cut_prevented_is_made_at_the_next_start(counter):
    counter.scan(COLA)
    counter.till.pay("5")
    paid = await counter.until(events.SalePaid)
    await counter.till.until_idle()
    counter.till.receipt_path(paid.number).unlink()
    counter.printer.jobs.clear()
    counter.power_cut()
    await counter.till.start()
    made = await counter.until(events.ReceiptMade)
    assert made.sale_no == paid.number
    assert "Change" in made.text
    assert counter.printer.jobs
    await counter.till.close()


async def test_a_printer_out_of_paper_is_said_and_the_next_customer_served(counter):
    counter.printer.trouble = PrinterError("The printer is out of paper. Put a new roll in.")
    counter.scan(COLA)
    counter.till.pay("5")
    await counter.till.until_idle()
    assert counter.last(events.ReceiptMade).printed == "waiting"
    assert "out of paper" in spoken(counter.last(events.LinkChanged))
    counter.printer.trouble = None
    counter.till.papers.spool.wake()
    await counter.until_true(lambda: len(counter.printer.jobs) == 1)
    counter.scan(COLA)
    assert counter.total == 350


async def test_cash_is_rounded_to_coins_on_the_cash_part_only(tmp_path):
    settings = TillSettings(shop=ShopSettings(currency="CHF", cash_step=5))
    counter = Counter(tmp_path, settings).stock()
    counter.offer(SPREAD, "now 32.88", SpecialPrice(3288))
    counter.open().scan(SPREAD)
    counter.till.pay("40")
    await counter.till.until_idle()
    paid = counter.last(events.SalePaid)
    assert (paid.total, paid.tender.due, paid.tender.change) == (3288, 3290, 710)
    counter.books.close()


def test_the_journal_tells_when_a_row_was_changed_behind_the_tills_back(counter):
    counter.scan(COLA, SPREAD, MILK)
    counter.books.close()
    connection = open_connection(counter.data / "books.db")
    assert first_broken_row(connection) is None
    connection.execute("UPDATE journal SET body = replace(body, '3290', '0090') WHERE seq = 3")
    assert first_broken_row(connection) == 3
    connection.close()
    counter.books = Books(counter.data)


async def test_what_the_journal_keeps_holds_no_payment_code(counter):
    counter.scan(COLA, "134857901234567890", "000201010212")
    counter.books.write(lambda _: None).result()
    for path in counter.data.glob("books.db*"):
        assert b"134857901234567890" not in path.read_bytes()


async def test_an_item_that_expires_while_it_is_on_the_list_comes_off_before_payment(counter):
    counter.lot(MILK, "M-1", date(2026, 11, 22))
    counter.scan(MILK, COLA)
    counter.now += timedelta(days=1)
    counter.till.pay("50")
    await counter.till.until_idle()
    assert not counter.all(events.SalePaid)
    assert names(counter) == ["Cola 330 ml"]
    assert counter.last(events.ItemExpired).warning.name == "Milk 1 l"
    counter.power_cut()
    assert names(counter) == ["Cola 330 ml"]
    counter.till.confirm_expired()
    counter.till.pay("5")
    await counter.till.until_idle()
    assert counter.last(events.SalePaid).total == 350


@pytest.mark.parametrize("torn", ["96385074", "5449000000996"])
async def test_a_code_is_never_taken_for_cash(counter, torn):
    counter.scan(COLA)
    counter.till.pay(torn)
    await counter.till.until_idle()
    assert not counter.all(events.SalePaid)
    assert counter.last(events.Notice).tone == "warning"


async def test_a_sale_that_the_books_did_not_void_is_kept_and_said(counter):
    counter.scan(COLA)
    counter.books.write(lambda _: None).result()
    other = open_connection(counter.data / "books.db")
    other.execute("BEGIN IMMEDIATE")
    connection = counter.books.write.__self__._writer._connection()
    connection.set_busy_timeout(50)
    counter.till.void()
    await counter.till.until_idle()
    assert "not voided" in spoken(counter.last(events.Notice))
    assert names(counter) == ["Cola 330 ml"]
    other.execute("ROLLBACK")
    counter.till.void()
    await counter.till.until_idle()
    assert counter.till.sale.number == 2
    other.close()


def test_a_paid_sale_is_never_written_over(counter):
    from pos_tui.books.connection import AlreadyFinishedError
    from pos_tui.books.sales.completing import Closing
    from pos_tui.checkout.tenders import Tender

    counter.scan(COLA)
    tender = Tender(kind="cash", due=350, given=350)
    closing, other = Closing(350, (tender,), {}), Closing(999, (tender,), {})
    counter.books.accept_tender(1, counter.now, tender, closing=closing).result()
    with pytest.raises(AlreadyFinishedError):
        counter.books.accept_tender(1, counter.now, tender, closing=other).result()
    assert counter.books.paid_sale(1)[2] == (tender,)


def test_a_quantity_waits_for_the_price_and_is_forgotten_with_esc_or_a_payment_code(counter):
    counter.scan("3*", UNPRICED)
    counter.till.sell_at(counter.till.codes.product(UNPRICED), "2")
    assert counter.till.sale.list.lines[0].quantity == 3
    counter.scan("5*", "134857901234567890", COLA)
    assert counter.till.sale.list.lines[1].quantity == 1
    counter.scan("5*")
    counter.till.forget_quantity()
    counter.scan(SPREAD)
    assert counter.till.sale.list.lines[2].quantity == 1


def test_a_wallet_that_the_shop_does_not_take_is_refused_and_not_shown(counter):
    counter.settings = msgspec.structs.replace(
        counter.settings, payments=PaymentSettings(platforms=("wechat",))
    )
    counter.open()
    counter.scan(COLA, "6225735053201615202")
    refused = counter.last(events.NotSold)
    assert "does not take UnionPay" in spoken(refused)
    assert refused.code == "····5202"


class AnyCashier(RuleBasedStateMachine):
    """Whatever a cashier does, the list adds up, and a power cut changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.counter = Counter(Path(self.folder.name)).stock().open()

    @rule(code=st.sampled_from([COLA, SPREAD, MILK, CHICKEN, BREAD, "7777", "x" * 70]))
    def scan(self, code):
        self.counter.scan(code)

    @rule(n=st.sampled_from(["2*", "0.5*", "0*", "9999*"]))
    def multiply(self, n):
        self.counter.scan(n)

    @rule(index=st.integers(0, 5))
    def remove(self, index):
        if index < len(self.counter.till.sale.list.lines):
            self.counter.remove(index)

    @rule(index=st.integers(0, 5), text=st.sampled_from(["1", "3", "0.25", "0", "x"]))
    def quantity(self, index, text):
        if index < len(self.counter.till.sale.list.lines):
            self.counter.set_quantity(index, text)

    @rule()
    def confirm(self):
        self.counter.till.confirm_expired()

    @precondition(lambda self: self.counter.told)
    @rule()
    def power_cut(self):
        before = list(self.counter.till.sale.list.lines), list(self.counter.till.sale.warnings)
        self.counter.power_cut()
        assert (self.counter.till.sale.list.lines, self.counter.till.sale.warnings) == before

    @invariant()
    def it_adds_up(self):
        listed = self.counter.till.sale.list
        assert listed.totals.total == sum(line.actual for line in listed.lines)
        assert listed.totals.saved == sum(line.gross - line.actual for line in listed.lines)
        assert listed.totals.lines == len(listed.lines)
        assert len({line.number for line in listed.lines}) == len(listed.lines)

    def teardown(self):
        self.counter.books.close()
        self.folder.cleanup()


AnyCashier.TestCase.settings = hypothesis_settings(
    max_examples=25, stateful_step_count=20, deadline=None
)
test_any_cashier = AnyCashier.TestCase


def test_a_sale_of_thousands_of_lines_is_given_back_after_a_power_cut(counter):
    from pos_tui.books.catalogue.product_import import import_products
    from pos_tui.books.catalogue.products import ProductRow

    rows = [ProductRow(f"H{n:05d}", f"Item {n}", 100 + n) for n in range(3000)]
    counter.books.write(lambda c: import_products(c, rows)).result()
    counter.scan(*(row.code for row in rows))
    total = counter.total
    counter.power_cut()
    assert len(counter.till.sale.list.lines) == 3000
    assert counter.total == total
    assert msgspec.structs.asdict(counter.till.sale.list.totals)["lines"] == 3000
