"""Reading a settings file: typed values, or an error that names file, line and key."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from pos_tui.reasons import Reason, because, plain
from pos_tui.settings.paths import settings_folder
from pos_tui.settings.section import (
    FILE_NAME,
    HOST,
    IDENTITY,
    LANGUAGE_TAG,
    ONE_REGION,
    OPTIONAL_WEB_ADDRESS,
    REGION,
    WEB_ADDRESS,
    SettingsError,
)
from pos_tui.settings.till import TillSettings

_Table = TypeVar("_Table", bound=Struct)

SETTINGS_ENCODING = "utf-8-sig"
"""UTF-8, with the mark at its beginning that some editors write."""


def load_till_settings(path: Path | None, shown_as: Path | None = None) -> TillSettings:
    """till.toml from a path, or from its usual place, where its absence means the defaults.

    Raises SettingsError, which calls the file `shown_as` where that is given.
    """
    if path is None:
        path = settings_folder() / "till.toml"
        if not path.exists():
            return TillSettings()
    settings = load_file(path, TillSettings, shown_as)
    refuse_contradictions(path, _contradictions(settings), shown_as)
    return settings


def glance_at_screen(path: Path) -> tuple[str, dict[str, str]]:
    """The language and the changed keys of a settings file that nobody has judged yet."""
    try:
        tables = tomllib.loads(path.read_text(encoding=SETTINGS_ENCODING))
    except (OSError, ValueError, RecursionError):  # to load it will tell what is wrong
        return "", {}
    language = _value(tables, "shop", "language")
    keys = _value(tables, "screen", "keys")
    changes = keys.items() if isinstance(keys, dict) else ()
    return (
        language if isinstance(language, str) else "",
        {str(command): key for command, key in changes if isinstance(key, str)},
    )


def _value(tables: Mapping[str, object], table: str, key: str) -> object:
    values = tables.get(table)
    return values.get(key) if isinstance(values, dict) else None


def _contradictions(settings: TillSettings) -> Iterator[tuple[str, Reason]]:
    """What no single value's type shows to be wrong, with the key to look at."""
    from pos_tui.settings.wrong_values import wrong_values

    yield from wrong_values(settings)
    if settings.gateway.url.startswith("http://") and not settings.gateway.insecure:
        yield from _in_the_clear(settings.gateway.url)
    if settings.redis.url:
        yield from redis_contradictions({"redis.url": settings.redis.url})


def _in_the_clear(url: str) -> Iterator[tuple[str, Reason]]:
    from urllib.parse import urlsplit

    from pos_tui.settings.redis_url import is_loopback

    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = url
    if not is_loopback(host):
        yield "gateway.url", because("settings.gateway_in_the_clear", host=host)


def refuse_contradictions(
    path: Path, found: Iterator[tuple[str, Reason]], shown_as: Path | None = None
) -> None:
    """Raise SettingsError for the first (key, what is wrong), with its line."""
    for key, why in found:
        names, nth = _names_of(key.split("."))
        line = _line_of(path.read_text(encoding=SETTINGS_ENCODING), names, nth)
        raise SettingsError(_at(shown_as or path, line, ".".join(names), why))


def _at(path: Path, line: int | None, key: str | Reason, why: Reason) -> Reason:
    if line is None:
        return because("settings.in_file", path=str(path), setting=key, why=why)
    return because("settings.at_line", path=str(path), line=line, setting=key, why=why)


def redis_contradictions(urls: Mapping[str, str | None]) -> Iterator[tuple[str, Reason]]:
    """Which of these settings (key → url) name no Redis, and why."""
    from pos_tui.settings.redis_url import RedisAddressError, redis_address

    for key, url in urls.items():
        try:
            redis_address(url or "redis://localhost")
        except RedisAddressError as error:
            yield key, error.reason


def load_file(path: Path, kind: type[_Table], shown_as: Path | None = None) -> _Table:
    """The table that a TOML file holds. Raises SettingsError, with file, line and key."""
    shown = str(shown_as or path)
    try:
        text = path.read_text(encoding=SETTINGS_ENCODING)
    except UnicodeDecodeError as error:
        raise SettingsError("settings.not_utf8", path=shown) from error
    except OSError as error:
        why = plain(error.strerror or str(error))
        raise SettingsError("settings.unreadable", path=shown, why=why) from error
    try:
        return msgspec.convert(tomllib.loads(text), kind, dec_hook=_path_of)
    except RecursionError as error:
        why = because("settings.nested_too_deep")
        raise SettingsError("settings.not_toml", path=shown, why=why) from error
    except msgspec.ValidationError as error:
        raise SettingsError(explain_wrong(Path(shown), text, str(error))) from error
    except ValueError as error:  # not TOML, or a number of thousands of digits
        raise SettingsError("settings.not_toml", path=shown, why=plain(str(error))) from error


