"""What the customer's screen shows, whole each time; nothing of the shop's side stands in it."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

CustomerState = Literal["idle", "scanning", "paying", "confirming", "waiting", "paid", "not_paid"]
"""Paying: a code is to be shown; confirming: on the customer's own phone; waiting: nobody acts."""
MOST_LINES = 40


class CustomerLine(Struct, frozen=True, omit_defaults=True):
    """A line of the list as the customer reads it; `quantity` is "" for one piece, `offer` and
    `saved` are "" where nothing is off. Amounts are written out.
    """

    name: str
    actual: str
    quantity: str = ""
    offer: str = ""
    saved: str = ""


class CustomerSnapshot(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All that the customer's screen shows: the latest lines (at most MOST_LINES, after `earlier`
    others), amounts written out, `say` a sentence in the shop's language. `seq` only grows.
    """

    seq: int
    state: CustomerState = "idle"
    shop: str = ""
    currency: str = ""
    language: str = "en"
    lines: tuple[CustomerLine, ...] = ()
    earlier: int = 0
    pieces: str = ""
    saved: str = ""
    total: str = ""
    due: str = ""
    change: str = ""
    say: str = ""
    notices: tuple[str, ...] = ()


def encode_snapshot(snapshot: CustomerSnapshot) -> bytes:
    """The snapshot as JSON on one line, without its line feed."""
    return msgspec.json.encode(snapshot)


def decode_snapshot(line: bytes) -> CustomerSnapshot:
    """A snapshot from its line. Raises msgspec.MsgspecError for anything else."""
    return msgspec.json.decode(line, type=CustomerSnapshot)
