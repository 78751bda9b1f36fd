"""What must be true in every cell once it is over: the customer's money, the order, the log."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from .cells import Cell

LIVED = "the gateway was to die and did not"


class Money(Struct, frozen=True):
    """What the platform did with one order number of the customer's code, amounts in fen.

    `is_open`: the customer could still pay.
    """

    order_no: str
    amount: int
    charged: int
    given_back: int
    is_open: bool = False


class Outcome(Struct, frozen=True, kw_only=True):
    """How a cell went. `answers`: every clear answer that the till was given, in their order."""

    cell: Cell
    answers: Sequence[str] = ()
    money: Sequence[Money] = ()
    lines: int = 0
    is_killed: bool = False
    fault: str | None = None
    seconds: float = 0.0

    @property
    def answer(self) -> str:
        """The last clear answer; empty without one."""
        return self.answers[-1] if self.answers else ""


def violations(outcome: Outcome) -> list[str]:
    """Everything that is wrong in a cell, a sentence each."""
    cell, answer = outcome.cell, outcome.answer
    if outcome.fault:
        return [outcome.fault]
    found = []
    if not answer:
        found.append("the till got no clear answer")
    elif answer not in cell.ends:
        found.append(f"it ended as {answer}, and {' or '.join(cell.ends)} would be right")
    if len(set(outcome.answers)) > 1:
        found.append(f"a clear answer changed: {', then '.join(outcome.answers)}")
    if cell.dies != outcome.is_killed:
        found.append("the gateway died where it should not" if outcome.is_killed else LIVED)
    return found + wrong_money(answer, outcome.money) + wrong_lines(answer, outcome.lines)


def wrong_money(answer: str, money: Sequence[Money]) -> list[str]:
    """What is wrong with the customer's money after this answer."""
    charged = sum(each.charged for each in money)
    net = sum(each.charged * each.amount - each.given_back for each in money)
    back = sum(each.given_back for each in money)
    found = []
    if charged > 1:
        found.append(f"the customer was charged {charged} times")
    if answer == "paid" and charged == 0:
        found.append("the shop was told paid, and nobody was charged")
    if answer == "paid" and back:
        found.append("the shop was told paid, and money went back")
    if answer in ("declined", "cancelled") and net > 0:
        found.append(f"the shop was told {answer}, and {net} of the customer's are gone")
    if net < 0:
        found.append("more went back than was charged")
    if answer in ("declined", "cancelled") and any(each.is_open for each in money):
        found.append(f"the shop was told {answer}, and the customer can still pay")
    return found


def wrong_lines(answer: str, lines: int) -> list[str]:
    """What is wrong with the log after this answer."""
    if lines != (answer == "paid"):
        return [f"{answer or 'without an answer'}, and {lines} lines in the log"]
    return []


class Totals(Struct, frozen=True):
    """The honest count: how many cells ran, in how many the gateway died, how many it cannot."""

    cells: int
    killed: int
    lived: int
    not_reached: int
    wrong: int


def totals_of(outcomes: Sequence[Outcome]) -> Totals:
    """The count over these cells."""
    return Totals(
        cells=len(outcomes),
        killed=sum(outcome.is_killed for outcome in outcomes),
        lived=sum(outcome.cell.point == "none" for outcome in outcomes),
        not_reached=sum(not outcome.cell.is_reached for outcome in outcomes),
        wrong=sum(bool(violations(outcome)) for outcome in outcomes),
    )