def _path_of(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise msgspec.ValidationError(_NO_PATH)


def explain_wrong(path: Path, text: str, problem: str | Reason, key: str = "") -> Reason:
    """What is wrong with a settings text: file, line, key and why.

    `problem` is in msgspec's words, which name the key; or a reason, with the key beside it, such
    as `shop.name`, or `block.2.text` in the third of several tables.
    """
    if isinstance(problem, Reason):
        names, nth = _names_of(key.split("."))
        return _at(path, _line_of(text, names, nth), ".".join(names), problem)
    what, _, where = problem.partition(" - at `$")
    keys = [part for part in re.split(r"[.\[\]]", where.rstrip("`")) if part and part != "..."]
    unknown = re.search(r"unknown field `(.+?)`", what)
    if unknown:
        keys.append(unknown[1])
    names, nth = _names_of(keys)
    why = because("settings.unknown") if unknown else _why_invalid(what)
    return _at(
        path, _line_of(text, names, nth), ".".join(names) or because("settings.the_file"), why
    )


_NO_PATH = "Expected a path in quotes"
_INVALID = {
    "missing": r"Object missing required field `(?P<name>.+)`",
    "wrong_type": r"Expected `(?P<expected>.+?)`, got `(?P<got>.+)`",
    "out_of_range": r"Expected `(?P<expected>.+?)` (?P<sign>[<>]=?) (?P<bound>.+)",
    "wrong_length": r"Expected `(?P<expected>.+?)` of length (?P<sign>[<>]=?) (?P<bound>.+)",
    "not_like": r"Expected `str` matching regex (?P<pattern>.+)",
    "no_choice": r"Invalid (?:enum )?value (?P<value>.+)",
    "no_path": _NO_PATH,
}
"""Kinds of reasons, and what msgspec writes for each."""


_EXPECTED = {
    IDENTITY: "settings.write_identity",
    WEB_ADDRESS: "settings.write_web_address",
    OPTIONAL_WEB_ADDRESS: "settings.write_web_address",
    FILE_NAME: "settings.write_identity",
    HOST: "settings.write_host",
    LANGUAGE_TAG: "settings.write_language_tag",
    REGION: "settings.write_region",
    ONE_REGION: "settings.write_region",
}
"""What a value must be like, in words, by the pattern that checks it."""


def _why_invalid(what: str) -> Reason:
    pattern = what.removeprefix("Expected `str` matching regex ")
    for expected, kind in _EXPECTED.items():
        if pattern == repr(expected):
            return because(kind)
    for name, pattern in _INVALID.items():
        found = re.fullmatch(pattern, what)
        if found:
            return because(f"settings.{name}", **found.groupdict())
    return plain(what.replace("Object", "the table"))


def _names_of(keys: list[str]) -> tuple[list[str], int]:
    """The names on the way to a value, and which of several tables it is in, counted from 0."""
    names = [part for part in keys if not part.isdigit()]
    return names, next((int(part) for part in keys if part.isdigit()), 0)


def _line_of(text: str, names: list[str], nth: int = 0) -> int | None:
    """The line that sets this key, or else the one that opens its table; of several tables of one
    name it is the nth, counted from 0.
    """
    best = None
    lines = list(_keys(text))
    opened = Counter(tuple(table) for _, table, key in lines if not key)
    seen = Counter[tuple[str, ...]]()
    for number, table, key in lines:
        name = tuple(table)
        seen[name] += not key
        if opened[name] > 1 and seen[name] != nth + 1:
            continue
        if [*table, key] == names:
            return number
        if best is None and not key and table == names[: len(table)]:
            best = number
    return best


def _keys(text: str) -> Iterator[tuple[int, list[str], str]]:
    table: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        header = re.match(r"\s*\[\[?\s*([\w.\-\s\"]+?)\s*\]", line)
        if header:
            table = [part.strip(' "') for part in header[1].split(".")]
            yield number, table, ""
        elif assignment := re.match(r"\s*\"?([\w\-]+)\"?\s*=", line):
            yield number, table, assignment[1]
