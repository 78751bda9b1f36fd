"""The merchants as the servers use them: from cloud.toml and the merchants' folder, keys opened."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from pos_tui.cloud.sealing import SEALED, Master
from pos_tui.settings import CloudSettings, Merchant, SettingsError, load_merchant

_log = logging.getLogger(__name__)
_FILE = "file:"

_Sealed = TypeVar("_Sealed", bound=Struct)
_Stamp = tuple[tuple[str, int, int], ...]


class MerchantBook:
    """Every merchant by id. `refresh` takes in what `pos-tui merchants` has changed since."""

    def __init__(self, settings: CloudSettings, data: Path) -> None:
        """Raises SettingsError for a merchant that cannot be used."""
        self._settings = settings
        self._data = data
        self._folder = data / settings.keys.merchants
        self._stamp = self._look()
        self._merchants = self._read_all()

    def get(self, merchant: str) -> Merchant | None:
        """The merchant with this id, disabled or not."""
        return self._merchants.get(merchant)

    def all(self) -> tuple[Merchant, ...]:
        """All the merchants, in order of their ids."""
        return tuple(self._merchants[name] for name in sorted(self._merchants))

    def refresh(self) -> frozenset[str]:
        """Read the folder again if it has changed; the ids of the merchants that are other now.

        A file that cannot be used leaves everything as it was, and is complained about.
        """
        stamp = self._look()
        if stamp == self._stamp:
            return frozenset()
        self._stamp = stamp
        before = self._merchants
        try:
            self._merchants = self._read_all()
        except SettingsError as error:
            _log.error("the merchants stay as they were: %s", error)
            return frozenset()
        names = before.keys() | self._merchants.keys()
        return frozenset(n for n in names if before.get(n) != self._merchants.get(n))

    def _look(self) -> _Stamp:
        found = []
        for path in sorted(self._folder.glob("*.toml")):
            try:
                stat = path.stat()
            except FileNotFoundError:
                continue
            found.append((path.name, stat.st_mtime_ns, stat.st_size))
        return tuple(found)

    def _read_all(self) -> dict[str, Merchant]:
        merchants: dict[str, Merchant] = {}
        for merchant in self._settings.merchant:
            merchants[merchant.id] = merchant
        for name, _, _ in self._stamp:
            merchant = load_merchant(self._folder / name)
            if merchant.id in merchants:
                raise SettingsError(f"{self._folder / name}: {merchant.id} is there already.")
            merchants[merchant.id] = merchant
        return {
            name: opened(merchant, self._data, self._data / self._settings.keys.master_file)
            for name, merchant in merchants.items()
        }


def opened(merchant: Merchant, data: Path, master_file: Path) -> Merchant:
    """A merchant whose keys are the texts themselves. Raises SettingsError."""
    master: Master | None = None

    def text_of(value: str, place: str) -> str:
        nonlocal master
        if value.startswith(_FILE):
            path = data / value.removeprefix(_FILE)
            try:
                return path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise SettingsError(f"{path}: cannot be read ({error}).") from error
        if value.startswith(SEALED):
            master = master or Master.read(master_file)
            return master.open(value, place)
        return value

    def walk(value: _Sealed, place: str) -> _Sealed:
        changes: dict[str, object] = {}
        for name in value.__struct_fields__:
            found, here = getattr(value, name), f"{place}.{name}"
            if isinstance(found, str):
                changes[name] = text_of(found, here)
            elif isinstance(found, dict):
                changes[name] = {k: text_of(v, f"{here}.{k}") for k, v in found.items()}
            elif isinstance(found, Struct):
                changes[name] = walk(found, here)
        return msgspec.structs.replace(value, **changes)

    return walk(merchant, merchant.id)
