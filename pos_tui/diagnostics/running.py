"""Checks side by side, each in a time of its own: one that hangs or fails is a result as well."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import apsw
from msgspec.structs import replace

from pos_tui.diagnostics.checks import Check, Subject
from pos_tui.reasons import because, plain, reason_of

USUAL_S = 5.0
"""Longest that a check may take, where nothing else is said."""


class Checkup(NamedTuple):
    """What is to be looked at; `look` runs in a thread of its own, at most `limit_s` seconds."""

    subject: Subject
    look: Callable[[], Iterable[Check]]
    limit_s: float = USUAL_S


def run_checkups(checkups: Sequence[Checkup]) -> Iterator[Check]:
    """What all of them find, in their order, each as soon as those before it have ended."""
    under_way = [_Running(each) for each in checkups]
    for each in under_way:
        yield from each.results()


class _Running:
    def __init__(self, checkup: Checkup) -> None:
        self._checkup = checkup
        self._found: tuple[Check, ...] = ()
        self._began = time.monotonic()
        # A thread that hangs in the system must not keep the program: it is a daemon.
        self._thread = threading.Thread(target=self._look, name=checkup.subject, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        subject = self._checkup.subject
        try:
            found = tuple(self._checkup.look())
        except (OSError, apsw.Error) as error:
            say, do = because("check.no_access", why=reason_of(error)), because("check.do_access")
            found = (Check(subject, "", "broken", "", say, do),)
        except Exception as error:  # whatever a check trips over, the others are still told
            kind, why = plain(type(error).__name__), reason_of(error)
            say, do = because("check.crashed", why=why), because("check.do_report")
            found = (Check(subject, "", "crashed", kind, say, do),)
        took = round((time.monotonic() - self._began) * 1000)
        self._found = tuple(replace(each, took_ms=took) for each in found)

    def results(self) -> tuple[Check, ...]:
        limit = self._checkup.limit_s
        self._thread.join(max(0.0, self._began + limit - time.monotonic()))
        if not self._thread.is_alive():
            return self._found
        say = because("check.no_end", seconds=round(limit))
        do = because("check.do_no_end")
        figure = f"> {limit:.0f} s"
        return (Check(self._checkup.subject, "", "broken", figure, say, do, round(limit * 1000)),)
