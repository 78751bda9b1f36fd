"""What platforms owe, in words: the columns and a day's cells."""

from __future__ import annotations

from pos_tui.codes.payment import platform_reason
from pos_tui.money import Currency, format_amount
from pos_tui.till.money.clearing import ClearingDay
from pos_tui.wording.current import in_words, say

_FIGURES = ("taken", "given_back", "bill", "difference", "paid_out", "fee", "owed")


def clearing_titles() -> tuple[str, ...]:
    """The titles: day, platform, then the amounts."""
    return tuple(say(f"clearing.column_{each}") for each in ("day", "platform", *_FIGURES))


def clearing_cells(day: ClearingDay, currency: Currency) -> tuple[str, ...]:
    """A day's cells; "" where there is no bill to compare with."""

    def amount(minor: int | None) -> str:
        return "" if minor is None else format_amount(minor, currency)

    bill = None if day.bill is None else day.bill.paid - day.bill.refunded
    amounts = (
        day.taken, day.given_back, bill, day.difference, day.paid_out, day.fee, day.owed
    )  # fmt: skip
    name = platform_name(day.platform)
    return (f"{day.day}", name, *map(amount, amounts))


def platform_name(platform: str) -> str:
    """What a platform is called; the card terminal's is its own word."""
    return say("receipt.card") if platform == "Card" else in_words(platform_reason(platform))
