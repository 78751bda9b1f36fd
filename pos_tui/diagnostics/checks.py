"""What a check says: how something is, by which figure, and what the technician does about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from pos_tui.reasons import Reason, because

State = Literal["ok", "warning", "broken"]
Subject = Literal[
    "books",
    "receipts",
    "backup",
    "printer",
    "redis",
    "gateway",
    "gateway clock",
    "users file",
    "way to redis",
    "version",
    "journal",
    "default user",
    "users",
    "aclfile",
    "functions",
    "memory",
    "clock",
]
_WORST: tuple[State, ...] = ("broken", "warning")


class Check(Struct, frozen=True):
    """One thing that was looked at, `where` in a server's name where there are several of it.

    A figure is a measurement, or a reason where it takes words; `do` is there unless all is well.
    """

    subject: Subject
    where: str
    state: State
    figure: str | Reason
    say: Reason
    do: Reason | None = None

    @property
    def name(self) -> str:
        """What programs know the check by, in every language."""
        return f"{self.subject} {self.where}".rstrip()


class Diagnosis(Struct, frozen=True):
    """All checks, and the worst state among them."""

    checks: tuple[Check, ...]
    state: State


def diagnosis(checks: Iterable[Check]) -> Diagnosis:
    """The checks with their overall state: the worst one."""
    kept = tuple(checks)
    states = {check.state for check in kept}
    return Diagnosis(kept, next((state for state in _WORST if state in states), "ok"))


def clock_check(subject: Subject, where: str, ahead_s: float, whose: str | Reason) -> Check:
    """How far another machine's clock is ahead of this one's (seconds); 2 s are let pass."""
    figure = f"{ahead_s:+.1f} s"
    if abs(ahead_s) <= 2:
        return Check(subject, where, "ok", figure, because("check.clock_right", whose=whose))
    kind = "check.clock_ahead" if ahead_s > 0 else "check.clock_behind"
    return Check(
        subject,
        where,
        "warning",
        figure,
        because(kind, whose=whose, seconds=round(abs(ahead_s))),
        because("check.do_set_clocks"),
    )
