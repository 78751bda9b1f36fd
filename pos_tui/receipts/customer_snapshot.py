"""What the customer's screen shows, whole each time; nothing of the shop's side stands in it."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

CustomerState = Literal[
    "idle", "scanning", "paying", "confirming", "waiting", "paid", "not_paid", "closed"
]
"""Paying: the customer is to pay, or to show a code; confirming: on the customer's own phone;
waiting: nobody need do anything; closed: nobody is served here.
"""
LargeAmount = Literal["total", "due", "back", "change", ""]
MOST_LINES = 24


class CustomerLine(Struct, frozen=True, omit_defaults=True):
    """A line of the list as the customer reads it; `quantity` is "" for one piece, `offer` and
    `saved` are "" where nothing is off. Amounts are written out, below zero for what comes back.
    """

    name: str
    actual: str
    quantity: str = ""
    offer: str = ""
    saved: str = ""


class CustomerSnapshot(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that the customer's screen shows: lines (at most MOST_LINES, with `earlier` before them
    and `later` behind), amounts written out, `say` a sentence in the shop's `language`.

    `latest` is the place in `lines` of what was scanned last, -1 for none. `due` is what is still
    to be paid and `back` what goes back to the customer, both "" where `total` says it all.
    `shop` and `notices` (of the shop's own, while it is idle) are texts of the shop. `seq` grows
    while one till runs, and begins again with the next.
    """

    seq: int
    state: CustomerState = "idle"
    shop: str = ""
    currency: str = ""
    language: str = "en"
    lines: tuple[CustomerLine, ...] = ()
    earlier: int = 0
    later: int = 0
    latest: int = -1
    pieces: str = ""
    saved: str = ""
    total: str = ""
    due: str = ""
    back: str = ""
    change: str = ""
    say: str = ""
    notices: tuple[str, ...] = ()

    @property
    def large(self) -> tuple[LargeAmount, str]:
        """The amount that is shown largest, and which one it is; ("", "") for none."""
        if self.change:
            return "change", self.change
        if self.back:
            return "back", self.back
        if self.due:
            return "due", self.due
        return ("total", self.total) if self.total else ("", "")


def encode_snapshot(snapshot: CustomerSnapshot) -> bytes:
    """The snapshot as JSON on one line, without its line feed."""
    return msgspec.json.encode(snapshot)


def decode_snapshot(line: bytes) -> CustomerSnapshot:
    """A snapshot from its line. Raises msgspec.MsgspecError for anything else."""
    return msgspec.json.decode(line, type=CustomerSnapshot)
