"""A merchant as TOML: what `pos-tui merchants` writes, and a table of cloud.toml."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import tomlkit
from msgspec import NODEFAULT, Struct

from pos_tui.settings import Merchant

if TYPE_CHECKING:
    from tomlkit.items import Table


def merchant_table(merchant: Merchant) -> Table:
    """The table of a merchant: every field that is not as it would be anyway, then its accounts."""
    table = _table(merchant)
    for name, account in merchant.accounts.items():
        table.add(name, _table(account))
    return table


def _table(struct: Struct) -> Table:
    table = tomlkit.table()
    for field in msgspec.structs.fields(struct):
        value = getattr(struct, field.name)
        if field.name == "accounts" or (field.default is not NODEFAULT and value == field.default):
            continue
        if isinstance(value, dict):
            rows = tomlkit.inline_table()
            for name, text in value.items():
                rows.add(name, tomlkit.string(text))
            table.add(field.name, rows)
        elif isinstance(value, str):
            is_long = "\n" in value and "\r" not in value
            table.add(field.name, tomlkit.string(value, multiline=is_long))
        elif isinstance(value, tuple):
            table.add(field.name, list(value))
        elif isinstance(value, datetime):
            table.add(field.name, value.astimezone(UTC).replace(microsecond=0))
        else:
            table.add(field.name, value)
    return table
