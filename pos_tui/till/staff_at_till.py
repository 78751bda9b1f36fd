"""Who is at the till: who is signed on, what they may do, and who approves one act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from pos_tui.books import Books, BooksError
from pos_tui.books.journal import entries as journal
from pos_tui.books.people.permissions import PERMISSIONS, Permission
from pos_tui.reasons import Reason, because, stored
from pos_tui.settings import TillSettings

if TYPE_CHECKING:
    import apsw

    from pos_tui.books.people.staff import Approval, NotOnStaff, StaffMember


class StaffAtTill:
    """The staff as one till knows them. Nobody is signed on when it starts.

    A shop without staff: everybody may do everything. With staff and nobody signed on: whoever
    stands there may do what a cashier may, or nothing where the settings want them to sign on.
    """

    def __init__(
        self,
        settings: TillSettings,
        books: Books,
        clock: Callable[[], datetime],
        ticks: Callable[[], float | None] = lambda: None,
        sale_number: Callable[[], int] = lambda: 0,
    ) -> None:
        """`clock` gives aware times, `ticks` seconds of a clock that nobody sets; `sale_number`
        is that of the sale in front, 0 while it is empty.
        """
        self._settings = settings
        self._books = books
        self._clock = clock
        self._ticks = ticks
        self._sale_number = sale_number
        self._acting = ""
        self.signed_on = ""

    # ---- whose acts these are ----------------------------------------------------------------

    @property
    def cashier(self) -> str:
        """The name of who is signed on; the settings' where nobody is."""
        return self.signed_on or self._settings.till.cashier

    def who(self) -> str:
        """The name that acts beside the sale are written down under."""
        return self._acting or self.cashier

    def act_as(self, name: str) -> None:
        """Acts beside the sale are this person's from now on; "": the cashier's again."""
        self._acting = name

    # ---- permissions -------------------------------------------------------------------------

    def may(self, permission: Permission) -> bool:
        """Whether who is at the till may do this alone. Raises BooksError."""
        roles = self._books.staff_roles()
        if not roles:
            return True
        if not self.signed_on and self._settings.staff.sign_on:
            return False
        return permission in PERMISSIONS[roles.get(self.signed_on, "cashier")]

    def holds(self, name: str, permission: Permission) -> bool:
        """Whether somebody of this name on the staff may do this. Raises BooksError."""
        role = self._books.staff_roles().get(name)
        return role is not None and permission in PERMISSIONS[role]

    def why_not(self, permission: Permission) -> Reason | None:
        """Why who is at the till may not do this alone; None when they may. Raises BooksError."""
        if self.must_sign_on:
            return because("staff.sign_on_first")
        if self.may(permission):
            return None
        what = because(f"permission.{permission}")
        return because("staff.may_not", name=self.cashier, what=what)

    def has_approver(self, permission: Permission) -> bool:
        """Whether the shop has anybody who could approve this. Raises BooksError."""
        return any(permission in PERMISSIONS[role] for role in self._books.staff_roles().values())

    def approve(
        self, text: str, permission: Permission, what: Reason, amount: int = 0
    ) -> str | Reason:
        """The name of who approves this one act by a PIN or a badge; else why nobody does.

        An approval is journalled, with both names, what it is for, and its amount (minor units).
        Takes long: it must run beside the screen. Raises BooksError.
        """
        from pos_tui.books.people.staff import Approved, StaffError, find_approver

        now, ticks = self._clock(), self._ticks()
        number, by = self._sale_number(), self.cashier

        def job(connection: apsw.Connection) -> Approval:
            found = find_approver(connection, text.strip(), permission, now, ticks)
            if isinstance(found, Approved):
                act = journal.ActApproved(permission, stored(what), by, found.name, amount)
                journal.append(connection, now.isoformat(), number, journal.encode(act))
            return found

        try:
            found = self._books.write(job).result()
        except StaffError as error:
            return error.reason
        return found.name if isinstance(found, Approved) else found.why

    # ---- signing on and off ------------------------------------------------------------------

    @property
    def must_sign_on(self) -> bool:
        """Whether somebody has to sign on before anything is done."""
        if self.signed_on or not self._settings.staff.sign_on:
            return False
        try:
            return bool(self._books.staff_roles())
        except BooksError:  # whatever the books lack, the shop goes on selling
            return False

    @property
    def nobody_can(self) -> bool:
        """Whether somebody should sign on and there is nobody on the staff. Raises BooksError."""
        return self._settings.staff.sign_on and not self._books.staff_roles()

    def holder_of(self, code: str) -> str:
        """Whose badge has this code; "" where it is none, or the books cannot be read."""
        try:
            return self._books.name_on_badge(code)
        except BooksError:
            return ""

    def sign_on(self, text: str) -> str | Reason:
        """The name of who signs on by a PIN or a badge, in place of who was; else why nobody does.

        Takes long: it must run beside the screen. Raises BooksError.
        """
        from pos_tui.books.people.staff import NotOnStaff, StaffError, find_member

        now, ticks = self._clock(), self._ticks()
        before = self.signed_on
        by_badge = bool(self.holder_of(text))

        def job(connection: apsw.Connection) -> StaffMember | NotOnStaff:
            found = find_member(connection, text.strip(), now, ticks)
            if isinstance(found, NotOnStaff) or found.name == before:
                return found
            if before:
                self._append(connection, now, journal.SignedOff(before, "another"))
            way: journal.WayOn = "badge" if by_badge else "pin"
            self._append(connection, now, journal.SignedOn(found.name, found.role, way))
            return found

        try:
            found = self._books.write(job).result()
        except StaffError as error:
            return error.reason
        if isinstance(found, NotOnStaff):
            return found.why
        self.signed_on = found.name
        return found.name

    def sign_off(self, why: journal.WhyOff = "key") -> str:
        """Nobody is signed on any more; the sale stays as it is. Returns who was."""
        name, self.signed_on, self._acting = self.signed_on, "", ""
        if name:
            now = self._clock()
            self._books.write(lambda c: self._append(c, now, journal.SignedOff(name, why)))
        return name

    @staticmethod
    def _append(connection: apsw.Connection, at: datetime, act: journal.Act) -> None:
        journal.append(connection, at.isoformat(), 0, journal.encode(act))
