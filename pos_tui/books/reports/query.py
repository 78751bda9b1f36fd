"""A report: what a period came to, its rows by one thing, and the periods it is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

import apsw
from msgspec import Struct
from msgspec.structs import replace

from pos_tui.books.reports.balances import Balances, balances_at
from pos_tui.books.reports.facts import (
    COLUMNS,
    COSTS_OF_CHOSEN,
    GROUPED,
    clear_facts,
    gather_facts,
    sum_facts,
)
from pos_tui.books.reports.figures import FIGURES, Figures, ReportBy, RowKey
from pos_tui.books.reports.periods import ReportPeriod, period_of
from pos_tui.books.reports.sums import add_rest, open_sums, update_sums

USUAL_BY: Mapping[str, ReportBy] = {"day": "hour", "week": "day", "month": "day", "year": "month"}
"""What the rows of a period are, where nobody says."""

_EMPTY = Figures()
_SUMS_OF = ", ".join(f"coalesce(sum({name}), 0)" for name in FIGURES)
_NEVER = 1e99  # a Julian day
_NAMED = {
    by: f"WITH grouped ({', '.join(COLUMNS)}) AS ({grouped}) SELECT * FROM grouped"
    for by, grouped in GROUPED.items()
}
_CHOOSE_DAY = """
    INSERT INTO chosen SELECT number, day, hour, cashier, at, total, tender FROM paid_sales
    WHERE shift_day = ?1 AND day = ?1 AND at <= ?2
    UNION SELECT number, day, hour, cashier, at, total, tender FROM paid_sales
    WHERE closed_at >= date(?1, '-1 day') AND closed_at < date(?1, '+3 days')
        AND day = ?1 AND at <= ?2
"""


class ReportRow(Struct, frozen=True):
    """A row: its key, its name where that is another, its figures, and those of the period before.

    Keys: hours as 0 to 23; days and months as ISO text; a product's id; a tender's kind, for a
    wallet behind it a colon and the platform; names of categories, cashiers, offers, tax classes.
    NO_DETAIL is what was sold before the books kept lines.
    """

    key: RowKey
    name: str
    figures: Figures
    before: Figures = _EMPTY


class Compared(Struct, frozen=True):
    """Another period, and what it came to."""

    period: ReportPeriod
    total: Figures


class Report(Struct, frozen=True):
    """What a period came to, as the books had it `at` a moment (None: now)."""

    period: ReportPeriod
    by: ReportBy
    at: datetime | None
    total: Figures
    rows: tuple[ReportRow, ...]
    before: Compared
    year_ago: Compared | None = None
    category: RowKey | None = None
    balances: Balances = Balances()


class ReportReader:
    """Asks reports of one shop's books; what was sold since the last is added up first."""

    def __init__(self, books: Path, day_ends_at: int) -> None:
        """`books` is their file; days end at this hour of the next."""
        self._books = books
        self._day_ends_at = day_ends_at

    def report(
        self,
        period: ReportPeriod,
        by: ReportBy | None = None,
        at: datetime | None = None,
        category: RowKey | None = None,
    ) -> Report:
        """The report of a period, as it would have been `at` an aware moment.

        `category` keeps its products only, where rows are products. Raises BooksError.
        """
        wanted = by or USUAL_BY[period.length]
        with open_sums(self._books, self._day_ends_at) as connection:
            update_sums(connection)
            with connection:
                add_rest(connection)
                found = _report(connection, period, wanted, at, category)
        if wanted != "hour":
            return found
        first = self._day_ends_at
        rows = sorted(found.rows, key=lambda row: (int(row.key) - first) % 24)
        return replace(found, rows=tuple(rows))

    def hours_of_weekdays(
        self, period: ReportPeriod, at: datetime | None = None
    ) -> dict[tuple[int, int], Figures]:
        """What each hour (0 to 23) of each weekday (Monday is 0) came to. Raises BooksError."""
        with open_sums(self._books, self._day_ends_at) as connection:
            update_sums(connection)
            with connection:
                add_rest(connection)
                found = _Reading(connection, at).weekdays(period)
        return found


