"""Charts of text: bars, a line of columns, a map of shades with numbers in it.

They are of signs that every terminal has a stand-in for, and say the same without colours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_EIGHTHS = ("", *"▏▎▍▌▋▊▉")
_COLUMNS = "▁▂▃▄▅▆▇█"
_SHADES = " ░▒▓█"


def bar(amount: int, most: int, cells: int) -> str:
    """A bar in eighths of a cell, for an amount of the most there is; "" for nothing."""
    eighths = max(8 * cells * amount // most, 1) if most > 0 and amount > 0 else 0
    whole, part = divmod(eighths, 8)
    return f"{'█' * whole}{_EIGHTHS[part]}"


def spark_line(amounts: Sequence[int]) -> str:
    """A column for each amount, in eighths of the highest; a dot for nothing."""
    most = max(amounts, default=0)
    return "".join("·" if amount <= 0 else _COLUMNS[(8 * amount - 1) // most] for amount in amounts)


def shade(amount: int, most: int) -> str:
    """A cell of a map: a shade, and a digit from 1 (little) to 9 (most); dots for nothing."""
    if amount <= 0 or most <= 0:
        return " ·"
    digit = -(-9 * amount // most)
    return f"{_SHADES[-(-4 * amount // most)]}{digit}"


def shade_map(
    amounts: Mapping[tuple[int, int], int], rows: Sequence[str], columns: Sequence[int]
) -> list[str]:
    """A row of shades for each name; `amounts` are by a row's place and a column's number."""
    most = max(amounts.values(), default=0)
    return [
        name + " ".join(shade(amounts.get((place, column), 0), most) for column in columns)
        for place, name in enumerate(rows)
    ]
