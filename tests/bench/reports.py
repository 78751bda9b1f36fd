"""Reports over three years: each page warm, the sums made, a day's sales added, and the memory.

Set against one plain sum over the sales of the same year, which has an index on their days.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import get_args

from pos_tui.books import Books
from pos_tui.books.books import FILE_NAME
from pos_tui.books.connection import open_connection
from pos_tui.books.reports.figures import REPORT_BYS
from pos_tui.books.reports.periods import PeriodLength, period_of
from pos_tui.books.reports.query import ReportReader
from pos_tui.books.reports.sums import FILE_NAME as SUMS_NAME
from pos_tui.books.reports.sums import open_sums, update_sums, wrong_report_sums
from tests.bench.cost import CannotMeasure
from tests.bench.shop_years import LAST_DAY, write_years
from tests.bench.table import Row, Target
from tests.bench.workshop import Workshop

SALES = 1_000_000
_RUNS = 5
_MOMENT = datetime(LAST_DAY.year, LAST_DAY.month, 17, 14, 3, tzinfo=timezone(timedelta(hours=8)))
_PLAIN = "SELECT sum(total) FROM sales WHERE state = 'paid' AND day BETWEEN ? AND ?"


def measure(workshop: Workshop, sales: int = SALES) -> list[Row]:
    """The rows of reports."""
    folder = workshop.folder / "years"
    folder.mkdir()
    write_years(folder, sales)
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.reports", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        raise CannotMeasure(done.stderr.decode(errors="replace")[-300:])
    found = json.loads(done.stdout)
    many = f"{sales:,} sales"
    rows = [
        Row("reports", f"{many}: a {length} by {by}, its slowest page", "ms",
            found["pages"][f"{length} {by}"], found["plain"], "one plain SUM of a year",
            Target("value", 200))
        for length, by in _slowest(found["pages"])
    ]  # fmt: skip
    return [
        *rows,
        Row("reports", f"{many}: a month by product, as of a moment", "ms", found["at"],
            target=Target("value", 400)),
        Row("reports", f"{many}: hours of weekdays of a year", "ms", found["weekdays"],
            target=Target("value", 200)),
        Row("reports", f"{many}: the sums made from nothing", "s", [found["made_s"]]),
        Row("reports", f"{many}: the sums compared with every row", "s", [found["verified_s"]]),
        Row("reports", f"{many}: the file of sums", "MB", [found["file_mb"]], [found["books_mb"]],
            "the books"),
        Row("reports", f"{many}: most memory", "MB", [found["memory_mb"]],
            target=Target("value", 80)),
    ]  # fmt: skip


def ask(folder: Path) -> dict[str, object]:
    """The figures of the books in a folder, in this process: milliseconds, seconds, MB."""
    books = folder / FILE_NAME
    with closing(Books(folder)):
        pass
    began = time.perf_counter()
    with open_sums(books, 0) as connection:
        update_sums(connection)
    made = time.perf_counter() - began
    reader = ReportReader(books, 0)
    pages: dict[str, list[float]] = {}
    for length in get_args(PeriodLength):
        for by in REPORT_BYS:
            period = period_of(length, LAST_DAY - timedelta(days=30))
            reader.report(period, by)
            pages[f"{length} {by}"] = [
                _ms(lambda p=period, b=by: reader.report(p, b)) for _ in range(_RUNS)
            ]
    month, year = period_of("month", _MOMENT.date()), period_of("year", LAST_DAY)
    at = [_ms(lambda: reader.report(month, "product", _MOMENT)) for _ in range(_RUNS)]
    weekdays = [_ms(lambda: reader.hours_of_weekdays(year)) for _ in range(_RUNS)]
    with closing(open_connection(books)) as plain:
        days = (year.first.isoformat(), year.last.isoformat())
        sums = [_ms(lambda: plain.execute(_PLAIN, days).fetchall()) for _ in range(_RUNS)]
    memory = _most_memory_mb()
    began = time.perf_counter()
    with open_sums(books, 0) as connection:
        wrong = wrong_report_sums(connection)
    if wrong:
        raise CannotMeasure(f"the sums are wrong: {wrong[:3]}")
    return {
        "pages": pages,
        "at": at,
        "weekdays": weekdays,
        "plain": sums,
        "made_s": made,
        "verified_s": time.perf_counter() - began,
        "file_mb": (folder / SUMS_NAME).stat().st_size / 1e6,
        "books_mb": books.stat().st_size / 1e6,
        "memory_mb": memory,
    }


def _slowest(pages: dict[str, list[float]]) -> list[tuple[str, str]]:
    """Of each length of period, by what its page takes longest."""
    found = []
    for length in get_args(PeriodLength):
        own = [page for page in pages if page.startswith(length)]
        worst = max(own, key=lambda page: statistics.median(pages[page]))
        found.append((length, worst.split()[1]))
    return found


def _most_memory_mb() -> float:
    """What this program has needed at most; its parent's, which getrusage counts, is left out."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise CannotMeasure("the kernel does not say how much memory a program needed")


def _ms(act: object) -> float:
    assert callable(act)
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1e3


if __name__ == "__main__":
    print(json.dumps(ask(Path(sys.argv[1]))))
