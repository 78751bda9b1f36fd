"""What the pages of stock takes share: the shop's counts, and a supervisor's approval."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from textual.screen import ScreenResultType

from pos_tui.reasons import Reason
from pos_tui.settings import TillSettings
from pos_tui.tui.parts.page import PageScreen
from pos_tui.tui.parts.pin_page import PinPage
from pos_tui.tui.theme import Palette

if TYPE_CHECKING:
    from pos_tui.till import Product
    from pos_tui.till.goods.counting import Counting
    from pos_tui.till.goods.counts import (
        ApprovedCount,
        CountDifference,
        CountedLot,
        NotCounted,
        StockTake,
    )


class Counts(Protocol):
    """The shop's stock takes; all of it may take long. Raise BooksError."""

    def rows(self) -> list[StockTake]:
        """The counts."""

    def usual_name(self) -> str:
        """The name of one that nobody has named."""

    def begin(self, name: str, place: str, by: str) -> StockTake:
        """Begin one."""

    def begin_or_join(self, name: str, by: str) -> StockTake:
        """The open one of this name, or a new one."""

    def counting(self, number: int, by: str) -> Counting:
        """Somebody who counts."""

    def counted_goods(self, number: int) -> list[tuple[tuple[str, str], CountedLot]]:
        """What one has so far, with name and unit."""

    def differences(self, number: int, earlier: Collection[int] = ()) -> list[CountDifference]:
        """What is to be approved."""

    def not_counted(self, number: int) -> list[NotCounted]:
        """What the books have of its category and nobody has counted."""

    def count_as_none(self, number: int, by: str) -> int:
        """Count that as none."""

    def approve(
        self,
        number: int,
        by: str,
        products: Collection[int] | None = None,
        earlier: Collection[int] = (),
        seen: int | None = None,
    ) -> ApprovedCount:
        """Post differences."""

    def void(self, number: int, by: str) -> StockTake:
        """Void one."""

    @property
    def needs_approval(self) -> bool:
        """Whether a supervisor has to approve."""

    def approver(self, pin: str) -> str | Reason:
        """The supervisor whose PIN this is, or why nobody has approved."""


class CountingShop(Struct, frozen=True):
    """What the pages of stock takes share."""

    palette: Palette
    settings: TillSettings
    counts: Counts
    find: Callable[[str], list[Product]]


def with_approval(
    page: PageScreen[ScreenResultType],
    shop: CountingShop,
    what_for: str,
    act: Callable[[str], None],
) -> None:
    """Do what a supervisor has to approve where the shop has any; `act` gets whose PIN it was."""
    if not shop.counts.needs_approval:
        act(shop.settings.till.cashier)
        return

    def then(name: str | None) -> None:
        if name:
            act(name)

    page.app.push_screen(PinPage(shop.palette, what_for, shop.counts.approver), then)
