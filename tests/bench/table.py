"""The rows of the result: ours, against, ratio, target, met; as a table and as JSON."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Target:
    """What is promised of a row: its value, or its ratio to the other's, is at most this."""

    of: Literal["value", "ratio"]
    most: float

    def is_met(self, ours: float, ratio: float | None) -> bool | None:
        """Whether the promise is kept; None when there is no ratio to look at."""
        if self.of == "value":
            return ours <= self.most
        return None if ratio is None else ratio <= self.most

    def text(self, unit: str) -> str:
        """The promise in a few characters."""
        return f"≤ {self.most:g} {unit}" if self.of == "value" else f"≤ {self.most:g} ×"


@dataclass
class Row:
    """One comparison; `ours` and `against` are medians of their samples unless given."""

    group: str
    what: str
    unit: str
    our_samples: Sequence[float]
    against_samples: Sequence[float] = ()
    against_whom: str = ""
    target: Target | None = None
    ours: float = field(default=0.0)
    against: float | None = field(default=None)

    def __post_init__(self) -> None:
        self.ours = self.ours or statistics.median(self.our_samples)
        if self.against is None and self.against_samples:
            self.against = statistics.median(self.against_samples)

    @property
    def ratio(self) -> float | None:
        """Ours in terms of the other."""
        return self.ours / self.against if self.against else None

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met; None without one."""
        return None if self.target is None else self.target.is_met(self.ours, self.ratio)

    def as_json(self) -> dict[str, Any]:
        """Everything about the row, samples included."""
        return {
            "group": self.group,
            "what": self.what,
            "unit": self.unit,
            "ours": round(self.ours, 4),
            "against": None if self.against is None else round(self.against, 4),
            "against_whom": self.against_whom,
            "ratio": None if self.ratio is None else round(self.ratio, 4),
            "target": None if self.target is None else self.target.text(self.unit),
            "met": self.is_met,
            "our_samples": [round(sample, 4) for sample in self.our_samples],
            "against_samples": [round(sample, 4) for sample in self.against_samples],
        }


_HEADS = ("what", "ours", "against", "ratio", "target", "met")
_MET = {True: "yes", False: "NO", None: ""}


def as_text(rows: Sequence[Row]) -> str:
    """The table, one line for each row."""
    cells = [_HEADS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEADS))]
    lines = [_line(line, widths) for line in cells]
    lines.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *numbers = cells
    padded = [cell.rjust(width) for cell, width in zip(numbers, widths[1:], strict=True)]
    return "  ".join([first.ljust(widths[0]), *padded]).rstrip()


def _cells(row: Row) -> tuple[str, ...]:
    against = ""
    if row.against is not None:
        against = f"{_number(row.against)} {row.unit} {row.against_whom}".rstrip()
    return (
        row.what,
        f"{_number(row.ours)} {row.unit}",
        against,
        "" if row.ratio is None else f"{_number(row.ratio)} ×",
        "" if row.target is None else row.target.text(row.unit),
        _MET[row.is_met],
    )


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    places = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{places}f}"
