"""One order at the till, answer by answer: what is believed about money, and what is asked next.

The gateway here answers from a script, and nothing is waited for.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pos_tui.books import BooksError
from pos_tui.messages import OrderStatus, TransactionOrder, TransactionSuccess
from pos_tui.payments import tracker as module
from pos_tui.payments.gateway_client import (
    GatewayClient,
    KeyNotProven,
    NoAnswer,
    NothingSent,
    NotKnown,
    NotLetIn,
    Refused,
)
from pos_tui.payments.tracker import NotPaid, Paid, PaymentTracker, Progress
from pos_tui.reasons import Reason, because

AT = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
ORDER = TransactionOrder(
    merchant="M001", till="01", order_no="A1234567", amount=350, currency="CNY",
    auth_code="134857901234567890", subject="Corner Market 000001", made_at=AT,
)  # fmt: skip
RESUMED = replace(ORDER, auth_code="")
PAID = OrderStatus(
    merchant="M001", order_no="A1234567", answer="paid", amount=350, currency="CNY",
    platform="wechat", platform_ref="42", paid_at=AT,
)  # fmt: skip
PENDING = replace(PAID, answer="pending", reason="waiting_for_customer", paid_at=None)
UNKNOWN = replace(PENDING, answer="unknown", reason="platform_error")
DECLINED = replace(PENDING, answer="declined", reason="limit", say="Too much.")
CANCELLED = replace(PENDING, answer="cancelled", reason="cancelled", say="It is cancelled.")
SUCCESS = TransactionSuccess(
    merchant="M001", till="01", order_no="A1234567", amount=350, currency="CNY",
    platform="alipay", platform_ref="77", paid_at=AT, logged_at=AT,
)  # fmt: skip
SILENCE = NoAnswer("gateway_client.no_answer_in_time")
UNREACHED = NothingSent("gateway_client.out_of_reach")
NOT_KNOWN = NotKnown("gateway_client.not_known", order_no="A1234567")
REFUSED = Refused("gateway_client.no_reason_given")


class Gateway(GatewayClient):
    """Answers from a script; what leaves the till before an answer is `sent`, as in life."""

    def __init__(self, *answers, never_left=False):
        self.answers: list[OrderStatus | Exception] = list(answers)
        self.asked: list[str] = []
        self.never_left = never_left

    async def send(self, order, sent):
        assert order.auth_code, "an order without its payment code cannot be sent"
        return await self._answer("send", sent)

    async def ask(self, order_no):
        assert order_no == ORDER.order_no
        return await self._answer("ask")

    async def cancel(self, order_no):
        assert order_no == ORDER.order_no
        return await self._answer("cancel")

    async def _answer(self, what, sent=None):
        self.asked.append(what)
        answer = self.answers.pop(0)
        if sent is not None and not isinstance(answer, NothingSent | KeyNotProven):
            await sent()
        if isinstance(answer, Exception):
            raise answer
        return answer


class Till:
    """A till that follows one order."""

    def __init__(self, *answers, order=ORDER, linked=False, never_left=False):
        self.gateway = Gateway(*answers)
        self.linked = linked
        self.reports: list[Progress] = []
        self.waited: list[float] = []
        self.asked: list[tuple[int, float]] = []
        self.before_waiting: Callable[[], object] = lambda: None
        self.trouble: Exception | None = None
        self.left = 0
        self.tracker = PaymentTracker(
            self.gateway,
            order,
            lambda: self.linked,
            self.reports.append,
            self._leave,
            never_left=never_left,
            waits=lambda asked, seconds: self.asked.append((asked, seconds)),
        )
        self.tracker._wait = self._wait  # type: ignore[method-assign]

    async def _wait(self, seconds):
        self.waited.append(seconds)
        self.before_waiting()
        confirmed = self.tracker._confirmed
        return confirmed.result() if confirmed.done() else None

    async def _leave(self):
        trouble, self.trouble = self.trouble, None
        if trouble is not None:
            raise trouble
        self.left += 1

    async def run(self):
        return await asyncio.wait_for(self.tracker.run(), 20)

    @property
    def kinds(self):
        return [(each.state, each.status.kind) for each in self.reports]

    @property
    def inner(self):
        """What stands inside the last report's reason."""
        return why_in(self.reports[-1].status).kind


