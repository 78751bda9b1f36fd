"""What was earned: a period's figures, its rows with bars, its hours as a map, and how it stood."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static

from pos_tui.settings import TillSettings
from pos_tui.text_width import clip, pad, width_of
from pos_tui.till import BooksError
from pos_tui.till.money.reports import (
    NO_DETAIL,
    REPORT_BYS,
    USUAL_BY,
    Figures,
    PeriodLength,
    Report,
    ReportBy,
    ReportPeriod,
    ReportRow,
    RowKey,
    ShopReports,
    period_of,
)
from pos_tui.tui.pages.report_moment import MomentPage
from pos_tui.tui.pages.report_sales import SalesOfDayPage
from pos_tui.tui.pages.report_words import (
    FIGURES_OF,
    balances_text,
    comparisons,
    figure_title,
    map_title,
    report_notes,
    report_title,
    row_cells,
    row_worth,
    sales_text,
    totals_rows,
)
from pos_tui.tui.parts.charts import bar, shade_map, spark_line
from pos_tui.tui.parts.columns import Column, Columns, Row
from pos_tui.tui.parts.fields import words_of_error
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.parts.rows import RowList
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import say

_KEYS_OF_BY = dict(zip("1234567", ("hour", "product", "category", "cashier", "tender", "offer",
                                   "tax"), strict=True))  # fmt: skip
_NARROW_BAR, _WIDE_BAR = 10, 28
_WIDE = 100
_HIDDEN_BELOW: dict[str, int] = {"net": 100, "tax": 100, "saved": 70, "cost": 100, "rounding": 70}


class Asked(Struct, frozen=True):
    """What a page asks: period, rows, the moment (None: now), one category's products only."""

    period: ReportPeriod
    by: ReportBy
    at: datetime | None = None
    category: RowKey | None = None


