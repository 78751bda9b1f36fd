"""What the till says aloud, as sentences a voice can read."""

from __future__ import annotations

from datetime import date

from pos_tui.checkout.sale import ExpiryWarning

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def say_expired(warning: ExpiryWarning, language: str) -> str:
    """Which item is expired and what to do, in English or Chinese."""
    name, day = warning.name, warning.expires_on
    if language.lower().startswith("zh"):
        on = f"{day.year}年{day.month}月{day.day}日"
        return f"{name}已于{on}过期，已从清单中移除。请放到一边，然后按回车键。"
    return (
        f"{name} expired on {_spoken(day)}. It was taken off the list."
        " Put it aside, then press Enter."
    )


def say_clock_is_wrong(language: str) -> str:
    """That this machine's clock cannot be believed, in English or Chinese."""
    if language.lower().startswith("zh"):
        return "本机时钟不准，请看屏幕并校准时间。"
    return "The clock of this till is wrong. Look at the screen, and set it right."


def _spoken(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}"
