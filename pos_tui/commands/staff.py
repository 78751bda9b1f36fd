"""`pos-tui staff`: who works here, as what; PINs and badges are asked for, never arguments."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.commands.pin import NoPinError, ask_pin, line_in_file
from pos_tui.reasons import because
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    import apsw

    from pos_tui.books import Books
    from pos_tui.settings import TillSettings


def _arguments(parser: argparse.ArgumentParser) -> None:
    import argparse

    acts = ("list", "add", "remove")
    parser.add_argument(
        "act", nargs="?", default="list", choices=acts, help=say("cmd_staff.act_help")
    )
    # Named as the program gathers words that stand after an option: none is left for an error
    # message of its own, which would repeat a PIN that was typed here by mistake.
    parser.add_argument(
        "scans", metavar=say("cmd_staff.name"), nargs="*", help=say("cmd_staff.name_help")
    )
    parser.add_argument("--role", metavar=say("cmd_staff.role"), help=say("cmd_staff.role_help"))
    file, text = say("commands.file"), say("cmd_staff.pin_file_help")
    parser.add_argument("--pin-file", metavar=file, help=text)
    parser.add_argument("--badge", action="store_true", help=say("cmd_staff.badge_help"))
    text = say("cmd_staff.badge_file_help")
    parser.add_argument("--badge-file", metavar=file, help=text)
    typed = ("-p", "--p", "--pi", "--pin")
    parser.add_argument(*typed, dest="pin", nargs="?", const="", help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help=say("commands.json_lines_help"))


def _run(options: argparse.Namespace) -> int:
    from contextlib import closing

    from pos_tui.books import Books, BooksError
    from pos_tui.books.books import FILE_NAME
    from pos_tui.books.people.badges import BadgeError
    from pos_tui.books.people.permissions import ROLES
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
        if options.role not in ROLES:
            return complain(say("cmd_staff.which_role", roles=ROLES))
        pin = new_pin(name, options.pin_file)
        badge = _badge(name, options)
        with closing(Books(data)) as books:
            if badge and _means_something(badge, settings, books):
                raise StaffError("staff.badge_is_code")
            return _add(books, name, options.role, pin, badge)
    except (StaffError, BadgeError, BooksError, NoPinError) as error:
        return complain(in_words(error.reason))


def ask_first_manager(data: Path) -> None:
    """At a terminal: ask for the first manager of a shop that has none; it can be left out."""
    from contextlib import closing

    from pos_tui.books import Books, BooksError
    from pos_tui.books.people.staff import StaffError, check_name, has_manager

    try:
        with closing(Books(data)) as books:
            if books.write(has_manager).result():
                return
            print(say("cmd_staff.ask_manager"), end="", flush=True)
            typed = sys.stdin.readline().strip()
            if not typed:
                print(say("cmd_staff.no_manager"))
                return
            name = check_name(typed)
            _add(books, name, "manager", new_pin(name), None)
    except (StaffError, BooksError, NoPinError) as error:
        complain(in_words(error.reason))
        print(say("cmd_staff.no_manager"))


def _means_something(badge: str, settings: TillSettings, books: Books) -> bool:
    """Whether a scan of this code is a payment, or goods."""
    from pos_tui.codes import PaymentCode
    from pos_tui.commands.paths import shop_clock
    from pos_tui.till.decoder import Decoder, checked_context

    now = shop_clock(settings)()
    context, _ = checked_context(settings, now.date())
    decoder = Decoder(settings, books, context)
    found = decoder.read(badge, now.date())
    return isinstance(found, PaymentCode) or decoder.find(found, now) is not None


def _add(books: Books, name: str, role: str, pin: str, badge: str | None) -> int:
    from pos_tui.books.people.staff import set_staff, staff_list

    def job(connection: apsw.Connection) -> bool:
        known = any(member.name == name for member in staff_list(connection))
        set_staff(connection, name, role, pin, badge)
        return known

    known = books.write(job).result()
    kind = "cmd_staff.changed" if known else "cmd_staff.added"
    print(say(kind, name=name, role=because(f"staff.role_{role}")))
    return 0


def new_pin(name: str, pin_file: str | None = None) -> str:
    """The PIN from a file or, typed twice and unseen, from the terminal.

    Raises NoPinError, StaffError.
    """
    if pin_file is not None and not (pin_file == "-" and sys.stdin.isatty()):
        return line_in_file(pin_file, "--pin-file")
    if not sys.stdin.isatty():
        raise NoPinError("cmd_staff.no_terminal")
    from pos_tui.books.people.staff import check_pin

    pin = ask_pin(say("cmd_staff.ask_pin", name=name))
    check_pin(pin)
    if ask_pin(say("cmd_staff.ask_again")) != pin:
        raise NoPinError("cmd_staff.pins_differ")
    return pin


def _badge(name: str, options: argparse.Namespace) -> str | None:
    """The badge's code from a file or the terminal; None: it stays as it is. Raises NoPinError."""
    file = options.badge_file
    if file is not None and not (file == "-" and sys.stdin.isatty()):
        return line_in_file(file, "--badge-file")
    if file is None and not options.badge:
        return None
    if not sys.stdin.isatty():
        raise NoPinError("cmd_staff.no_terminal_for_badge")
    return ask_pin(say("cmd_staff.ask_badge", name=name))


def _list(books: Books, settings: TillSettings, as_json: bool) -> int:
    from pos_tui.books.people.staff import staff_list
    from pos_tui.books.people.wrong_pins import wrong_pins
    from pos_tui.commands.paths import shop_clock
    from pos_tui.text_width import width_of

    members = books.write(staff_list).result()
    signing_on = books.write(lambda c: wrong_pins(c, "sign_on")).result()
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
        if member.has_badge:
            note = f"  {say('cmd_staff.badge')}"
        if until is not None and until > now:
            at = until.astimezone(now.tzinfo).time().replace(microsecond=0)
            note += f"  {say('cmd_staff.locked', until=at)}"
        gap = " " * (24 - width_of(member.name))
        print(f"{member.name}{gap} {say(f'staff.role_{member.role}')}{note}")
    until = signing_on.locked_until
    if until is not None and until > now:
        at = until.astimezone(now.tzinfo).time().replace(microsecond=0)
        print(say("cmd_staff.sign_on_locked", until=at))
    if members and not any(member.role == "manager" for member in members):
        print(say("cmd_staff.no_manager"))
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
    "pos-tui staff add Ada --role manager",
    _arguments,
    _run,
)
