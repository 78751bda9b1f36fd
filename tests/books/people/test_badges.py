"""Badges and signing on: who somebody is, kept as hashes, and what guessing locks."""

import sys
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from pos_tui.books import Books
from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow
from pos_tui.books.connection import migrate, open_connection
from pos_tui.books.people import staff as staff_module
from pos_tui.books.people.badges import BadgeError, name_on_badge
from pos_tui.books.people.customers import set_customer
from pos_tui.books.people.permissions import ALL_PERMISSIONS, PERMISSIONS, ROLES
from pos_tui.books.people.staff import (
    Approved,
    NotApproved,
    NotOnStaff,
    StaffError,
    StaffMember,
    find_approver,
    find_member,
    has_manager,
    remove_staff,
    set_staff,
    staff_list,
    staff_roles,
)
from pos_tui.books.schema import MIGRATIONS
from pos_tui.wording.current import in_words
from tests.command_line import typed
from tests.conftest import COLA, NOON

BADGE, OTHERS = "Staff-00417", "Staff-00418"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def hashes_that_cost_little(monkeypatch):
    light = PasswordHasher(memory_cost=8, time_cost=1, parallelism=1)
    monkeypatch.setattr("pos_tui.books.people.staff._hasher", lambda: light)


class Office:
    """The back office, with a cashier, a supervisor and a manager."""

    def __init__(self, folder):
        self.books = Books(folder)
        self.now = NOON
        self.hire("Eve", "cashier", "2938", BADGE)
        self.hire("Grace", "supervisor", "71046")
        self.hire("Ada", "manager", "58203947")

    def write(self, job):
        return self.books.write(job).result(30)

    def hire(self, name, role, pin, badge=None):
        self.write(lambda c: set_staff(c, name, role, pin, badge))

    def sign_on(self, text):
        return self.write(lambda c: find_member(c, text, self.now))

    def approve(self, text, permission="goods"):
        return self.write(lambda c: find_approver(c, text, permission, self.now))


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path)
    yield office
    office.books.close()


def test_everybody_signs_on_by_pin_and_who_has_a_badge_by_that(office):
    assert office.sign_on("2938") == StaffMember("Eve", "cashier")
    assert office.sign_on(BADGE) == StaffMember("Eve", "cashier", has_badge=True)
    assert office.sign_on("58203947") == StaffMember("Ada", "manager")
    assert isinstance(office.sign_on(OTHERS), NotOnStaff)


@pytest.mark.parametrize("read", [BADGE, BADGE.lower(), f"]C0{BADGE}", f" {BADGE}\r"])
def test_a_badge_is_known_however_a_scanner_gives_it(office, read):
    assert office.books.name_on_badge(read) == "Eve"


def test_the_books_hold_no_badge_and_another_shop_hashes_it_otherwise(office, tmp_path):
    hashes = [bytes(row[0]) for row in office.write(_badge_hashes)]
    other = Office(tmp_path / "other")
    assert len(hashes) == 1
    assert hashes != [bytes(row[0]) for row in other.write(_badge_hashes)]
    other.books.close()
    office.books.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("books.db*"))
    assert BADGE.encode() not in kept
    assert BADGE.upper().encode() not in kept


def _badge_hashes(connection):
    return connection.execute(
        "SELECT badge_hash FROM staff WHERE badge_hash IS NOT NULL"
    ).fetchall()


@pytest.mark.parametrize("code", ["1234567", "x" * 49, "00000000", "12121212", "        "])
def test_a_badge_that_is_short_or_guessed_first_is_refused_and_not_repeated(office, code):
    with pytest.raises(BadgeError) as refused:
        office.hire("Joan", "cashier", "8264", code)
    sentence = in_words(refused.value.reason)
    assert "Nothing was changed." in sentence
    assert code not in sentence
    assert "Joan" not in office.write(staff_roles)


def test_two_people_have_neither_one_badge_nor_one_pin(office):
    for pin, badge in (("8264", BADGE), ("71046", OTHERS)):
        with pytest.raises(StaffError, match=r"badge_used|pin_used"):
            office.hire("Joan", "cashier", pin, badge)
    assert office.sign_on(BADGE).name == "Eve"


def test_a_badge_is_neither_goods_nor_a_members_card(office):
    office.write(lambda c: import_products(c, (ProductRow("0" + COLA, "Cola", 350),)))
    office.write(lambda c: set_customer(c, "M-100200300", "Li Lei", "members"))
    for code in (COLA, "M-100200300"):
        with pytest.raises(BadgeError, match="badge_is_code"):
            office.hire("Joan", "cashier", "8264", code)


def test_a_badge_stays_with_a_new_pin_and_goes_when_it_is_taken_away(office):
    office.hire("Eve", "supervisor", "2939")
    assert office.books.name_on_badge(BADGE) == "Eve"
    office.hire("Eve", "supervisor", "2939", "")
    assert office.books.name_on_badge(BADGE) == ""
    office.hire("Eve", "supervisor", "2939", BADGE)
    office.write(lambda c: remove_staff(c, "Eve"))
    assert office.books.name_on_badge(BADGE) == ""


def test_a_badge_approves_what_its_holder_may_and_no_more(office):
    refused = office.approve(BADGE)
    assert isinstance(refused, NotApproved)
    assert "Eve may not approve this" in in_words(refused.why)
    office.hire("Grace", "supervisor", "71046", OTHERS)
    assert office.approve(OTHERS) == Approved("Grace")
    assert isinstance(office.approve(OTHERS, "settings"), NotApproved)
    assert office.approve("58203947", "settings") == Approved("Ada")


