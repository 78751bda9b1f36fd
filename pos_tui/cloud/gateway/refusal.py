"""Why the gateway refuses a request: a word for programs, and a sentence on the wire.

The sentences are for whoever has no words of their own for a reason, as older tills.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Literal

from pos_tui import messages

RefusalReason = Literal[
    "unknown_merchant",
    "not_signed",
    "wrong_signature",
    "wrong_clock",
    "too_large",
    "too_often",
    "repeated",
    "fault",
    "database_away",
    "unreadable",
    "wrong_merchant",
    "wrong_till",
    "wrong_order_no",
    "wrong_refund_no",
    "wrong_amount",
    "wrong_currency",
    "wrong_auth_code",
    "wrong_subject",
    "wrong_reason",
    "wrong_sale_no",
    "wrong_journal",
    "wrong_version",
    "another_merchant",
    "switched_off",
    "another_order",
    "another_refund",
    "no_order",
    "no_refund",
    "account_removed",
    "not_refundable",
    "no_route",
    "not_believed",
    "notice_unkept",
]

SENTENCES: Mapping[RefusalReason, str] = {
    "unknown_merchant": "This gateway does not know the merchant.",
    "not_signed": "The request is not signed.",
    "wrong_signature": "The signature is not the merchant's; compare the till's key.",
    "wrong_clock": "The till's clock and the gateway's differ by over five minutes.",
    "too_large": "The request is too large.",
    "too_often": "This merchant asks too often; the request was not taken. Ask again soon.",
    "repeated": "This request was made before.",
    "fault": "The gateway has a fault of its own; ask again for this order.",
    "database_away": ("The gateway's database is away; nothing is lost, ask again for this order."),
    "unreadable": "The request cannot be read.",
    "wrong_merchant": "A merchant's id is letters, digits, - and _ only, 64 at most.",
    "wrong_till": "A till's number is letters, digits, - and _ only, 64 at most.",
    "wrong_order_no": "An order number is 8 to 32 letters and digits.",
    "wrong_refund_no": "A refund number is 8 to 32 letters and digits.",
    "wrong_amount": "The amount must be above 0 and at most 10,000,000,000 in minor units.",
    "wrong_currency": "The currency must be a code of three capital letters.",
    "wrong_auth_code": "The payment code must be 1 to 512 characters.",
    "wrong_subject": "The subject must be 1 to 512 characters that can be printed.",
    "wrong_reason": "The reason must be 1 to 200 characters that can be printed.",
    "wrong_sale_no": "A sale's number is 0 to 1,000,000,000,000.",
    "wrong_journal": "A journal's state is its rows, a hyphen and the hash of the last one.",
    "wrong_version": f"This gateway reads version {messages.VERSION} of a message.",
    "another_merchant": "The order names another merchant than the request does.",
    "switched_off": "This merchant is switched off; nothing was charged. Take cash.",
    "another_order": "This order number stands for another order.",
    "another_refund": "This refund number stands for another refund.",
    "no_order": "There is no order with this number.",
    "no_refund": "There is no refund with this number.",
    "account_removed": (
        "The account that this order was paid to is not here any more. Put it back first."
    ),
    "not_refundable": "This order is not paid, or not that much of it is left.",
    "no_route": "The gateway has nothing there; see /openapi.json.",
    "not_believed": "This notice cannot be believed.",
    "notice_unkept": "The gateway's database is away; send it again.",
}


DATABASE_AWAY = "The orders' database cannot be reached."
"""What the answer about the gateway's own health says when it is broken."""


class Refusal(Exception):
    """A request that is answered with an error's status, and the reason in its body."""

    def __init__(
        self,
        status: int,
        reason: RefusalReason,
        say: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """`say` is for a sentence that knows more than the one of the reason."""
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.say = say
        self.headers = headers or {}


def refusal_body(reason: RefusalReason, say: str | None = None) -> bytes:
    """The body of an error's answer: `error` for people, `reason` for programs."""
    return json.dumps({"error": say or SENTENCES[reason], "reason": reason}).encode()
