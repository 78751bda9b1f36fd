"""Who may approve: PINs that are kept but never shown, and guesses that cost time."""

import json
import sys
import threading
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher

from pos_tui.books import Books
from pos_tui.books.people.staff import (
    Approved,
    NotApproved,
    StaffError,
    StaffMember,
    find_approver,
    has_approver,
    remove_staff,
    set_staff,
    staff_list,
)
from pos_tui.wording.current import in_words
from tests.command_line import typed
from tests.conftest import NOON

ADA, GRACE, EVE = "2938", "71046", "58203947"
WRONG = "6040"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def hashes_that_cost_little(request, monkeypatch):
    """What a hash costs is tested where it is asked for, with `hashes_as_designed`."""
    if "hashes_as_designed" not in request.fixturenames:
        light = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1)
        monkeypatch.setattr("pos_tui.books.people.staff._hasher", lambda: light)


@pytest.fixture
def hashes_as_designed():
    """This test's PINs are hashed at the cost that a till's are."""


class Office:
    """The back office: its books, and a clock that someone may turn."""

    def __init__(self, folder):
        self.folder = folder
        self.books = Books(folder)
        self.now = NOON

    def write(self, job):
        return self.books.write(job).result(30)

    def hire(self, name, role, pin):
        self.write(lambda c: set_staff(c, name, role, pin))

    def dismiss(self, name):
        self.write(lambda c: remove_staff(c, name))

    def ask(self, pin):
        return self.write(lambda c: find_approver(c, pin, "goods", self.now))

    def guess(self, times):
        for _ in range(times):
            answer = self.ask(WRONG)
        return answer

    def lock(self):
        return self.write(staff_list)[0].locked_until

    def staff(self):
        return [(member.name, member.role) for member in self.write(staff_list)]


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path)
    office.hire("Ada", "supervisor", ADA)
    office.hire("Grace", "supervisor", GRACE)
    office.hire("Eve", "cashier", EVE)
    yield office
    office.books.close()


def test_the_pin_alone_tells_which_supervisor_approves(office):
    assert office.ask(ADA) == Approved("Ada")
    assert office.ask(GRACE) == Approved("Grace")


def test_a_cashiers_own_pin_approves_nothing(office):
    assert isinstance(office.ask(EVE), NotApproved)


def test_a_shop_without_a_supervisor_says_how_to_set_one_up(tmp_path):
    office = Office(tmp_path)
    office.hire("Eve", "cashier", EVE)
    assert not office.write(lambda c: has_approver(c, "goods"))
    assert "staff add" in in_words(office.ask(EVE).why)
    office.hire("Eve", "supervisor", EVE)
    assert office.write(lambda c: has_approver(c, "goods"))
    assert office.ask(EVE) == Approved("Eve")
    office.books.close()


NO_PINS = ("", "293", "293847561", "29a8", "٢٩٣٨", "２９３８", " 2938")
GUESSED_FIRST = ("0000", "77777777", "1234", "4321", "23456789", "7890", "0987")


@pytest.mark.parametrize("pin", [*NO_PINS, *GUESSED_FIRST])
def test_a_pin_that_is_none_or_is_guessed_first_is_refused_and_not_repeated(office, pin):
    before = office.staff()
    with pytest.raises(StaffError) as refused:
        office.hire("Joan", "cashier", pin)
    assert in_words(refused.value.reason).endswith("Nothing was changed.")
    assert not pin or pin not in in_words(refused.value.reason) + str(refused.value)
    assert office.staff() == before


@pytest.mark.parametrize("pin", ["1235", "1243", "1357", "1122", "9870"])
def test_a_pin_that_only_begins_like_a_run_is_taken(office, pin):
    office.hire("Joan", "supervisor", pin)
    assert office.ask(pin) == Approved("Joan")


