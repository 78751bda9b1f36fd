"""Who is at the till: whose the acts are, what they may do, who approves, and what is written."""

from decimal import Decimal

import pytest
from argon2 import PasswordHasher
from msgspec.structs import replace

from pos_tui.books.connection import open_connection
from pos_tui.books.journal import entries as journal
from pos_tui.books.people.staff import remove_staff, set_staff
from pos_tui.checkout import events
from pos_tui.reasons import Reason, because
from pos_tui.receipts.data import decode_receipt
from pos_tui.settings import ShopSettings, StaffSettings, TillIdentity, TillSettings
from pos_tui.wording.current import in_words
from tests.conftest import COLA, SPREAD, Counter

BADGE = "Staff-00417"
WHAT = because("permission.open_goods")


@pytest.fixture(autouse=True)
def hashes_that_cost_little(monkeypatch):
    light = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1)
    monkeypatch.setattr("pos_tui.books.people.staff._hasher", lambda: light)


def hire(counter, name, role, pin, badge):
    counter.books.write(lambda c: set_staff(c, name, role, pin, badge)).result()


def with_staff(folder, *, sign_on=False):
    """A shop with a cashier, a supervisor, a manager and a technician; its till is open."""
    settings = TillSettings(
        shop=ShopSettings(name="Corner Market"),
        till=TillIdentity(cashier="Till 1"),
        staff=StaffSettings(sign_on=sign_on),
    )
    counter = Counter(folder, settings, has_printer=False).stock()
    people = (
        ("Eve", "cashier", "2938", BADGE),
        ("Grace", "supervisor", "7104", None),
        ("Ada", "manager", "5820", None),
        ("Tom", "technician", "6193", None),
    )
    for name, role, pin, badge in people:
        hire(counter, name, role, pin, badge)
    return counter.open()


@pytest.fixture
def shop(tmp_path):
    counter = with_staff(tmp_path / "till")
    yield counter
    counter.books.close()


@pytest.fixture
def strict_shop(tmp_path):
    """Here somebody has to sign on."""
    counter = with_staff(tmp_path / "till", sign_on=True)
    yield counter
    counter.books.close()


def acts(counter):
    counter.books.wait()
    reader = open_connection(counter.books.path)
    bodies = [bytes(row[0]) for row in reader.execute("SELECT body FROM journal ORDER BY seq")]
    reader.close()
    return [journal.decode(body) for body in bodies]


def test_without_staff_everybody_may_do_everything(counter):
    staff = counter.till.staff
    assert staff.may("goods")
    assert staff.may("settings")
    assert not staff.must_sign_on
    assert (staff.cashier, staff.who()) == ("Ada", "Ada")
    assert isinstance(staff.sign_on("2938"), Reason)


def test_with_staff_and_nobody_on_whoever_is_there_may_do_what_a_cashier_may(shop):
    staff = shop.till.staff
    assert staff.may("sell")
    assert not staff.may("goods")
    assert "the shop's goods" in in_words(staff.why_not("goods"))
    assert staff.cashier == "Till 1"
    assert not staff.must_sign_on


def test_who_signs_on_is_the_name_of_all_that_follows(shop):
    staff = shop.till.staff
    assert staff.sign_on("7104") == "Grace"
    assert staff.may("goods")
    assert not staff.may("settings")
    assert staff.sign_on(BADGE) == "Eve"
    assert not staff.may("goods")
    assert staff.who() == "Eve"
    staff.sign_off()
    assert staff.cashier == "Till 1"
    assert [act for act in acts(shop) if isinstance(act, journal.SignedOn | journal.SignedOff)] == [
        journal.SignedOn("Grace", "supervisor", "pin"),
        journal.SignedOff("Grace", "another"),
        journal.SignedOn("Eve", "cashier", "badge"),
        journal.SignedOff("Eve", "key"),
    ]


def test_who_has_left_the_staff_may_no_more_than_a_cashier(shop):
    shop.till.staff.sign_on("7104")
    shop.books.write(lambda c: remove_staff(c, "Grace")).result()
    assert not shop.till.staff.may("goods")


