"""The drawer's pages: a shift is opened, counted blind and closed, by keys only."""

import pytest

from pos_tui.books.people.staff import set_staff
from pos_tui.devices.printers import PrinterError
from pos_tui.tui.pages.drawer import DrawerScreen
from pos_tui.tui.pages.report_text import ReportTextPage
from pos_tui.tui.parts.page import PageScreen
from pos_tui.wording.current import use
from tests.conftest import MILK
from tests.tui.seat import SIZES, sitting


class Cashier:
    """Somebody who does what is done with the drawer, in front of a till's screen."""

    def __init__(self, seat):
        self.seat, self.press = seat, seat.press
        self.drawer = seat.counter.till.money.drawer

    @property
    def words(self):
        """What the screen shows, as running words."""
        return " ".join(" ".join(row.strip("│ ") for row in self.seat.rows).split())

    @property
    def said(self):
        """What the page says above its keys."""
        page = self.seat.app.screen
        assert isinstance(page, PageScreen)
        return page.said

    async def until(self, words):
        await self.seat.until(lambda: words in self.words)

    async def open(self):
        await self.seat.open_money("drawer")
        await self.seat.until(lambda: isinstance(self.seat.app.screen, DrawerScreen))
        await self.until("Esc back")

    async def choose(self, act):
        """Choose an act of the drawer's page by the letters of its name."""
        await self.seat.until(lambda: act in self.words)
        await self.seat.type(act)
        await self.press("enter")

    async def enter(self, *lines):
        for line in lines:
            await self.seat.type(line)
            await self.press("enter")


@pytest.mark.parametrize("size", [*SIZES, (60, 20)])
async def test_a_shift_from_its_float_to_its_z(shop, size):
    async with sitting(shop, size=size) as seat:
        cashier = Cashier(seat)
        await cashier.open()
        await cashier.choose("Open a shift")
        await cashier.until("Nothing counted yet")
        await cashier.enter("3x100", "4x5", "")
        await cashier.until("a float of 320.00")
        await cashier.choose("Pay out")
        await cashier.enter("20", "1")
        await cashier.until("20.00 paid out")
        await cashier.choose("Count and close")
        await cashier.enter("3x100", "")
        await cashier.until("Stays as next float")
        assert "[300.00]" in cashier.words
        await cashier.enter("100")
        await seat.until(lambda: isinstance(seat.app.screen, ReportTextPage))
        report = cashier.drawer.z_report(1).report
        assert (report.drawer.expected, report.drawer.counted) == (30_000, 30_000)
        assert (report.drawer.to_safe, report.drawer.left) == (20_000, 10_000)
        assert [each.name for each in report.pay_outs] == ["supplies"]


async def test_what_is_expected_is_not_shown_before_it_was_counted_and_one_recount_is_offered(shop):
    async with sitting(shop) as seat:
        cashier = Cashier(seat)
        cashier.drawer.open("Ada", cashier.drawer.counted_with(_nothing(), "123.45"))
        await cashier.open()
        await cashier.choose("Count and close")
        await cashier.until("Nothing counted yet")
        assert "123.45" not in seat.text
        await cashier.enter("100", "")
        await cashier.until("not what the books have")
        assert "123.45" not in seat.text
        await cashier.press("c", "enter")
        await cashier.until("Nothing counted yet")
        await cashier.enter("90", "")
        await cashier.until("Stays as next float")  # a second difference is not asked about
        await cashier.enter("")
        await seat.until(lambda: isinstance(seat.app.screen, ReportTextPage))
        assert cashier.drawer.z_report(1).report.drawer.difference == 9000 - 12_345


async def test_a_difference_may_be_kept(shop):
    async with sitting(shop) as seat:
        cashier = Cashier(seat)
        cashier.drawer.open("Ada", cashier.drawer.counted_with(_nothing(), "5"))
        await cashier.open()
        await cashier.choose("Count and close")
        await cashier.enter("0", "")
        await cashier.until("Count once more?")
        await cashier.press("k", "enter")
        await cashier.until("Stays as next float")
        await cashier.enter("")
        await seat.until(lambda: isinstance(seat.app.screen, ReportTextPage))
        assert cashier.drawer.z_report(1).report.drawer.difference == -500


@pytest.mark.parametrize("line", ["nan", "inf", "-5", "3x7", "12.345", "x"])
async def test_what_is_no_count_is_said_and_what_was_counted_stays(shop, line):
    async with sitting(shop) as seat:
        cashier = Cashier(seat)
        await cashier.open()
        await cashier.choose("Open a shift")
        await cashier.enter("3x50", line)
        await seat.until(lambda: cashier.said)
        assert "150.00" in cashier.words
        assert cashier.drawer.status().shift is None


