"""Who is at the till, by keys and scans: signing on without leaving the sale, and badges."""

import pytest
from argon2 import PasswordHasher

from pos_tui.books.people.staff import remove_staff, set_staff
from pos_tui.checkout.tenders import Tender
from pos_tui.devices.scanners.scanner import Scanned
from pos_tui.payments.steps import WALLET_STEPS, PaymentSteps
from pos_tui.reasons import because
from pos_tui.receipts.data import decode_receipt
from pos_tui.settings import ShopSettings, StaffSettings, TillIdentity, TillSettings
from pos_tui.tui.parts.pin_page import PinPage
from pos_tui.tui.parts.subjects_menu import SubjectsMenu
from pos_tui.tui.scan_driver import Scan
from pos_tui.tui.till_screen import TillScreen
from tests.conftest import BREAD, COLA, SPREAD, Counter
from tests.tui.seat import SIZES, sitting

BADGE, SUPERVISORS = "Staff-00417", "Staff-00582"
MINUTES = 5


@pytest.fixture(autouse=True)
def hashes_that_cost_little(monkeypatch):
    light = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1)
    monkeypatch.setattr("pos_tui.books.people.staff._hasher", lambda: light)


def hire(counter, name, role, pin, badge):
    counter.books.write(lambda c: set_staff(c, name, role, pin, badge)).result()


def with_staff(folder, *, sign_on=False, minutes=0):
    settings = TillSettings(
        shop=ShopSettings(name="Corner Market"),
        till=TillIdentity(cashier="Till 1"),
        staff=StaffSettings(sign_on=sign_on, lock_after_minutes=minutes),
    )
    counter = Counter(folder, settings, has_printer=False).stock()
    people = (
        ("Eve", "cashier", "2938", BADGE),
        ("Grace", "supervisor", "7104", SUPERVISORS),
        ("Tom", "technician", "6193", None),
    )
    for name, role, pin, badge in people:
        hire(counter, name, role, pin, badge)
    return counter


@pytest.fixture
def easy(tmp_path):
    """A shop with staff, where nobody has to sign on."""
    counter = with_staff(tmp_path / "till", minutes=MINUTES)
    yield counter
    counter.books.close()


@pytest.fixture
def strict(tmp_path):
    """A shop where somebody has to."""
    counter = with_staff(tmp_path / "till", sign_on=True, minutes=MINUTES)
    yield counter
    counter.books.close()


async def scan(seat, *codes):
    """Scans as a scanner's device gives them, to whatever is up."""
    for code in codes:
        seat.hands.at += 3
        seat.app.post_message(Scan(Scanned(code, seat.hands.at, seat.hands.at), "device"))
        await seat.pilot.pause()


async def away(seat, minutes):
    """Nobody does anything for so long."""
    seat.hands.at += minutes * 60
    till_screen = seat.app.screen_stack[0]
    assert isinstance(till_screen, TillScreen)
    till_screen.look_at_idle()
    await seat.pilot.pause()


async def come(seat, pin):
    await seat.press("ctrl+u")
    await seat.type(pin)
    await seat.press("enter")


# ---- the key ---------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [*SIZES, (60, 20)])
async def test_somebody_signs_on_by_pin_without_leaving_the_sale(easy, size):
    async with sitting(easy, size) as seat:
        await scan(seat, COLA)
        assert "Till 1" in seat.rows[0]
        await seat.press("ctrl+u")
        await seat.until_shown("Who is at the till?")
        await seat.type("2938")
        assert "2938" not in seat.text
        assert "••••" in seat.text
        await seat.press("enter")
        await seat.until_shown("Eve is at the till.")
        assert "Eve" in seat.rows[0]
        assert "Cola 330 ml" in seat.text
        assert not seat.till_screen.entry.is_used
        assert easy.total == 350


async def test_a_wrong_pin_is_said_and_the_next_one_is_hidden_too(easy):
    async with sitting(easy) as seat:
        await come(seat, "6040")
        await seat.type("29")
        await seat.until_shown("Nobody has this PIN.")
        assert "29" not in seat.rows[-2]
        await seat.type("38")
        await seat.press("enter")
        await seat.until_shown("Eve is at the till.")


async def test_the_key_twice_signs_off_and_esc_changes_nothing(easy):
    async with sitting(easy) as seat:
        await come(seat, "2938")
        await seat.until_shown("Eve is at the till.")
        await seat.press("ctrl+u")
        assert "Instead of Eve" in seat.text
        await seat.press("escape")
        assert easy.till.staff.cashier == "Eve"
        await seat.press("ctrl+u", "ctrl+u")
        assert "Eve is signed off; the sale stays." in seat.text
        assert "Till 1" in seat.rows[0]


