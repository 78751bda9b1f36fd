"""Who is at the till: whose acts these are, what they may do, and who approves one act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from pos_tui.books import Books
from pos_tui.books.people.permissions import PERMISSIONS, Permission, Role
from pos_tui.reasons import Reason, because
from pos_tui.settings import TillSettings

if TYPE_CHECKING:
    import apsw

    from pos_tui.books.people.staff import Approval


class StaffAtTill:
    """The staff as one till knows them.

    A shop without staff: everybody may do everything. With staff and nobody signed on: whoever
    stands there may do what a cashier may.
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

    @property
    def cashier(self) -> str:
        """The name of who is signed on; the settings' where nobody is."""
        return self._settings.till.cashier

    def who(self) -> str:
        """The name that acts beside the sale are written down under."""
        return self._acting or self.cashier

    def act_as(self, name: str) -> None:
        """Acts beside the sale are this person's from now on; "": the cashier's again."""
        self._acting = name

    def may(self, permission: Permission) -> bool:
        """Whether who is at the till may do this alone. Raises BooksError."""
        roles = self._books.staff_roles()
        return not roles or permission in PERMISSIONS[self._role(roles)]

    def holds(self, name: str, permission: Permission) -> bool:
        """Whether somebody of this name on the staff may do this. Raises BooksError."""
        role = self._books.staff_roles().get(name)
        return role is not None and permission in PERMISSIONS[role]

    def why_not(self, permission: Permission) -> Reason | None:
        """Why who is at the till may not do this alone; None when they may. Raises BooksError."""
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
        """The name of who approves this one act by a PIN; else why nobody does.

        An approval is journalled, with both names, what it is for, and its amount (minor units).
        Takes long: it must run beside the screen. Raises BooksError.
        """
        from pos_tui.books.journal import entries as journal
        from pos_tui.books.people.staff import Approved, StaffError, find_approver
        from pos_tui.reasons import stored

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

    def _role(self, roles: Mapping[str, Role]) -> Role:
        return "cashier"