def why_in(reason):
    """The reason that stands inside another."""
    why = reason.values["why"]
    assert isinstance(why, Reason)
    return why


@pytest.fixture(autouse=True)
def no_grace(monkeypatch):
    monkeypatch.setattr(module, "_MESSAGE_GRACE_S", 0.01)


# ---- paid ----------------------------------------------------------------------------------------


async def test_it_says_how_often_it_has_asked_and_when_it_will_again():
    till = Till(PENDING, PENDING, PENDING, PAID)
    await till.tracker.run()
    assert till.asked == [(0, 1.0), (1, 1.0), (2, 2.0)]


async def test_an_order_that_the_gateway_calls_paid_is_paid():
    till = Till(PAID)
    assert await till.run() == Paid("wechat", "42", AT, "gateway")
    assert till.gateway.asked == ["send"]
    assert till.kinds == [("sent", "payment.order_sent")]
    assert till.tracker.is_paid


async def test_a_paid_order_without_a_platforms_number_is_paid_all_the_same():
    paid = await Till(replace(PAID, platform=None, platform_ref=None)).run()
    assert (paid.platform, paid.platform_ref) == ("", "")


@pytest.mark.parametrize("wrong", [{"amount": 351}, {"amount": 1}, {"currency": "USD"}])
async def test_another_amount_is_never_believed_and_asked_about_again(wrong):
    till = Till(replace(PAID, **wrong), replace(PAID, **wrong), PAID)
    assert await till.run() == Paid("wechat", "42", AT, "gateway")
    assert till.gateway.asked == ["send", "ask", "ask"]
    assert till.kinds[1:] == [("unknown", "payment.another_amount")] * 2


async def test_with_redis_the_message_is_given_a_moment_and_names_the_channel():
    till = Till(PAID, linked=True)
    asyncio.get_running_loop().call_soon(till.tracker.confirm, SUCCESS, ("stream", "5-0"))
    assert await till.run() == Paid("alipay", "77", AT, "redis", ("stream", "5-0"))


async def test_without_the_message_the_gateways_word_counts():
    assert (await Till(PAID, linked=True).run()).channel == "gateway"


async def test_a_message_while_the_till_waits_pays_at_once():
    till = Till(PENDING, linked=True)
    till.before_waiting = lambda: till.tracker.confirm(SUCCESS, ("stream", "5-0"))
    assert (await till.run()).channel == "redis"
    assert till.gateway.asked == ["send"]


async def test_a_message_after_the_outcome_changes_nothing():
    till = Till(DECLINED)
    assert isinstance(await till.run(), NotPaid)
    assert till.tracker.confirm(SUCCESS, ("stream", "5-0")) is None
    assert not till.tracker.is_paid


# ---- not paid ------------------------------------------------------------------------------------


async def test_a_declined_order_says_why_by_the_gateways_reason():
    failed = await Till(DECLINED).run()
    assert failed.state == "declined"
    assert (failed.why.kind, failed.why.values["text"]) == ("gateway_answer.limit", "Too much.")


async def test_a_declined_order_without_a_reason_is_declined_all_the_same():
    failed = await Till(replace(DECLINED, reason=None, say=None)).run()
    assert (failed.state, failed.why.kind) == ("declined", "payment.declined")


async def test_what_the_gateway_says_of_a_refusal_is_passed_on_whether_named_or_not():
    failed = await Till(replace(DECLINED, reason=None)).run()
    assert (failed.why.kind, failed.why.values["text"]) == ("gateway_answer.other", "Too much.")
    failed = await Till(replace(DECLINED, say=None)).run()
    assert (failed.why.kind, failed.why.values["text"]) == ("gateway_answer.limit", "")
    failed = await Till(replace(CANCELLED, reason=None, say=None)).run()
    assert (failed.state, failed.why.kind) == ("cancelled", "payment.given_up")


