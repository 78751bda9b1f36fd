"""What a check says: how something is, by which figure, and what the technician does about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

State = Literal["ok", "warning", "broken"]
_WORST: tuple[State, ...] = ("broken", "warning")


class Check(Struct, frozen=True):
    """One thing that was looked at; `say` is a sentence, `do` another one unless all is well."""

    name: str
    state: State
    figure: str
    say: str
    do: str = ""


class Diagnosis(Struct, frozen=True):
    """All checks, and the worst state among them."""

    checks: tuple[Check, ...]
    state: State


def diagnosis(checks: Iterable[Check]) -> Diagnosis:
    """The checks with their overall state: the worst one."""
    kept = tuple(checks)
    states = {check.state for check in kept}
    return Diagnosis(kept, next((state for state in _WORST if state in states), "ok"))


def clock_check(name: str, ahead_s: float, of_whom: str) -> Check:
    """How far another machine's clock is ahead of this one's (seconds); 2 s are let pass."""
    figure = f"{ahead_s:+.1f} s"
    if abs(ahead_s) <= 2:
        return Check(name, "ok", figure, f"The clock of {of_whom} goes with this machine's.")
    return Check(
        name,
        "warning",
        figure,
        f"The clock of {of_whom} is {abs(ahead_s):.0f} s {'ahead of' if ahead_s > 0 else 'behind'}"
        " this machine's; beyond five minutes orders are refused.",
        "Have both machines set their clocks by the network (NTP).",
    )
