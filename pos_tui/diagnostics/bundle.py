"""What a technician far away needs to see, in one file: only what is named here, and scrubbed."""

from __future__ import annotations

import contextlib
import json
import secrets
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import apsw
import msgspec
from msgspec import Struct

from pos_tui.books.books import FILE_NAME
from pos_tui.books.connection import BooksError, open_connection
from pos_tui.diagnostics.checks import Check
from pos_tui.diagnostics.codes import code_of
from pos_tui.diagnostics.scrubbing import AliasKind, Rule, Scrubber, aliases_for
from pos_tui.files.owner import write_for_owner
from pos_tui.reasons import in_short
from pos_tui.settings import TillSettings

LARGEST = 2_000_000
"""Bytes of one file; of a longer one the end is in the bundle."""
_SALT = "bundle.salt"
_ROWS, _ORDERS = 500, 100
_LOGS = ("faults.log", "faults.log.1", "cloud/cloud.log", "cloud/redis/redis.log")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # so that the same content gives the same file
_JOURNAL = "SELECT seq, at, sale_no, kind, body FROM journal ORDER BY seq DESC LIMIT ?"
_SALES = "SELECT state, count(*) FROM sales GROUP BY state ORDER BY state"
_LAST_ORDERS = "SELECT order_no, sale_no, state, body FROM orders ORDER BY seq DESC LIMIT ?"
_NAMES: tuple[tuple[AliasKind, str], ...] = (
    ("member", "SELECT code FROM customers UNION SELECT name FROM customers"),
    ("staff", "SELECT name FROM staff"),
)


class Piece(Struct, frozen=True):
    """A file of the bundle; `masked` counts by rule what was taken out, `lacks` says why there is
    no content, "" where there is.
    """

    name: str
    content: str = ""
    is_cut: bool = False
    masked: dict[str, int] = {}
    lacks: str = ""


class BundleError(Exception):
    """The bundle was not written; why, as the system says it."""


def gather(
    folder: Path, settings: TillSettings | None, checks: Sequence[Check], versions: str
) -> list[Piece]:
    """The pieces, all scrubbed. Nothing that is not named in this module is in them."""
    salt = _salt(folder)
    named = [*_machines(settings)]
    found: list[tuple[str, str, bool, str]] = [
        ("doctor.json", _as_json([_told(each) for each in checks]), False, ""),
        ("versions.txt", versions, False, ""),
        ("settings.json", *_of_settings(settings)),
    ]
    path = folder / FILE_NAME
    if path.exists():
        try:
            with closing(open_connection(path)) as reader:
                named += _persons(reader)
                found += [
                    ("books.json", _as_json(_facts(reader)), False, ""),
                    ("journal.jsonl", _journal(reader), False, ""),
                    ("orders.jsonl", _orders(reader), False, ""),
                ]
        except (BooksError, apsw.Error) as error:
            found.append(("books.json", "", False, type(error).__name__))
    else:
        found.append(("books.json", "", False, "not there"))
    found += [(name.replace("/", "-"), *_tail(folder / name)) for name in _LOGS]
    scrubber = Scrubber(aliases_for(salt, named))
    pieces = []
    for name, content, is_cut, lacks in found:
        text, masked = scrubber.clean(content)
        pieces.append(Piece(name, text, is_cut, dict(_sorted(masked)), lacks))
    return pieces


def manifest(pieces: Iterable[Piece]) -> str:
    """What is in the bundle, what was cut, what was taken out by which rule, what is missing."""
    return _as_json(
        [
            {
                "file": each.name,
                "bytes": len(each.content.encode()),
                "cut": each.is_cut,
                "masked": each.masked,
                "missing": each.lacks,
            }
            for each in pieces
        ]
    )