async def test_who_may_does_it_alone_and_who_may_not_is_asked_for_a_supervisor(easy):
    async with sitting(easy) as seat:
        await come(seat, "7104")
        await seat.until_shown("Grace is at the till.")
        await seat.press("ctrl+g")
        await seat.until(lambda: isinstance(seat.app.screen, SubjectsMenu))
        await seat.press("escape")
        await come(seat, "2938")
        await seat.until_shown("Eve is at the till.")
        await seat.press("ctrl+g")
        await seat.until(lambda: isinstance(seat.app.screen, PinPage))
        await seat.type("7104")
        await seat.press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, SubjectsMenu))
        assert easy.till.staff.who() == "Grace"
        await seat.press("escape")
        assert easy.till.staff.who() == "Eve"


async def test_a_supervisor_gives_a_large_discount_alone(easy):
    async with sitting(easy) as seat:
        await come(seat, "7104")
        await seat.until_shown("Grace is at the till.")
        await scan(seat, SPREAD)
        await seat.press("f4")
        await seat.type("50%")
        await seat.press("enter")
        await seat.type("4")
        await seat.press("enter")
        assert easy.total == 1645
        await scan(seat, COLA)
        assert easy.total == 1645 + 350


# ---- badges ----------------------------------------------------------------------------------


async def test_a_badge_signs_on_with_one_scan(easy):
    async with sitting(easy) as seat:
        await scan(seat, COLA, BADGE)
        await seat.until_shown("Eve is at the till.")
        await scan(seat, SUPERVISORS)
        await seat.until_shown("Grace is at the till.")
        assert easy.total == 350


async def test_a_badge_in_the_cash_question_is_refused_and_the_question_stays(easy):
    async with sitting(easy) as seat:
        await scan(seat, COLA)
        await seat.press("plus")
        await seat.type("20")
        await scan(seat, BADGE)
        assert "That is a badge" in seat.text
        assert easy.till.staff.cashier == "Till 1"
        assert easy.till.view.taken == ()
        await seat.press("enter")
        await seat.until_shown("CHANGE")
        assert "16.50" in seat.text


async def test_a_badge_in_the_discount_question_is_no_discount_and_no_approval(easy):
    async with sitting(easy) as seat:
        await scan(seat, SPREAD)
        await seat.press("f4")
        await scan(seat, SUPERVISORS)
        assert "That is a badge" in seat.text
        await seat.type("50%")
        await seat.press("enter")
        await seat.type("4")
        await seat.press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, PinPage))
        assert easy.total == 3290
        await scan(seat, BADGE)
        await seat.until_shown("Eve may not approve this.")
        await scan(seat, SUPERVISORS)
        await seat.until(lambda: easy.total == 1645)
        assert easy.till.staff.cashier == "Till 1", "who approves one act is not signed on"


async def test_a_badge_confirms_no_expiry_warning(easy):
    async with sitting(easy) as seat:
        await scan(seat, BREAD, BADGE)
        assert "That is a badge" in seat.text
        assert len(easy.till.sale.warnings) == 1
        assert easy.till.staff.signed_on == ""
        await seat.press("enter")
        await scan(seat, BADGE)
        await seat.until_shown("Eve is at the till.")


@pytest.mark.parametrize("key", ["f3", "f1", "ctrl+o"])
async def test_a_badge_on_a_page_lands_nowhere(easy, key):
    async with sitting(easy) as seat:
        await come(seat, "7104")
        await seat.until_shown("Grace is at the till.")
        await seat.press(key)
        await seat.until(lambda: not isinstance(seat.app.screen, TillScreen))
        await scan(seat, BADGE)
        await seat.until_shown("That is a badge")
        assert "Staff-00417" not in seat.text
        assert easy.till.staff.signed_on == "Grace"
        await seat.press("escape", "escape")
        assert easy.total == 0


async def test_a_pasted_badge_is_a_badge(easy):
    async with sitting(easy) as seat:
        seat.app.post_message(Scan(Scanned(BADGE, 5, 5), "paste"))
        await seat.until_shown("Eve is at the till.")


# ---- where somebody has to sign on -----------------------------------------------------------


async def test_before_anybody_signs_on_nothing_is_done_and_no_scan_is_lost(strict):
    async with sitting(strict) as seat:
        assert "nobody" in seat.rows[0]
        assert "Who is at the till?" in seat.text
        await scan(seat, COLA, SPREAD)
        assert strict.total == 0
        assert "what was scanned goes on the list (2 codes)" in " ".join(seat.text.split())
        await seat.press("plus", "f8", "ctrl+g", "escape", "enter")
        assert "Who is at the till?" in seat.text
        assert isinstance(seat.app.screen, TillScreen)
        await seat.press(*["backspace"] * 3)
        await seat.type("2938")
        await seat.press("enter")
        await seat.until(lambda: strict.total == 350 + 3290)
        assert "Eve" in seat.rows[0]


