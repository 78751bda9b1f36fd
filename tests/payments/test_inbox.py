"""The relay's messages at the till: what settles an order, what is refused, and what is known."""

import asyncio
import itertools
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pos_tui.books import Books
from pos_tui.books.journal.entries import Noted, acts_of_sale
from pos_tui.checkout import events
from pos_tui.messages import (
    MessageError,
    TransactionOrder,
    TransactionSuccess,
    open_success,
    seal_success,
    stream_name,
)
from pos_tui.payments.gateway_client import GatewayClient
from pos_tui.payments.inbox import ConfirmationInbox
from pos_tui.payments.listener import Confirmation
from pos_tui.payments.tracker import Paid, PaymentTracker
from pos_tui.reasons import reason_of
from pos_tui.settings import GatewaySettings, RedisSettings, TillSettings
from tests.conftest import COLA, SPREAD, Counter
from tests.spoken import spoken

KEY = "the merchant's key"
STREAM = stream_name("M001", "01")
_codes = itertools.count(10**9)


@pytest.fixture
async def shop(server, tmp_path):
    """Starts tills of one shop, one after the other, over the same books. No gateway answers."""
    settings = TillSettings(
        gateway=GatewaySettings(url="http://127.0.0.1:9", key=KEY),
        redis=RedisSettings(url=server.url),
    )
    counter = Counter(tmp_path / "till", settings).stock()

    async def start():
        counter.now = datetime.now(UTC)
        counter.open()
        await counter.till.start()
        await counter.until_true(lambda: is_linked(counter))
        return counter

    yield start
    await counter.till.close()
    counter.books.close()


@pytest.fixture
async def till(shop):
    return await shop()


async def stop(till):
    await till.till.close()
    till.books.close()
    till.told.clear()
    till.books = type(till.books)(till.data)


def is_linked(till):
    links = [event.ok for event in till.all(events.LinkChanged) if event.link == "redis"]
    return links and links[-1]


async def is_reconnected(till, server):
    """The connection is cut, and the till has come back and read the last ten minutes again."""
    seen = len([e for e in till.all(events.LinkChanged) if e.link == "redis" and e.ok])
    with server.client() as client:
        client.client_kill_filter(_type="normal", skipme=True)
    await till.until_true(
        lambda: len([e for e in till.all(events.LinkChanged) if e.link == "redis" and e.ok]) > seen
    )


async def order_under_way(till, item=COLA):
    made = len(till.all(events.OrderMade))
    till.scan(item, f"13{next(_codes):012d}1234")
    await till.until_true(lambda: len(till.all(events.OrderMade)) > made)
    return till.last(events.OrderMade).order


async def order_given_up(till, item=COLA):
    order = await order_under_way(till, item)
    failed = len(till.all(events.PaymentFailed))
    till.till.give_up_payment()
    await till.until_true(lambda: len(till.all(events.PaymentFailed)) > failed)
    return order


def has_left(till, order):
    """The books of a stopped till say that this order was sent; a drafted one ends at the start."""
    kept = till.books.order(order.order_no)
    assert kept is not None
    till.books.keep_order(replace(kept, state="sent"), till.now, "awaiting").result()


def success_of(order, **changes):
    at = datetime.now(UTC)
    success = TransactionSuccess(
        merchant="M001", till="01", order_no=order.order_no, amount=order.amount,
        currency="CNY", platform="wechat", platform_ref="42", paid_at=at, logged_at=at,
    )  # fmt: skip
    return replace(success, **changes)


def write(server, success, key=KEY, entry_id="*"):
    with server.client() as client:
        return client.xadd(STREAM, seal_success(success, key.encode()), id=entry_id).decode()


async def is_read(till, server):
    """Everything that was written so far has been taken in: a message after it has."""
    mark = SimpleNamespace(order_no=f"MARK{next(_codes)}", amount=1)
    write(server, success_of(mark))
    await till.until_true(lambda: any(mark.order_no in note for note in notes(till)))


def notes(till):
    """What the journal says of messages."""
    till.books.wait()
    acts = [row.act for row in acts_of_sale(till.books._reader, 0)]
    return [act.detail for act in acts if isinstance(act, Noted) and act.what == "message"]


