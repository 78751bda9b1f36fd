"""What each merchant's messages are signed with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from pos_tui.cloud.merchants import MerchantBook, has_previous_key
from pos_tui.messages import bucket_of


class Keyring:
    """What each merchant's messages are signed with, as its operator has it now."""

    def __init__(
        self, book: MerchantBook, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._book = book
        self._clock = clock

    def refresh(self) -> None:
        """Take in what has changed."""
        self._book.refresh()

    def buckets(self) -> set[int]:
        """The buckets that have a merchant, disabled ones too: what they were paid is published."""
        return {bucket_of(merchant.id) for merchant in self._book.all()}

    def get(self, merchant: str) -> tuple[bytes, bytes | None] | None:
        """A merchant's key, and the one of before while tills may still have that."""
        found = self._book.get(merchant)
        if found is None:
            return None
        if found.key_before is not None and has_previous_key(found, self._clock()):
            return found.key.encode(), found.key_before.encode()
        return found.key.encode(), None
