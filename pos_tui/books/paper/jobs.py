"""Print jobs: durable, first in, first out for each printer, and never lost without a word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal, NamedTuple

import apsw
import msgspec
from msgspec import Struct

from pos_tui.reasons import Reason, StoredReason, restored, stored

PrintKind = Literal["receipt", "voucher_slip", "drawer_slip", "x_report", "z_report", "label"]
PrintRole = Literal["receipt", "labels"]
JobState = Literal["waiting", "sending", "confirmed", "sent", "unsure", "given_up"]
JobEnd = Literal["confirmed", "sent"]
"""The printer said that the job is on paper; or it got all of it, and says nothing."""


class NewPrintJob(Struct, frozen=True):
    """What is to be printed, by the printer of which role, and for whom.

    `document` is the sale, the Z report, the voucher that it is of; `make` gives the printer's
    bytes of copy 0 (the first print), 1, 2 …. It is a copy where `is_copy`; it gets its number as
    it is put. `made_at` is aware: from then on its age counts.
    """

    kind: PrintKind
    document: int
    make: Callable[[int], bytes]
    made_at: datetime
    by: str = ""
    is_copy: bool = False
    role: PrintRole = "receipt"


class PrintJob(Struct, frozen=True):
    """A job as it stands: `since` it is in its state, `why` it is not printed where it is not.

    `wanted_at` is when somebody last wanted it printed. Times are aware, UTC. `job` is empty in
    lists, and once it is over.
    """

    number: int
    role: PrintRole
    kind: PrintKind
    document: int
    copy: int
    made_at: datetime
    wanted_at: datetime
    by: str
    state: JobState
    since: datetime
    why: Reason | None = None
    job: bytes = b""

    def is_offered(self, oldest: datetime) -> bool:
        """Whether it waits for somebody's word: it may be on paper, or is wanted since before
        `oldest`.
        """
        return self.state == "unsure" or (self.state == "waiting" and self.wanted_at < oldest)


class OpenPaper(NamedTuple):
    """How many jobs wait to print by themselves, and how many for somebody's word."""

    waiting: int
    offered: int


class PutJob(NamedTuple):
    """The number that a job got, and which copy it is; 0: the first print."""

    number: int
    copy: int


_FIELDS = "number, role, kind, document, copy, made_at, wanted_at, by, state, since, why"
_WHY = msgspec.json.Decoder(StoredReason)


def put_job(connection: apsw.Connection, new: NewPrintJob, role: PrintRole) -> PutJob:
    """Put a job behind the others of the printer that has this role, inside a transaction."""
    copy = 0
    if new.is_copy:
        (last,) = connection.execute(
            "SELECT coalesce(max(copy), 0) FROM print_jobs WHERE kind = ? AND document = ?",
            (new.kind, new.document),
        ).fetchone() or (0,)
        copy = int(str(last)) + 1
    at = _text(new.made_at)
    connection.execute(
        "INSERT INTO print_jobs (role, kind, document, copy, job, made_at, wanted_at, by, state,"
        " since, is_over) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, 0)",
        (role, new.kind, new.document, copy, new.make(copy), at, at, new.by, at),
    )
    return PutJob(connection.last_insert_rowid(), copy)


def claim_next(
    connection: apsw.Connection, role: PrintRole, at: datetime, oldest: datetime, number: int = 0
) -> PrintJob | None:
    """The next job that this printer may print; from now on it is being sent. None: there is none.

    Jobs that are wanted since before `oldest` wait for somebody's word. With a `number` only that
    one is looked at.
    """
    row = connection.execute(
        f"SELECT {_FIELDS}, job FROM print_jobs WHERE is_over = 0 AND role = ?"  # noqa: S608
        " AND state = 'waiting' AND wanted_at >= ? AND job IS NOT NULL AND (? = 0 OR number = ?)"
        " ORDER BY number LIMIT 1",
        (role, _text(oldest), number, number),
    ).fetchone()
    if row is None:
        return None
    connection.execute(
        "UPDATE print_jobs SET state = 'sending', since = ?, why = NULL WHERE number = ?",
        (_text(at), row[0]),
    )
    return _job(row)


def move_jobs(connection: apsw.Connection, role: PrintRole, to: PrintRole) -> None:
    """There is no printer for this role any more: another one prints what is open of it."""
    connection.execute(
        "UPDATE print_jobs SET role = ? WHERE is_over = 0 AND role = ?",
        (to, role),
    )


def end_job(connection: apsw.Connection, number: int, at: datetime, state: JobEnd) -> None:
    """A job is printed, or all of it is with the printer; its bytes are removed."""
    connection.execute(
        "UPDATE print_jobs SET state = ?, since = ?, why = NULL, job = NULL, is_over = 1"
        " WHERE number = ?",
        (state, _text(at), number),
    )


