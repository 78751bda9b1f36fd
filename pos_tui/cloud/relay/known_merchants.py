"""The merchants that the relay publishes for: their ids and nothing else, above all no key."""

from __future__ import annotations

from pathlib import Path

from pos_tui.messages import bucket_of
from pos_tui.settings import CloudSettings


class KnownMerchants:
    """The ids of the merchants: in the settings, and the names of the files in their folder."""

    def __init__(self, settings: CloudSettings, data: Path) -> None:
        self._folder = data / settings.keys.merchants
        written = {merchant.id for merchant in settings.merchant}
        self._written = frozenset({*settings.relay.merchants, *written})
        self._ids: frozenset[str] = frozenset()
        self.refresh()

    def refresh(self) -> None:
        """Take in the files that are new, and forget those that are gone."""
        self._ids = self._written | {path.stem for path in self._folder.glob("*.toml")}

    def __contains__(self, merchant: str) -> bool:
        return merchant in self._ids

    def buckets(self) -> set[int]:
        """The buckets that have a merchant, disabled ones too: what they were paid is published."""
        return {bucket_of(merchant) for merchant in self._ids}