async def test_help_is_there_for_all(strict):
    async with sitting(strict) as seat:
        await seat.press("f1")
        assert not isinstance(seat.app.screen, TillScreen)
        await seat.press("escape")
        await seat.until_shown("Who is at the till?")


async def test_a_payment_code_is_not_kept_and_that_is_said(strict):
    async with sitting(strict) as seat:
        await scan(seat, "134857901234567890")
        assert "Nothing was charged" in " ".join(seat.text.split())
        await scan(seat, BADGE)
        await seat.until_shown("Eve is at the till.")
        assert strict.till.view.taken == ()


async def test_a_technician_signs_on_and_sells_nothing(strict):
    async with sitting(strict) as seat:
        await seat.type("6193")
        await seat.press("enter")
        await seat.until_shown("Tom is at the till.")
        await scan(seat, COLA)
        assert "Tom may not do this alone: sell." in seat.text
        await seat.press("f3")
        assert isinstance(seat.app.screen, TillScreen)
        await scan(seat, BADGE)
        await seat.until_shown("Eve is at the till.")
        await scan(seat, COLA)
        assert strict.total == 350


# ---- nobody does anything for some time --------------------------------------------------------


async def test_after_idle_time_nobody_is_on_and_the_sale_stays(strict):
    async with sitting(strict) as seat:
        await scan(seat, BADGE)
        await seat.until_shown("Eve is at the till.")
        await scan(seat, COLA)
        await away(seat, MINUTES - 1)
        assert strict.till.staff.signed_on == "Eve"
        await away(seat, 1)
        assert "Eve is signed off" in seat.text
        assert "Cola 330 ml" in seat.text
        assert "nobody" in seat.rows[0]
        await seat.press("plus", "delete")
        assert strict.total == 350
        await scan(seat, BADGE)
        await seat.until(lambda: strict.till.staff.signed_on == "Eve")
        await scan(seat, COLA)
        await seat.until(lambda: strict.total == 600)


async def test_a_payment_goes_on_while_nobody_is_there(strict):
    async with sitting(strict) as seat:
        await scan(seat, BADGE)
        await seat.until_shown("Eve is at the till.")
        await scan(seat, COLA)
        sale = strict.till.sale
        sale.state = "awaiting"
        sale.put_tender(Tender("wallet", sale.due, sale.due, state="pending", by="Eve"))
        await away(seat, MINUTES)
        assert "nobody" in seat.rows[0]
        completion = strict.till._completion
        writing = completion.write_down(sale, sale.under_way)
        steps = PaymentSteps(because("payment.title_parts", amount=""), WALLET_STEPS)
        await completion.complete(writing, steps, because("payment.paid"))
        await seat.until(lambda: strict.till.receipt_path(1).exists())
        assert decode_receipt(strict.till.receipt_path(1).read_bytes()).cashier == "Eve"
        assert "Who is at the till?" in seat.text


async def test_pages_are_left_and_whoever_let_them_open_is_gone(easy):
    async with sitting(easy) as seat:
        await seat.press("ctrl+g")
        await scan(seat, SUPERVISORS)
        await seat.until(lambda: isinstance(seat.app.screen, SubjectsMenu))
        await away(seat, MINUTES)
        await seat.until(lambda: isinstance(seat.app.screen, TillScreen))
        assert easy.till.staff.who() == "Till 1"


async def test_after_a_restart_nobody_is_on(strict):
    async with sitting(strict) as seat:
        await scan(seat, BADGE)
        await seat.until_shown("Eve is at the till.")
        await scan(seat, COLA)
    strict.books.wait()
    async with sitting(strict) as seat:
        assert "nobody" in seat.rows[0]
        assert "Cola 330 ml" in seat.text
        assert strict.till.staff.must_sign_on


async def test_what_was_scanned_long_before_is_not_sold_to_the_next_customer(strict):
    async with sitting(strict) as seat:
        await scan(seat, SPREAD)
        seat.hands.at += 180
        await scan(seat, COLA)
        assert "(1 code)" in " ".join(seat.text.split())
        await scan(seat, BADGE)
        await seat.until(lambda: strict.total == 350)


async def test_where_nobody_can_sign_on_that_is_said_and_the_shop_sells(strict):
    for name in ("Eve", "Grace", "Tom"):
        strict.books.write(lambda c, name=name: remove_staff(c, name)).result()
    async with sitting(strict) as seat:
        assert "pos-tui staff add NAME --role manager" in " ".join(seat.text.split())
        await scan(seat, COLA)
        assert strict.total == 350
