"""`pos-tui report`: what was earned, as text, JSON, CSV or a workbook."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pos_tui.commands.command import Subcommand, complain, why_refused
from pos_tui.reasons import ReasonError
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from pos_tui.money import Currency
    from pos_tui.till.money.reports import (
        Compared,
        Figures,
        PeriodLength,
        Report,
        ReportBy,
        ShopReports,
    )

_FORMS = ("text", "json", "csv", "xlsx")
_LENGTHS = ("day", "week", "month", "year")
_BYS = ("hour", "day", "month", "product", "category", "cashier", "tender", "offer", "tax")
_BAR_CELLS = 20


class _WrongInputError(ReasonError):
    """What was typed cannot be done."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    # Named as the program gathers words that stand after an option.
    parser.add_argument(
        "scans", metavar=say("cmd_report.period"), nargs="*", help=say("cmd_report.length_help")
    )
    parser.add_argument("--by", choices=_BYS, help=say("cmd_report.by_help"))
    category, moment = say("cmd_report.category"), say("cmd_report.moment")
    parser.add_argument("--category", metavar=category, help=say("cmd_report.category_help"))
    parser.add_argument("--at", metavar=moment, help=say("cmd_report.at_help"))
    parser.add_argument(
        "--as", dest="form", choices=_FORMS, default="", help=say("cmd_report.as_help")
    )
    file = say("commands.file")
    parser.add_argument("--output", type=Path, metavar=file, help=say("cmd_report.output_help"))
    parser.add_argument("--demo", action="store_true", help=say("cmd_report.demo_help"))


def _run(options: argparse.Namespace) -> int:
    from contextlib import closing

    from pos_tui.books import Books, BooksError
    from pos_tui.books.books import FILE_NAME
    from pos_tui.commands.paths import find_shop, shop_clock
    from pos_tui.till.money.reports import ShopReports

    settings, data = find_shop(options.demo, options.settings, options.data)
    if not (data / FILE_NAME).exists():
        return complain(say("commands.no_books", folder=str(data)))
    clock = shop_clock(settings)
    form = options.form or _form_of(options.output)
    try:
        with closing(Books(data)) as books:
            books.day_ends_at = settings.cash.day_ends_at
            report = _asked(options, ShopReports(books, clock), clock().tzinfo)
        content = _written(report, form, settings.currency, options.output)
    except (BooksError, _WrongInputError) as error:
        return complain(in_words(error.reason))
    if options.output is None:
        sys.stdout.write(content.decode())
        return 0
    try:
        _write(options.output, content)
    except OSError as error:
        why = why_refused(error)
        return complain(say("cmd_report.unwritable", path=str(options.output), why=why))
    print(say("cmd_report.written", path=str(options.output)), file=sys.stderr)
    return 0


def _form_of(output: Path | None) -> str:
    ending = "" if output is None else output.suffix.lower().lstrip(".")
    return ending if ending in _FORMS else "text"


def _asked(options: argparse.Namespace, reports: ShopReports, zone: tzinfo | None) -> Report:
    """The report that the arguments ask for. Raises BooksError and _WrongInputError."""
    from datetime import date

    from pos_tui.till.money.reports import period_of

    words: list[str] = list(options.scans)
    length: PeriodLength = "day"
    if words and words[0] in _LENGTHS:
        length = words.pop(0)  # type: ignore[assignment]
    at = None if options.at is None else _moment(options.at, zone)
    if words:
        try:
            day = date.fromisoformat(words[0])
        except ValueError as error:
            kind = "not_a_date" if len(options.scans) > len(words) else "no_length"
            raise _WrongInputError(f"cmd_report.{kind}", text=words[0], lengths=_LENGTHS) from error
        if len(words) > 1:
            raise _WrongInputError("cmd_report.word_too_much", word=words[1])
    else:
        try:
            day = reports.today() if at is None else reports.day_of(at)
        except OverflowError as error:
            raise _WrongInputError("cmd_report.not_a_moment", text=options.at) from error
    by: ReportBy | None = options.by
    if options.category is not None:
        by = "product"
    return reports.report(period_of(length, day), by, at, options.category)


def _moment(text: str, zone: tzinfo | None) -> datetime:
    from datetime import datetime

    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise _WrongInputError("cmd_report.not_a_moment", text=text) from error
    if found.tzinfo is not None:
        return found
    # The zone of a clock that has no name is that of now only; the system knows that of then.
    return found.replace(tzinfo=zone) if hasattr(zone, "key") else found.astimezone()


def _written(report: Report, form: str, currency: Currency, output: Path | None) -> bytes:
    if form == "json":
        return _as_json(report, currency)
    if form == "csv":
        if output is None:
            return _as_csv(report, currency, "\n").encode()
        return b"\xef\xbb\xbf" + _as_csv(report, currency, "\r\n").encode()  # for spreadsheets
    if form == "xlsx":
        if output is None:
            raise _WrongInputError("cmd_report.needs_file")
        return _as_workbook(report, currency)
    return _as_text(report, currency).encode()