def write_bundle(path: Path, pieces: Sequence[Piece]) -> None:
    """Write them as a zip, which is for its owner; never over a file. Raises BundleError."""
    try:
        write_for_owner(path, b"", exclusive=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
            for name, text in (
                ("manifest.json", manifest(pieces)),
                *((each.name, each.content) for each in pieces if not each.lacks),
            ):
                bundle.writestr(zipfile.ZipInfo(name, _EPOCH), text.encode(), zipfile.ZIP_DEFLATED)
    except OSError as error:
        raise BundleError(error.strerror or str(error)) from error


def _salt(folder: Path) -> bytes:
    """What aliases of this till are made with; it never leaves the folder."""
    path = folder / _SALT
    try:
        return path.read_bytes()
    except OSError:
        salt = secrets.token_bytes(16)
    with contextlib.suppress(OSError):  # then they are others the next time
        write_for_owner(path, salt, exclusive=True)
    return salt


def _machines(settings: TillSettings | None) -> Iterator[tuple[AliasKind, str]]:
    if settings is None:
        return
    for url in (settings.gateway.url, settings.redis.url):
        host = urlsplit(url).hostname or ""
        if host not in {"", "localhost", "127.0.0.1", "::1"}:
            yield "host", host
    for printer in (settings.printer, *settings.printer_for):
        yield "host", printer.host
    yield "shop", settings.shop.name
    yield "shop", settings.shop.address
    yield "staff", settings.till.cashier


def _persons(reader: apsw.Connection) -> Iterator[tuple[AliasKind, str]]:
    for kind, query in _NAMES:
        for (value,) in reader.execute(query):
            yield kind, str(value)


def _of_settings(settings: TillSettings | None) -> tuple[str, bool, str]:
    if settings is None:
        return "", False, "unreadable"
    shown = msgspec.to_builtins(settings, str_keys=True)
    shown["gateway"]["key"] = "***" if settings.gateway.key else ""
    shown["voice"]["command"] = "***" if settings.voice.command else ""
    return _as_json(shown), False, ""


def _told(check: Check) -> dict[str, object]:
    return {
        "name": check.name,
        "state": check.state,
        "code": code_of(check),
        "figure": check.figure if isinstance(check.figure, str) else in_short(check.figure),
        "reason": in_short(check.say),
        "took_ms": check.took_ms,
    }


def _facts(reader: apsw.Connection) -> dict[str, object]:
    counts = {
        str(name): reader.execute(f'SELECT count(*) FROM "{name}"').fetchall()[0][0]  # noqa: S608
        for (name,) in reader.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            " ORDER BY name"
        ).fetchall()
    }
    sales = {str(state): count for state, count in reader.execute(_SALES)}
    return {"version": reader.pragma("user_version"), "sales": sales, "rows": counts}


def _journal(reader: apsw.Connection) -> str:
    """The latest rows: of what was noted what it was, of all others only which act and of what."""
    rows = []
    for seq, at, sale_no, kind, body in reader.execute(_JOURNAL, (_ROWS,)):
        row: dict[str, object] = {"seq": seq, "at": at, "sale": sale_no, "kind": kind}
        if kind == "note" and isinstance(body, bytes):
            noted = json.loads(body)
            row |= {"what": noted.get("what", ""), "detail": noted.get("detail", "")}
        rows.append(json.dumps(row, ensure_ascii=False))
    return "\n".join(reversed(rows))


def _orders(reader: apsw.Connection) -> str:
    kept = ("amount", "currency", "platform", "made_at", "sent_at", "paid_at")
    rows = []
    for order_no, sale_no, state, body in reader.execute(_LAST_ORDERS, (_ORDERS,)):
        told = {name: value for name, value in json.loads(str(body)).items() if name in kept}
        row = {"order": order_no, "sale": sale_no, "state": state, **told}
        rows.append(json.dumps(row, ensure_ascii=False))
    return "\n".join(reversed(rows))


def _tail(path: Path) -> tuple[str, bool, str]:
    """The end of a log, whether it is only that, and why there is none."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - LARGEST))
            content = file.read(LARGEST)
    except OSError as error:
        return "", False, error.strerror or type(error).__name__
    text = content.decode(errors="replace")
    if size <= LARGEST:
        return text, False, ""
    return text.partition("\n")[2], True, ""


def _sorted(masked: Counter[Rule]) -> list[tuple[str, int]]:
    return sorted((str(rule), times) for rule, times in masked.items())


def _as_json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, default=str)
