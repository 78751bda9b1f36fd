"""`pos-tui books saft`: a period as SAF-T Cash Register, signed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from pos_tui.commands.command import complain, why_refused
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse
    from datetime import date, datetime

    import apsw

    from pos_tui.books.saft.audit_file import SaftWritten
    from pos_tui.settings import TillSettings


def write_saft(options: argparse.Namespace, settings: TillSettings, books: Path) -> int:
    """Write the period that was asked for, today where none was; returns the exit code."""
    from contextlib import closing
    from datetime import date

    from pos_tui.books import BooksError
    from pos_tui.books.connection import open_connection
    from pos_tui.books.saft.audit_file import SaftError
    from pos_tui.commands.books_files import FileBeside, is_day
    from pos_tui.commands.paths import shop_clock

    now = shop_clock(settings)()
    if options.file is None or options.file == "-":
        return complain(say("cmd_books.which_saft"))
    first = options.first or options.last or now.date().isoformat()
    last = options.last or options.first or now.date().isoformat()
    for day in (first, last):
        if not is_day(day):
            return complain(say("cmd_books.no_day", text=day))
    if last < first:
        return complain(say("cmd_books.wrong_period", first=first, last=last))
    period = date.fromisoformat(first), date.fromisoformat(last)
    path = Path(options.file)
    try:
        # In one reading: as it stands at one moment.
        with closing(open_connection(books)) as reader, reader, FileBeside(path, "utf-8") as beside:
            done = write_period(reader, beside.file, settings, books.parent, period, now)
    except (BooksError, SaftError) as error:
        return complain(in_words(error.reason))
    except OSError as error:
        return complain(say("cmd_export.unwritable", path=options.file, why=why_refused(error)))
    if options.json:
        import msgspec

        line = {"file": options.file, "from": first, "to": last, **msgspec.structs.asdict(done)}
        print(msgspec.json.encode(line).decode())
        return 0
    counts = {"transactions": done.transactions, "events": done.events, "reports": done.reports}
    print(say("cmd_books.saft_written", path=options.file, first=first, last=last, **counts))
    return 0


def write_period(
    reader: apsw.Connection,
    file: TextIO,
    settings: TillSettings,
    data: Path,
    period: tuple[date, date],
    now: datetime,
) -> SaftWritten:
    """Write a period of accounting days to a file. Raises SaftError, BooksError and OSError."""
    from importlib.metadata import version

    from pos_tui.books.saft.audit_file import write_audit_file
    from pos_tui.books.saft.shop import SaftShop
    from pos_tui.books.saft.signing import saft_key

    rates = {} if settings.tax.mode == "none" else settings.tax.rates
    shop = SaftShop(
        name=settings.shop.name,
        address=settings.shop.address,
        merchant=settings.till.merchant,
        till=settings.till.number,
        currency=settings.currency,
        version=version("pos-tui"),
        percents={name: f"{each:f}" for name, each in rates.items()},
    )
    return write_audit_file(reader, file, shop, saft_key(data), period, now)
