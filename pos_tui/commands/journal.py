"""`pos-tui journal verify`: whether journal, sales and receipts are as they were written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from pos_tui.messages import LastOrder
    from pos_tui.settings import TillSettings

_DIFFERENT = 1


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("verify",), help=say("cmd_journal.what_help"))
    code, paper = say("cmd_journal.code"), say("cmd_journal.paper_help")
    parser.add_argument("--paper", action="append", metavar=code, help=paper)
    parser.add_argument("--offline", action="store_true", help=say("cmd_journal.offline_help"))


def _run(options: argparse.Namespace) -> int:
    import sys
    from contextlib import closing

    from pos_tui.books.books import FILE_NAME
    from pos_tui.books.connection import open_connection
    from pos_tui.books.journal.entries import count_rows
    from pos_tui.books.journal.verify import differences
    from pos_tui.commands.paths import find_till

    settings, data = find_till(options.settings, options.data)
    if not (data / FILE_NAME).exists():
        return complain(say("commands.no_books", folder=str(data)))
    if options.paper:
        return _prove(data / FILE_NAME, options.paper)
    last, asked = None, bool(settings.gateway.url) and not options.offline
    if asked:
        asked, last = _last_order(settings)
    with closing(open_connection(data / FILE_NAME)) as connection:
        found = differences(connection, data, last)
        count = count_rows(connection)
    for reason in found:
        print(in_words(reason), file=sys.stderr)
    if found:
        return complain(say("cmd_journal.differs", count=len(found)), _DIFFERENT)
    print(say("cmd_journal.whole", count=count))
    if settings.gateway.url and not asked:
        print(say("cmd_journal.not_asked"))
    return 0


def _prove(path: Path, codes: Sequence[str]) -> int:
    """Compare the journal with the codes of Z reports, as somebody typed them from their papers."""
    import sys
    from contextlib import closing

    from pos_tui.books.connection import open_connection
    from pos_tui.books.journal.paper_proof import prove_papers
    from pos_tui.receipts.paper_code import PaperCodeError, read_paper_code

    try:
        papers = [read_paper_code(code) for code in codes]
    except PaperCodeError as error:
        return complain(in_words(error.reason))
    with closing(open_connection(path)) as connection:
        proven, wrong = prove_papers(connection, papers)
    for reason in proven:
        print(in_words(reason))
    for reason in wrong:
        print(in_words(reason), file=sys.stderr)
    return _DIFFERENT if wrong else 0


def _last_order(settings: TillSettings) -> tuple[bool, LastOrder | None]:
    """Whether the gateway has answered, and what it remembers of this till."""
    import asyncio
    from datetime import UTC, datetime

    from pos_tui.payments.gateway_client import (
        GatewayClient,
        NoAnswer,
        NothingSent,
        Refused,
    )

    async def ask() -> LastOrder | None:
        client = GatewayClient(settings.gateway, settings.till.merchant, lambda: datetime.now(UTC))
        try:
            return await client.last_order(settings.till.number)
        finally:
            await client.close()

    try:
        return True, asyncio.run(ask())
    except (NothingSent, NoAnswer, Refused):
        return False, None


JOURNAL = Subcommand(
    "journal",
    "cmd_journal.help",
    "pos-tui journal verify",
    _arguments,
    _run,
)
