"""Reports in words: titles, what the rows are called, and their figures."""

from __future__ import annotations

from collections.abc import Sequence

from pos_tui.codes.payment import platform_reason
from pos_tui.money import Currency, format_amount
from pos_tui.till.money.reports import (
    NO_DETAIL,
    Figures,
    Report,
    ReportBy,
    ReportPeriod,
    ReportRow,
    RowKey,
)
from pos_tui.tui.parts.charts import bar
from pos_tui.wording.current import current, in_words, say

_WALLET = "wallet:"
COUNTED = {"product": "lines", "category": "lines", "tax": "lines", "offer": "lines",
           "tender": "tenders"}  # fmt: skip
"""What `count` counts, where it is not sales."""

FIGURES_OF: dict[ReportBy, tuple[str, ...]] = {
    **dict.fromkeys(
        ("hour", "day", "month", "cashier"), ("count", "paid", "net", "tax", "saved", "margin")
    ),
    "product": ("quantity", "paid", "net", "saved", "cost", "margin"),
    "category": ("count", "paid", "net", "saved", "cost", "margin"),
    "tax": ("count", "paid", "net", "tax", "deposit"),
    "tender": ("count", "paid", "rounding"),
    "offer": ("count", "saved"),
}
"""The figures that matter of each kind of rows, in the order of their columns."""


def period_title(period: ReportPeriod) -> str:
    """What a period is called."""
    first = period.first
    match period.length:
        case "day":
            weekday = say(f"offer.weekday_{first.isoweekday()}")
            return say("report.day", weekday=weekday, day=first)
        case "week":
            year, week, _ = first.isocalendar()
            return say("report.week", week=week, year=year, first=first, last=period.last)
        case "month":
            return say("report.month", year=first.year, month=first.month)
        case _:
            return say("report.year", year=first.year)


def report_title(report: Report) -> str:
    """Period, what the rows are, and the moment where it is not now."""
    parts = [period_title(report.period), say(f"report.by_{report.by}")]
    if report.category is not None:
        parts.append(row_name("category", report.category))
    if report.at is not None:
        parts.append(say("report.as_of", at=f"{report.at:%Y-%m-%d %H:%M}"))
    return " · ".join(parts)


def map_title(report: Report) -> str:
    """Period and moment of a map of hours."""
    parts = [period_title(report.period), say("report.by_weekday")]
    if report.at is not None:
        parts.append(say("report.as_of", at=f"{report.at:%Y-%m-%d %H:%M}"))
    return " · ".join(parts)


def row_name(by: ReportBy, key: RowKey, name: str = "") -> str:
    """What a row is called; `name` that of a product."""
    if key == NO_DETAIL and by not in ("hour", "day", "month", "cashier", "tender", "offer"):
        return say("report.no_detail")
    match by:
        case "hour":
            return f"{int(key):02d}–{(int(key) + 1) % 24:02d}"
        case "product":
            return name or say("report.product_gone", number=key)
        case "tender":
            return _tender_name(str(key))
        case "category":
            return str(key) or say("report.no_category")
        case "cashier":
            return str(key) or say("report.no_cashier")
        case "tax":
            return str(key) or say("report.no_tax")
        case "offer":
            return str(key) or say("report.basket")
        case _:
            return str(key)


def figure_title(by: ReportBy, figure: str) -> str:
    """The title of a figure's column."""
    if figure == "count":
        return say(f"report.column_{COUNTED.get(by, 'sales')}")
    return say("report.column_tax_amount" if figure == "tax" else f"report.column_{figure}")


def figure_text(figures: Figures, figure: str, currency: Currency) -> str:
    """A figure as text: amounts in major units, quantities without idle zeros; "?" for a cost, and
    what it makes of the margin, of which nothing is known.
    """
    value: int = getattr(figures, figure)
    if figure in ("cost", "margin") and figures.uncosted and not figures.cost:
        return "?"
    if figure == "count":
        return str(value)
    if figure == "quantity":
        whole, part = divmod(abs(value), 1000)
        text = f"{whole}.{part:03d}".rstrip("0").rstrip(".") if part else str(whole)
        return f"-{text}" if value < 0 else text
    return format_amount(value, currency)


