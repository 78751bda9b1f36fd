"""Giving a paid order's money back, asked for until the gateway's answer is clear."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from msgspec import Struct

from pos_tui.messages import RefundRequest
from pos_tui.payments.gateway_client import GatewayClient, NoAnswer, NothingSent, NotKnown, Refused
from pos_tui.reasons import Reason, because

_ASK_S = (1.0, 1.0, 2.0, 3.0, 5.0)
_REASON = "reopened"


class GivenBack(Struct, frozen=True):
    """What became of it: the money goes back, or it stays, with the reason."""

    is_back: bool
    why: Reason | None = None


def refund_number(order_no: str) -> str:
    """The number under which an order is given back whole; the same each time it is asked."""
    return f"{order_no[:31]}R"


async def give_back(
    client: GatewayClient,
    order_no: str,
    amount: int,
    waits: Callable[[Reason], None],
    refund_no: str = "",
    reason: str = _REASON,
    *,
    was_asked: bool = False,
) -> GivenBack:
    """Ask the gateway to give an order's amount (minor units), or a part of it, back; `waits` hears
    why it takes longer. What is not answered is asked again, under the same number.

    `refund_no` is the part's own number, 8-32 of [0-9A-Za-z]; without it all of the order goes
    back. `was_asked`: it has been asked for before, by a till that was stopped.

    A refusal after a wish that had no answer is not believed alone: that wish may have been
    accepted. It stays refused where the gateway knows of no refund under this number.
    """
    refund_no = refund_no or refund_number(order_no)
    wish = RefundRequest(refund_no=refund_no, amount=amount, reason=reason)
    attempt, is_open = 0, was_asked
    while True:
        try:
            try:
                status = await client.refund(order_no, wish)
            except Refused as error:
                if not is_open:
                    return GivenBack(False, error.reason)
                refused = error.reason
                try:
                    status = await client.ask_refund(order_no, wish.refund_no)
                except NotKnown:
                    return GivenBack(False, refused)
        except NothingSent as error:
            waits(error.reason)
        except NoAnswer as error:
            is_open = True
            waits(error.reason)
        except Refused as error:
            waits(error.reason)
        except NotKnown as error:
            return GivenBack(False, error.reason)
        else:
            if status.answer == "refunded":
                return GivenBack(True)
            if status.answer == "refused":
                kind = f"gateway_answer.{status.reason or 'other'}"
                return GivenBack(False, because(kind, text=status.say or ""))
            waits(because("payment.no_clear_answer"))
        await asyncio.sleep(_ASK_S[min(attempt, len(_ASK_S) - 1)])
        attempt += 1