def _as_text(report: Report, currency: Currency) -> str:
    from pos_tui.text_width import pad, pad_left, width_of
    from pos_tui.tui.pages import report_words as words

    lines = [words.report_title(report), ""]
    rows = words.totals_rows(report.total, currency)
    name_cells = max(width_of(name) for name, _ in rows)
    amount_cells = max(width_of(amount.split("  ")[0]) for _, amount in rows)
    for name, amount in rows:
        first, _, rest = amount.partition("  ")
        lines.append(f"{pad(name, name_cells)}  {pad_left(first, amount_cells)}  {rest}".rstrip())
    lines += ["", words.sales_text(report.total, currency), *words.comparisons(report, currency)]
    if report.at is not None:
        lines.append(words.balances_text(report, currency))
    titles, cells = words.report_table(report, currency)
    if cells:
        lines.append("")
        widths = [max(map(width_of, column)) for column in zip(titles, *cells, strict=True)]
        bars = words.bars_of(report, _BAR_CELLS)
        for row, bar in zip((titles, *cells), ("", *bars), strict=True):
            parts = [pad(row[0], widths[0])]
            parts += [pad_left(c, w) for c, w in zip(row[1:], widths[1:], strict=True)]
            lines.append("  ".join((*parts, bar)).rstrip())
    lines += words.report_notes(report.total, currency)
    return "\n".join(lines) + "\n"


def _as_json(report: Report, currency: Currency) -> bytes:
    import msgspec

    from pos_tui.tui.pages.report_words import row_name

    def compared(found: Compared | None) -> dict[str, Any] | None:
        if found is None:
            return None
        return {"period": found.period, "total": _json_figures(found.total)}

    whole = {
        "period": report.period,
        "by": report.by,
        "at": report.at,
        "currency": currency.code,
        "exponent": currency.exponent,
        "total": _json_figures(report.total),
        "balances": report.balances,
        "before": compared(report.before),
        "year_ago": compared(report.year_ago),
        "rows": [
            {
                "key": row.key,
                "name": row_name(report.by, row.key, row.name),
                **_json_figures(row.figures),
                "before": row.before.saved if report.by == "offer" else row.before.paid,
            }
            for row in report.rows
        ],
    }
    if report.category is not None:
        whole["category"] = report.category
    return msgspec.json.encode(whole) + b"\n"


def _json_figures(figures: Figures) -> dict[str, int]:
    """Minor units; quantities in thousandths. `income` is what customers paid."""
    from msgspec.structs import asdict

    found: dict[str, int] = asdict(figures)
    return {"income": found.pop("paid"), **found, "margin": figures.margin}


def _as_csv(report: Report, currency: Currency, end: str) -> str:
    import csv

    from pos_tui.money import format_amount
    from pos_tui.tables.rejects import spreadsheet_text
    from pos_tui.tui.pages.report_words import report_table, row_name

    titles, rows = report_table(report, currency)
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator=end)
    with_before = report.by not in ("day", "month")
    writer.writerow((*titles, say("report.column_before")) if with_before else titles)
    for row, found in zip(rows, report.rows, strict=True):
        name = row_name(report.by, found.key, found.name)
        before = found.before.saved if report.by == "offer" else found.before.paid
        cells = (spreadsheet_text(name), *row[1:])
        writer.writerow((*cells, format_amount(before, currency)) if with_before else cells)
    return file.getvalue()


def _as_workbook(report: Report, currency: Currency) -> bytes:
    try:
        from xlsxwriter import Workbook
    except ImportError as error:
        raise _WrongInputError("cmd_report.no_xlsxwriter") from error
    from pos_tui.tui.pages.report_words import FIGURES_OF, report_table, report_title, row_cells

    file = io.BytesIO()
    book = Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    whole = book.add_format({"num_format": "0"})
    decimals = "0" if not currency.exponent else "0." + "0" * currency.exponent
    amounts = book.add_format({"num_format": decimals})
    quantities = book.add_format({"num_format": "0.###"})
    formats = {"count": whole, "quantity": quantities}
    titles, _ = report_table(report, currency)
    sheet.write_string(0, 0, report_title(report))
    _titles(sheet, titles)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, len(titles), 12)
    for place, row in enumerate(report.rows, 2):
        cells = row_cells(row, report.by, currency)
        sheet.write_string(place, 0, cells[0])
        for column, (figure, cell) in enumerate(
            zip(FIGURES_OF[report.by], cells[1:], strict=True), 1
        ):
            if cell == "?":
                sheet.write_string(place, column, cell)
                continue
            # A workbook has no other numbers than these; they are shown with their decimals.
            sheet.write_number(place, column, float(cell), formats.get(figure, amounts))
    sheet.freeze_panes(2, 1)
    book.close()
    return file.getvalue()


def _titles(sheet: Any, titles: Sequence[str]) -> None:
    for column, title in enumerate(titles):
        sheet.write_string(1, column, title)


def _write(path: Path, content: bytes) -> None:
    """Write a file beside, then give it its name: what was there stays until it is whole."""
    from pos_tui.files.replacing import remove_file, replace_file

    beside = path.with_name(f"{path.name}.new")
    try:
        beside.write_bytes(content)
        replace_file(beside, path)
    finally:
        remove_file(beside)


REPORT = Subcommand(
    "report",
    "cmd_report.help",
    "pos-tui report month 2026-11-28 --by product --as csv",
    _arguments,
    _run,
)