def test_wrong_pins_at_signing_on_lock_no_approval_and_the_other_way_round(office):
    for _ in range(5):
        refused = office.sign_on("6040")
    assert "12:01:00" in in_words(refused.why)
    assert isinstance(office.sign_on("2938"), NotOnStaff)
    assert office.approve("71046") == Approved("Grace")
    assert office.sign_on(BADGE).name == "Eve", "a badge is no guess"
    office.now += MINUTE
    assert office.sign_on("2938").name == "Eve"
    for _ in range(5):
        office.approve("6040")
    assert isinstance(office.approve("71046"), NotApproved)
    assert office.sign_on("71046").name == "Grace"


def test_a_cashiers_own_pin_pays_for_one_guess_only(office):
    """Else whoever knows one PIN could guess four at others', again and again."""
    for _ in range(3):  # each time one is left of two: the fifth in a row comes with the fourth
        office.sign_on("6040")
        office.sign_on("6040")
        assert office.sign_on("2938") == StaffMember("Eve", "cashier")
    office.sign_on("6040")
    assert "none is tried until" in in_words(office.sign_on("6040").why)


def test_who_signed_on_last_is_tried_first(office, monkeypatch):
    tried = []
    fits = staff_module._fits

    def noted(hasher, pin_hash, pin):
        tried.append(fits(hasher, pin_hash, pin))
        return tried[-1]

    monkeypatch.setattr(staff_module, "_fits", noted)
    assert office.sign_on("71046") == StaffMember("Grace", "supervisor")
    assert tried == [False, False, True]
    tried.clear()
    office.sign_on("71046")
    assert tried == [True]


def test_no_sentence_holds_a_pin_or_a_badge(office):
    said = [in_words(office.sign_on("6040").why) for _ in range(6)]
    said.append(in_words(office.approve(BADGE).why))
    assert not any(secret in each for each in said for secret in ("6040", BADGE))


def test_roles_are_a_table_of_permissions():
    assert set(PERMISSIONS) == set(ROLES)
    assert PERMISSIONS["manager"] == ALL_PERMISSIONS
    assert PERMISSIONS["cashier"] < PERMISSIONS["supervisor"]
    assert "sell" not in PERMISSIONS["technician"]


def test_staff_and_locks_of_earlier_books_stay(tmp_path):
    version = next(n for n, step in enumerate(MIGRATIONS) if "badge_salt" in str(step))
    connection = open_connection(tmp_path / "books.db")
    for step in MIGRATIONS[:version]:
        step(connection) if callable(step) else connection.execute(step)
    connection.pragma("user_version", version)
    connection.execute(
        "INSERT INTO staff (name, role, pin_hash, failures, locked_until) VALUES"
        " ('Mia', 'supervisor', 'hash', 5, '2026-11-22T04:01:00.000000+00:00'),"
        " ('Bo', 'cashier', 'hash', 0, NULL)"
    )
    migrate(connection)
    mia, bo = staff_list(connection)
    assert (mia.name, mia.role, bo.name, bo.role) == ("Mia", "supervisor", "Bo", "cashier")
    assert mia.locked_until is not None
    assert bo.locked_until is None
    assert not has_manager(connection)
    assert name_on_badge(connection, BADGE) == ""
    set_staff(connection, "Ada", "manager", "58203947", BADGE)
    assert name_on_badge(connection, BADGE) == "Ada"
    connection.close()


# ---- the command -----------------------------------------------------------------------------


def staff(shop, *arguments, text=""):
    return typed("staff", *arguments, "--data", str(shop), text=text)


def test_a_badge_comes_from_a_file_and_never_from_the_command(tmp_path):
    badge = tmp_path / "badge"
    badge.write_text(f"{BADGE}\n")
    arguments = ("add", "Ada", "--role", "manager", "--pin-file", "-")
    added = staff(tmp_path, *arguments, "--badge-file", str(badge), text="2938\n")
    assert (added.returncode, added.stdout) == (0, "Ada is a manager now.\n")
    said = staff(tmp_path, "list").stdout
    assert said.split() == ["Ada", "manager", "has", "a", "badge"]
    typed_here = staff(tmp_path, *arguments, "--badge", BADGE, text="2938\n")
    assert typed_here.returncode == 2
    assert BADGE not in typed_here.stderr
    badge.write_text("134857901234567890\n")
    payment = staff(tmp_path, *arguments, "--badge-file", str(badge), text="2938\n")
    assert "needs one of its own" in payment.stderr
    assert "134857901234567890" not in payment.stderr


ENROLMENT = """
[till]
merchant = "M007"
number = "03"
[gateway]
url = "https://pay.example"
key = "the-secret-key"
[redis]
url = "redis://redis.example:6380/0"
"""


@pytest.mark.posix_only("a PIN is typed at a pseudo-terminal")
@pytest.mark.parametrize(("name", "listed"), [("Ada", ["Ada", "manager"]), ("", [])])
def test_setup_asks_for_the_first_manager_who_can_be_left_out(tmp_path, name, listed):
    pexpect = pytest.importorskip("pexpect", reason="no pseudo-terminals here")
    enrolment = tmp_path / "enrolment.toml"
    enrolment.write_text(ENROLMENT)
    words = ["-m", "pos_tui", "setup", str(enrolment)]
    where = ["--settings", str(tmp_path / "till.toml"), "--data", str(tmp_path / "data")]
    child = pexpect.spawn(sys.executable, [*words, *where], encoding="utf-8", timeout=60)
    child.expect_exact("Who is the manager?")
    child.sendline(name)
    if name:
        child.expect_exact("PIN for Ada: ")
        child.sendline("5820")
        child.expect_exact("again: ")
        child.sendline("5820")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert "5820" not in child.before
    assert staff(tmp_path / "data", "list").stdout.split()[:2] == (listed or ["Nobody", "is"])
