"""`pos-tui books prove`: the books before every judge that this machine has, in one sentence."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import complain
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse

    import apsw

    from pos_tui.books.ledger.counted import HowMuch
    from pos_tui.books.ledger.judges import Judgement
    from pos_tui.reasons import Reason
    from pos_tui.settings import TillSettings

_WRONG = 1
_NOBODY = 3


def prove(options: argparse.Namespace, settings: TillSettings, books: Path) -> int:
    """Have the books judged; 0: all who are there agree, 1: one does not, 3: nobody is there."""
    from contextlib import closing
    from tempfile import TemporaryDirectory

    from pos_tui.books import BooksError
    from pos_tui.books.connection import open_connection
    from pos_tui.books.ledger.beancount import beancount_of_ledger
    from pos_tui.books.ledger.counted import how_much
    from pos_tui.books.ledger.hledger import hledger_of_ledger
    from pos_tui.books.ledger.judges import judge_beancount, judge_hledger, judge_schema
    from pos_tui.books.ledger.verify import DOUBTS, ledger_differences
    from pos_tui.books.saft.audit_file import SaftError
    from pos_tui.commands.books_files import is_day, write_lines

    if options.file is not None and not is_day(options.file):
        return complain(say("cmd_books.no_day", text=options.file))
    if options.xsd is not None and not Path(options.xsd).is_file():
        return complain(say("cmd_restore.no_file", path=options.xsd))
    try:
        with TemporaryDirectory(prefix="pos-tui-") as name:
            folder = Path(name)
            with closing(open_connection(books)) as reader:
                differences = [
                    each for each in ledger_differences(reader) if each.kind not in DOUBTS
                ]
                with reader:  # as it stands at one moment
                    count = how_much(reader, options.file)
                    write_lines(
                        folder / "books.beancount", beancount_of_ledger(reader, settings.currency)
                    )
                    write_lines(
                        folder / "books.journal", hledger_of_ledger(reader, settings.currency)
                    )
                    if options.xsd is not None:
                        _write_saft(reader, folder / "books.xml", settings, books, options.file)
            judgements = [
                judge_beancount(folder / "books.beancount"),
                judge_hledger(folder / "books.journal"),
            ]
            if options.xsd is not None:
                judgements.append(judge_schema(folder / "books.xml", Path(options.xsd)))
    except (BooksError, SaftError) as error:
        return complain(in_words(error.reason))
    if options.json:
        _print_json(options.file, count, differences, judgements)
    else:
        _print(count, differences, judgements)
    states = {judgement.state for judgement in judgements}
    if differences or "disagrees" in states:
        return _WRONG
    return 0 if "agrees" in states else _NOBODY


def _write_saft(
    reader: apsw.Connection, path: Path, settings: TillSettings, books: Path, day: str | None
) -> None:
    """Write a day as SAF-T; without one, all days that the ledger has."""
    from datetime import date

    from pos_tui.commands.books_saft import write_period
    from pos_tui.commands.paths import shop_clock

    now = shop_clock(settings)()
    row = reader.execute("SELECT min(day), max(day) FROM ledger_entries").fetchone()
    first, last = row if day is None and row is not None else (day, day)
    today = now.date().isoformat()
    period = date.fromisoformat(str(first or today)), date.fromisoformat(str(last or today))
    with path.open("w", encoding="utf-8", newline="") as file:
        write_period(reader, file, settings, books.parent, period, now)


def _print(count: HowMuch, differences: list[Reason], judgements: list[Judgement]) -> None:
    for reason in differences:
        print(in_words(reason), file=sys.stderr)
    for judgement in judgements:
        if judgement.state == "disagrees":
            print(judgement.words, file=sys.stderr)
    parts = (
        say("cmd_books.sales", count=count.sales),
        say("cmd_books.shifts", count=count.shifts),
        say("cmd_books.deliveries", count=count.deliveries),
    )
    names = {
        state: tuple(
            say(f"cmd_books.judge_{each.judge}") for each in judgements if each.state == state
        )
        for state in ("agrees", "disagrees", "absent")
    }
    wrong = names["disagrees"] + ((say("cmd_books.own_judge"),) if differences else ())
    what = {"what": ", ".join(parts)}
    if wrong:
        print(say("cmd_books.not_proved", who=", ".join(wrong), **what))
    elif names["agrees"]:
        print(say("cmd_books.proved", who=", ".join(names["agrees"]), **what))
    else:
        print(say("cmd_books.nobody", **what))
    if not any(each.judge == "saft" for each in judgements):
        print(say("cmd_books.no_xsd"))
    if names["absent"]:
        print(say("cmd_books.absent", who=", ".join(names["absent"])))


def _print_json(
    day: str | None, count: HowMuch, differences: list[Reason], judgements: list[Judgement]
) -> None:
    import msgspec

    line = {
        "day": day or "",
        **msgspec.structs.asdict(count),
        "differences": [in_words(each) for each in differences],
        "judges": [msgspec.structs.asdict(each) for each in judgements],
    }
    print(msgspec.json.encode(line).decode())