def _report(
    connection: apsw.Connection,
    period: ReportPeriod,
    by: ReportBy,
    at: datetime | None,
    category: RowKey | None,
) -> Report:
    reading = _Reading(connection, at)
    rows = reading.rows(by, period, category)
    before = reading.rows(by, period.before, category)
    ago = period.year_ago
    if category is None:
        total, total_before = reading.total(period), reading.total(period.before)
        compared = None if ago is None else Compared(ago, reading.total(ago))
    else:
        total, total_before = _sum(rows.values()), _sum(before.values())
        compared = (
            None if ago is None else Compared(ago, _sum(reading.rows(by, ago, category).values()))
        )
    names = _names(connection, rows) if by == "product" else {}
    found = tuple(
        ReportRow(
            key,
            names.get(key, "" if by == "product" else str(key)),
            figures,
            _EMPTY if by in ("day", "month") else before.get(key, _EMPTY),
        )
        for key, figures in rows.items()
    )
    return Report(
        period, by, at, total, _in_order(found, by), Compared(period.before, total_before),
        compared, category, balances_at(connection, at),
    )  # fmt: skip


class _Reading:
    """Reads sums in one transaction; those of days in which a moment lies, from the rows."""

    def __init__(self, connection: apsw.Connection, at: datetime | None) -> None:
        self._connection = connection
        self._at = _NEVER
        if at is not None:
            row = connection.execute("SELECT julianday(?)", (at.isoformat(),)).fetchone()
            assert row is not None
            assert isinstance(row[0], float)
            self._at = row[0]

    def total(self, period: ReportPeriod) -> Figures:
        return self._summed("day", "''", period).get("", _EMPTY)

    def rows(
        self, by: ReportBy, period: ReportPeriod, category: RowKey | None = None
    ) -> dict[RowKey, Figures]:
        if by == "product":
            return self._products(period, category)
        if by == "month":
            return self._summed("day", "substr(day, 1, 7)", period)
        return self._summed(by, "day" if by == "day" else "key", period)

    def weekdays(self, period: ReportPeriod) -> dict[tuple[int, int], Figures]:
        found: dict[tuple[int, int], Figures] = {}
        key = "strftime('%w', day) * 100 + key"  # Sunday is 0
        for place, figures in self._summed("hour", key, period).items():
            assert isinstance(place, int)
            found[(place // 100 + 6) % 7, place % 100] = figures
        return found

    def _summed(
        self,
        by: str,
        key: str,
        period: ReportPeriod,
        only: str = "",
        bound: tuple[apsw.SQLiteValue, ...] = (),
    ) -> dict[RowKey, Figures]:
        """The sums of a period's days by a key; `key` and `only` are SQL over a sum's columns."""
        first, last = period.first.isoformat(), period.last.isoformat()
        rows = self._connection.execute(
            f"SELECT {key}, {_SUMS_OF} FROM main.sums"
            " WHERE by = ? AND day BETWEEN ? AND ? AND day NOT IN"
            f" (SELECT day FROM main.days WHERE day BETWEEN ? AND ? AND last_at > ?){only}"
            " GROUP BY 1",
            (by, first, last, first, last, self._at, *bound),
        )
        found = _by_key(rows)
        for day in self._cut_days(first, last):
            self._choose(day)
            rows = self._connection.execute(
                f"SELECT {key}, {_SUMS_OF} FROM ({_NAMED[by]}) WHERE true{only} GROUP BY 1",
                bound,
            )
            for own, figures in _by_key(rows).items():
                found[own] = found.get(own, _EMPTY) + figures
        return found

    def _cut_days(self, first: str, last: str) -> list[str]:
        """The days in which the moment lies."""
        if self._at == _NEVER:
            return []
        rows = self._connection.execute(
            "SELECT day FROM main.days WHERE day BETWEEN ? AND ? AND last_at > ?"
            " AND first_at <= ? ORDER BY day",
            (first, last, self._at, self._at),
        )
        return [str(day) for (day,) in rows]

    def _choose(self, day: str) -> None:
        """Gather the facts of a day's sales, up to the moment."""
        clear_facts(self._connection)
        self._connection.execute(_CHOOSE_DAY, (day, self._at))
        gather_facts(self._connection)
        row = self._connection.execute(
            "SELECT first_movement - 1, last_movement FROM main.days WHERE day = ?", (day,)
        ).fetchone()
        if row is not None and row[0] is not None:
            self._connection.execute(COSTS_OF_CHOSEN, row)
        sum_facts(self._connection)

    def _products(self, period: ReportPeriod, category: RowKey | None) -> dict[RowKey, Figures]:
        """The sums of products: of years and months that are whole at the moment as they stand."""
        only = "" if category is None else " AND sub = ?"
        bound: tuple[apsw.SQLiteValue, ...] = () if category is None else (category,)
        if period.length == "year" and not self._is_cut(period, period):
            return self._whole("product_year", [period.first.isoformat()[:4]], only, bound)
        months = []
        found: dict[RowKey, Figures] = {}
        for month in period.months:
            whole = period_of("month", month)
            here = ReportPeriod(
                "month", max(whole.first, period.first), min(whole.last, period.last)
            )
            if self._is_cut(whole, here):
                for key, figures in self._summed("product", "key", here, only, bound).items():
                    found[key] = found.get(key, _EMPTY) + figures
            else:
                months.append(month.isoformat()[:7])
        for key, figures in self._whole("product_month", months, only, bound).items():
            found[key] = found.get(key, _EMPTY) + figures
        return found

    def _whole(
        self, by: str, spans: list[str], only: str, bound: tuple[apsw.SQLiteValue, ...]
    ) -> dict[RowKey, Figures]:
        """The sums of whole months or years."""
        places = ",".join("?" * len(spans))
        rows = self._connection.execute(
            f"SELECT key, {_SUMS_OF} FROM main.sums"
            f" WHERE by = ? AND day IN ({places}){only} GROUP BY key",
            (by, *spans, *bound),
        )
        return _by_key(rows)

    def _is_cut(self, whole: ReportPeriod, here: ReportPeriod) -> bool:
        """Whether a period has sales beside the days that are wanted, or after the moment."""
        row = self._connection.execute(
            "SELECT 1 FROM main.days WHERE day BETWEEN ? AND ?"
            " AND (day < ? OR day > ? OR last_at > ?)",
            (
                whole.first.isoformat(), whole.last.isoformat(),
                here.first.isoformat(), here.last.isoformat(), self._at,
            ),
        ).fetchone()  # fmt: skip
        return row is not None


def _names(connection: apsw.Connection, keys: Iterable[RowKey]) -> dict[RowKey, str]:
    wanted = set(keys)
    if len(wanted) > 500:
        rows = connection.execute("SELECT id, name FROM books.products")
        return {int(str(key)): str(name) for key, name in rows if key in wanted}
    names: dict[RowKey, str] = {}
    for key in wanted:
        row = connection.execute("SELECT name FROM books.products WHERE id = ?", (key,)).fetchone()
        if row is not None:
            names[key] = str(row[0])
    return names


def _in_order(rows: tuple[ReportRow, ...], by: ReportBy) -> tuple[ReportRow, ...]:
    if by in ("day", "month"):
        return tuple(sorted(rows, key=lambda row: str(row.key)))

    def worth(row: ReportRow) -> tuple[int, str]:
        return -(row.figures.saved if by == "offer" else row.figures.paid), str(row.key)

    return tuple(sorted(rows, key=worth))


def _by_key(rows: Iterable[tuple[apsw.SQLiteValue, ...]]) -> dict[RowKey, Figures]:
    return {row[0]: Figures(*row[1:]) for row in rows}  # type: ignore[arg-type,misc]


def _sum(figures: Iterable[Figures]) -> Figures:
    total = _EMPTY
    for each in figures:
        total = total + each
    return total
