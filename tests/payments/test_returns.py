"""A paid order's money goes back: what was not answered, and what is refused afterwards."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pos_tui.messages import RefundStatus
from pos_tui.payments.gateway_client import NoAnswer, NothingSent, NotKnown, Refused
from pos_tui.payments.returns import give_back, refund_number

ORDER = "261122120000010000000001"
NO_ANSWER = NoAnswer("gateway_client.no_answer_in_time")
NOT_SENT = NothingSent("gateway_client.no_answer_in_time")
REFUSED = Refused("gateway_client.no_reason_given")
UNKNOWN = NotKnown("gateway_client.not_known", order_no=ORDER)


def stands(answer):
    number = refund_number(ORDER)
    return RefundStatus(
        merchant="M001", order_no=ORDER, refund_no=number, answer=answer, amount=700, currency="CNY"
    )


class Gateway:
    """Answers wishes, and questions about them, as told, one after the other."""

    def __init__(self, wishes, questions=()):
        self.wishes, self.questions = list(wishes), list(questions)

    async def refund(self, order_no, wish):
        return self._say(self.wishes)

    async def ask_refund(self, order_no, refund_no):
        assert refund_no == refund_number(order_no)
        return self._say(self.questions)

    def _say(self, answers):
        said = answers.pop(0)
        if isinstance(said, Exception):
            raise said
        return said


@pytest.mark.parametrize(
    ("wishes", "questions", "is_back"),
    [
        ([stands("refunded")], [], True),
        ([stands("pending"), stands("refunded")], [], True),
        ([NO_ANSWER, stands("refunded")], [], True),
        ([REFUSED], [], False),
        ([UNKNOWN], [], False),
        ([NOT_SENT, REFUSED], [], False),
        ([stands("refused")], [], False),
        # The first wish may have been accepted: what refuses the next one does not say so.
        ([NO_ANSWER, REFUSED], [stands("refunded")], True),
        ([NO_ANSWER, REFUSED, REFUSED], [stands("pending"), stands("refunded")], True),
        ([NO_ANSWER, REFUSED, REFUSED], [NO_ANSWER, stands("refunded")], True),
        ([NO_ANSWER, REFUSED, stands("refunded")], [REFUSED], True),
        ([NO_ANSWER, REFUSED], [UNKNOWN], False),
    ],
)
async def test_money_is_back_or_stays_once_the_answer_is_clear(
    monkeypatch, wishes, questions, is_back
):
    async def at_once(_seconds):
        pass

    monkeypatch.setattr(asyncio, "sleep", at_once)
    gateway: Any = Gateway(wishes, questions)
    given = await give_back(gateway, ORDER, 700, lambda _why: None)
    assert given.is_back == is_back
    assert (given.why is None) == is_back
    assert not gateway.wishes
    assert not gateway.questions
