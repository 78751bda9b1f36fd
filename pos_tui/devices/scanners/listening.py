"""Listening to a device that comes and goes: found, read, and found again."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from pos_tui.devices.scanners.scanner import Scanned, ScannerState

LOOK_AGAIN_S = 0.4
"""Seconds between two looks for a device: one plugged in again is back well within two."""

WAIT_S = 0.1
"""Longest that one `Source.read` waits, in seconds; `close` is noticed as soon."""


class NotReadable(Exception):
    """No device can be read now; the text is a sentence for the person who can help."""


class NotThere(NotReadable):
    """No device is plugged in: nothing to tell when it was just told that it went."""


class Source(Protocol):
    """An open device."""

    def read(self) -> Sequence[Scanned | str]:
        """Whole codes, and sentences about what was no whole code; waits `WAIT_S` at most.

        Raises OSError when the device has gone.
        """

    def close(self) -> None:
        """Give the device back."""


def listen_to(
    name: str,
    open_source: Callable[[], Source],
    closing: threading.Event,
    give: Callable[[Scanned], None],
    tell: Callable[[ScannerState], None],
) -> None:
    """Open the device whenever it is there and hand on what it reads, until `closing` is set.

    `open_source` raises NotReadable with the reason. Nothing is raised from here.
    """
    said = gone = ""
    while not closing.is_set():
        try:
            source = open_source()
        except NotReadable as reason:
            trouble = gone if gone and isinstance(reason, NotThere) else str(reason)
        except Exception as error:  # a driver's surprise must not end the listening
            trouble = (
                f"The scanner {name} cannot be read ({error}). It is tried again all the time;"
                " until then type the codes in."
            )
        else:
            trouble = gone = _read_until_gone(name, source, closing, give, tell)
            said = ""
        if closing.is_set():
            return
        if trouble != said:
            said = trouble
            with contextlib.suppress(Exception):
                tell(ScannerState(name, ready=False, say=trouble))
        closing.wait(LOOK_AGAIN_S)


def _read_until_gone(
    name: str,
    source: Source,
    closing: threading.Event,
    give: Callable[[Scanned], None],
    tell: Callable[[ScannerState], None],
) -> str:
    ready = ScannerState(name, ready=True, say="")
    complained = False
    try:
        tell(ready)
        while not closing.is_set():
            try:
                came = source.read()
            except OSError:
                return (
                    f"The scanner {name} is gone: unplugged, switched off or out of reach. Plug it"
                    " in again and it goes on by itself; until then type the codes in."
                )
            for each in came:
                if isinstance(each, str):
                    tell(ScannerState(name, ready=True, say=each))
                    complained = True
                    continue
                give(each)
                if complained:
                    tell(ready)
                    complained = False
    except Exception as error:  # a driver's, or of whoever takes the codes
        return (
            f"The scanner {name} stopped ({error}). It is started again by itself; look whether"
            " the last code is on the list."
        )
    finally:
        with contextlib.suppress(Exception):
            source.close()
    return ""
