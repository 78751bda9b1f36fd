"""`pos-tui member`: the customers that the shop knows, one by one or from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_tui.commands.command import (
    Subcommand,
    add_table_arguments,
    complain,
    report_rejects,
)
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse
    from datetime import date
    from pathlib import Path

    import apsw

    from pos_tui.books import Books
    from pos_tui.books.people.customers import CustomerFile, CustomerRecord


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "act",
        choices=("add", "list", "remove", "import"),
        help=say("cmd_member.act_help"),
    )
    # Named as the program gathers words that stand after an option.
    parser.add_argument(
        "scans", metavar=say("cmd_member.word"), nargs="*", help=say("cmd_member.words_help")
    )
    parser.add_argument("--group", default="member", help=say("cmd_member.group_help"))
    parser.add_argument("--json", action="store_true", help=say("commands.json_lines_help"))
    add_table_arguments(parser)


def _run(options: argparse.Namespace) -> int:
    from contextlib import closing
    from pathlib import Path

    from pos_tui.books import Books, BooksError
    from pos_tui.books.books import FILE_NAME
    from pos_tui.books.people.customers import (
        CustomerError,
        check_customer,
        check_no_payment_code,
        read_customers,
    )
    from pos_tui.commands.paths import find_till, shop_clock
    from pos_tui.tables.errors import TableError
    from pos_tui.tables.rejects import write_rejects
    from pos_tui.till.decoder import checked_context

    act, words = options.act, options.scans
    if act == "add" and len(words) < 2:
        return complain(say("cmd_member.add_whom"))
    if act == "remove" and len(words) != 1:
        return complain(say("cmd_member.remove_which"))
    if act == "import" and len(words) != 1:
        return complain(say("cmd_member.import_what"))
    settings, data = find_till(options.settings, options.data)
    if act in ("list", "remove") and not (data / FILE_NAME).exists():
        return complain(say("commands.no_books", folder=str(data)))
    today = shop_clock(settings)().date()
    try:
        if act == "list":
            with closing(Books(data)) as books:
                return _list(books, " ".join(words), options.json)
        if act == "remove":
            with closing(Books(data)) as books:
                return _remove(books, words[0])
        context, troubles = checked_context(settings, today)
        for trouble in troubles:
            complain(in_words(trouble))
        if act == "add":
            check_no_payment_code(words[0], context)
            customer = check_customer(words[0], " ".join(words[1:]), options.group)
            with closing(Books(data)) as books:
                return _add(books, customer, today)
        path = Path(words[0])
        file = read_customers(
            path,
            context,
            encoding=options.encoding,
            sheet=options.sheet,
            dates=options.dates,
            language=settings.shop.language,
        )
        rejects = write_rejects(file.rejects, data, path.stem, in_words)
        with closing(Books(data)) as books:
            return _import(books, file, rejects, today)
    except (CustomerError, BooksError, TableError) as error:
        return complain(in_words(error.reason))


def _add(books: Books, customer: CustomerRecord, today: date) -> int:
    from pos_tui.books.people.customers import find_customer, set_customer

    def job(connection: apsw.Connection) -> bool:
        known = find_customer(connection, customer.code) is not None
        since = None if known else today
        set_customer(connection, customer.code, customer.name, customer.group, since)
        return known

    known = books.write(job).result()
    kind = "cmd_member.changed" if known else "cmd_member.added"
    print(say(kind, code=customer.code, name=customer.name, group=customer.group))
    return 0


def _list(books: Books, words: str, as_json: bool) -> int:
    from pos_tui.books.people.customers import customers_in

    found = books.write(lambda connection: customers_in(connection, words)).result()
    if as_json:
        import msgspec

        for customer in found:
            print(msgspec.json.encode(customer).decode())
        return 0
    if not found:
        print(say("cmd_member.none_found", words=words) if words else say("cmd_member.list_empty"))
    for customer in found:
        since = str(customer.since or "")
        print(f"{customer.code:20} {customer.group:12} {since:10}  {customer.name}")
    return 0


def _remove(books: Books, code: str) -> int:
    from pos_tui.books.people.customers import remove_customer

    books.write(lambda connection: remove_customer(connection, code)).result()
    print(say("cmd_member.removed"))
    return 0


def _import(books: Books, file: CustomerFile, rejects: Path | None, today: date) -> int:
    from pos_tui.books.people.customers import import_customers

    new = books.write(lambda connection: import_customers(connection, file, today)).result()
    report_rejects(file.rejects, rejects)
    if file.sheet:
        print(say("cmd_member.sheet_read", sheet=file.sheet))
    if file.encoding not in ("", "utf-8"):
        print(say("cmd_member.encoding_read", encoding=file.encoding))
    print(
        say(
            "cmd_member.imported_with_rejects" if rejects else "cmd_member.imported",
            count=new,
            known=len(file.customers) - new,
            refused=len(file.rejects),
            path=str(rejects),
        )
    )
    return 0


MEMBER = Subcommand(
    "member",
    "cmd_member.help",
    "pos-tui member add M-1001 'Grace Hopper' --group gold",
    _arguments,
    _run,
)