async def test_a_cancelled_order_says_the_gateways_reason_unless_the_cashier_wanted_it():
    failed = await Till(CANCELLED).run()
    assert (failed.state, failed.why.kind) == ("cancelled", "gateway_answer.cancelled")
    till = Till(PENDING, CANCELLED)
    till.before_waiting = till.tracker.give_up
    failed = await till.run()
    assert (failed.state, failed.why.kind) == ("cancelled", "payment.given_up")
    assert till.gateway.asked == ["send", "cancel"]


async def test_an_order_given_up_that_timed_out_meanwhile_says_that():
    till = Till(PENDING, replace(CANCELLED, reason="timeout"))
    till.before_waiting = till.tracker.give_up
    assert (await till.run()).why.kind == "gateway_answer.timeout"


async def test_an_order_given_up_that_was_paid_meanwhile_is_paid():
    till = Till(PENDING, PENDING, PAID)
    till.before_waiting = till.tracker.give_up
    assert isinstance(await till.run(), Paid)
    assert till.kinds[1:] == [
        ("pending", "payment.customer_confirms"), ("pending", "payment.giving_up"),
    ]  # fmt: skip


# ---- nothing sent --------------------------------------------------------------------------------


async def test_an_order_that_cannot_leave_is_drafted_and_tried_again():
    till = Till(UNREACHED, UNREACHED, PAID)
    assert isinstance(await till.run(), Paid)
    assert till.gateway.asked == ["send", "send", "send"]
    assert till.kinds[:2] == [("drafted", "payment.not_sent_yet")] * 2


async def test_an_order_that_never_left_is_given_up_at_once():
    till = Till(UNREACHED, UNREACHED)
    till.before_waiting = till.tracker.give_up
    assert await till.run() == NotPaid("cancelled", because("payment.never_sent"))


async def test_an_order_that_may_have_left_is_unknown_when_the_gateway_goes():
    till = Till(SILENCE, UNREACHED, UNREACHED, PAID)
    assert isinstance(await till.run(), Paid)
    assert till.kinds[1:] == [("unknown", "payment.not_known")] * 3
    assert till.inner == "payment.gateway_away"


async def test_giving_up_what_may_have_left_waits_for_the_gateway():
    till = Till(SILENCE, UNREACHED, CANCELLED)
    till.before_waiting = till.tracker.give_up
    assert (await till.run()).why.kind == "payment.given_up"
    assert till.kinds[-1] == ("unknown", "payment.given_up_later")


# ---- unclear -------------------------------------------------------------------------------------


async def test_no_answer_is_unknown_and_the_same_order_is_sent_again():
    till = Till(SILENCE, PAID)
    assert isinstance(await till.run(), Paid)
    assert till.gateway.asked == ["send", "send"]
    assert till.kinds[-1] == ("unknown", "payment.not_known")
    assert till.inner == "gateway_client.no_answer_in_time"


async def test_an_unclear_platform_is_unknown_and_asked_again():
    till = Till(UNKNOWN, PAID)
    assert isinstance(await till.run(), Paid)
    assert till.kinds[-1] == ("unknown", "payment.not_known")
    assert till.inner == "payment.no_clear_answer"
    assert till.gateway.asked == ["send", "ask"]


async def test_an_order_that_the_gateway_has_forgotten_is_sent_again():
    till = Till(PENDING, NOT_KNOWN, PAID)
    assert isinstance(await till.run(), Paid)
    assert till.gateway.asked == ["send", "ask", "send"]


async def test_an_order_from_before_the_stop_is_asked_for_never_sent():
    till = Till(PENDING, PAID, order=RESUMED)
    assert isinstance(await till.run(), Paid)
    assert till.gateway.asked == ["ask", "ask"]


