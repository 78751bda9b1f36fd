"""A merchant as the servers know it: the key its tills sign with, its accounts at the platforms.

A key is written in one of three ways: `file:PATH` (from the data folder), `sealed:…` as
`pos-tui merchants` writes it, or the text itself. What an account at one platform consists of
belongs to that platform; here is only what all of them have.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Self, get_args, get_type_hints

from msgspec import Meta, Struct, field

from pos_tui.settings.section import Identity, Section, WebAddress

Key = str
"""A public key or certificate."""
Secret = Annotated[str, Meta(extra={"secret": True})]
"""A key that nobody else may know; a merchant's own file has it sealed."""


class Keyed(Section, frozen=True):
    """A table with keys in it, which never shows them."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class PlatformAccount(Keyed, frozen=True, kw_only=True):
    """An account at a platform.

    `accepts` names the wallets whose codes it takes, as the table of payment formats calls them.
    """

    url: WebAddress
    accepts: tuple[str, ...]

    @property
    @abstractmethod
    def number(self) -> str:
        """What the account is called at its platform."""

    @classmethod
    @abstractmethod
    def simulated(cls, base_url: str, key: Callable[[str], str]) -> Self:
        """An account at the simulated platform below an address; `key` gives a key file's value."""


class Merchant(Keyed, frozen=True, kw_only=True):
    """A merchant. After a rotation its tills may use the key of before for a while longer.

    `accounts` are by the name of their platform, those of a wallet's own platform first.
    """

    id: Identity
    key: Secret
    key_made_at: datetime | None = None
    key_before: Secret | None = None
    key_before_until: datetime | None = None
    disabled: bool = False
    accounts: dict[str, PlatformAccount] = field(default_factory=dict)


def secret_fields(table: type[Struct]) -> frozenset[str]:
    """The fields of a table that hold a Secret."""
    hints = get_type_hints(table, include_extras=True)
    return frozenset(name for name, hint in hints.items() if _is_secret(hint))


def _is_secret(hint: object) -> bool:
    return any(
        (isinstance(part, Meta) and bool((part.extra or {}).get("secret"))) or _is_secret(part)
        for part in get_args(hint)
    )
