"""Whether a customer is old enough: the latest day of birth that is."""

from __future__ import annotations

from datetime import date


def born_by(today: date, years: int) -> date:
    """Whoever was born on this day or before it has had so many birthdays, today's included."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # the 29 February, in a year that has none
        return date(today.year - years, 2, 28)
