"""How a server learns that it is to end: a signal, or the end of its standard input."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator


def when_stdin_ends(then: Callable[[], None]) -> None:
    """Call `then` (from a thread) once standard input is at its end or cannot be read."""

    def follow() -> None:
        # The bare descriptor: a buffered reader's lock, held by a thread that still waits,
        # would abort the interpreter on its way out.
        with contextlib.suppress(OSError):
            while os.read(0, 4096):
                pass
        then()

    threading.Thread(target=follow, name="stdin", daemon=True).start()


@contextlib.contextmanager
def ending_signals(then: Callable[[], None]) -> Iterator[None]:
    """Within this, SIGTERM and SIGINT (Ctrl+Break too on Windows) call `then` and end nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    names = ("SIGINT", "SIGTERM", "SIGBREAK")
    signals = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, lambda *_: then()) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
