"""Dates as codes carry them: six digits, and a century to be found."""

from __future__ import annotations

from datetime import date, timedelta


def gs1_date(digits: str, today: date) -> date | None:
    """The date of YYMMDD; day 00 is the month's last (GS1 General Specifications 3.4, 7.12).

    The century is the one that puts it no more than 49 years back or 50 ahead of today. None when
    there is no such day.
    """
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    distance = year - today.year % 100
    century = today.year // 100 + (distance <= -50) - (distance >= 51)
    if not 1 <= month <= 12:
        return None
    whole_year = century * 100 + year
    next_month = date(whole_year + month // 12, month % 12 + 1, 1)
    last = (next_month - timedelta(days=1)).day
    return date(whole_year, month, day or last) if day <= last else None