def about(texts, order_no):
    return [text for text in texts if order_no in text]


def told(till):
    return [spoken(event) for event in till.all(events.Notice)]


# ---- what settles --------------------------------------------------------------------------------


async def test_a_message_for_the_order_under_way_pays_it_and_says_who_told(till, server):
    order = await order_under_way(till)
    write(server, success_of(order))
    paid = await till.until(events.SalePaid)
    assert (paid.channel, paid.total, paid.tender.platform_ref) == ("redis", 350, "42")
    await till.until(events.ReceiptMade)
    views = [spoken(event.view) for event in till.all(events.PaymentChanged)]
    assert "Paid: told by Redis." in views
    assert notes(till) == []


async def test_a_till_stopped_before_it_heard_is_told_at_its_next_start(shop, server):
    till = await shop()
    order = await order_under_way(till)
    await stop(till)
    has_left(till, order)
    write(server, success_of(order))
    till = await shop()
    paid = await till.until(events.SalePaid)
    assert paid.tender.order_no == order.order_no
    await till.until(events.ReceiptMade)
    assert not [event for event in till.all(events.Notice) if event.tone == "error"]


# ---- what is refused -----------------------------------------------------------------------------

REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "a forged signature": ({}, "another key", "signature"),
    "a foreign merchant": ({"merchant": "M002"}, KEY, "another merchant or till"),
    "a foreign till": ({"till": "02"}, KEY, "another merchant or till"),
    "an unknown order": ({"order_no": "NOBODYS1"}, KEY, "NOBODYS1 is not this till's"),
    "a wrong amount": ({"amount": 1}, KEY, "the amount is not the order's"),
    "a wrong currency": ({"currency": "USD"}, KEY, "the amount is not the order's"),
}


async def test_what_is_not_ours_is_refused_journalled_and_told_once_and_pays_nothing(till, server):
    order = await order_under_way(till)
    for changes, key, _ in REFUSED.values():
        write(server, success_of(order, **changes), key)
    await is_read(till, server)
    await is_reconnected(till, server)
    await is_read(till, server)
    said = [t for t in told(till) if "MARK" not in t]
    noted = [note for note in notes(till) if "MARK" not in note]
    assert len(said) == len(noted) == len(REFUSED)
    for words in {words for _, _, words in REFUSED.values()}:
        times = [words for _, _, each in REFUSED.values() if each == words]
        assert len([sentence for sentence in said if words in sentence]) == len(times)
    assert all(note.startswith("confirmation.refused why=") for note in noted)
    assert all("No sale was changed; tell the technician." in sentence for sentence in said)
    assert not till.all(events.SalePaid)
    assert not till.printer.jobs
    write(server, success_of(order))
    await till.until(events.SalePaid)


async def test_a_refused_message_written_again_and_again_is_told_once(till, server):
    order = await order_under_way(till)
    forged = success_of(order)
    for _ in range(5):
        write(server, forged, "another key")
    await is_read(till, server)
    assert len([sentence for sentence in told(till) if "signature" in sentence]) == 1
    assert len([note for note in notes(till) if "signature" in note]) == 2


async def test_a_paid_orders_second_message_is_journalled_and_no_more(till, server):
    order = await order_under_way(till)
    write(server, success_of(order))
    await till.until(events.ReceiptMade)
    success = success_of(order, platform_ref="43")
    for _ in range(5):
        write(server, success)
    await is_read(till, server)
    assert len(till.all(events.SalePaid)) == len(till.printer.jobs) == 1
    assert len(about(notes(till), order.order_no)) == 2  # the same once more is noted, not for ever
    assert not about(told(till), order.order_no)


async def test_a_paid_orders_second_message_with_another_amount_is_refused(till, server):
    order = await order_under_way(till)
    write(server, success_of(order))
    await till.until(events.ReceiptMade)
    write(server, success_of(order, amount=351))
    await is_read(till, server)
    (sentence,) = about(told(till), order.order_no)
    assert "the amount is not the order's" in sentence
    assert len(till.all(events.SalePaid)) == len(till.printer.jobs) == 1


