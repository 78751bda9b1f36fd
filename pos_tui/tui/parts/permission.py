"""Acts that not everybody may do: done at once, or once somebody who may has approved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from pos_tui.reasons import Reason, because
from pos_tui.till import Permission
from pos_tui.tui.theme import Palette
from pos_tui.wording.current import in_words

if TYPE_CHECKING:
    from textual.screen import Screen


class WithPermission(Protocol):
    """Does an act that needs a permission, or asks first; `act` gets whose permission it is."""

    def __call__(
        self, permission: Permission, what: Reason, act: Callable[[str], None], amount: int = 0
    ) -> None:
        """`what` the act is and its `amount` (minor units) are read by who approves, and kept."""


class Approving(Protocol):
    """The staff, as far as acts are concerned that somebody has to approve."""

    @property
    def cashier(self) -> str:
        """Who is at the till."""

    def may(self, permission: Permission) -> bool:
        """Whether who is at the till may do it alone."""

    def has_approver(self, permission: Permission) -> bool:
        """Whether anybody could approve it."""

    def approve(
        self, text: str, permission: Permission, what: Reason, amount: int = 0
    ) -> str | Reason:
        """Who approves by this PIN, or why nobody does."""


def asking_permission(
    palette: Palette,
    staff: Approving,
    push: Callable[[Screen[str], Callable[[str | None], None]], object],
) -> WithPermission:
    """What does an act at once where who is at the till may, and else asks for an approval.

    `push` puts a page on top, and gives what it closes with.
    """

    def with_permission(
        permission: Permission, what: Reason, act: Callable[[str], None], amount: int = 0
    ) -> None:
        if staff.may(permission):
            act(staff.cashier)
            return

        from pos_tui.tui.parts.pin_page import PinPage

        def approver(pin: str) -> str | Reason:
            return staff.approve(pin, permission, what, amount)

        def then(name: str | None) -> None:
            if name:
                act(name)

        nobody = None if staff.has_approver(permission) else because("staff.no_approver")
        push(PinPage(palette, in_words(what), approver, nobody), then)

    return with_permission
