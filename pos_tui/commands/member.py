"""`pos-tui member`: the customers that the shop knows, one by one or from a file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pos_tui.commands.command import Command, complain

if TYPE_CHECKING:
    import argparse
    from datetime import date
    from pathlib import Path

    import apsw

    from pos_tui.books import Books
    from pos_tui.books.people.customers import Customer, CustomerFile

_ROWS_TOLD = 20


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "act",
        choices=("add", "list", "remove", "import"),
        help="add CODE NAME; list, of all or by words; remove CODE; import FILE, a CSV file with"
        " the columns code,name,group",
    )
    # Named as the program gathers words that stand after an option.
    parser.add_argument("scans", metavar="WORD", nargs="*", help="what the act needs")
    parser.add_argument("--group", default="member", help="whose prices apply; member if not given")
    parser.add_argument("--json", action="store_true", help="the list as one JSON object a line")


def _run(options: argparse.Namespace) -> int:
    from contextlib import closing
    from pathlib import Path

    from pos_tui.books import Books, BooksError
    from pos_tui.books.books import FILE_NAME
    from pos_tui.books.catalogue.goods_file import IntakeError, write_rejects
    from pos_tui.books.people.customers import (
        CustomerError,
        check_customer,
        check_no_payment_code,
        read_customers,
    )
    from pos_tui.commands.paths import find_till, shop_clock
    from pos_tui.till.decoder import checked_context
    from pos_tui.wording.current import in_words

    act, words = options.act, options.scans
    if act == "add" and len(words) < 2:
        return complain("Say who: pos-tui member add CODE NAME.")
    if act == "remove" and len(words) != 1:
        return complain("Say which: pos-tui member remove CODE.")
    if act == "import" and len(words) != 1:
        return complain("Say from where: pos-tui member import FILE.")
    settings, data = find_till(options.settings, options.data)
    if act in ("list", "remove") and not (data / FILE_NAME).exists():
        return complain(f"There are no books in {data}.")
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
        file = read_customers(path, context)
        rejects = write_rejects(file.rejects, data, path.stem)
        with closing(Books(data)) as books:
            return _import(books, file, rejects, today)
    except (CustomerError, BooksError, IntakeError) as error:
        return complain(str(error))


def _add(books: Books, customer: Customer, today: date) -> int:
    from pos_tui.books.people.customers import find_customer, set_customer

    def job(connection: apsw.Connection) -> bool:
        known = find_customer(connection, customer.code) is not None
        since = None if known else today
        set_customer(connection, customer.code, customer.name, customer.group, since)
        return known

    known = books.write(job).result()
    told = f"{customer.code} {customer.name}, group {customer.group}"
    print(f"{told}, is changed." if known else f"{told}, is a customer now.")
    return 0


def _list(books: Books, words: str, as_json: bool) -> int:
    from pos_tui.books.people.customers import customers_in

    found = books.write(lambda connection: customers_in(connection, words)).result()
    if as_json:
        import msgspec

        for customer in found:
            print(msgspec.json.encode(customer).decode())
        return 0
    for customer in found:
        since = str(customer.since or "")
        print(f"{customer.code:20} {customer.group:12} {since:10}  {customer.name}")
    return 0


def _remove(books: Books, code: str) -> int:
    from pos_tui.books.people.customers import remove_customer

    books.write(lambda connection: remove_customer(connection, code)).result()
    print("That customer is forgotten.")
    return 0


def _import(books: Books, file: CustomerFile, rejects: Path | None, today: date) -> int:
    from pos_tui.books.people.customers import take_in_customers

    new = books.write(lambda connection: take_in_customers(connection, file, today)).result()
    for reject in file.rejects[:_ROWS_TOLD]:
        print(f"line {reject.line}: {reject.reason}", file=sys.stderr)
    if len(file.rejects) > _ROWS_TOLD:
        more = len(file.rejects) - _ROWS_TOLD
        print(f"… and {more} more; all are in {rejects}", file=sys.stderr)
    print(
        f"{new} customers are new, {len(file.customers) - new} were known,"
        f" {len(file.rejects)} rows refused{f' (see {rejects})' if rejects else ''}."
    )
    return 0


MEMBER = Command(
    "member",
    "The customers that the shop knows, by the code on their card, and the group of each.",
    "pos-tui member add M-1001 'Grace Hopper' --group gold",
    _arguments,
    _run,
)
