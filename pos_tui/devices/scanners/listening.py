"""Listening to a device that comes and goes: found, read, and found again."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from pos_tui.devices.scanners.scanner import Scanned, ScannerState
from pos_tui.reasons import Reason, ReasonError, because, plain

LOOK_AGAIN_S = 0.4
"""Seconds between two looks for a device: one plugged in again is back well within two."""

WAIT_S = 0.1
"""Longest that one `Source.read` waits, in seconds; `close` is noticed as soon."""


class NotReadable(ReasonError):
    """No device can be read now; the reason is for the person who can help."""


class NotThere(NotReadable):
    """No device is plugged in: nothing new when its going was just reported."""


class Source(Protocol):
    """An open device."""

    def read(self) -> Sequence[Scanned | Reason]:
        """Whole codes, and the reasons why others were none; waits `WAIT_S` at most.

        Raises OSError when the device has gone.
        """

    def close(self) -> None:
        """Give the device back."""


def listen_to(
    name: str,
    open_source: Callable[[], Source],
    closing: threading.Event,
    give: Callable[[Scanned], None],
    notify: Callable[[ScannerState], None],
) -> None:
    """Open the device whenever it is there and hand on what it reads, until `closing` is set.

    `open_source` raises NotReadable with the reason. Nothing is raised from here.
    """
    notified: Reason | None = None
    gone: Reason | None = None
    trouble: Reason | None
    while not closing.is_set():
        try:
            source = open_source()
        except NotReadable as error:
            trouble = gone if gone and isinstance(error, NotThere) else error.reason
        except Exception as error:  # a driver's surprise must not end the listening
            trouble = because("scanner.failed", name=name, why=plain(str(error)))
        else:
            trouble = gone = _read_until_gone(name, source, closing, give, notify)
            notified = None
        if closing.is_set():
            return
        if trouble != notified:
            notified = trouble
            with contextlib.suppress(Exception):
                notify(ScannerState(name, ready=False, why=trouble))
        closing.wait(LOOK_AGAIN_S)


def _read_until_gone(
    name: str,
    source: Source,
    closing: threading.Event,
    give: Callable[[Scanned], None],
    notify: Callable[[ScannerState], None],
) -> Reason | None:
    """Why the device is read no more; None when `closing` is set."""
    ready = ScannerState(name, ready=True, why=None)
    complained = False
    try:
        notify(ready)
        while not closing.is_set():
            try:
                came = source.read()
            except OSError:
                return because("scanner.gone", name=name)
            for each in came:
                if isinstance(each, Reason):
                    notify(ScannerState(name, ready=True, why=each))
                    complained = True
                    continue
                give(each)
                if complained:
                    notify(ready)
                    complained = False
    except Exception as error:  # a driver's, or of whoever gets the codes
        return because("scanner.stopped", name=name, why=plain(str(error)))
    finally:
        with contextlib.suppress(Exception):
            source.close()
    return None
