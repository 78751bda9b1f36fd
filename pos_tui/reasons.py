"""Reasons: why something is as it is, as values. Only `wording` turns them into words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal

from msgspec import Struct


class Reason(Struct, frozen=True):
    """A kind, like "sale.finished", and the values that its sentence is about.

    The part before the first dot names the table in `wording.tables` that has the sentence. Values
    are plain: amounts come as they are written, other reasons may stand inside.
    """

    kind: str
    values: Mapping[str, ReasonValue] = {}


ReasonValue = str | int | Decimal | date | datetime | time | Reason | tuple[str | Reason, ...]


def because(kind: str, /, **values: ReasonValue) -> Reason:
    """The reason of this kind: because("sale.empty"), because("item.expired", name="Milk")."""
    return Reason(kind, values)


def plain(text: str) -> Reason:
    """A text that came from elsewhere and is shown as it is: a system's message, a server's."""
    return because("words.text", text=text)


class ReasonError(Exception):
    """An error that a person may be told of. It carries its reason; its text is for logs."""

    def __init__(self, why: Reason | str, /, **values: ReasonValue) -> None:
        """`why` is a reason, or the kind of one with its values."""
        self.reason = because(why, **values) if isinstance(why, str) else why
        super().__init__(self.reason)

    def __str__(self) -> str:
        """Kind and values, for logs and for programs."""
        return in_short(self.reason)


def in_short(reason: Reason) -> str:
    """A reason as text for logs: `item.expired name=Milk`."""
    parts = (f"{name}={_short(value)}" for name, value in reason.values.items())
    return " ".join((reason.kind, *parts))


def _short(value: ReasonValue) -> str:
    if isinstance(value, Reason):
        return f"({in_short(value)})"
    if isinstance(value, tuple):
        return ",".join(_short(each) for each in value)
    return str(value)


def reason_of(error: Exception) -> Reason:
    """Why an error happened: its own reason, or what a library or the system says of it."""
    if isinstance(error, ReasonError):
        return error.reason
    said = error.strerror if isinstance(error, OSError) else None  # without number and path
    return plain(said.rstrip("。.") if said else str(error))


# ---- reasons that are kept -----------------------------------------------------------------------


class StoredReason(Struct, frozen=True):
    """A reason as JSON keeps it: days, times and decimal numbers stand inside as text, marked."""

    kind: str
    values: dict[str, StoredValue] = {}


StoredValue = str | int | StoredReason | tuple[str | StoredReason, ...]


def stored(reason: Reason) -> StoredReason:
    """A reason in the form in which the books keep it."""
    return StoredReason(
        reason.kind, {name: _stored(value) for name, value in reason.values.items()}
    )


def restored(kept: StoredReason) -> Reason:
    """The reason that was kept."""
    return Reason(kept.kind, {name: _restored(value) for name, value in kept.values.items()})


def _stored(value: ReasonValue) -> StoredValue:
    match value:
        case Reason():
            return stored(value)
        case tuple():
            return tuple(stored(each) if isinstance(each, Reason) else each for each in value)
        case datetime() | date() | time():
            return StoredReason(f"${type(value).__name__}", {"text": value.isoformat()})
        case Decimal():
            return StoredReason("$number", {"text": str(value)})
    return value


def _restored(value: StoredValue) -> ReasonValue:
    if isinstance(value, tuple):
        return tuple(restored(each) if isinstance(each, StoredReason) else each for each in value)
    if not isinstance(value, StoredReason):
        return value
    text = str(value.values.get("text", ""))
    match value.kind:
        case "$datetime":
            return datetime.fromisoformat(text)
        case "$date":
            return date.fromisoformat(text)
        case "$time":
            return time.fromisoformat(text)
        case "$number":
            return Decimal(text)
    return restored(value)
