"""`pos-tui staff`: who works here, and who may approve; a PIN is asked for, never an argument."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.commands.pin import NoPinError, ask_pin, pin_in_file
from pos_tui.reasons import because
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse

    import apsw

    from pos_tui.books import Books
    from pos_tui.settings import TillSettings


def _arguments(parser: argparse.ArgumentParser) -> None:
    import argparse

    parser.add_argument("act", choices=("add", "list", "remove"), help=say("cmd_staff.act_help"))
    # Named as the program gathers words that stand after an option: none is left for an error
    # message of its own, which would repeat a PIN that was typed here by mistake.
    parser.add_argument(
        "scans", metavar=say("cmd_staff.name"), nargs="*", help=say("cmd_staff.name_help")
    )
    parser.add_argument("--role", metavar=say("cmd_staff.role"), help=say("cmd_staff.role_help"))
    file, text = say("commands.file"), say("cmd_staff.pin_file_help")
    parser.add_argument("--pin-file", metavar=file, help=text)
    typed = ("-p", "--p", "--pi", "--pin")
    parser.add_argument(*typed, dest="pin", nargs="?", const="", help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help=say("commands.json_lines_help"))


def _run(options: argparse.Namespace) -> int:
    from contextlib import closing

    from pos_tui.books import Books, BooksError
    from pos_tui.books.books import FILE_NAME
    from pos_tui.books.people.staff import StaffError, check_name
    from pos_tui.commands.paths import find_till

    if options.pin is not None or len(options.scans) > 1:
        return complain(say("cmd_staff.pin_typed"))
    name = "".join(options.scans)
    if options.act != "list" and not name:
        return complain(say("cmd_staff.who", act=options.act))
    settings, data = find_till(options.settings, options.data)
    if options.act != "add" and not (data / FILE_NAME).exists():
        return complain(say("commands.no_books", folder=str(data)))
    try:
        if options.act == "list":
            with closing(Books(data)) as books:
                return _list(books, settings, options.json)
        name = check_name(name)
        if options.act == "remove":
            with closing(Books(data)) as books:
                return _remove(books, name)
        if options.role not in ("cashier", "supervisor"):
            return complain(say("cmd_staff.which_role"))
        pin = _pin(name, options.pin_file)
        with closing(Books(data)) as books:
            return _add(books, name, options.role, pin)
    except (StaffError, BooksError, NoPinError) as error:
        return complain(in_words(error.reason))


def _add(books: Books, name: str, role: str, pin: str) -> int:
    from pos_tui.books.people.staff import set_staff, staff_list

    def job(connection: apsw.Connection) -> bool:
        known = any(member.name == name for member in staff_list(connection))
        set_staff(connection, name, role, pin)
        return known

    known = books.write(job).result()
    kind = "cmd_staff.changed" if known else "cmd_staff.added"
    print(say(kind, name=name, role=because(f"staff.role_{role}")))
    return 0


def _pin(name: str, pin_file: str | None) -> str:
    """The PIN from a file or, typed twice and unseen, from the terminal."""
    if pin_file is not None and not (pin_file == "-" and sys.stdin.isatty()):
        return pin_in_file(pin_file)
    if not sys.stdin.isatty():
        raise NoPinError("cmd_staff.no_terminal")
    from pos_tui.books.people.staff import check_pin

    pin = ask_pin(say("cmd_staff.ask_pin", name=name))
    check_pin(pin)
    if ask_pin(say("cmd_staff.ask_again")) != pin:
        raise NoPinError("cmd_staff.pins_differ")
    return pin


def _list(books: Books, settings: TillSettings, as_json: bool) -> int:
    from pos_tui.books.people.staff import staff_list
    from pos_tui.commands.paths import shop_clock
    from pos_tui.text_width import width_of

    members = books.write(staff_list).result()
    if as_json:
        import msgspec

        for member in members:
            print(msgspec.json.encode(member).decode())
        return 0
    if not members:
        print(say("cmd_staff.list_empty"))
    now = shop_clock(settings)()
    for member in members:
        until, note = member.locked_until, ""
        if until is not None and until > now:
            at = until.astimezone(now.tzinfo).time().replace(microsecond=0)
            note = f"  {say('cmd_staff.locked', until=at)}"
        gap = " " * (24 - width_of(member.name))
        print(f"{member.name}{gap} {say(f'staff.role_{member.role}')}{note}")
    return 0


def _remove(books: Books, name: str) -> int:
    from pos_tui.books.people.staff import has_approver, remove_staff

    def job(connection: apsw.Connection) -> bool:
        remove_staff(connection, name)
        return has_approver(connection, "goods")

    left = books.write(job).result()
    print(say("cmd_staff.removed" if left else "cmd_staff.removed_last", name=name))
    return 0


STAFF = Subcommand(
    "staff",
    "cmd_staff.help",
    "pos-tui staff add Ada --role supervisor",
    _arguments,
    _run,
)
