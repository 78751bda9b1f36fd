"""What every table of a settings file is, and the kinds of values in it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from pos_tui.reasons import ReasonError

IDENTITY = r"^[0-9A-Za-z_-]{1,64}\Z"
FILE_NAME = r"^[0-9A-Za-z_][0-9A-Za-z_.-]{0,63}\Z"
HOST = r"^[0-9A-Za-z.:_%-]{1,253}\Z"
LANGUAGE_TAG = r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8}){0,6}\Z"
OPTIONAL_WEB_ADDRESS = r"^(https?://[!-~]{1,500})?\Z"
REGION = r"^([A-Z]{2})?\Z"
ONE_REGION = r"^[A-Z]{2}\Z"
WEB_ADDRESS = r"^https?://[!-~]{1,500}\Z"

Positive = Annotated[int, Meta(ge=1, le=10_000_000)]
Port = Annotated[int, Meta(ge=1, le=65535)]
Seconds = Annotated[float, Meta(gt=0, le=600)]
Pause = Annotated[float, Meta(ge=0, le=600)]
Milliseconds = Annotated[float, Meta(gt=0, le=10_000)]
RedisUrl = Annotated[str, Meta(pattern=r"^(rediss?(\+(sentinel|cluster))?|unix)://.+$")]
Identity = Annotated[str, Meta(pattern=IDENTITY)]
FileName = Annotated[str, Meta(pattern=FILE_NAME)]
Host = Annotated[str, Meta(pattern=HOST)]
WebAddress = Annotated[str, Meta(pattern=WEB_ADDRESS)]


class SettingsError(ReasonError):
    """A settings file that cannot be used; its reason names the file, the line, the key and why."""


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a settings file; an unknown key in it is an error, never ignored."""
