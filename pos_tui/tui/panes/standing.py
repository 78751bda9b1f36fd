"""The messages that stand: which of them is shown, and when each one goes."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pos_tui.reasons import Reason

Rank = Literal["money", "paper", "advice"]

_RANKS: tuple[Rank, ...] = ("advice", "paper", "money")
_MONEY = frozenset(
    ("sale.paid", "sale.paid_with_change", "sale.not_paid", "sale.part_paid", "sale.part_not_paid")
)
_MONEY_ASIDE = frozenset(("sale.paid_aside", "sale.part_paid_aside"))
_DRAWER = frozenset(("print_job.drawer_not_opened", "print_job.drawer_open"))
_PAPERS_IN_DOUBT = frozenset(("print_job.may_be_printed", "print_job.offered"))
_RANK_OF_SUBJECT: dict[str, Rank] = {
    "confirmation": "money",
    "payment": "money",
    "printer": "paper",
    "receipt_file": "paper",
    "voice": "paper",
}


class StandingMessage(NamedTuple):
    """A sentence with its style and rank. `about` is what it goes with; "" goes with the next act.

    "payment" goes with that payment, a link of the till when that is well again, papers when none
    of them is left, anything else when the cashier sends it away.
    """

    reason: Reason
    style: str
    rank: Rank = "advice"
    about: str = ""


class StandingMessages:
    """Messages by rank: money before paper before advice; of one rank the latest.

    What came since the cashier's last act is shown before what was seen already: an answer to a
    scan is never hidden behind yesterday's printer.
    """

    def __init__(self) -> None:
        self._messages: list[StandingMessage] = []
        self._new: list[StandingMessage] = []

    @property
    def shown(self) -> StandingMessage | None:
        """The one to show."""
        return max(self._new or self._messages, key=_place, default=None)

    def add(self, message: StandingMessage) -> None:
        """A message comes, in place of the one about the same."""
        self.remove(message.about)
        self._messages.insert(0, message)
        self._new.insert(0, message)

    def remove(self, about: str) -> None:
        """What the message was about is over."""
        self._messages = [each for each in self._messages if each.about != about]
        self._new = [each for each in self._new if each.about != about]

    def act(self) -> None:
        """The cashier does something: advice goes, the others have been seen."""
        self.remove("")
        self._new.clear()

    def send_away(self) -> bool:
        """The cashier sends away what is shown; False when there is nothing."""
        shown = self.shown
        if shown is not None:
            self._messages = [each for each in self._messages if each is not shown]
            self._new = [each for each in self._new if each is not shown]
        return shown is not None


def standing(reason: Reason, style: str) -> StandingMessage:
    """A message with the rank of what it speaks of."""
    if reason.kind in _MONEY:
        return StandingMessage(reason, style, "money", "payment")
    if reason.kind in _MONEY_ASIDE | _DRAWER:
        return StandingMessage(reason, style, "money")
    if reason.kind == "sale.not_paid_aside":
        return StandingMessage(reason, style, "money", reason.kind)
    if reason.kind in _PAPERS_IN_DOUBT:
        return StandingMessage(reason, style, "paper", "papers_in_doubt")
    if reason.kind == "print_job.waits_still":
        return StandingMessage(reason, style, "paper", "papers_waiting")
    if reason.kind == "shift.wants_drop":
        return StandingMessage(reason, style, "paper", reason.kind)
    if reason.kind == "till.not_printed":
        return StandingMessage(reason, style, "paper", "printer")
    subject = reason.kind.partition(".")[0]
    rank = _RANK_OF_SUBJECT.get(subject, "advice")
    about = "payment" if subject == "payment" else reason.kind
    return StandingMessage(reason, style, rank, "" if rank == "advice" else about)


def _place(message: StandingMessage) -> int:
    return _RANKS.index(message.rank)