async def test_an_order_given_up_and_charged_is_told_to_the_cashier_once(shop, server):
    till = await shop()
    order = await order_given_up(till)
    success = success_of(order)
    write(server, success)
    await is_read(till, server)
    await is_reconnected(till, server)
    write(server, success)  # the relay publishes it again: Redis had lost it
    await is_read(till, server)
    (sentence,) = about(told(till), order.order_no)
    assert "Give the money back" in sentence
    assert len(about(notes(till), order.order_no)) == 2
    await stop(till)
    till = await shop()
    await is_read(till, server)
    assert not about(told(till), order.order_no)
    assert not till.all(events.SalePaid)


async def test_an_order_given_up_with_another_amount_is_refused(till, server):
    order = await order_given_up(till)
    write(server, success_of(order, amount=1))
    await is_read(till, server)
    assert "refused" in about(told(till), order.order_no)[0]


async def test_new_books_pass_over_what_was_sold_before_them(shop, server):
    before = datetime.now(UTC) - timedelta(minutes=5)
    for n in range(3):
        old = SimpleNamespace(order_no=f"BEFORE0{n}", amount=1)
        write(server, success_of(old, logged_at=before))
    till = await shop()
    await is_read(till, server)
    assert not about(told(till), "BEFORE")
    assert [n for n in notes(till) if "MARK" not in n] == ["confirmation.passed_over"]


# ---- Redis loses its tail ------------------------------------------------------------------------


def aof(server):
    (path,) = (server.folder / "appendonlydir").glob("*.incr.aof")
    return path


async def test_ids_that_redis_hands_out_twice_bring_what_is_new_and_only_that(till, server):
    kept = success_of(await order_given_up(till))
    write(server, kept, entry_id=f"{int(time.time() * 1000)}-0")
    await is_read(till, server)
    size = aof(server).stat().st_size
    lost = success_of(await order_given_up(till, SPREAD))
    lost_id = write(server, lost)
    await is_read(till, server)
    furthest = till.books.stream_position(STREAM)
    server.kill()
    with aof(server).open("rb+") as file:
        file.truncate(size)
    server.start()
    # The relay goes back to where Redis is; another message may have the lost one's id.
    other = success_of(await order_given_up(till))
    write(server, other, entry_id=lost_id)
    under_way = await order_under_way(till)
    write(server, success_of(under_way), entry_id=f"{lost_id.partition('-')[0]}-999")
    paid = await till.until(events.SalePaid)
    assert paid.tender.order_no == under_way.order_no
    write(server, lost)
    await is_read(till, server)
    assert [len(about(told(till), s.order_no)) for s in (kept, lost, other)] == [1, 1, 1]
    assert len(about(notes(till), lost.order_no)) == 2
    await till.until(events.ReceiptMade)
    assert len(till.printer.jobs) == 1
    assert till.books.stream_position(STREAM) >= furthest


async def test_an_order_under_way_is_paid_by_an_id_that_the_books_had_come_past(shop, server):
    till = await shop()
    await is_read(till, server)
    position = till.books.stream_position(STREAM)
    order = await order_under_way(till)
    await stop(till)
    has_left(till, order)
    with server.client() as client:
        client.delete(STREAM)
    lower = f"{int(position.partition('-')[0]) - 5}-0"
    write(server, success_of(order), entry_id=lower)
    till = await shop()
    paid = await till.until(events.SalePaid)
    assert paid.tender.order_no == order.order_no
    await till.until(events.ReceiptMade)
    assert till.books.stream_position(STREAM) == position


# ---- whatever is written -------------------------------------------------------------------------

DUE = TransactionOrder(
    merchant="M001", till="01", order_no="DUE00001", amount=350, currency="CNY", auth_code="1",
    subject="", made_at=datetime(2026, 11, 22, tzinfo=UTC),
)  # fmt: skip

UNREACHABLE = GatewayClient(
    GatewaySettings(url="http://127.0.0.1:9", key=KEY), "M001", lambda: DUE.made_at
)