async def test_a_shift_is_closed_without_counting_where_somebody_says_so(shop):
    async with sitting(shop) as seat:
        cashier = Cashier(seat)
        cashier.drawer.open("Ada")
        await cashier.open()
        await cashier.choose("Count and close")
        await cashier.enter("")
        await cashier.until("Close without counting?")
        await cashier.press("enter")  # no answer
        assert cashier.drawer.status().shift is not None
        await cashier.enter("")
        await cashier.press("y", "enter")
        await seat.until(lambda: isinstance(seat.app.screen, ReportTextPage))
        assert cashier.drawer.z_report(1).report.drawer.counted is None


async def test_it_closes_with_the_printer_off_and_says_so(shop):
    shop.printer.trouble = PrinterError("printer.no_answer", host="printer", port=9100)
    async with sitting(shop) as seat:
        cashier = Cashier(seat)
        cashier.drawer.open("Ada")
        await cashier.open()
        await cashier.choose("Count and close")
        await cashier.enter("0", "", "")
        await cashier.until("Not on paper yet")
        shop.printer.trouble = None
        await cashier.press("f2")
        await cashier.until("Printed.")
        assert shop.printer.jobs[0].endswith(cashier.drawer.z_report(1).job)


async def test_handed_over_with_one_count(shop):
    async with sitting(shop) as seat:
        cashier = Cashier(seat)
        cashier.drawer.open("Ada", cashier.drawer.counted_with(_nothing(), "50"))
        await cashier.open()
        await cashier.choose("Hand over")
        await cashier.enter("1x50", "")
        await cashier.until("Who takes over?")
        await cashier.enter("Bob")
        await seat.until(lambda: isinstance(seat.app.screen, ReportTextPage))
        await cashier.press("escape")
        await cashier.until("Bob has shift 2 now")
        status = cashier.drawer.status()
        assert (status.shift.number, status.shift.opened_by) == (2, "Bob")
        assert status.opening_float == 5000


async def test_what_a_cashier_may_not_do_alone_needs_somebody_who_may(shop):
    shop.books.write(lambda c: set_staff(c, "Berta", "supervisor", "1357")).result()
    async with sitting(shop) as seat:
        cashier = Cashier(seat)
        cashier.drawer.open("Zoe")
        await cashier.open()
        await cashier.choose("Pay out")
        await cashier.until("Enter goes on")
        await cashier.enter("20", "taxi home")
        await cashier.until("Pay out 20.00: taxi home")
        await cashier.enter("1357")
        await cashier.until("20.00 paid out")
        await cashier.choose("Count and close")
        await cashier.enter("0", "")
        await cashier.until("Count once more?")
        await cashier.press("k", "enter")
        await cashier.enter("")
        await cashier.until("Close shift 1 of Zoe")
        await cashier.enter("1357")
        await seat.until(lambda: isinstance(seat.app.screen, ReportTextPage))
        report = cashier.drawer.z_report(1).report
        assert (report.closed_for, report.by) == ("Zoe", "Ada")


async def test_what_was_expected_in_the_drawer_is_in_a_z_for_who_may_see_reports(shop):
    shop.books.write(lambda c: set_staff(c, "Berta", "supervisor", "1357")).result()
    async with sitting(shop) as seat:
        cashier = Cashier(seat)
        cashier.drawer.open("Ada")
        await cashier.open()
        await cashier.choose("Count and close")
        await cashier.enter("0", "", "")
        await cashier.until("Z REPORT 1")  # the own one, at its close
        await cashier.press("escape")
        await cashier.choose("Z reports")
        await cashier.until("Look at the Z reports.")
        assert "2026-" not in cashier.words
        await cashier.enter("1357")
        await cashier.until("2026-")
        await cashier.press("enter")
        await cashier.until("Z REPORT 1")


async def test_a_till_whose_shift_nobody_opened_says_so_once_and_sells(shop):
    async with sitting(shop) as seat:
        await seat.until_shown("No shift is open yet. F5 opens one")
        await seat.scan(MILK)
        assert "No shift is open" not in seat.text
        assert seat.till_screen.view.lines


async def test_an_x_and_an_old_z_on_the_screen(shop):
    async with sitting(shop) as seat:
        cashier = Cashier(seat)
        cashier.drawer.open("Ada")
        cashier.drawer.close("Ada", None)
        cashier.drawer.open("Ada")
        await cashier.open()
        await cashier.choose("X report")
        await cashier.until("X REPORT")
        await cashier.press("escape")
        await cashier.choose("Z reports")
        await cashier.until("Closed")
        await cashier.press("enter")
        await cashier.until("Z REPORT 1")


async def test_in_chinese(shop):
    use("zh_CN")
    async with sitting(shop) as seat:
        await seat.open_money("drawer")
        await seat.until_shown("没有开着的班次")
        assert "开班" in seat.text


async def test_a_scan_on_these_pages_is_answered_and_never_counted(shop):
    async with sitting(shop) as seat:
        cashier = Cashier(seat)
        await cashier.open()
        await cashier.choose("Open a shift")
        await cashier.until("Nothing counted yet")
        await seat.scan(MILK)
        assert "Nothing counted yet" in cashier.words
        assert cashier.said


def _nothing():
    from pos_tui.till.money.cash_count import CashSoFar

    return CashSoFar()