def keep_job(
    connection: apsw.Connection,
    number: int,
    at: datetime,
    state: Literal["waiting", "unsure"],
    why: Reason,
) -> None:
    """A job is not printed, or may not be; why."""
    connection.execute(
        "UPDATE print_jobs SET state = ?, since = ?, why = ? WHERE number = ? AND is_over = 0",
        (state, _text(at), msgspec.json.encode(stored(why)), number),
    )


def interrupt_jobs(connection: apsw.Connection, at: datetime, why: Reason) -> None:
    """Jobs that were being sent when the till stopped may be on paper, whole or in part."""
    connection.execute(
        "UPDATE print_jobs SET state = 'unsure', since = ?, why = ?"
        " WHERE is_over = 0 AND state = 'sending'",
        (_text(at), msgspec.json.encode(stored(why))),
    )


def doubt_jobs(connection: apsw.Connection, at: datetime, why: Reason) -> None:
    """These books were put back: what waited in them may have been printed since, receipts that
    were due too.
    """
    reason = msgspec.json.encode(stored(why))
    connection.execute(
        "UPDATE print_jobs SET state = 'unsure', since = ?, why = ? WHERE is_over = 0",
        (_text(at), reason),
    )
    connection.execute(
        "INSERT INTO print_jobs (role, kind, document, copy, made_at, wanted_at, by, state, since,"
        " why, is_over) SELECT 'receipt', 'receipt', sale_no, 0, ?, ?, '', 'unsure', ?, ?, 0"
        " FROM paper ORDER BY sale_no",
        (_text(at), _text(at), _text(at), reason),
    )
    connection.execute("DELETE FROM paper")


def send_again(connection: apsw.Connection, number: int, at: datetime, job: bytes) -> bool:
    """Somebody wants an open job printed now, with these bytes; False where it is not open."""
    connection.execute(
        "UPDATE print_jobs SET state = 'waiting', since = ?, wanted_at = ?, why = NULL, job = ?"
        " WHERE number = ? AND is_over = 0 AND state <> 'sending'",
        (_text(at), _text(at), job, number),
    )
    return bool(connection.changes())


def give_job_up(connection: apsw.Connection, number: int, at: datetime) -> bool:
    """Somebody does not want an open job any more; False where it is not open."""
    connection.execute(
        "UPDATE print_jobs SET state = 'given_up', since = ?, job = NULL, is_over = 1"
        " WHERE number = ? AND is_over = 0 AND state <> 'sending'",
        (_text(at), number),
    )
    return bool(connection.changes())


def count_open(reader: apsw.Connection, role: PrintRole, oldest: datetime) -> OpenPaper:
    """How many of a printer's jobs are not over; those wanted since before `oldest` are offered."""
    waiting, offered = reader.execute(
        "SELECT count(*) FILTER"
        " (WHERE state = 'sending' OR (state = 'waiting' AND wanted_at >= ?)),"
        " count(*) FILTER (WHERE state = 'unsure' OR (state = 'waiting' AND wanted_at < ?))"
        " FROM print_jobs WHERE is_over = 0 AND role = ?",
        (_text(oldest), _text(oldest), role),
    ).fetchone() or (0, 0)
    return OpenPaper(int(str(waiting)), int(str(offered)))


def open_jobs(reader: apsw.Connection) -> list[PrintJob]:
    """The jobs that are not over, the earliest first; none in books of an earlier version."""
    if reader.execute("SELECT 1 FROM sqlite_schema WHERE name = 'print_jobs'").fetchone() is None:
        return []
    query = f"SELECT {_FIELDS} FROM print_jobs WHERE is_over = 0 ORDER BY number"  # noqa: S608
    return [_job(row) for row in reader.execute(query)]


def find_open_job(reader: apsw.Connection, number: int) -> PrintJob | None:
    """A job that is not over, with its bytes."""
    query = f"SELECT {_FIELDS}, job FROM print_jobs WHERE number = ? AND is_over = 0"  # noqa: S608
    row = reader.execute(query, (number,)).fetchone()
    return None if row is None else _job(row)


def _job(row: tuple[apsw.SQLiteValue, ...]) -> PrintJob:
    why = row[10]
    job = row[11] if len(row) > 11 else None
    return msgspec.convert(
        {
            "number": row[0],
            "role": row[1],
            "kind": row[2],
            "document": row[3],
            "copy": row[4],
            "made_at": row[5],
            "wanted_at": row[6],
            "by": row[7],
            "state": row[8],
            "since": row[9],
        },
        _Row,
    ).as_job(None if not isinstance(why, bytes) else restored(_WHY.decode(why)), job)


class _Row(Struct):
    number: int
    role: PrintRole
    kind: PrintKind
    document: int
    copy: int
    made_at: datetime
    wanted_at: datetime
    by: str
    state: JobState
    since: datetime

    def as_job(self, why: Reason | None, job: apsw.SQLiteValue) -> PrintJob:
        return PrintJob(
            **msgspec.structs.asdict(self),
            why=why,
            job=job if isinstance(job, bytes) else b"",
        )


def _text(at: datetime) -> str:
    """In UTC, to the second: as text in the order of time."""
    return at.astimezone(UTC).isoformat(timespec="seconds")
