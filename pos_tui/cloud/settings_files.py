"""cloud.toml and the merchants' own files: read, with a table for each platform's account."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from pos_tui.cloud.platforms.registry import PLATFORMS
from pos_tui.settings import CloudSettings, Keyed, Merchant, Section, settings_folder
from pos_tui.settings.reading import load_file, redis_contradictions, refuse_contradictions

_OF_THE_MERCHANT = [field for field in msgspec.structs.fields(Merchant) if field.name != "accounts"]
# As a merchant is written, its accounts are tables with the platforms' names.
_MerchantTable = msgspec.defstruct(
    "MerchantTable",
    [
        *((field.name, field.type, field.default) for field in _OF_THE_MERCHANT),
        *((row.name, row.account | None, None) for row in PLATFORMS),
    ],
    bases=(Keyed,),
    frozen=True,
    kw_only=True,
)
_CloudTable = msgspec.defstruct(
    "CloudTable",
    [("merchant", tuple[_MerchantTable, ...], ())],  # type: ignore[valid-type]
    bases=(CloudSettings,),
    frozen=True,
    kw_only=True,
)
_MerchantFile = msgspec.defstruct(
    "MerchantFile", [("merchant", _MerchantTable)], bases=(Section,), frozen=True, kw_only=True
)


def load_cloud_settings(path: Path | None) -> CloudSettings:
    """cloud.toml from a path, or from its usual place. Raises SettingsError."""
    path = path or settings_folder() / "cloud.toml"
    found = msgspec.structs.asdict(load_file(path, _CloudTable))
    merchants = tuple(_merchant(table) for table in found.pop("merchant"))
    settings = CloudSettings(**found, merchant=merchants)
    relay = settings.relay
    urls = {
        "relay.redis_url": relay.redis_url,
        "relay.admin_redis_url": relay.admin_redis_url,
        "relay.public_redis_url": relay.public_redis_url,
    }
    refuse_contradictions(path, redis_contradictions(urls))
    return settings


def load_merchant(path: Path) -> Merchant:
    """The merchant of a file of its own. Raises SettingsError."""
    return _merchant(msgspec.structs.asdict(load_file(path, _MerchantFile))["merchant"])


def merchant_of(table: Mapping[str, object]) -> Merchant:
    """The merchant of a table as TOML has it. Raises msgspec.ValidationError."""
    return _merchant(msgspec.convert(table, _MerchantTable))


def _merchant(table: Struct) -> Merchant:
    found: dict[str, Any] = msgspec.structs.asdict(table)
    accounts = {row.name: found.pop(row.name) for row in PLATFORMS}
    return Merchant(
        **found, accounts={name: each for name, each in accounts.items() if each is not None}
    )
