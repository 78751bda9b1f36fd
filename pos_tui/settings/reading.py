"""Reading a settings file: typed values, or an error that names file, line and key."""

from __future__ import annotations

import codecs
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from pos_tui.settings.places import settings_place
from pos_tui.settings.scanners import SerialDevice
from pos_tui.settings.section import SettingsError
from pos_tui.settings.till import TillSettings

_Table = TypeVar("_Table", bound=Struct)


def load_till_settings(path: Path | None) -> TillSettings:
    """till.toml from a path, or from its usual place, where its absence means the defaults.

    Raises SettingsError.
    """
    if path is None:
        path = settings_place() / "till.toml"
        if not path.exists():
            return TillSettings()
    settings = load_file(path, TillSettings)
    refuse_contradictions(path, _contradictions(settings))
    return settings


_USUAL_ENCODINGS = ("auto", "gb18030", "cp437", "cp858", "utf-8", "ascii")


def _contradictions(settings: TillSettings) -> Iterator[tuple[str, str]]:
    """What no single value shows to be wrong, with the key to look at."""
    if settings.gateway.url and not settings.gateway.key:
        yield "gateway.url", "it is set, so gateway.key is needed too"
    if settings.redis.url:
        yield from redis_contradictions({"redis.url": settings.redis.url})
    for name, percent in settings.tax.rates.items():
        if not 0 <= percent <= 100:
            yield f"tax.rates.{name}", f"{percent} is no percentage; write one from 0 to 100"
    if settings.tax.mode != "none" and settings.tax.default not in settings.tax.rates:
        yield "tax.default", f"there is no rate “{settings.tax.default}” in tax.rates"
    if settings.voice.kind == "command" and not settings.voice.command:
        yield "voice.command", "a voice of kind command needs the command that speaks"
    encodings = [("printer.encoding", settings.printer.encoding)]
    for device in settings.scanner.device:
        if isinstance(device, SerialDevice):
            encodings.append(("scanner.device.encoding", device.encoding))
    for key, encoding in encodings:
        try:
            if encoding not in _USUAL_ENCODINGS:  # to look one up is to load it
                codecs.lookup(encoding)
        except LookupError:
            yield key, f"there is no encoding “{encoding}”"


def refuse_contradictions(path: Path, found: Iterator[tuple[str, str]]) -> None:
    """Raise SettingsError for the first (key, what is wrong), with its line."""
    for key, wrong in found:
        line = _line_of(path.read_text(encoding="utf-8"), key.split("."))
        raise SettingsError(f"{path}{f', line {line}' if line else ''}: {key}: {wrong}.")


def redis_contradictions(urls: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    """Which of these settings (key → url) name no Redis, and why."""
    from pos_tui.settings.redis_place import RedisPlaceError, redis_place

    for key, url in urls.items():
        try:
            redis_place(url or "redis://localhost")
        except RedisPlaceError as error:
            yield key, str(error)


def load_file(path: Path, kind: type[_Table]) -> _Table:
    """The table that a TOML file holds. Raises SettingsError, with file, line and key."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: the file is not UTF-8 text; save it as UTF-8.") from error
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}).") from error
    try:
        return msgspec.convert(tomllib.loads(text), kind, dec_hook=_path_of)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}.") from error
    except msgspec.ValidationError as error:
        raise SettingsError(explain_wrong(path, text, str(error))) from error


def _path_of(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise msgspec.ValidationError("Expected a path in quotes")


def explain_wrong(path: Path, text: str, problem: str) -> str:
    """What is wrong with a settings text, from msgspec's words: file, line, key, sentence."""
    what, _, where = problem.partition(" - at `$")
    keys = [key for key in re.split(r"[.\[\]]", where.rstrip("`")) if key and key != "..."]
    unknown = re.search(r"unknown field `(.+?)`", what)
    if unknown:
        keys.append(unknown[1])
        what = "there is no such setting"
    names = [key for key in keys if not key.isdigit()]
    line = _line_of(text, names)
    place = f"{path}, line {line}" if line else str(path)
    return f"{place}: {'.'.join(names) or 'settings'}: {what.replace('Object', 'the table')}."


def _line_of(text: str, names: list[str]) -> int | None:
    """The line that sets this key, or else the one that opens its table."""
    best = None
    for number, table, key in _keys(text):
        if [*table, key] == names:
            return number
        if best is None and not key and table == names[: len(table)]:
            best = number
    return best


def _keys(text: str) -> Iterator[tuple[int, list[str], str]]:
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\[?\s*([\w.\-\s\"]+?)\s*\]", line)
        if header:
            table = [part.strip(' "') for part in header[1].split(".")]
            yield number, table, ""
        elif assignment := re.match(r"\s*\"?([\w\-]+)\"?\s*=", line):
            yield number, table, assignment[1]
