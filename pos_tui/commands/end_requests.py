"""Being asked to end: a signal, a terminal that is gone, a console window closed by its X.

Windows gives a program five seconds after its window is closed, and calls a thread of its own;
POSIX sends SIGHUP or SIGTERM. Both end as the cashier's own leaving does: what is on the list is in
the journal, and a payment under way is asked after at the next start.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
_CLOSE, _LOGOFF, _SHUTDOWN = 2, 5, 6  # Windows' console events that end a program
_LONGER_THAN_GIVEN_S = 30.0


class AskedToEnd(KeyboardInterrupt):
    """This program was asked to end while it had nothing to leave in order."""


class EndRequests:
    """The one request to end that counts: it raises AskedToEnd, or does what is set instead."""

    def __init__(self) -> None:
        self.came = False
        self._act: Callable[[], object] | None = None

    def arrive(self, *_signal: object) -> None:
        """A request came, in the main thread. Raises AskedToEnd where nothing is set instead."""
        if self.came:
            return  # it ends already; a second one must not break its ending off
        self.came = True
        if self._act is None:
            raise AskedToEnd
        self._act()

    @contextmanager
    def lead_to(self, act: Callable[[], object]) -> Iterator[None]:
        """Within this a request calls `act`, between any two steps of the main thread.

        Raises AskedToEnd where one has come before.
        """
        if self.came:
            raise AskedToEnd
        self._act = act
        try:
            yield
        finally:
            self._act = None


@contextmanager
def end_requests() -> Iterator[EndRequests]:
    """Within this, signals and a closed console window are requests. Raises AskedToEnd."""
    requests = EndRequests()
    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in (getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)):
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup leaves SIGHUP
                before[number] = signal.signal(number, requests.arrive)
    try:
        with _console_followed():
            yield requests
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def follow_console_event(
    event: int, interrupt: Callable[[], object], sleep: Callable[[float], object] = time.sleep
) -> bool:
    """What Windows calls in a thread of its own; whether the event was one that ends the program.

    The program is ended as soon as this returns, so it does not while the main thread leaves.
    """
    if event not in {_CLOSE, _LOGOFF, _SHUTDOWN}:
        return False
    interrupt()
    sleep(_LONGER_THAN_GIVEN_S)
    return True


@contextmanager
def _console_followed() -> Iterator[None]:
    if sys.platform == "win32":
        import _thread
        import ctypes
        from ctypes import wintypes

        def interrupt() -> None:
            _thread.interrupt_main(signal.SIGBREAK)

        handler = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.DWORD)
        follow = handler(lambda event: follow_console_event(event, interrupt))
        ctypes.windll.kernel32.SetConsoleCtrlHandler(follow, True)
        try:
            yield
        finally:
            ctypes.windll.kernel32.SetConsoleCtrlHandler(follow, False)
    else:
        yield