class ReportPage(PageScreen[None]):
    """A report by keys: ←→ the period, d w m y its length, 1 to 7 what the rows are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", priority=True),
        Binding("right", "move(1)", priority=True),
        Binding("tab", "next_by(1)", priority=True),
        Binding("shift+tab", "next_by(-1)", priority=True),
        Binding("d", "length('day')"),
        Binding("w", "length('week')"),
        Binding("m", "length('month')"),
        Binding("y", "length('year')"),
        Binding("h", "hours"),
        Binding("t", "moment"),
        Binding("n", "now"),
        Binding("comma", "back_in_time(-1)"),
        Binding("full_stop", "back_in_time(1)"),
        *(Binding(key, f"by('{by}')") for key, by in _KEYS_OF_BY.items()),
        Binding("0", "usual_by"),
    ]

    def __init__(
        self,
        palette: Palette,
        settings: TillSettings,
        reports: ShopReports,
        asked: Asked | None = None,
    ) -> None:
        """`asked` None: today."""
        super().__init__(palette, say("report_page.title"), say("report_page.keys"))
        self._settings = settings
        self._reports = reports
        self._asked = asked
        self._report: Report | None = None
        self._weekdays: dict[tuple[int, int], Figures] | None = None
        self._head = Static(id="figures", classes="foot", markup=False)
        self._map = Static(id="map", markup=False)
        self._list: RowList[ReportRow] = RowList(
            palette, (), empty=say("report.no_sales"), letters=False
        )

    def body(self) -> Iterable[Widget]:
        """The period's figures, and its rows or its map of hours."""
        yield self._head
        yield self._list
        yield self._map

    def on_mount(self) -> None:
        """Ask for the report, beside the screen."""
        self._map.display = False
        self._ask()

    def on_resize(self) -> None:
        """Bars are as long as there is room."""
        if self._report is not None:
            self._show(self._report)

    # ---- keys --------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Go to the period before, or to the next."""
        if self._asked is not None:
            self._change(period=self._asked.period.moved(by))

    def action_length(self, length: PeriodLength) -> None:
        """Another length: the period in which this one begins, or today lies."""
        asked = self._asked
        if asked is None:
            return
        today = self._reports.day_of(asked.at or self._reports.now())
        here = asked.period
        day = today if here.first <= today <= here.last else here.first
        by = USUAL_BY[length] if asked.by == USUAL_BY[here.length] else asked.by
        self._change(period=period_of(length, day), by=by)

    def action_by(self, by: ReportBy) -> None:
        """Other rows."""
        self._change(by=by)

    def action_usual_by(self) -> None:
        """The hours, days or months of the period."""
        if self._asked is not None:
            self._change(by=USUAL_BY[self._asked.period.length])

    def action_next_by(self, step: int) -> None:
        """The next kind of rows."""
        if self._asked is None or self._asked.category is not None:
            return
        usual = USUAL_BY[self._asked.period.length]
        bys = [each for each in REPORT_BYS if each in _KEYS_OF_BY.values() or each == usual]
        place = bys.index(self._asked.by) if self._asked.by in bys else -1
        self._change(by=bys[(place + step) % len(bys)])

    def action_hours(self) -> None:
        """Show the hours of the weekdays as a map, or the rows again."""
        self._map.display = not self._map.display
        self._list.display = not self._map.display
        if self._list.display:
            self._list.query_one(OptionList).focus()
        self._ask()

    def action_now(self) -> None:
        """As the books are now."""
        self._change(at=None)

    def action_back_in_time(self, hours: int) -> None:
        """As the books stood an hour earlier, or later."""
        if self._asked is None:
            return
        now = self._reports.now()
        at = (self._asked.at or now) + timedelta(hours=hours)
        self._change(at=None if at >= now else at)

    def action_moment(self) -> None:
        """Ask for the moment as of which the report is."""
        if self._asked is None:
            return
        at = self._asked.at or self._reports.now()

        def then(moment: datetime | None) -> None:
            if moment is not None:
                self._change(at=moment)

        self.app.push_screen(MomentPage(self.palette, self._settings.currency, at), then)

    def action_back(self) -> None:
        """From the map to the rows, then to the page before."""
        if self._map.display:
            self.action_hours()
        else:
            self.dismiss(None)

    def on_row_list_opened(self) -> None:
        """Go a level down: a month, a day's sales, a category's products."""
        asked, row = self._asked, self._list.chosen
        if asked is None or row is None:
            return
        if asked.by == "month":
            day = date.fromisoformat(f"{row.key}-01")
            self._open(Asked(period_of("month", day), "day", asked.at))
        elif asked.by == "day":
            self._sales(date.fromisoformat(str(row.key)), None)
        elif asked.by == "hour" and asked.period.length == "day":
            self._sales(asked.period.first, int(row.key))
        elif asked.by == "category" and row.key != NO_DETAIL:
            self._open(Asked(asked.period, "product", asked.at, row.key))
        else:
            self.say(say("report_page.nothing_below"))

    # ---- showing -----------------------------------------------------------------------------

    def _change(
        self,
        period: ReportPeriod | None = None,
        by: ReportBy | None = None,
        at: datetime | bool | None = False,
    ) -> None:
        if self._asked is None:
            return
        asked = self._asked
        self._asked = replace(
            asked,
            period=period or asked.period,
            by=asked.by if by is None or asked.category is not None else by,
            at=asked.at if isinstance(at, bool) else at,
        )
        self._ask()

    def _open(self, asked: Asked) -> None:
        page = ReportPage(self.palette, self._settings, self._reports, asked)
        self.app.push_screen(page)

    def _sales(self, day: date, hour: int | None) -> None:
        assert self._asked is not None
        page = SalesOfDayPage(
            self.palette, self._settings, self._reports, day, hour, self._asked.at
        )
        self.app.push_screen(page)

    def _ask(self) -> None:
        self.load(self._load(), "report")

    async def _load(self) -> None:
        if self._report is None:
            self.say(say("report_page.adding_up"))
        try:
            if self._asked is None:
                today = await asyncio.to_thread(self._reports.today)
                self._asked = Asked(period_of("day", today), USUAL_BY["day"])
            asked = self._asked
            found = await asyncio.to_thread(
                self._reports.report, asked.period, asked.by, asked.at, asked.category
            )
            if self._map.display:
                self._weekdays = await asyncio.to_thread(
                    self._reports.weekdays, asked.period, asked.at
                )
        except BooksError as error:
            self.say(words_of_error(error), "error")
            return
        self._report = found
        self._show(found)
        notes = report_notes(found.total, self._settings.currency)
        self.say(" ".join(notes), "warning" if found.total.undetailed else "info")

    def _show(self, report: Report) -> None:
        currency, width = self._settings.currency, max(self.size.width - 4, 20)
        title = map_title(report) if self._map.display else report_title(report)
        self.query_one("#page").border_title = Content(clip(title, width - 4))
        totals = totals_rows(report.total, currency)
        (income, amount), others = totals[0], totals[1:]
        lines = [f"{income} {amount}   {sales_text(report.total, currency)}"]
        shape = self._shape(report)
        room = width - width_of(lines[0]) - 3
        if shape and width_of(shape) <= room:
            lines[0] += f"   {shape}"
        lines += [clip(each, width) for each in _joined(comparisons(report, currency), width)]
        lines += _joined([f"{name} {text}" for name, text in others], width)
        if report.at is not None:
            lines.append(balances_text(report, currency))
        self._head.update(Content("\n".join(clip(line, width) for line in lines)))
        by = report.by
        cells = _WIDE_BAR if width >= _WIDE else _NARROW_BAR
        most = max((row_worth(row, by) for row in report.rows), default=0)
        self._list.columns = Columns(_columns(by))
        self._list.show(
            Row(row, (*row_cells(row, by, currency), bar(row_worth(row, by), most, cells)))
            for row in report.rows
        )
        if self._map.display and self._weekdays is not None:
            self._map.update(Content("\n".join(self._map_rows(self._weekdays, width))))

    def _shape(self, report: Report) -> str:
        """The line of the day's hours or of the period's days, those without sales too."""
        worths = {row.key: row.figures.paid for row in report.rows}
        if report.by == "hour" and worths:
            keys = [int(key) for key in worths]
            return spark_line([worths.get(hour, 0) for hour in range(min(keys), max(keys) + 1)])
        if report.by == "day":
            return spark_line([worths.get(day.isoformat(), 0) for day in report.period.days])
        if report.by == "month":
            return spark_line(
                [worths.get(month.isoformat()[:7], 0) for month in report.period.months]
            )
        return ""

    def _map_rows(self, weekdays: dict[tuple[int, int], Figures], width: int) -> list[str]:
        """The map of weekdays and hours, of those hours in which something was sold."""
        amounts = {place: figures.paid for place, figures in weekdays.items()}
        if not amounts:
            return [say("report.no_sales")]
        hours = [hour for _, hour in amounts]
        shown = list(range(min(hours), max(hours) + 1))
        names = [say(f"offer.weekday_{n}") for n in range(1, 8)]
        widest = max(map(width_of, names)) + 1
        head = " " * widest + " ".join(f"{hour:2}" for hour in shown)
        rows = shade_map(amounts, [pad(name, widest) for name in names], shown)
        return ["", *(clip(row, width) for row in (head, *rows)), "", say("report_page.map_note")]


def _columns(by: ReportBy) -> tuple[Column, ...]:
    """The columns of a page: the name, the figures that there is room for, and the bar."""
    name = Column(say(f"report.column_{by}"), share=2)
    figures = (
        Column(figure_title(by, each), right=True, needs=_HIDDEN_BELOW.get(each, 0))
        for each in FIGURES_OF[by]
    )
    return name, *figures, Column("", share=1, needs=70)


def _joined(parts: Iterable[str], width: int) -> list[str]:
    """Parts in as few lines as they fit in."""
    lines: list[str] = []
    for part in parts:
        if lines and width_of(f"{lines[-1]} · {part}") <= width:
            lines[-1] += f" · {part}"
        else:
            lines.append(part)
    return lines