def test_two_people_cannot_have_the_same_pin_whatever_their_roles(office):
    for pin in (ADA, EVE):
        with pytest.raises(StaffError, match=r"staff\.pin_used") as refused:
            office.hire("Joan", "supervisor", pin)
        assert pin not in in_words(refused.value.reason) + str(refused.value)
    office.hire("Ada", "supervisor", ADA)  # her own again
    assert office.ask(ADA) == Approved("Ada")


@pytest.mark.parametrize(
    ("name", "role", "why"),
    [
        ("  ", "cashier", "name is needed"),
        ("7392", "cashier", "needs a letter"),
        ("A\x1b[2J", "cashier", "invisible"),
        ("A" * 41, "cashier", "40"),
        ("Joan", "owner", "cashier, supervisor, manager"),
    ],
)
def test_a_name_or_role_that_is_none_is_refused_with_a_sentence(office, name, role, why):
    with pytest.raises(StaffError) as refused:
        office.hire(name, role, "8264")
    assert why in in_words(refused.value.reason)
    assert "7392" not in str(refused.value)
    assert "\x1b" not in str(refused.value)


def test_a_new_pin_takes_the_old_ones_place_and_who_leaves_approves_no_more(office):
    office.hire(" Ada ", "supervisor", "8264")
    assert isinstance(office.ask(ADA), NotApproved)
    assert office.ask("8264") == Approved("Ada")
    office.dismiss("Ada")
    assert isinstance(office.ask("8264"), NotApproved)
    assert office.staff() == [("Grace", "supervisor"), ("Eve", "cashier")]
    with pytest.raises(StaffError, match=r"staff\.unknown name=Ada"):
        office.dismiss("Ada")


def test_the_books_hold_no_pin_and_the_hash_that_was_designed(hashes_as_designed, office):
    hashes = office.write(lambda c: [h for (h,) in c.execute("SELECT pin_hash FROM staff")])
    assert all(h.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for h in hashes)
    assert len(set(hashes)) == 3
    assert office.ask(GRACE) == Approved("Grace")
    rows = office.write(lambda c: [str(row) for row in c.execute("SELECT name, role FROM staff")])
    assert not any(pin in row for pin in (ADA, GRACE, EVE) for row in rows)


# ---- guessing --------------------------------------------------------------------------------


def test_after_five_wrong_pins_not_even_the_right_one_is_tried_for_a_minute(office):
    assert "locked" not in in_words(office.guess(4).why)
    assert "12:01:00" in in_words(office.guess(1).why)
    office.now += MINUTE - SECOND
    refused = office.ask(ADA)
    assert isinstance(refused, NotApproved)
    assert "12:01:00" in in_words(refused.why)
    office.now += SECOND
    assert office.ask(ADA) == Approved("Ada")


def test_each_wrong_pin_after_that_locks_for_twice_as_long_up_to_a_quarter_of_an_hour(office):
    office.guess(4)
    locks = []
    for _ in range(7):
        office.guess(1)
        locks.append((office.lock() - office.now).total_seconds())
        office.now = office.lock()
    assert locks == [60, 120, 240, 480, 900, 900, 900]


def test_a_right_pin_forgets_the_wrong_ones(office):
    office.guess(4)
    assert office.ask(GRACE) == Approved("Grace")
    office.guess(4)
    assert office.lock() is None
    office.guess(1)
    assert office.lock() == office.now + MINUTE


def test_tries_while_locked_neither_count_nor_lengthen_the_lock(office):
    office.guess(5)
    until = office.lock()
    office.guess(20)
    assert office.lock() == until
    office.now = until
    office.guess(1)
    assert office.lock() == office.now + 2 * MINUTE


def test_what_is_no_pin_is_no_guess(office):
    office.guess(4)
    for text in ("", "12", "M-1001", "123456789"):
        assert "4 to 8 digits" in in_words(office.ask(text).why)
    assert office.ask(ADA) == Approved("Ada")


