"""A snapshot of the customer's screen as two rows of twenty columns."""

from __future__ import annotations

from collections.abc import Callable

from pos_tui.receipts.customer_snapshot import CustomerSnapshot
from pos_tui.receipts.words import words_in
from pos_tui.text_width import clip, pad, width_of
from pos_tui.wording.language import SOURCE_LANGUAGE, Wording

COLUMNS = 20
_KINDS = (
    "welcome", "closed", "paying", "please_pay", "confirming", "waiting", "not_paid", "paid",
    "total", "due", "back", "change",
)  # fmt: skip


def pole_rows(
    snapshot: CustomerSnapshot, can_show: Callable[[str], bool], *, takes_codes: bool = True
) -> tuple[str, str]:
    """The upper and the lower row, each of exactly twenty columns.

    `can_show`: whether the display has the letters of a text; a language that it lacks is English,
    and a name is left out.
    """
    words = _words(snapshot.language, can_show)
    which, amount = snapshot.large
    money = _spread(words(f"pole.{which}"), amount) if which else ""
    match snapshot.state:
        case "idle":
            upper, lower = _shown(snapshot.shop, can_show), words("pole.welcome")
            return _middle(upper), _middle(lower)
        case "closed":
            return _middle(_shown(snapshot.shop, can_show)), _middle(words("pole.closed"))
        case "paid" if which == "change":
            return _row(money), _middle(words("pole.paid"))
        case "paid":
            return _middle(words("pole.paid")), _row(money)
        case "scanning":
            return _row(_latest(snapshot, can_show)), _row(money)
        case "paying" if not takes_codes:
            return _row(words("pole.please_pay")), _row(money)
    return _row(words(f"pole.{snapshot.state}")), _row(money)


def _words(language: str, can_show: Callable[[str], bool]) -> Wording:
    words = words_in(language)
    if all(can_show(words(f"pole.{kind}")) for kind in _KINDS):
        return words
    return words_in(SOURCE_LANGUAGE)


def _latest(snapshot: CustomerSnapshot, can_show: Callable[[str], bool]) -> str:
    if not 0 <= snapshot.latest < len(snapshot.lines):
        return ""
    line = snapshot.lines[snapshot.latest]
    name = _shown(line.name, can_show) or _shown(line.quantity, can_show)
    return _spread(name, line.actual)


def _shown(text: str, can_show: Callable[[str], bool]) -> str:
    return text if can_show(text) else ""


def _spread(left: str, right: str) -> str:
    """Left and right on a row; an amount is never cut, and what stands before it gives way."""
    room = COLUMNS - width_of(right) - 1
    if room < 2:
        return " " * max(COLUMNS - width_of(right), 0) + right
    return pad(left, room) + " " + right


def _middle(text: str) -> str:
    text = clip(text, COLUMNS)
    return _row(" " * ((COLUMNS - width_of(text)) // 2) + text)


def _row(text: str) -> str:
    return pad(text, COLUMNS)
