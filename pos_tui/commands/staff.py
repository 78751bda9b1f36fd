"""`pos-tui staff`: who works here, and who may approve; a PIN is asked for, never an argument."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pos_tui.commands.command import Command, complain

if TYPE_CHECKING:
    import argparse

    import apsw

    from pos_tui.books import Books
    from pos_tui.settings import TillSettings

_LONGEST_LINE = 64


class _NoPinError(Exception):
    """No PIN was given; its text is a sentence that says how to give one."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    import argparse

    parser.add_argument("act", choices=("add", "list", "remove"), help="add also changes a PIN")
    # Named as the program gathers words that stand after an option: none is left for an error
    # message of its own, which would repeat a PIN that was typed here by mistake.
    parser.add_argument("scans", metavar="NAME", nargs="*", help="a name; several words in quotes")
    parser.add_argument("--role", help="cashier, or supervisor: one who may approve")
    parser.add_argument(
        "--pin-file", metavar="FILE", help="read the PIN from a file's first line; - is stdin"
    )
    typed = ("-p", "--p", "--pi", "--pin")
    parser.add_argument(*typed, dest="pin", nargs="?", const="", help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="the list as one JSON object a line")


def _run(options: argparse.Namespace) -> int:
    from contextlib import closing

    from pos_tui.books import Books, BooksError
    from pos_tui.books.books import FILE_NAME
    from pos_tui.books.people.staff import StaffError, check_name
    from pos_tui.commands.paths import find_till

    if options.pin is not None or len(options.scans) > 1:
        return complain(
            "A PIN is never typed in a command, where others can read it; it is asked for. A name"
            " of several words stands in quotes. Nothing was changed."
        )
    name = "".join(options.scans)
    if options.act != "list" and not name:
        return complain(f"Say who: pos-tui staff {options.act} NAME.")
    settings, data = find_till(options.settings, options.data)
    if options.act != "add" and not (data / FILE_NAME).exists():
        return complain(f"There are no books in {data}.")
    try:
        if options.act == "list":
            with closing(Books(data)) as books:
                return _list(books, settings, options.json)
        name = check_name(name)
        if options.act == "remove":
            with closing(Books(data)) as books:
                return _remove(books, name)
        if options.role not in ("cashier", "supervisor"):
            return complain("Say the role: --role cashier or --role supervisor.")
        pin = _pin(name, options.pin_file)
        with closing(Books(data)) as books:
            return _add(books, name, options.role, pin)
    except (StaffError, BooksError, _NoPinError) as error:
        return complain(str(error))


def _add(books: Books, name: str, role: str, pin: str) -> int:
    from pos_tui.books.people.staff import set_staff, staff_list

    def job(connection: apsw.Connection) -> bool:
        known = any(member.name == name for member in staff_list(connection))
        set_staff(connection, name, role, pin)
        return known

    known = books.write(job).result()
    print(f"{name} is a {role}, with a new PIN." if known else f"{name} is a {role} now.")
    return 0


def _pin(name: str, pin_file: str | None) -> str:
    """The PIN from a file or, typed twice and unseen, from the terminal."""
    if pin_file is not None and not (pin_file == "-" and sys.stdin.isatty()):
        return _read_pin(pin_file)
    if not sys.stdin.isatty():
        raise _NoPinError(
            "There is no terminal to ask for the PIN at; give it with --pin-file FILE, or with"
            " --pin-file - on standard input. Nothing was changed."
        )
    from pos_tui.books.people.staff import check_pin

    pin = _ask(f"PIN for {name}: ")
    check_pin(pin)
    if _ask("The same PIN again: ") != pin:
        raise _NoPinError("The two PINs differ. Nothing was changed; start again.")
    return pin


def _ask(prompt: str) -> str:
    import getpass
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            return getpass.getpass(prompt).strip()
    except (EOFError, OSError) as error:
        raise _NoPinError("No PIN was typed. Nothing was changed.") from error
    except getpass.GetPassWarning as error:
        raise _NoPinError(
            "This terminal would show the PIN; give it with --pin-file FILE. Nothing was changed."
        ) from error


def _read_pin(pin_file: str) -> str:
    """The first line of the file, which is not named in errors: a PIN may stand in its place."""
    from pathlib import Path

    try:
        if pin_file == "-":
            line = sys.stdin.buffer.readline(_LONGEST_LINE)
        else:
            with Path(pin_file).open("rb") as file:
                line = file.readline(_LONGEST_LINE)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "its name is no file's"
        raise _NoPinError(
            f"The file of --pin-file cannot be read ({why}). Nothing was changed."
        ) from None
    return line.decode("utf-8-sig", errors="replace").strip()


def _list(books: Books, settings: TillSettings, as_json: bool) -> int:
    from pos_tui.books.people.staff import staff_list
    from pos_tui.commands.paths import shop_clock

    members = books.write(staff_list).result()
    if as_json:
        import msgspec

        for member in members:
            print(msgspec.json.encode(member).decode())
        return 0
    now = shop_clock(settings)()
    for member in members:
        until, note = member.locked_until, ""
        if until is not None and until > now:
            note = f"  locked until {until.astimezone(now.tzinfo):%H:%M:%S}"
        print(f"{member.name:24} {member.role}{note}")
    return 0


def _remove(books: Books, name: str) -> int:
    from pos_tui.books.people.staff import has_supervisor, remove_staff

    def job(connection: apsw.Connection) -> bool:
        remove_staff(connection, name)
        return has_supervisor(connection)

    left = books.write(job).result()
    nobody = "" if left else " There is no supervisor now: nobody can approve."
    print(f"{name} is off the staff.{nobody}")
    return 0


STAFF = Command(
    "staff",
    "Who works here: cashiers, and supervisors whose PIN approves what a cashier may not.",
    "pos-tui staff add Ada --role supervisor",
    _arguments,
    _run,
)
