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
    client: GatewayClient, order_no: str, amount: int, waits: Callable[[Reason], None]
) -> GivenBack:
    """Ask the gateway to give an order's whole amount (minor units) back; `waits` hears why it
    takes longer. What is not answered is asked again, under the same number.
    """
    wish = RefundRequest(refund_no=refund_number(order_no), amount=amount, reason=_REASON)
    attempt = 0
    while True:
        try:
            status = await client.refund(order_no, wish)
        except (NothingSent, NoAnswer) as error:
            waits(error.reason)
        except (Refused, NotKnown) as error:
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
