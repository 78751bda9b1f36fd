"""A customer's account over the till: bought on it up to a limit, settled as a line."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pos_tui.books.connection import open_connection
from pos_tui.books.journal.verify import differences
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import balance
from pos_tui.books.people.accounts import (
    accounts_owing,
    customers_with_account,
    find_account,
    set_account_limit,
    statement,
)
from pos_tui.books.people.customers import CustomerError, remove_customer, set_customer
from pos_tui.books.people.staff import set_staff
from pos_tui.checkout import events
from tests.conftest import COLA, MILK, NOON, SPREAD, Counter
from tests.spoken import spoken

GRACE = "M1"
HERS = accounts.customer_account(GRACE)


@pytest.fixture
def grace(counter):
    """A customer who may owe 50.00."""
    add(counter, GRACE, "Grace", 5000)
    return counter


def add(counter, code, name, limit):
    def job(connection):
        set_customer(connection, code, name, "member", NOON.date())
        set_account_limit(connection, NOON, "Ada", code, limit)

    counter.books.write(job).result()


async def pay(counter, *typed, **how):
    for text in typed:
        counter.till.pay(text, **how)
        await counter.till.until_idle()


async def buys_on_account(counter, *codes):
    counter.scan(*codes)
    counter.till.identify_customer(GRACE)
    await pay(counter, "k")


async def test_what_is_bought_on_account_is_owed(grace, reader):
    await buys_on_account(grace, SPREAD)
    tender = grace.last(events.SalePaid).tender
    assert (tender.kind, tender.given, tender.reference, tender.left) == (
        "account",
        3290,
        "M1",
        3290,
    )
    assert balance(reader, HERS) == 3290
    assert balance(reader, accounts.DRAWER) == 0
    text = grace.last(events.ReceiptMade).text
    assert "On account" in text
    assert "Now owed" in text
    grace.books.wait()
    assert differences(reader, grace.data) == []


async def test_a_part_goes_on_the_account_and_the_rest_is_cash(grace, reader):
    grace.scan(SPREAD)
    grace.till.identify_customer(GRACE)
    await pay(grace, "k20", "=")
    assert [each.kind for each in grace.last(events.SalePaid).tenders] == ["account", "cash"]
    assert (balance(reader, HERS), balance(reader, accounts.DRAWER)) == (2000, 1290)
    assert balance(reader, accounts.OPEN_SALES) == balance(reader, accounts.SUSPENSE) == 0


async def test_what_is_given_back_is_not_owed(grace, reader):
    grace.scan(SPREAD)
    grace.till.identify_customer(GRACE)
    await pay(grace, "k20")
    assert balance(reader, HERS) == 2000
    grace.till.give_back()
    await grace.till.until_idle()
    assert balance(reader, HERS) == 0
    assert "comes off the account" in spoken(grace.last(events.Notice))


async def test_nobody_s_account_and_no_account_pay_nothing(grace):
    grace.scan(SPREAD)
    await pay(grace, "k")
    assert "Whose account" in spoken(grace.last(events.Notice))
    grace.books.write(lambda c: set_customer(c, "M2", "Alan", "member")).result()
    grace.till.identify_customer("M2")
    await pay(grace, "k")
    assert "has no account" in spoken(grace.last(events.Notice))
    assert grace.till.view.taken == ()


async def test_beyond_the_limit_somebody_must_approve(grace, reader):
    grace.books.write(lambda c: set_staff(c, "Mia", "supervisor", "8142")).result()
    await buys_on_account(grace, SPREAD)
    grace.scan(SPREAD)
    grace.till.identify_customer(GRACE)
    over = grace.till.over_limit("k")
    assert over is not None
    assert (spoken(over.what), over.amount) == ("Grace would owe 65.80, and may owe 50.00.", 3290)
    assert grace.till.over_limit("k17.10") is None
    await pay(grace, "k")
    assert "must approve" in spoken(grace.last(events.Notice))
    assert balance(reader, HERS) == 3290
    await pay(grace, "k", is_approved=True)
    assert balance(reader, HERS) == 6580


async def test_in_a_shop_without_staff_nobody_passes_a_limit(grace, reader):
    await buys_on_account(grace, SPREAD)
    grace.scan(SPREAD)
    grace.till.identify_customer(GRACE)
    assert grace.till.over_limit("k") is None
    for is_approved in (False, True):
        await pay(grace, "k", is_approved=is_approved)
        assert spoken(grace.last(events.Notice)) == (
            "Grace would owe 65.80, and may owe 50.00. F5, accounts, F6 sets another limit."
        )
    assert balance(reader, HERS) == 3290
    await pay(grace, "k17.10")
    assert balance(reader, HERS) == 5000


async def test_what_is_paid_of_it_is_a_line_that_every_tender_pays(grace, reader):
    await buys_on_account(grace, SPREAD)
    grace.till.settle_account(GRACE, "20")
    grace.scan(COLA)
    assert grace.total == 2350
    await pay(grace, "c10 4242", "=")
    assert balance(reader, HERS) == 1290
    assert (balance(reader, accounts.CARD), balance(reader, accounts.DRAWER)) == (1000, 1350)
    assert balance(reader, accounts.sales("")) == -3290 - 350
    assert "Paid on account: Grace" in grace.last(events.ReceiptMade).text
    grace.till.settle_account(GRACE, "12.90")
    await pay(grace, "=")
    assert balance(reader, HERS) == 0
    assert balance(reader, accounts.SUSPENSE) == 0


@pytest.mark.parametrize("typed", ["32.91", "0", "-1", "x"])
async def test_no_more_is_paid_than_is_owed(grace, typed):
    await buys_on_account(grace, SPREAD)
    grace.till.settle_account(GRACE, typed)
    assert not grace.till.sale.list.lines
    grace.till.settle_account(GRACE, "30")
    grace.till.settle_account(GRACE, "2.91")
    assert grace.total == 3000
    grace.set_quantity(0, "2")
    assert grace.total == 3000


async def test_an_account_does_not_pay_itself(grace):
    await buys_on_account(grace, SPREAD)
    grace.till.settle_account(GRACE, "20")
    grace.till.identify_customer(GRACE)
    await pay(grace, "k")
    assert "cannot be put on one" in spoken(grace.last(events.Notice))


async def test_who_owes_what_since_when(grace, reader):
    add(grace, "M2", "Alan", 100_000)
    await buys_on_account(grace, MILK)
    first = grace.now
    grace.now = NOON.replace(day=24)
    await buys_on_account(grace, SPREAD)
    (owing,) = accounts_owing(reader)
    assert (owing.code, owing.owes, owing.since) == (GRACE, 1290 + 3290, first)
    grace.till.settle_account(GRACE, "12.90")
    await pay(grace, "=")
    (owing,) = accounts_owing(reader)
    assert owing.since == grace.now, "payments pay the oldest first"
    assert [each.code for each in customers_with_account(reader)] == [GRACE, "M2"]
    rows = statement(reader, GRACE)
    assert [(each.amount, each.owes) for each in rows] == [
        (1290, 1290),
        (3290, 4580),
        (-1290, 3290),
    ]


async def test_a_statement_is_a_file_that_a_spreadsheet_reads(grace):
    await buys_on_account(grace, SPREAD)
    path = grace.till.money.accounts.write_statement(GRACE)
    assert path.read_text("utf-8-sig").splitlines() == [
        "at,sale,amount,owes,by", f"{NOON.isoformat()},1,32.90,32.90,Ada",
    ]  # fmt: skip


async def test_a_customer_who_owes_is_not_forgotten(grace):
    await buys_on_account(grace, SPREAD)
    with pytest.raises(CustomerError):
        grace.books.write(lambda c: remove_customer(c, GRACE)).result()


async def test_two_tills_do_not_put_two_sales_on_one_limit(grace, reader, monkeypatch):
    other = Counter(grace.data).open()
    seen = other.books.account(GRACE)
    await buys_on_account(grace, SPREAD)
    other.till.sale.number = 77
    monkeypatch.setattr(other.books, "account", lambda _: seen)
    await buys_on_account(other, SPREAD)
    assert other.till.view.state == "open"
    assert "meanwhile" in spoken(other.last(events.Notice))
    assert balance(reader, HERS) == 3290
    other.books.close()


ACTS = st.lists(
    st.tuples(st.sampled_from(("buy", "part", "settle", "back")), st.integers(1, 9000)),
    max_size=8,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
async def test_what_is_owed_is_what_was_bought_and_not_paid(tmp_path_factory, acts):
    counter = Counter(tmp_path_factory.mktemp("till")).stock().open()
    add(counter, GRACE, "Grace", 1_000_000)
    owes = 0
    for what, amount in acts:
        if what == "settle":
            counter.till.settle_account(GRACE, f"{amount / 100:.2f}")
            if counter.till.sale.list.lines:
                owes -= amount
                await pay(counter, "=")
            continue
        counter.scan(SPREAD)
        counter.till.identify_customer(GRACE)
        if what == "buy":
            owes += 3290
            await pay(counter, "k")
            continue
        part = min(amount, 3289)
        await pay(counter, f"k{part / 100:.2f}")
        if what == "back":
            counter.till.give_back()
            await counter.till.until_idle()
        else:
            owes += part
        await pay(counter, "=")
    connection = open_connection(counter.books.path)
    found = find_account(connection, GRACE)
    assert found is not None
    assert found.owes == owes == sum(each.amount for each in statement(connection, GRACE))
    assert balance(connection, accounts.OPEN_SALES) == balance(connection, accounts.SUSPENSE) == 0
    connection.close()
    counter.books.close()
