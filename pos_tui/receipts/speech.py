"""What the till says aloud, as sentences a voice can read."""

from __future__ import annotations

from pos_tui.checkout.sale import ExpiryWarning
from pos_tui.receipts.words import words_in


def say_expired(warning: ExpiryWarning, language: str) -> str:
    """Which item is expired and what to do, in a language such as "en" or "zh-CN"."""
    words, day = words_in(language), warning.expires_on
    month = words(f"spoken.month_{day.month}")
    on = words("spoken.day", day=day.day, month=month, number=day.month, year=day.year)
    return words("spoken.expired", name=warning.name, day=on)


def say_clock_is_wrong(language: str) -> str:
    """That this machine's clock cannot be believed."""
    return words_in(language)("spoken.clock_is_wrong")