def test_the_lock_outlives_a_restart_and_a_change_of_staff(office):
    office.guess(5)
    office.books.close()
    office.books = Books(office.folder)
    assert "locked" in in_words(office.ask(ADA).why)
    office.hire("Joan", "supervisor", "8264")
    assert "locked" in in_words(office.ask("8264").why)
    office.dismiss("Ada")
    office.dismiss("Grace")
    assert "locked" in in_words(office.ask("8264").why)
    office.hire("Joan", "supervisor", "8265")
    assert "locked" in in_words(office.ask("8265").why)


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=4000)])
def test_a_clock_set_back_neither_lifts_the_lock_nor_makes_it_longer(office, back):
    office.guess(5)
    office.now -= back
    assert "locked" in in_words(office.ask(ADA).why)
    assert office.lock() == office.now + MINUTE
    office.now += MINUTE
    assert office.ask(ADA) == Approved("Ada")


def test_turning_the_clock_to_and_fro_gives_no_more_guesses_than_waiting(office):
    office.guess(5)
    for _ in range(3):
        office.now -= timedelta(days=1)
        assert "locked" in in_words(office.guess(1).why)
        office.now += 30 * SECOND
        assert "locked" in in_words(office.ask(ADA).why)
    office.now += 30 * SECOND
    assert office.ask(ADA) == Approved("Ada")


def test_a_lock_that_was_set_by_a_clock_far_ahead_does_not_last_for_years(office):
    office.now += timedelta(days=4000)
    office.guess(5)
    office.now = NOON
    assert "12:01:00" in in_words(office.ask(ADA).why)
    office.now += MINUTE
    assert office.ask(ADA) == Approved("Ada")


def test_guesses_from_two_tills_at_once_are_all_counted(office):
    second = Books(office.folder)

    def guess(books):
        for _ in range(2):
            books.write(lambda c: find_approver(c, WRONG, "goods", NOON)).result(30)

    threads = [threading.Thread(target=guess, args=(b,)) for b in (office.books, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert office.lock() is None
    office.guess(1)
    assert office.lock() == NOON + MINUTE
    second.close()


def test_the_time_that_is_said_is_the_shops_and_never_too_early(office):
    office.now = datetime.fromisoformat("2026-11-22T23:59:30.250+08:00")
    assert "00:00:31" in in_words(office.guess(5).why)
    office.now = datetime.fromisoformat("2026-11-23T00:00:31+08:00")
    assert office.ask(ADA) == Approved("Ada")


def test_a_hash_that_is_damaged_fits_nobody_and_stops_nobody_else(office):
    office.write(lambda c: c.execute("UPDATE staff SET pin_hash = 'x' WHERE name = 'Ada'"))
    assert isinstance(office.ask(ADA), NotApproved)
    assert office.ask(GRACE) == Approved("Grace")


def test_no_sentence_for_the_cashier_holds_a_pin(office):
    said = [in_words(office.guess(1).why) for _ in range(7)] + [in_words(office.ask(ADA).why)]
    assert not any(pin in sentence for sentence in said for pin in (WRONG, ADA))


# ---- the command -----------------------------------------------------------------------------


@pytest.fixture
def shop(tmp_path, monkeypatch):
    office = Office(tmp_path)
    office.books.close()
    return tmp_path


def staff(shop, *arguments, text=""):
    return typed("staff", *arguments, "--data", str(shop), text=text)


def add(shop, name, role, pin):
    return staff(shop, "add", name, "--role", role, "--pin-file", "-", text=pin + "\n")


def test_a_list_without_staff_says_how_to_fill_it(shop):
    said = staff(shop).stdout
    assert "pos-tui staff add NAME --role manager" in said
    assert "pos-tui staff add NAME --role cashier" in said
    assert hired(shop) == []


def hired(shop):
    return [json.loads(line) for line in staff(shop, "list", "--json").stdout.splitlines()]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "", "\n0000\n"])
