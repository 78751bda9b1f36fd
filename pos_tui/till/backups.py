"""Backups that the running till makes by itself, behind the sales; a missed one is said."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from pos_tui.books import BooksError
from pos_tui.books.backups.making import (
    Backup,
    BackupError,
    BackupStopped,
    TillName,
    make_backup,
    note_backup,
    remove_old_backups,
)
from pos_tui.books.backups.state import BackupState, keep_backup_state, read_backup_state
from pos_tui.checkout import events
from pos_tui.reasons import Reason, because
from pos_tui.till.context import TillContext

_FIRST_LOOK_S = 20.0  # the start has enough to do
_LOOK_S = 60.0
_PAUSE_S = 0.01
_AFTER_A_FAILURE = timedelta(minutes=15)
_MAY_WAIT = timedelta(hours=1)  # for a moment without a sale


class ScheduledBackups:
    """Looks once a minute whether a backup is due, and makes it in a thread in small steps."""

    def __init__(self, context: TillContext, is_selling: Callable[[], bool]) -> None:
        """`is_selling`: whether a sale is under way, before which none begins."""
        self._context = context
        self._is_selling = is_selling
        self._settings = context.settings.backup
        self._folder = Path(self._settings.folder).expanduser()
        self._stop = threading.Event()
        self._state: BackupState = read_backup_state(context.data)
        self._failed_at: datetime | None = None

    async def run(self, first_look_s: float = _FIRST_LOOK_S, look_s: float = _LOOK_S) -> None:
        """Look, until the till closes; a backup that is under way then is dropped."""
        try:
            await asyncio.sleep(first_look_s)
            while True:
                await self.look()
                await asyncio.sleep(look_s)
        finally:
            self._stop.set()

    async def look(self) -> None:
        """Make a backup where one is due, and say it where that is not possible."""
        now = self._context.clock.now()
        every = timedelta(hours=self._settings.every_hours)
        if not self._state.is_due(self._folder, now, every):
            return
        failed_at = self._failed_at
        if failed_at is not None and timedelta(0) <= now - failed_at < _AFTER_A_FAILURE:
            return
        overdue = None if self._state.at is None else now - self._state.at - every
        if self._is_selling() and overdue is not None and overdue < _MAY_WAIT:
            return
        try:
            made = await asyncio.to_thread(self._make)
        except BackupStopped:
            return
        except BackupError as error:
            self._failed_at = now if error.reason.kind != "backup.no_folder" else None
            self._say(error.reason)
            return
        self._failed_at = None
        was_said = self._state.said_on is not None
        self._keep(BackupState(now, str(made.path), made.facts.last_sale))
        if was_said:
            self._notify(because("backup.made_again", path=str(made.path)), "info")

    def _make(self) -> Backup:
        context, at = self._context, self._context.clock.now()
        till = TillName(context.settings.till.merchant, context.settings.till.number)
        made = make_backup(
            context.books.path, self._folder, till, at,
            with_key=self._settings.with_key, pause=self._pause,
        )  # fmt: skip
        # It is made and good; what fails now is done with the next one.
        with contextlib.suppress(OSError, BooksError):
            context.books.write(lambda c: note_backup(c, at, made, "")).result()
            remove_old_backups(self._folder, till, at.date(), self._settings.keep_days)
        return made

    def _pause(self) -> None:
        if self._stop.wait(_PAUSE_S):
            raise BackupStopped

    def _say(self, why: Reason) -> None:
        """Say, once a day, that there is no backup, and since when."""
        today = self._context.clock.now().date()
        if self._state.said_on == today:
            return
        self._keep(replace(self._state, said_on=today))
        at = self._state.at
        since = because("backup.never") if at is None else because("backup.last", at=at)
        self._notify(because("backup.missed", why=why, since=since), "warning")

    def _keep(self, state: BackupState) -> None:
        self._state = state
        with contextlib.suppress(OSError):  # it is looked at again at the next start
            keep_backup_state(self._context.data, state)

    def _notify(self, why: Reason, tone: events.Tone) -> None:
        self._context.notify(events.Notice(why, tone))
