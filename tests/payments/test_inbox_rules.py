"""The relay's messages at the till, one by one: what each pays, what is noted, who is notified.

No Redis and no gateway: the messages come from the test.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from pos_tui.checkout import events
from pos_tui.checkout.orders import Order
from pos_tui.messages import TransactionOrder, TransactionSuccess, stream_name
from pos_tui.payments import inbox as module
from pos_tui.payments.inbox import ConfirmationInbox
from pos_tui.payments.listener import Confirmation
from pos_tui.payments.tracker import PaymentTracker
from pos_tui.reasons import because, in_short

AT = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
STREAM = stream_name("M001", "01")
SENT = TransactionOrder(
    merchant="M001", till="01", order_no="A1234567", amount=350, currency="CNY",
    auth_code="134857901234567890", subject="Corner Market 000001", made_at=AT,
)  # fmt: skip
KEPT = Order("A1234567", 1, 350, "CNY", "wechat", "13**7890", "sent", AT)
PAID = replace(KEPT, state="paid")
GIVEN_UP = replace(KEPT, state="cancelled")
SUCCESS = TransactionSuccess(
    merchant="M001", till="01", order_no="A1234567", amount=350, currency="CNY",
    platform="wechat", platform_ref="42", paid_at=AT, logged_at=AT,
)  # fmt: skip
FOREIGN = replace(SUCCESS, order_no="NOBODYS1")
GIVE_BACK = because("confirmation.charged_not_sold", order_no="A1234567")
PAID_ALREADY = because("confirmation.paid_already", order_no="A1234567")


def refused(kind, **values):
    return because("confirmation.refused", why=because(kind, **values))


FOREIGN_REFUSED = refused("confirmation.foreign_order", order_no="NOBODYS1")


class Books:
    """Orders by their number, and what is kept of the stream."""

    def __init__(self, *orders, position="0-0"):
        self.orders = {order.order_no: order for order in orders}
        self.position = position
        self.kept = []

    def order(self, order_no):
        return self.orders.get(order_no)

    def stream_position(self, stream):
        assert stream == STREAM
        return self.position

    def keep_position(self, stream, last_id, at, note):
        assert (stream, at) == (STREAM, AT)
        self.position = last_id
        self.kept.append((last_id, note))


class Till:
    """An inbox, what it emitted, and what it called paid."""

    def __init__(self, *orders, under_way=None, position="5-0"):
        self.books: Any = Books(*orders, position=position)
        self.emitted: list[events.TillEvent] = []
        self.paid: list[Any] = []
        self.under_way: dict[str, Any] = {}
        if under_way is not None:
            nobody: Any = None
            self.tracker: Any = PaymentTracker(nobody, under_way, lambda: True, lambda _: None)
            self.under_way[under_way.order_no] = self.tracker
        around: list[Any] = [
            "M001", "01", self.books, lambda: AT, self.emitted.append, self.under_way.get,
            lambda order_no, paid: self.paid.append((order_no, paid)),
        ]  # fmt: skip
        self.inbox = ConfirmationInbox(*around)

    def gets(self, entry_id, success=SUCCESS, content=1, had=False, why=None):
        self.inbox.accept(Confirmation(STREAM, entry_id, success, why, content, had))
        return self

    @property
    def counted(self):
        return self.inbox.accepted, self.inbox.last_accepted


def error(why):
    return events.Notice(why, "error")


# ---- an order under way --------------------------------------------------------------------------


async def test_its_own_message_pays_an_order_once_and_brings_the_position_along():
    till = Till(KEPT, under_way=SENT).gets("7-1")
    ((order_no, paid),) = till.paid
    assert (order_no, paid.platform_ref, paid.message) == (SENT.order_no, "42", (STREAM, "7-1"))
    assert till.counted == (1, "7-1")
    till.gets("7-1").gets("7-1")
    assert len(till.paid) == 1
    assert till.counted == (1, "7-1")
    assert (till.books.kept, till.emitted) == ([], [])


async def test_a_lower_id_pays_too_and_does_not_take_the_position_back():
    till = Till(KEPT, under_way=SENT, position="9-0").gets("7-1")
    assert till.paid[0][1].message == (STREAM, "9-0")


async def test_a_message_from_before_the_stop_pays_and_is_not_new():
    till = Till(KEPT, under_way=SENT).gets("4-0", had=True)
    assert len(till.paid) == 1
    assert till.counted == (0, "0-0")


async def test_what_was_sent_counts_before_the_books_know_the_order():
    assert len(Till(under_way=SENT).gets("7-1").paid) == 1


@pytest.mark.parametrize("wrong", [{"amount": 351}, {"currency": "USD"}])
async def test_another_amount_never_pays_and_is_refused(wrong):
    till = Till(KEPT, under_way=SENT).gets("7-1", replace(SUCCESS, **wrong))
    why = refused("confirmation.another_amount", order_no="A1234567")
    assert till.emitted == [error(why)]
    assert till.books.kept == [("7-1", in_short(why))]
    assert not till.paid
    assert not till.tracker.is_paid


async def test_a_second_message_for_a_paid_order_under_way_is_noted_and_pays_nothing():
    till = Till(KEPT, under_way=SENT).gets("7-1").gets("7-2", content=2)
    assert len(till.paid) == 1
    assert till.emitted == []
    assert till.books.kept == [("7-2", in_short(PAID_ALREADY))]


async def test_a_message_for_an_order_that_has_just_ended_unpaid_is_to_be_given_back():
    till = Till(KEPT, under_way=SENT)
    till.tracker.outcome = "not paid"
    till.gets("7-1")
    assert till.emitted == [events.Notice(GIVE_BACK, "warning")]
    assert not till.paid


# ---- what is not ours ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("success", "given", "why"),
    [
        (None, because("words.text", text="bad"), because("words.text", text="bad")),
        (None, None, because("confirmation.unsigned")),
        (replace(SUCCESS, merchant="M002"), None, because("confirmation.for_another_till")),
        (replace(SUCCESS, till="02"), None, because("confirmation.for_another_till")),
        (FOREIGN, None, because("confirmation.foreign_order", order_no="NOBODYS1")),
    ],
)
async def test_what_is_not_ours_is_refused_once_and_noted_twice_at_the_most(success, given, why):
    till = Till(KEPT, under_way=SENT)
    for number in (1, 1, 2, 3, 4):
        till.gets(f"7-{number}", success, why=given)
    whole = because("confirmation.refused", why=why)
    assert till.emitted == [error(whole)]
    note = in_short(whole)
    assert till.books.kept == [("7-1", note), ("7-2", note), ("7-3", ""), ("7-4", "")]
    assert till.counted == (4, "7-4")
    assert not till.paid


async def test_what_had_been_refused_before_the_stop_is_not_told_again():
    till = Till().gets("4-0", FOREIGN, had=True)
    assert (till.emitted, till.books.kept, till.counted) == ([], [], (0, "0-0"))


async def test_two_messages_under_one_id_are_both_new():
    """Redis lost its tail and has handed the id out again."""
    till = Till().gets("7-1", FOREIGN).gets("7-1", FOREIGN, content=2)
    assert till.emitted == [error(FOREIGN_REFUSED)] * 2
    assert till.counted == (2, "7-1")


async def test_a_note_is_kept_of_a_lower_id_but_the_position_stays():
    till = Till(position="9-0").gets("7-1", FOREIGN)
    assert till.books.kept == [("9-0", in_short(FOREIGN_REFUSED))]
    till.gets("7-2", FOREIGN).gets("7-3", FOREIGN)
    assert len(till.books.kept) == 2
    assert till.inbox.position() == "9-0"


async def test_ids_are_compared_as_numbers():
    till = Till(position="9-0").gets("10-0", FOREIGN)
    assert till.inbox.position() == "10-0"


# ---- orders that are over ------------------------------------------------------------------------


async def test_a_paid_orders_message_is_noted_and_nobody_is_told():
    till = Till(PAID).gets("7-1").gets("7-1")
    assert till.emitted == []
    assert till.books.kept == [("7-1", in_short(PAID_ALREADY))]


async def test_a_charge_for_an_order_given_up_is_told_once():
    till = Till(GIVEN_UP).gets("7-1").gets("7-1").gets("7-2", content=2)
    assert till.emitted == [events.Notice(GIVE_BACK, "warning")]
    assert till.books.kept == [("7-1", in_short(GIVE_BACK)), ("7-2", in_short(GIVE_BACK))]


async def test_a_charge_from_before_the_stop_is_not_told_again():
    till = Till(GIVEN_UP).gets("4-0", had=True)
    assert (till.emitted, till.books.kept) == ([], [])


async def test_an_order_that_is_over_pays_nothing_with_another_amount():
    till = Till(GIVEN_UP).gets("7-1", replace(SUCCESS, amount=1))
    why = refused("confirmation.another_amount", order_no="A1234567")
    assert till.emitted == [error(why)]


# ---- new books -----------------------------------------------------------------------------------


async def test_new_books_pass_over_what_was_sold_before_them_and_note_it_once():
    till = Till(position="0-0")
    before = replace(FOREIGN, logged_at=AT - timedelta(seconds=1))
    till.gets("7-1", before).gets("7-1", before).gets("7-2", before, content=2)
    assert till.emitted == []
    assert till.books.kept == [("7-1", "confirmation.passed_over"), ("7-2", "")]
    assert till.counted == (2, "7-2")


@pytest.mark.parametrize("logged_at", [AT, AT.replace(tzinfo=None) - timedelta(days=1)])
async def test_new_books_refuse_what_is_not_certainly_from_before_them(logged_at):
    till = Till(position="0-0").gets("7-1", replace(FOREIGN, logged_at=logged_at))
    assert till.emitted == [error(FOREIGN_REFUSED)]


async def test_books_that_are_not_new_refuse_what_they_do_not_know_however_old():
    before = replace(FOREIGN, logged_at=AT - timedelta(days=1))
    assert Till().gets("7-1", before).emitted == [error(FOREIGN_REFUSED)]


# ---- how much is remembered ----------------------------------------------------------------------


async def test_only_so_many_messages_are_remembered(monkeypatch):
    monkeypatch.setattr(module, "_REMEMBERED", 2)
    till = Till().gets("7-1", FOREIGN).gets("7-2", FOREIGN, content=2)
    till.gets("7-1", FOREIGN)
    assert till.counted == (2, "7-2")
    till.gets("7-3", FOREIGN, content=3)
    till.gets("7-1", FOREIGN)  # forgotten meanwhile
    assert till.counted == (4, "7-1")
    assert till.emitted == [error(FOREIGN_REFUSED)] * 4


async def test_forgetting_two_of_the_same_content_is_no_fault(monkeypatch):
    monkeypatch.setattr(module, "_REMEMBERED", 1)
    till = Till().gets("7-1", FOREIGN).gets("7-2", FOREIGN).gets("7-3", FOREIGN, content=3)
    assert till.emitted == [error(FOREIGN_REFUSED)] * 2
    assert till.counted == (3, "7-3")


# ---- a fault of this program ---------------------------------------------------------------------


async def test_a_fault_is_told_and_the_message_counts_as_not_read():
    till = Till(KEPT, under_way=SENT)
    till.books.order = lambda _: 1 / 0
    till.gets("7-1")
    why = because("confirmation.not_accepted", why=because("words.text", text="division by zero"))
    assert till.emitted == [error(why)]
    assert till.counted == (0, "0-0")
    del till.books.order
    till.gets("7-1")
    assert len(till.paid) == 1
