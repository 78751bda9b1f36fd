"""A merchant's own file: what is public in clear, every secret sealed, never half written."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import tomlkit
from filelock import FileLock

from pos_tui.cloud.merchant_toml import merchant_table
from pos_tui.cloud.merchants import file_text, load_merchant_file, map_texts, with_open_keys
from pos_tui.cloud.platforms.registry import PLATFORMS
from pos_tui.cloud.settings_files import merchant_of
from pos_tui.cloud.wire.sealing import SEALED, Master
from pos_tui.files.owner import make_private_folder, open_private, restrict_to_owner
from pos_tui.files.replacing import replace_file
from pos_tui.reasons import because, plain
from pos_tui.settings import CloudSettings, Merchant, SettingsError
from pos_tui.settings.merchant import secret_fields
from pos_tui.settings.reading import explain_wrong as explain

SECRETS = secret_fields(Merchant).union(*(secret_fields(row.account) for row in PLATFORMS))
"""The names of all the fields that are sealed."""
_OF_THE_MERCHANT = (
    "id",
    "key",
    "key_made_at",
    "key_before",
    "key_before_until",
    "disabled",
)


class MerchantFiles:
    """The folder of the merchants' files, as their operator changes it."""

    def __init__(self, settings: CloudSettings, data: Path) -> None:
        self._data = data
        self._folder = data / settings.keys.merchants
        self._master_file = data / settings.keys.master_file

    def path(self, merchant: str) -> Path:
        """Where a merchant's file is, or would be."""
        return self._folder / f"{merchant}.toml"

    def paths(self) -> list[Path]:
        """The files that there are, in order of their names."""
        return sorted(self._folder.glob("*.toml"))

    def read(self, merchant: str) -> Merchant:
        """A merchant with its keys opened. Raises SettingsError."""
        return with_open_keys(
            load_merchant_file(self.path(merchant)), self._data, self._master_file
        )

    def add(self, merchant: Merchant) -> None:
        """Write the file of a new merchant. Raises SettingsError, OSError, FileExistsError."""
        self._write(merchant, is_new=True)

    def replace(self, merchant: Merchant) -> None:
        """Write a merchant's file anew. Raises SettingsError and OSError."""
        self._write(merchant, is_new=False)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other operators out between reading a merchant and writing it."""
        make_private_folder(self._folder)
        restrict_to_owner(self._folder)
        with FileLock(self._folder / ".lock"):
            yield

    def _write(self, merchant: Merchant, *, is_new: bool) -> None:
        path = self.path(merchant.id)
        make_private_folder(self._folder)
        restrict_to_owner(self._folder)
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
        text = _text(self._sealed(merchant))
        handle = open_private(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            self._check(text, merchant)
            if is_new:
                os.link(beside, path)  # which never replaces a file that is there
            else:
                replace_file(beside, path)
        finally:
            beside.unlink(missing_ok=True)
        _sync_folder(self._folder)

    def _sealed(self, merchant: Merchant) -> Merchant:
        master = self._master()

        def seal(text: str, place: str) -> str:
            return master.seal(text, place) if place.rpartition(".")[2] in SECRETS else text

        return map_texts(merchant, seal)

    def _master(self) -> Master:
        if not self._master_file.exists() and any(
            SEALED in path.read_text(encoding="utf-8") for path in self.paths()
        ):
            return Master.read(self._master_file)  # which says what to do without it
        return Master.read_or_make(self._master_file)

    def _check(self, text: str, merchant: Merchant) -> None:
        """What was written must give the same merchant again."""
        read = merchant_of(tomllib.loads(text)["merchant"])
        if with_open_keys(read, self._data, self._master_file) != merchant:
            raise SettingsError("merchant.cannot_be_kept", merchant=merchant.id)


def new_till_key() -> str:
    """A key for a merchant's tills: 256 random bits as text."""
    return secrets.token_urlsafe(32)


def read_accounts(path: Path, merchant: str, key: str) -> Merchant:
    """A merchant with this till key and the accounts of a file, every key as its text.

    The file has a table for each account, with its platform's name; `file:` starts at its own
    folder. Raises SettingsError, which names file, line and key.
    """
    try:
        text = path.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        why = plain(str(error))
        raise SettingsError("settings.not_toml", path=str(path), why=why) from error
    except UnicodeDecodeError as error:
        raise SettingsError("settings.not_utf8", path=str(path)) from error
    except OSError as error:
        why = plain(error.strerror or "")
        raise SettingsError("settings.unreadable", path=str(path), why=why) from error
    for name in _OF_THE_MERCHANT:
        if name in tables:
            raise SettingsError(explain(path, text, because("settings.unknown"), name))
    try:
        found = merchant_of({**tables, "id": merchant, "key": key})
    except msgspec.ValidationError as error:
        raise SettingsError(explain(path, text, str(error))) from error
    if not found.accounts:
        raise SettingsError("merchant.no_account", path=str(path), example=PLATFORMS[0].name)

    def checked(value: str, place: str) -> str:
        name = place.removeprefix(f"{merchant}.")
        if value.startswith(SEALED):
            sealed = because("merchant.sealed_elsewhere")
            raise SettingsError(explain(path, text, sealed, name))
        try:
            value = file_text(value, path.parent)
        except SettingsError as error:
            raise SettingsError(explain(path, text, error.reason, name)) from error
        is_secret = name.rpartition(".")[2] in SECRETS
        if is_secret and not value.strip():
            empty = because("merchant.empty_secret")
            raise SettingsError(explain(path, text, empty, name))
        if not is_secret and "PRIVATE KEY" in value:
            private = because("merchant.private_key_inside")
            raise SettingsError(explain(path, text, private, name))
        return value

    return map_texts(found, checked)


def _text(merchant: Merchant) -> str:
    document = tomlkit.document()
    document.add(tomlkit.comment("Written by pos-tui merchants; its sealed: texts fit here only."))
    document.add(tomlkit.nl())
    document.add("merchant", merchant_table(merchant))
    return tomlkit.dumps(document)


def _sync_folder(folder: Path) -> None:
    """A new name is on the disk once its folder is; Windows has no such call."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