def test_an_approval_is_for_one_act_with_both_names_and_the_amount(shop):
    staff = shop.till.staff
    staff.sign_on("2938")
    shop.scan(COLA)
    assert staff.approve("7104", "goods", WHAT, 350) == "Grace"
    assert staff.who() == "Eve"
    assert not staff.may("goods")
    (act,) = (act for act in acts(shop) if isinstance(act, journal.ActApproved))
    assert (act.by, act.approved_by, act.permission, act.amount) == ("Eve", "Grace", "goods", 350)
    assert isinstance(staff.approve("2938", "goods", WHAT), Reason)
    assert isinstance(staff.approve("7104", "settings", WHAT), Reason)
    assert staff.approve("5820", "settings", WHAT) == "Ada"


def test_what_a_supervisor_does_to_goods_has_their_name_and_nothing_after_it(shop):
    staff, goods = shop.till.staff, shop.till.goods
    cola = goods.products.find(COLA).id
    broken = replace(goods.issues.begin(COLA), quantity=1000, reason="broken")
    for name in ("Grace", ""):
        staff.act_as(name)
        goods.issues.issue(broken)
        goods.stock.set_minimum(cola, Decimal(5))
    moved = [act.by for act in acts(shop) if isinstance(act, journal.StockMoved) and act.by]
    minimum = [act.detail for act in acts(shop) if isinstance(act, journal.Noted)][-2:]
    assert moved == ["Grace", "Till 1"]
    assert [each.endswith(by) for each, by in zip(minimum, moved, strict=True)] == [True, True]


async def test_receipt_and_tender_have_the_name_of_who_was_there_as_it_was_paid(shop):
    shop.till.staff.sign_on("2938")
    shop.scan(COLA)
    shop.till.pay("20")
    shop.till.staff.sign_on("7104")  # the next one comes while the receipt is made
    await shop.until(events.ReceiptMade)
    assert decode_receipt(shop.till.receipt_path(1).read_bytes()).cashier == "Eve"
    (tender,) = shop.books.paid_sale(1)[2]
    assert tender.by == "Eve"


async def test_a_receipt_that_a_stop_left_out_has_the_name_of_who_sold(shop):
    shop.till.staff.sign_on("2938")
    shop.scan(COLA)
    shop.till.pay("20")
    await shop.until(events.ReceiptMade)
    shop.till.receipt_path(1).unlink()
    shop.power_cut()
    assert shop.till.staff.cashier == "Till 1"
    await shop.till.start()
    await shop.until(events.ReceiptMade)
    assert decode_receipt(shop.till.receipt_path(1).read_bytes()).cashier == "Eve"
    await shop.till.close()


def test_a_badge_is_nobodys_goods_and_stands_nowhere(shop):
    shop.scan(COLA, BADGE, SPREAD)
    assert [line.item.name for line in shop.till.sale.list.lines] == [
        "Cola 330 ml",
        "Hazelnut spread",
    ]
    assert shop.till.unknown == ""
    assert "That is a badge" in in_words(shop.last(events.Notice).reason)
    told = " ".join(map(str, shop.told))
    kept = b" ".join(journal.encode(act) for act in acts(shop)).decode()
    assert BADGE.casefold() not in (told + kept).casefold()


def test_no_pin_reaches_the_journal(shop):
    staff = shop.till.staff
    staff.sign_on("2938")
    staff.sign_on("6040")
    staff.approve("7104", "goods", WHAT)
    kept = b" ".join(journal.encode(act) for act in acts(shop)).decode()
    assert not any(pin in kept for pin in ("2938", "6040", "7104"))


def test_a_technician_sells_nothing(shop):
    shop.till.staff.sign_on("6193")
    shop.scan(COLA)
    assert shop.total == 0
    assert "Tom may not do this alone: sell." in in_words(shop.last(events.Notice).reason)


def test_where_somebody_has_to_sign_on_nobody_may_do_anything_before(strict_shop):
    staff = strict_shop.till.staff
    assert staff.must_sign_on
    assert not staff.may("sell")
    assert staff.sign_on("2938") == "Eve"
    assert not staff.must_sign_on
    strict_shop.scan(COLA)
    strict_shop.power_cut()
    assert strict_shop.total == 350, "the sale is there again"
    assert strict_shop.till.staff.must_sign_on, "and nobody is"