def test_a_pin_comes_from_a_pipe_as_powershell_writes_it(shop, encoding, end):
    pin = ("add", "Ada", "--role", "supervisor", "--pin-file", "-", "--data", str(shop))
    added = typed("staff", *pin, text=f"\ufeff2938{end}", encoding=encoding)
    assert (added.returncode, added.stderr) == (0, "")
    books = Books(shop)
    answer = books.write(lambda c: find_approver(c, "2938", "goods", NOON)).result(30)
    books.close()
    assert answer == Approved("Ada")


def test_staff_are_added_listed_and_removed(shop):
    pin = shop / "pin"
    pin.write_bytes(b"\xef\xbb\xbf2938\r\n")
    added = staff(shop, "add", "--role", "supervisor", "Ada Lovelace", "--pin-file", str(pin))
    assert (added.returncode, added.stdout) == (0, "Ada Lovelace is a supervisor now.\n")
    assert add(shop, "Eve", "cashier", EVE).returncode == 0
    assert hired(shop) == [
        {"name": "Ada Lovelace", "role": "supervisor", "locked_until": None, "has_badge": False},
        {"name": "Eve", "role": "cashier", "locked_until": None, "has_badge": False},
    ]
    said = staff(shop, "list").stdout
    assert said.split()[:5] == ["Ada", "Lovelace", "supervisor", "Eve", "cashier"]
    assert "There is no manager yet: pos-tui staff add NAME --role manager." in said
    assert "new PIN" in add(shop, "Eve", "supervisor", "8264").stdout
    books = Books(shop)
    answer = books.write(lambda c: find_approver(c, "8264", "goods", NOON)).result(30)
    books.close()
    assert answer == Approved("Eve")
    assert staff(shop, "remove", "Eve").stdout == "Eve is off the staff.\n"
    assert "nobody can approve" in staff(shop, "remove", "Ada Lovelace").stdout
    assert hired(shop) == []


def test_a_lock_shows_in_the_list_while_it_lasts(shop):
    add(shop, "Ada", "supervisor", ADA)
    books = Books(shop)
    now = datetime.now().astimezone()
    for _ in range(5):
        books.write(lambda c: find_approver(c, WRONG, "goods", now + timedelta(hours=1))).result(30)
    assert books.write(staff_list).result(5) == [
        StaffMember("Ada", "supervisor", now + timedelta(hours=1, minutes=1))
    ]
    books.close()
    assert "locked until" in staff(shop, "list").stdout
    assert add(shop, "Joan", "cashier", "8264").returncode == 0
    assert [member["locked_until"] is None for member in hired(shop)] == [False, True]


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "Ada", "7392", "--role", "supervisor"),
        ("add", "Ada", "--role", "supervisor", "7392"),
        ("add", "Ada", "--role", "supervisor", "--pin", "7392"),
        ("add", "Ada", "--role", "supervisor", "--pin=7392"),
        ("add", "Ada", "--role", "supervisor", "--pi=7392"),
        ("add", "Ada", "--role", "supervisor", "-p7392"),
        ("add", "Ada", "--role", "supervisor", "--pin-file", "7392"),
        ("add", "Ada", "--role", "7392"),
        ("add", "7392", "--role", "supervisor"),
        ("remove", "7392"),
        ("list", "Ada", "7392"),
    ],
)
def test_a_pin_typed_in_a_command_is_refused_and_never_repeated(shop, arguments):
    add(shop, "Eve", "cashier", EVE)
    done = staff(shop, *arguments, text="8264\n")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "7392" not in done.stdout + done.stderr
    assert [member["name"] for member in hired(shop)] == ["Eve"]


