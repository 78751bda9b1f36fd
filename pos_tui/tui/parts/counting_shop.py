"""What the pages of stock takes share: the shop's counts, and how an act is approved."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from pos_tui.settings import TillSettings
from pos_tui.tui.parts.permission import WithPermission
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


class CountingShop(Struct, frozen=True):
    """What the pages of stock takes share; `who` is at the till."""

    palette: Palette
    settings: TillSettings
    counts: Counts
    find: Callable[[str], list[Product]]
    who: Callable[[], str]
    with_permission: WithPermission