async def test_one_from_before_the_stop_is_never_taken_for_one_that_did_not_leave():
    till = Till(UNREACHED, UNREACHED, CANCELLED, order=RESUMED)
    till.before_waiting = till.tracker.give_up
    assert (await till.run()).why.kind == "payment.given_up"
    assert till.kinds == [
        ("unknown", "payment.not_known"), ("unknown", "payment.given_up_later"),
    ]  # fmt: skip


async def test_one_from_before_the_stop_that_nobody_knows_is_cancelled():
    till = Till(NOT_KNOWN, CANCELLED, order=RESUMED)
    assert (await till.run()).why.kind == "payment.given_up"
    assert till.gateway.asked == ["ask", "cancel"]


async def test_the_only_request_refused_is_declined():
    failed = await Till(REFUSED).run()
    assert (failed.state, failed.why.kind) == ("declined", "payment.refused")
    assert why_in(failed.why).kind == "gateway_client.no_reason_given"


@pytest.mark.parametrize("before", [SILENCE, PENDING])
async def test_a_refusal_after_something_was_heard_or_not_is_unknown(before):
    till = Till(before, REFUSED, PAID)
    assert isinstance(await till.run(), Paid)
    assert till.kinds[-1] == ("unknown", "payment.not_known")
    assert till.inner == "payment.refused_to_answer"
    refused = why_in(till.reports[-1].status)
    assert why_in(refused).kind == "gateway_client.no_reason_given"


async def test_a_refusal_after_giving_up_what_may_have_left_is_unknown():
    till, running = await hung(True, REFUSED, CANCELLED)
    till.tracker.give_up()
    assert (await running).why.kind == "payment.given_up"
    assert till.gateway.asked == ["send", "cancel", "cancel"]


async def test_a_refusal_of_one_from_before_the_stop_is_unknown():
    till = Till(REFUSED, PAID, order=RESUMED)
    assert isinstance(await till.run(), Paid)
    assert till.kinds == [("unknown", "payment.not_known")]


# ---- who is believed -----------------------------------------------------------------------------


async def test_an_order_that_left_is_not_refused_by_an_answer_without_a_signature():
    """Whoever stands in the middle may say 401 to an order that the gateway has charged."""
    till = Till(NotLetIn("gateway_client.not_let_in", why=because("words.text", text="")), PAID)
    assert await till.run() == Paid("wechat", "42", AT, "gateway")
    assert till.kinds[-1] == ("unknown", "payment.not_known")
    assert till.inner == "gateway_client.not_let_in"


async def test_a_till_whose_key_is_not_accepted_sends_nothing_and_is_free_at_once():
    till = Till(KeyNotProven("gateway_client.not_let_in", why=because("words.text", text="")))
    failed = await till.run()
    assert (failed.state, failed.why.kind) == ("declined", "payment.key_not_accepted")
    assert till.left == 0


# ---- before it leaves ----------------------------------------------------------------------------


async def test_that_an_order_leaves_is_written_down_once_before_it_does():
    till = Till(SILENCE, SILENCE, PAID)
    assert isinstance(await till.run(), Paid)
    assert till.left == 1


async def test_what_cannot_be_written_down_does_not_leave():
    till = Till(PAID, PAID)
    till.trouble = BooksError("books.disk_full")
    assert isinstance(await till.run(), Paid)
    assert till.kinds == [
        ("drafted", "payment.not_sent_unwritten"), ("sent", "payment.order_sent"),
    ]  # fmt: skip


async def test_what_cannot_be_written_down_is_given_up_at_once():
    till = Till(PAID)
    till.trouble = BooksError("books.disk_full")
    till.before_waiting = till.tracker.give_up
    till.gateway.answers.append(UNREACHED)
    assert await till.run() == NotPaid("cancelled", because("payment.never_sent"))


