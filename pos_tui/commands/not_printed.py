"""What `pos-tui receipt` without a number lists: all that is not on paper."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import complain
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    from pos_tui.settings import TillSettings


def list_not_printed(settings: TillSettings, data: Path, *, as_json: bool) -> int:
    """List the papers that are not known to be printed, the earliest first, and why; exit code."""
    from contextlib import closing

    import msgspec

    from pos_tui.books.books import FILE_NAME
    from pos_tui.books.connection import BooksError, open_connection
    from pos_tui.books.paper.jobs import open_jobs
    from pos_tui.books.paper.not_printed import name_of_paper, paper_name
    from pos_tui.books.sales.paper import receipts_due
    from pos_tui.commands.paths import shop_clock

    path = data / FILE_NAME
    if not path.exists():
        return complain(say("commands.no_books", folder=str(data)))
    now = shop_clock(settings)()
    try:
        with closing(open_connection(path)) as reader:
            jobs, due = open_jobs(reader), receipts_due(reader)
    except BooksError as error:
        return complain(in_words(error.reason))
    rows = [
        {
            "job": job.number,
            "paper": in_words(paper_name(job)),
            "kind": job.kind,
            "document": job.document,
            "copy": job.copy,
            "state": job.state,
            "wanted_at": job.wanted_at.astimezone(now.tzinfo).isoformat(timespec="seconds"),
            "by": job.by,
            "why": "" if job.why is None else in_words(job.why),
        }
        for job in jobs
    ]
    for number in due:  # paid, and its receipt is made when the till starts
        paper = in_words(name_of_paper("receipt", number))
        rows.append(
            {"job": 0, "paper": paper, "kind": "receipt", "document": number, "copy": 0,
             "state": "waiting", "wanted_at": "", "by": "", "why": ""}
        )  # fmt: skip
    if as_json:
        for row in rows:
            print(msgspec.json.encode(row).decode())
        return 0
    if not rows:
        print(say("papers_page.empty"))
    for row in rows:
        state = say(f"papers_page.{row['state']}")
        at = str(row["wanted_at"])[:16].replace("T", " ")
        print(f"{at:16}  {state}  {row['paper']}  {row['why']}".rstrip())
    return 0
