"""The merchants as the servers use them: from cloud.toml and the merchants' folder, keys opened."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from pos_tui.cloud.settings_files import load_merchant
from pos_tui.cloud.wire.sealing import SEALED, Master
from pos_tui.reasons import plain
from pos_tui.settings import CloudSettings, Merchant, SettingsError

FILE = "file:"

_log = logging.getLogger(__name__)
_Keyed = TypeVar("_Keyed", bound=Struct)
_Stamp = tuple[int, int, int]


class MerchantBook:
    """Every merchant by id. `refresh` takes in what `pos-tui merchants` has changed since."""

    def __init__(
        self,
        settings: CloudSettings,
        data: Path,
        *,
        accounts: bool = True,
        lenient: bool = False,
    ) -> None:
        """Without `accounts` the platforms' keys are not even read: only the tills' keys are.

        Raises SettingsError for a merchant that cannot be used; a lenient book leaves one whose
        own file cannot be used out, since a server is there for all the others too.
        """
        self._data = data
        self._accounts = accounts
        self._folder = data / settings.keys.merchants
        self._master_file = data / settings.keys.master_file
        self._written = {
            merchant.id: self._with_open_keys(_checked(merchant)) for merchant in settings.merchant
        }
        self._read: dict[Path, tuple[_Stamp, Merchant]] = {}
        self._stamps = self._read_stamps()
        self._merchants = self._read_all(lenient=lenient)

    def get(self, merchant: str) -> Merchant | None:
        """The merchant with this id, disabled or not."""
        return self._merchants.get(merchant)

    def all(self) -> tuple[Merchant, ...]:
        """All the merchants, in order of their ids."""
        return tuple(self._merchants[name] for name in sorted(self._merchants))

    def refresh(self) -> frozenset[str]:
        """Read what has changed in the folder; the ids of the merchants that are other now.

        A file that cannot be used leaves its merchant as it was, and is complained about.
        """
        stamps = self._read_stamps()
        if stamps == self._stamps:
            return frozenset()
        is_other_master = stamps.get(self._master_file) != self._stamps.get(self._master_file)
        before, self._stamps = self._merchants, stamps
        self._merchants = self._read_all(lenient=True, anew=is_other_master)
        names = before.keys() | self._merchants.keys()
        return frozenset(n for n in names if before.get(n) != self._merchants.get(n))

    def _read_stamps(self) -> dict[Path, _Stamp]:
        """What shows that a file has changed; one that replaced it may differ in its inode only."""
        found = {}
        for path in (*sorted(self._folder.glob("*.toml")), self._master_file):
            try:
                stat = path.stat()
            except OSError:
                continue
            found[path] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        return found

    def _read_all(self, *, lenient: bool, anew: bool = False) -> dict[str, Merchant]:
        merchants = dict(self._written)
        read: dict[Path, tuple[_Stamp, Merchant]] = {}
        for path, stamp in self._stamps.items():
            if path == self._master_file:
                continue
            known = self._read.get(path)
            if known is None or known[0] != stamp or anew:
                try:
                    known = stamp, self._with_open_keys(load_merchant_file(path))
                except SettingsError as error:
                    if not lenient:
                        raise
                    _log.error("%s: %s", "it stays as it was" if known else "left out", error)
            if known is None:
                continue
            read[path] = known
            if known[1].id in self._written:
                if not lenient:
                    raise SettingsError(
                        "merchant.there_already", path=str(path), merchant=known[1].id
                    )
                _log.error("%s: left out; cloud.toml has this merchant too", path)
                continue
            merchants[known[1].id] = known[1]
        self._read = read
        return merchants

    def _with_open_keys(self, merchant: Merchant) -> Merchant:
        if not self._accounts:
            merchant = msgspec.structs.replace(merchant, accounts={})
        return with_open_keys(merchant, self._data, self._master_file)


def load_merchant_file(path: Path) -> Merchant:
    """The merchant of a file that is named after it, keys sealed. Raises SettingsError."""
    merchant = load_merchant(path)
    if merchant.id != path.stem:
        raise SettingsError("merchant.other_name", path=str(path), merchant=merchant.id)
    return _checked(merchant)


def _checked(merchant: Merchant) -> Merchant:
    if merchant.key_before_until is not None and merchant.key_before_until.tzinfo is None:
        raise SettingsError("merchant.no_time_zone", merchant=merchant.id)
    return merchant


def with_open_keys(merchant: Merchant, data: Path, master_file: Path) -> Merchant:
    """A merchant whose keys are the texts themselves. Raises SettingsError."""
    master: Master | None = None

    def text_of(value: str, place: str) -> str:
        nonlocal master
        if value.startswith(SEALED):
            master = master or Master.read(master_file)
            return master.open(value, place)
        try:
            return file_text(value, data)
        except SettingsError as error:
            raise SettingsError("merchant.at", place=place, why=error.reason) from error

    result = map_texts(merchant, text_of)
    if not result.key or result.key_before == "":
        raise SettingsError("merchant.empty_key", merchant=merchant.id)
    return result


def file_text(value: str, folder: Path) -> str:
    """What a `file:` of this folder holds, or any other text itself. Raises SettingsError."""
    if not value.startswith(FILE):
        return value
    path = folder / value.removeprefix(FILE)
    try:
        return path.read_text(encoding="utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise SettingsError("merchant.key_file_not_text", path=str(path)) from error
    except OSError as error:
        why = plain(error.strerror or "")
        raise SettingsError("merchant.key_file_unreadable", path=str(path), why=why) from error


def map_texts(merchant: Merchant, change: Callable[[str, str], str]) -> Merchant:
    """A merchant with each text of its own and its accounts changed by its place (`M001.key`)."""
    accounts = {
        name: _map_texts(account, f"{merchant.id}.{name}", change)
        for name, account in merchant.accounts.items()
    }
    own = _map_texts(merchant, merchant.id, change)
    return msgspec.structs.replace(own, accounts=accounts)


def _map_texts(table: _Keyed, place: str, change: Callable[[str, str], str]) -> _Keyed:
    changes: dict[str, object] = {}
    for name in table.__struct_fields__:
        found, here = getattr(table, name), f"{place}.{name}"
        if isinstance(found, str):
            changes[name] = change(found, here)
        elif isinstance(found, dict) and all(isinstance(each, str) for each in found.values()):
            changes[name] = {k: change(v, f"{here}.{k}") for k, v in found.items()}
    return msgspec.structs.replace(table, **changes)


def till_keys(merchant: Merchant, now: datetime) -> tuple[bytes, ...]:
    """What a merchant's tills may sign with, and believe, at an aware time; the present key first.

    While it is valid, the key of before is the second.
    """
    if merchant.key_before is not None and has_previous_key(merchant, now):
        return merchant.key.encode(), merchant.key_before.encode()
    return (merchant.key.encode(),)


def has_previous_key(merchant: Merchant, now: datetime) -> bool:
    """Whether the key of before is still a key of this merchant at an aware time."""
    until = merchant.key_before_until
    return merchant.key_before is not None and until is not None and now < until