@pytest.mark.parametrize(
    ("arguments", "text", "why"),
    [
        (("add",), "", "Say who"),
        (("remove",), "", "Say who"),
        (("add", "Ada"), "", "there are cashier, supervisor, manager"),
        (("add", "Ada", "--role", "cashier"), "2938\n", "no terminal"),
        (("add", "Ada", "--role", "cashier", "--pin-file", "-"), "", "4 to 8 digits"),
        (("add", "Ada", "--role", "cashier", "--pin-file", "-"), "1234\n", "straight"),
        (("add", "Ada", "--role", "cashier", "--pin-file", "-"), "9" * 300, "4 to 8 digits"),
        (("remove", "Ada"), "", "nobody called “Ada”"),
    ],
)
def test_wrong_input_is_exit_2_and_one_sentence(shop, arguments, text, why):
    done = staff(shop, *arguments, text=text)
    assert done.returncode == 2
    assert why in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_folder_without_books_is_told_and_not_made(tmp_path, monkeypatch):
    for arguments in (("list",), ("remove", "Ada")):
        done = staff(tmp_path / "typo", *arguments)
        assert (done.returncode, "no books" in done.stderr) == (2, True)
    assert not (tmp_path / "typo").exists()


class AtATerminal:
    """`staff add` typed at a real terminal, and all that it shows."""

    def __init__(self, shop):
        self.pexpect = pytest.importorskip("pexpect", reason="no pseudo-terminals here")
        words = ["-m", "pos_tui", "staff", "add", "Ada", "--role", "supervisor"]
        self.child = self.pexpect.spawn(
            sys.executable, [*words, "--data", str(shop)], encoding="utf-8", timeout=60
        )
        self.shown = ""

    def answer(self, prompt, typed):
        self.child.expect_exact(prompt)
        self.shown += self.child.before
        self.child.sendline(typed)

    def end(self):
        self.child.expect(self.pexpect.EOF)
        self.shown += self.child.before
        self.child.close()
        return self.child.exitstatus


at_a_terminal = pytest.mark.posix_only("a PIN is typed at a pseudo-terminal")


@at_a_terminal
def test_at_a_terminal_the_pin_is_typed_twice_and_never_seen(shop):
    terminal = AtATerminal(shop)
    terminal.answer("PIN for Ada: ", ADA)
    terminal.answer("again: ", ADA)
    assert terminal.end() == 0
    assert "Ada is a supervisor now." in terminal.shown
    assert ADA not in terminal.shown


@at_a_terminal
def test_two_pins_that_differ_change_nothing(shop):
    terminal = AtATerminal(shop)
    terminal.answer("PIN for Ada: ", ADA)
    terminal.answer("again: ", GRACE)
    assert terminal.end() == 2
    assert "differ" in terminal.shown
    assert ADA not in terminal.shown
    assert GRACE not in terminal.shown
    assert hired(shop) == []


@at_a_terminal
def test_a_weak_pin_is_refused_before_it_is_typed_again(shop):
    terminal = AtATerminal(shop)
    terminal.answer("PIN for Ada: ", "1234")
    assert terminal.end() == 2
    assert "straight" in terminal.shown
    assert "1234" not in terminal.shown


def test_a_clock_set_forward_lifts_no_lock_while_the_machine_runs(office):
    office.hire("Ada", "supervisor", "8264")
    seconds = 1000.0

    def ask(pin):
        moment = office.now
        return office.write(lambda c: find_approver(c, pin, "goods", moment, seconds))

    for _ in range(5):
        ask(WRONG)
        seconds += 1
    for _ in range(40):
        office.now += timedelta(minutes=16)
        seconds += 1
        answer = ask("8264")
        assert isinstance(answer, NotApproved)
        assert answer.why.kind == "staff.locked"
    seconds += 30
    assert isinstance(ask("8264"), Approved)


def test_after_a_restart_of_the_machine_the_clock_decides(office):
    office.hire("Ada", "supervisor", "8264")
    moment = office.now
    for _ in range(5):
        office.write(lambda c: find_approver(c, WRONG, "goods", moment, 5000.0))
    early, late = moment + timedelta(seconds=50), moment + timedelta(seconds=70)

    def answer(moment, seconds):
        return office.write(lambda c: find_approver(c, "8264", "goods", moment, seconds))

    assert isinstance(answer(early, 20.0), NotApproved)
    assert isinstance(answer(late, 30.0), Approved)
