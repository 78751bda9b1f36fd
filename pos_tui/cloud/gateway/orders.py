"""The gateway's orders in SQLite: one writing thread, grouped commits, states never go back."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import apsw
import msgspec
from msgspec import Struct

from pos_tui.messages import TransactionLogEntry

_T = TypeVar("_T")
Work = Callable[[apsw.Connection], Any]
Changes = Mapping[str, str | int | float | None]

TERMINAL = ("paid", "declined", "cancelled")

# Which states may become which; a change from any other is refused.
_BEFORE = {
    "sent": ("new",),
    "pending": ("sent",),
    "paid": ("sent", "pending"),
    "declined": ("new", "sent", "pending"),
    "cancelling": ("new", "sent", "pending"),
    "cancelled": ("new", "sent", "pending", "cancelling"),
}

_MIGRATIONS = (
    """
    CREATE TABLE orders (
        merchant TEXT NOT NULL,
        order_no TEXT NOT NULL,
        till TEXT NOT NULL,
        amount INTEGER NOT NULL,
        currency TEXT NOT NULL,
        subject TEXT NOT NULL,
        fingerprint BLOB,            -- none: cancelled before it was ever ordered
        platform TEXT,
        state TEXT NOT NULL,
        waited REAL NOT NULL,        -- seconds since the pay call, counted while running
        tries INTEGER NOT NULL,      -- steps taken in this state
        next_at REAL,                -- when the next step is due; none: nothing left to do
        platform_ref TEXT,
        paid_at TEXT,
        reason TEXT,
        say TEXT,
        refund TEXT,                 -- due, done; none: nothing to give back
        PRIMARY KEY (merchant, order_no)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX unfinished ON orders (next_at) WHERE next_at IS NOT NULL;
    CREATE TABLE outbox (
        merchant TEXT NOT NULL,
        order_no TEXT NOT NULL,
        entry BLOB NOT NULL,
        PRIMARY KEY (merchant, order_no)
    ) STRICT, WITHOUT ROWID;
    """,
)


class OrderRow(Struct, frozen=True, kw_only=True):
    """One order as the gateway keeps it; the payment code is only in its fingerprint."""

    merchant: str
    order_no: str
    till: str
    amount: int
    currency: str
    subject: str
    fingerprint: bytes | None
    platform: str | None
    state: str
    waited: float = 0.0
    tries: int = 0
    next_at: float | None = None
    platform_ref: str | None = None
    paid_at: str | None = None
    reason: str | None = None
    say: str | None = None
    refund: str | None = None
    unlogged: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What identifies an order: merchant and order number."""
        return self.merchant, self.order_no


_COLUMNS = tuple(name for name in OrderRow.__struct_fields__ if name != "unlogged")
_SELECT = f"""
    SELECT {", ".join(_COLUMNS)},
        EXISTS (SELECT 1 FROM outbox b WHERE (b.merchant, b.order_no) = (o.merchant, o.order_no))
    FROM orders o
"""  # noqa: S608 - the names are this module's own


class Orders:
    """The orders of one gateway: reads are direct, writes are grouped and awaited until durable."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._reader = self._open(path)
        self._migrate(self._reader)
        self._writer = self._open(path)
        self._queue: queue.SimpleQueue[tuple[Work, asyncio.Future[Any]] | None] = (
            queue.SimpleQueue()
        )
        self._thread = threading.Thread(target=self._write_on, name="orders", daemon=True)
        self._thread.start()

    def get(self, merchant: str, order_no: str) -> OrderRow | None:
        """One order."""
        found = self._reader.execute(
            _SELECT + "WHERE merchant = ? AND order_no = ?", (merchant, order_no)
        ).fetchone()
        return _row(found) if found else None

    def unfinished(self) -> list[OrderRow]:
        """The orders that somebody must take up after a restart."""
        return [_row(found) for found in self._reader.execute(_SELECT + "WHERE next_at NOT NULL")]

    def unlogged(self) -> list[TransactionLogEntry]:
        """The paid orders whose log line is not known to be durable."""
        return [
            msgspec.json.decode(entry, type=TransactionLogEntry)
            for (entry,) in self._reader.execute("SELECT entry FROM outbox")
        ]

    async def claim(self, row: OrderRow) -> tuple[OrderRow, bool]:
        """The order under this number, and whether it is this one and new."""

        def work(db: apsw.Connection) -> tuple[OrderRow, bool]:
            marks = ", ".join("?" * len(_COLUMNS))
            db.execute(
                f"INSERT INTO orders ({', '.join(_COLUMNS)}) VALUES ({marks}) "  # noqa: S608
                "ON CONFLICT DO NOTHING",
                tuple(getattr(row, name) for name in _COLUMNS),
            )
            if db.changes():
                return row, True
            found = db.execute(_SELECT + "WHERE merchant = ? AND order_no = ?", row.key).fetchone()
            return _row(found), False

        return await self.write(work)

    async def advance(
        self,
        row: OrderRow,
        state: str,
        changes: Changes,
        entry: TransactionLogEntry | None = None,
    ) -> bool:
        """Change an order's state with what belongs to it; False when its state forbids that.

        A log entry goes into the outbox in the same transaction.
        """

        def work(db: apsw.Connection) -> bool:
            before = _BEFORE[state]
            names = ", ".join(f"{name} = ?" for name in ("state", *changes))
            marks = ", ".join("?" * len(before))
            db.execute(
                f"UPDATE orders SET {names} WHERE merchant = ? AND order_no = ? "  # noqa: S608
                f"AND state IN ({marks})",
                (state, *changes.values(), *row.key, *before),
            )
            if not db.changes():
                return False
            if entry is not None:
                db.execute(
                    "INSERT INTO outbox VALUES (?, ?, ?)", (*row.key, msgspec.json.encode(entry))
                )
            return True

        return await self.write(work)

    async def note(self, row: OrderRow, changes: Changes) -> bool:
        """Change what belongs to an order while its state is still the one in `row`."""

        def work(db: apsw.Connection) -> bool:
            names = ", ".join(f"{name} = ?" for name in changes)
            db.execute(
                f"UPDATE orders SET {names} WHERE merchant = ? AND order_no = ? "  # noqa: S608
                "AND state = ?",
                (*changes.values(), *row.key, row.state),
            )
            return db.changes() > 0

        return await self.write(work)

    async def logged(self, merchant: str, order_no: str) -> None:
        """The order's line is durable in the log."""

        def work(db: apsw.Connection) -> None:
            key = (merchant, order_no)
            db.execute("DELETE FROM outbox WHERE merchant = ? AND order_no = ?", key)
            db.execute(
                "UPDATE orders SET next_at = NULL "
                "WHERE merchant = ? AND order_no = ? AND state = 'paid'",
                key,
            )

        await self.write(work)

    async def write(self, work: Callable[[apsw.Connection], _T]) -> _T:
        """Run a piece of writing in the next group; returns once the group is on the disk."""
        done: asyncio.Future[_T] = asyncio.get_running_loop().create_future()
        self._queue.put((work, done))
        return await done

    def close(self) -> None:
        """Finish what was asked for, then close the file."""
        self._queue.put(None)
        self._thread.join()
        self._reader.close()
        self._writer.close()

    @staticmethod
    def _open(path: Path) -> apsw.Connection:
        db = apsw.Connection(str(path))
        db.set_busy_timeout(5000)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        return db

    @staticmethod
    def _migrate(db: apsw.Connection) -> None:
        with db:
            version = db.pragma("user_version")
            for number, script in enumerate(_MIGRATIONS[version:], version + 1):
                db.execute(script)
                db.pragma("user_version", number)

    def _write_on(self) -> None:
        going = True
        while going:
            group = [self._queue.get()]
            while len(group) < 256 and not self._queue.empty():
                group.append(self._queue.get())
            going = None not in group
            self._write_group([item for item in group if item is not None])

    def _write_group(self, group: list[tuple[Work, asyncio.Future[Any]]]) -> None:
        outcomes: list[tuple[asyncio.Future[Any], Any, BaseException | None]] = []
        try:
            with self._writer:
                for work, done in group:
                    try:
                        with self._writer:  # a savepoint: one that fails leaves the others whole
                            outcomes.append((done, work(self._writer), None))
                    except Exception as error:
                        outcomes.append((done, None, error))
        except Exception as error:
            outcomes = [(done, None, error) for _, done in group]
        for done, value, problem in outcomes:
            with contextlib.suppress(RuntimeError):  # nobody waits any more: the loop is closed
                done.get_loop().call_soon_threadsafe(_settle, done, value, problem)


def _settle(done: asyncio.Future[Any], value: object, problem: BaseException | None) -> None:
    if done.done():
        return
    if problem is None:
        done.set_result(value)
    else:
        done.set_exception(problem)


def _row(found: Any) -> OrderRow:
    *columns, unlogged = found
    return OrderRow(**dict(zip(_COLUMNS, columns, strict=True)), unlogged=bool(unlogged))
