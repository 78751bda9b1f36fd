"""A cell of the matrix: one account, one script, one place to die at, and what must come of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from msgspec import Struct

from .accounts import Account

KillPoint = Literal["none", "before send", "after send", "after answer", "after state", "after log"]

KILL_POINTS: dict[KillPoint, str] = {
    "none": "the gateway lives",
    "before send": "the order is claimed, and no byte of it has left",
    "after send": "the platform has taken the pay call, and nothing of its answer is read",
    "after answer": "the platform's first answer is read, and nothing is made of it",
    "after state": "how the order ended is committed, and its line is not in the log",
    "after log": "the line is durable, and the order's row does not know it",
}

BEHAVIOURS = {
    "1234": "pays at once",
    "9001": "has too little money",
    "9002": "shows a code that is too old",
    "9003": "is asked for the PIN, and pays",
    "9004": "is asked for the PIN, and never answers",
    "9005": "pays; the answer is lost",
    "9006": "pays; the answer says system error",
    "9007": "does not pay; the answer says system error",
    "9008": "pays; the answer comes late",
    "9009": "pays; the answer's signature is another's",
    "9010": "pays; the answer is a 502",
    "9011": "is asked for the PIN, pays, and the platform says so twice",
}

PAYING = frozenset({"1234", "9003", "9005", "9006", "9008", "9009", "9010", "9011"})
"""The scripts of customers who pay in the end."""
GIVEN_UP = frozenset(BEHAVIOURS) - PAYING
"""The scripts that can end only with the gateway's patience."""


class Cell(Struct, frozen=True):
    """One customer at one account, and where the gateway dies meanwhile."""

    account: Account
    script: str
    point: KillPoint

    @property
    def name(self) -> str:
        """The cell in words."""
        return f"{self.account.name}, {self.script} ({BEHAVIOURS[self.script]}), {self.point}"

    @property
    def is_reached(self) -> bool:
        """Whether the order comes by the place to die at; the log knows paid orders only."""
        return self.point != "after log" or self.script in PAYING

    @property
    def dies(self) -> bool:
        """Whether the gateway is to die in this cell."""
        return self.point != "none" and self.is_reached

    @property
    def ends(self) -> Collection[str]:
        """The clear answers that are right: who paid and was heard gets the goods.

        Before the send the code dies with the gateway, and nothing can be charged any more.
        """
        if self.script in PAYING and self.point != "before send":
            return ("paid",)
        return ("declined", "cancelled")


def cells_of(accounts: Sequence[Account]) -> list[Cell]:
    """Every cell of these accounts, the slow ones first, so that none is waited for in the end."""
    cells = [Cell(a, s, p) for s in BEHAVIOURS for p in KILL_POINTS for a in accounts]
    return sorted(cells, key=lambda cell: cell.script not in GIVEN_UP)


def third_of(cells: Sequence[Cell]) -> list[Cell]:
    """A third of the cells, always the same, in which every two of its three sides meet."""
    accounts = list(dict.fromkeys(cell.account.name for cell in cells))
    scripts, points = list(BEHAVIOURS), list(KILL_POINTS)

    def number(cell: Cell) -> int:
        account, script = accounts.index(cell.account.name), scripts.index(cell.script)
        return account + script + points.index(cell.point)

    return [cell for cell in cells if number(cell) % 3 == 0]