def change_text(now: int, before: int) -> str:
    """How much more or less one amount is than another, in percent."""
    if not before:
        return say("report.change_new") if now else "="
    tenths = (2000 * (now - before) + abs(before)) // (2 * abs(before))
    sign = "−" if tenths < 0 else "+" if tenths else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10} %"


def comparisons(report: Report, currency: Currency) -> list[str]:
    """What the report's periods before came to, each a sentence."""
    found = [report.before] if report.year_ago is None else [report.before, report.year_ago]
    return [
        say(
            "report.compared",
            name=period_title(each.period),
            amount=format_amount(each.total.paid, currency),
            change=change_text(report.total.paid, each.total.paid),
        )
        for each in found
    ]


def sales_text(total: Figures, currency: Currency) -> str:
    """How many sales, and what one came to."""
    if not total.count:
        return say("report.no_sales")
    average = format_amount(total.paid // total.count, currency)
    return say("report.sales", count=total.count, average=average)


def totals_rows(total: Figures, currency: Currency) -> list[tuple[str, str]]:
    """What a period came to: names and amounts, those that are nothing left out."""
    rows = [(say("report.income"), format_amount(total.paid, currency))]
    for figure in ("returned", "net", "tax", "deposit", "undetailed", "saved", "rounding", "cost"):
        value: int = getattr(total, figure)
        if value:
            rows.append((say(f"report.{figure}"), format_amount(value, currency)))
    if total.cost:
        amount = format_amount(total.margin, currency)
        if total.net > 0:
            percent = f"{100 * total.margin // total.net}"
            amount = say("report.margin_share", amount=amount, percent=percent)
        rows.append((say("report.margin"), amount))
    return rows


def balances_text(report: Report, currency: Currency) -> str:
    """What was in the drawer, in the safe, and in the stock at cost."""
    names = ("drawer", "safe", "stock")
    parts = [(name, getattr(report.balances, name)) for name in names]
    return " · ".join(
        say(f"report.balance_{name}", amount=format_amount(amount, currency))
        for name, amount in parts
        if amount or name == "drawer"
    )


def report_notes(total: Figures, currency: Currency) -> list[str]:
    """What is to be known of the figures: what they do not know."""
    notes = []
    if total.undetailed:
        amount = format_amount(total.undetailed, currency)
        notes.append(say("report.undetailed_note", amount=amount))
    if total.uncosted and total.cost:
        notes.append(say("report.uncosted", count=total.uncosted))
    elif total.uncosted:
        notes.append(say("report.no_costs"))
    return notes


def report_table(report: Report, currency: Currency) -> tuple[list[str], list[Sequence[str]]]:
    """The titles of a report's table, and its rows' cells, the name first."""
    by, figures = report.by, FIGURES_OF[report.by]
    titles = [say(f"report.column_{by}"), *(figure_title(by, each) for each in figures)]
    rows: list[Sequence[str]] = [row_cells(row, by, currency) for row in report.rows]
    return titles, rows


def row_cells(row: ReportRow, by: ReportBy, currency: Currency) -> tuple[str, ...]:
    """A row's cells: its name, then its figures."""
    cells = (figure_text(row.figures, each, currency) for each in FIGURES_OF[by])
    return row_name(by, row.key, row.name), *cells


def _tender_name(key: str) -> str:
    if key.startswith(_WALLET):
        return in_words(platform_reason(key.removeprefix(_WALLET)))
    if key == "owed":
        return say("report.tender_owed")
    if key and current().knows(f"receipt.{key}"):
        return say(f"receipt.{key}")
    return key or say("report.tender_unknown")


def bars_of(report: Report, cells: int) -> list[str]:
    """A bar for each row, the longest so many cells long."""
    worths = [row_worth(row, report.by) for row in report.rows]
    most = max((abs(worth) for worth in worths), default=0)
    return ["" if worth <= 0 else bar(worth, most, cells) for worth in worths]


def row_worth(row: ReportRow, by: ReportBy) -> int:
    """The amount that a row is measured by: what was paid, of an offer what came off."""
    return row.figures.saved if by == "offer" else row.figures.paid