@pytest.mark.parametrize(
    "answer", [UNREACHED, SILENCE, NOT_KNOWN, REFUSED, CANCELLED, DECLINED], ids=repr
)
async def test_an_order_that_had_not_left_before_the_stop_is_not_unknown_after_it(answer):
    till = Till(answer, order=RESUMED, never_left=True)
    assert await till.run() == NotPaid("cancelled", because("payment.never_sent"))
    assert till.gateway.asked == ["cancel"]
    assert till.kinds == []


async def test_an_order_thought_not_to_have_left_that_the_gateway_has_is_seen_through():
    till = Till(PENDING, PAID, order=RESUMED, never_left=True)
    assert isinstance(await till.run(), Paid)
    assert till.gateway.asked == ["cancel", "cancel"]
    assert isinstance(await Till(PAID, order=RESUMED, never_left=True).run(), Paid)


# ---- a request that hangs ------------------------------------------------------------------------


class Hanging(Gateway):
    """Never answers what is sent; `leaves` is whether the request got as far as the wire."""

    def __init__(self, leaves, *answers):
        super().__init__(*answers)
        self.leaves = leaves
        self.hangs = asyncio.Event()

    async def send(self, order, sent):
        self.asked.append("send")
        if self.leaves:
            await sent()
        self.hangs.set()
        await asyncio.Future()


async def hung(leaves, *answers):
    till = Till()
    hanging = Hanging(leaves, *answers)
    till.gateway = till.tracker._client = hanging
    running = asyncio.create_task(till.run())
    await hanging.hangs.wait()
    return till, running


async def test_giving_up_interrupts_a_request_and_asks_for_the_cancel():
    till, running = await hung(True, CANCELLED)
    till.tracker.give_up()
    assert (await running).why.kind == "payment.given_up"
    assert till.gateway.asked == ["send", "cancel"]
    assert till.kinds[-1] == ("unknown", "payment.given_up_later")
    assert till.inner == "payment.being_given_up"


async def test_giving_up_what_is_still_on_the_doorstep_charges_nobody():
    till, running = await hung(False)
    till.tracker.give_up()
    assert (await running).why.kind == "payment.never_sent"
    assert till.gateway.asked == ["send"]


async def test_asking_now_does_not_interrupt_a_request():
    till, running = await hung(True)
    till.tracker.ask_now()
    await asyncio.sleep(0.01)
    assert not running.done()
    assert till.gateway.asked == ["send"]
    till.tracker.confirm(SUCCESS, ("stream", "5-0"))
    assert (await running).channel == "redis"


async def test_a_message_during_a_request_pays_and_ends_it():
    till, running = await hung(True)
    till.tracker.confirm(SUCCESS, ("stream", "5-0"))
    assert (await running).channel == "redis"
    assert till.gateway.asked == ["send"]


# ---- how often -----------------------------------------------------------------------------------


async def test_the_gateway_is_asked_at_growing_intervals():
    till = Till(*[PENDING] * 7, PAID)
    await till.run()
    assert till.waited == [1, 1, 2, 3, 5, 5, 5]


async def test_with_redis_it_is_asked_seldom_but_a_lost_order_is_sent_soon():
    till = Till(PENDING, PENDING, NOT_KNOWN, SILENCE, PAID, linked=True)
    await till.run()
    assert till.waited == [3, 5, 2, 3]


async def test_a_lost_link_begins_the_intervals_anew():
    till = Till(*[PENDING] * 5, PAID)

    def lose_the_link_once():
        if len(till.waited) == 3:
            till.tracker.link_lost()

    till.before_waiting = lose_the_link_once
    await till.run()
    assert till.waited == [1, 1, 2, 1, 1]


@pytest.mark.parametrize("wake", ["give_up", "ask_now", "link_lost"])
async def test_a_waiting_till_is_woken(wake):
    tracker = PaymentTracker(Gateway(), ORDER, lambda: False, lambda _: None)
    waiting = asyncio.create_task(tracker._wait(3600))
    await asyncio.sleep(0)
    getattr(tracker, wake)()
    assert await asyncio.wait_for(waiting, 60) is None
    assert not tracker._nudge.is_set()


