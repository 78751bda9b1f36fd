"""A sale that waits aside for its payment, as a list of such sales shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from pos_tui.checkout.tenders import TenderState
from pos_tui.reasons import Reason


class OpenPayment(Struct, frozen=True):
    """How one payment aside stands: amount in minor units, `since` aware, what happens next.

    `first` is the name of the first item on its list. "late": its payment had been given up, and
    the money came all the same.
    """

    sale_no: int
    amount: int
    state: TenderState | Literal["paid_in_part", "late"]
    since: datetime
    first: str
    status: Reason | None