class _NoBooks(Books):
    """Books that know no order."""

    def __init__(self):
        """Nothing is opened: there is no file."""

    def order(self, _order_no):
        return None

    def stream_position(self, _stream):
        return "5-5"

    def keep_position(self, *_):
        pass


def or_any(right, others):
    return st.integers(0, 7).flatmap(lambda n: others if n == 0 else st.just(right))


successes = st.builds(
    TransactionSuccess,
    merchant=or_any("M001", st.text()),
    till=or_any("01", st.text()),
    order_no=or_any("DUE00001", st.text()),
    amount=or_any(350, st.integers()),
    currency=or_any("CNY", st.text()),
    platform=st.text(),
    platform_ref=st.text(),
    paid_at=st.datetimes(),
    logged_at=st.datetimes(timezones=st.sampled_from([UTC, None])),
    version=or_any(1, st.integers()),
)
entries = st.one_of(
    st.builds(seal_success, successes, or_any(KEY.encode(), st.binary())),
    st.dictionaries(or_any(b"m", st.binary()), st.binary(), max_size=4),
    st.fixed_dictionaries({b"m": st.binary(), b"s": st.binary()}),
)


@hypothesis_settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 10**6), entries), max_size=4))
def test_nothing_but_the_orders_own_message_ever_settles_it(written):
    async def accept_all():
        settled = []
        tracker = PaymentTracker(UNREACHABLE, DUE, lambda: True, lambda _: None)
        trackers = {DUE.order_no: tracker}
        inbox = ConfirmationInbox(
            "M001", "01", _NoBooks(), lambda: DUE.made_at, lambda _: None, trackers.get,
            lambda order_no, paid: settled.append((order_no, paid)),
        )  # fmt: skip
        genuine = []
        for number, fields in written:
            named = {k if isinstance(k, bytes) else k.encode(): v for k, v in fields.items()}
            try:
                success, why = open_success(named, KEY.encode()), None
            except MessageError as error:
                success, why = None, reason_of(error)
            if success is not None and is_due(success):
                genuine.append(success)
            content = hash(frozenset(named.items()))
            inbox.accept(Confirmation(STREAM, f"{number}-0", success, why, content))
        assert len(settled) == min(len(genuine), 1)
        assert tracker.is_paid == bool(genuine)
        if genuine:
            (_, paid) = settled[0]
            assert isinstance(paid, Paid)
            assert paid.platform_ref == genuine[0].platform_ref

    asyncio.run(accept_all())


def is_due(success):
    names = ("merchant", "till", "order_no", "amount", "currency")
    return all(getattr(success, name) == getattr(DUE, name) for name in names)


@given(st.data())
def test_a_message_changed_in_a_single_bit_is_not_believed(data):
    fields = seal_success(
        TransactionSuccess(
            merchant="M001", till="01", order_no="DUE00001", amount=350, currency="CNY",
            platform="wechat", platform_ref="42", paid_at=DUE.made_at, logged_at=DUE.made_at,
        ),
        KEY.encode(),
    )  # fmt: skip
    named = {name.encode(): bytearray(value) for name, value in fields.items()}
    value = named[data.draw(st.sampled_from(sorted(named)))]
    value[data.draw(st.integers(0, len(value) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(MessageError):
        open_success({name: bytes(value) for name, value in named.items()}, KEY.encode())


# ---- what the till's other parts hear ------------------------------------------------------------


async def test_a_payment_under_way_hears_at_once_that_redis_is_lost(till, server, monkeypatch):
    order = await order_under_way(till)
    tracker = till.till._orders._under_way[order.order_no].tracker
    lost = []
    monkeypatch.setattr(tracker, "link_lost", lambda: lost.append(True))
    await is_reconnected(till, server)
    assert lost == [True]


async def test_messages_taken_in_are_counted_once(till, server):
    order = await order_under_way(till)
    write(server, success_of(order))
    await till.until(events.ReceiptMade)
    await is_reconnected(till, server)
    await is_read(till, server)
    inbox = till.till._orders._inbox
    assert inbox.accepted == 2
    assert inbox.last_accepted == inbox.position()