async def test_a_waiting_till_asks_again_when_the_time_is_over():
    tracker = PaymentTracker(Gateway(), ORDER, lambda: False, lambda _: None)
    assert await asyncio.wait_for(tracker._wait(0.001), 60) is None


async def test_a_waiting_till_hears_the_message():
    tracker = PaymentTracker(Gateway(), ORDER, lambda: True, lambda _: None)
    waiting = asyncio.create_task(tracker._wait(3600))
    await asyncio.sleep(0)
    paid = tracker.confirm(SUCCESS, ("stream", "5-0"))
    assert paid is not None
    assert await asyncio.wait_for(waiting, 60) == paid


# ---- whatever comes ------------------------------------------------------------------------------

ANSWERS = st.sampled_from(
    [PAID, PENDING, UNKNOWN, DECLINED, CANCELLED, SILENCE, UNREACHED, NOT_KNOWN, REFUSED,
     replace(PAID, amount=1)]
)  # fmt: skip
ACTS = st.sampled_from(["", "", "", "give_up", "ask_now", "link_lost", "confirm"])


@hypothesis_settings(max_examples=200)
@given(
    st.lists(st.tuples(ANSWERS, ACTS), max_size=12),
    st.booleans(),
    st.sampled_from([ORDER, RESUMED]),
)
def test_an_outcome_is_only_what_somebody_who_knows_has_said(script, linked, order):
    async def follow():
        # The order is paid in the end; whatever is not clear until then must not end it.
        till = Till(*[answer for answer, _ in script], *[PAID] * 3, order=order, linked=linked)
        acts = iter([act for _, act in script])

        def act():
            match next(acts, ""):
                case "confirm":
                    till.tracker.confirm(SUCCESS, ("stream", "5-0"))
                case "":
                    pass
                case name:
                    getattr(till.tracker, name)()

        till.before_waiting = act
        return till, await till.run()

    till, outcome = asyncio.run(follow())
    heard = [answer for answer, _ in script[: len(till.gateway.asked)]] + [PAID]
    if isinstance(outcome, Paid) and outcome.channel == "gateway":
        assert PAID in heard
    if isinstance(outcome, NotPaid):
        last = heard[len(till.gateway.asked) - 1]
        assert last in (DECLINED, CANCELLED, REFUSED, UNREACHED)
        if last in (REFUSED, UNREACHED):
            # Nobody had ever taken it: else it would be unknown.
            assert order is ORDER
            answers = set(map(type, heard[: len(till.gateway.asked)]))
            assert answers <= {type(last), NothingSent, NotKnown}


async def test_a_message_of_the_moment_in_which_the_gateway_answers_otherwise_still_counts():
    """It is being written down as paid already; the two never both happen."""
    till = Till(DECLINED)
    follow = till.tracker._follow

    async def and_then_the_message():
        outcome = await follow()
        assert isinstance(outcome, NotPaid)
        assert till.tracker.confirm(SUCCESS, ("stream", "1-0")) is not None
        return outcome

    till.tracker._follow = and_then_the_message  # type: ignore[method-assign]
    assert isinstance(await till.run(), Paid)
    assert isinstance(till.tracker.outcome, Paid)


async def test_an_order_that_never_left_waits_a_second_at_the_most_for_a_gateway_that_hangs(
    monkeypatch,
):
    monkeypatch.setattr(module, "_COURTESY_S", 0.01)
    till = Till(order=RESUMED, never_left=True)

    async def hangs(order_no):
        await asyncio.Future()
        raise AssertionError(order_no)

    till.gateway.cancel = hangs  # type: ignore[method-assign]
    assert await till.run() == NotPaid("cancelled", because("payment.never_sent"))
    assert till.left == 0
