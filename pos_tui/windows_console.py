"""A Windows console's modes: set for escapes and for a till, and left as they were found.

A classic console follows escapes only where it is asked to, and stops writing at a click; Windows
Terminal and every other system's terminals need none of this.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # not from typing: nothing large may come before the first frame
if TYPE_CHECKING:
    from typing import Protocol

    class ConsoleModes(Protocol):
        """The mode of a console that is behind a standard handle."""

        def read(self, handle: int) -> int | None:
            """The mode; None where the handle is no console's."""

        def write(self, handle: int, mode: int) -> bool:
            """Set the mode; False where this console does not know it."""


STANDARD_INPUT, STANDARD_OUTPUT, STANDARD_ERROR = -10, -11, -12
FOLLOWS_ESCAPES = 0x0004  # ENABLE_VIRTUAL_TERMINAL_PROCESSING
_PROCESSES_OUTPUT = 0x0001  # without which the other means nothing
SELECTS_BY_CLICK = 0x0040  # ENABLE_QUICK_EDIT_MODE
_EXTENDED_FLAGS = 0x0080  # without which the former is left as it is

_modes: ConsoleModes | None = None
_found: dict[int, int] = {}
_follows = True


def switch_escapes_on(modes: ConsoleModes | None = None) -> bool:
    """Have the console follow escapes; False where it cannot, as before Windows 10 1607.

    `modes` is the system's where none is given.
    """
    global _modes, _follows  # noqa: PLW0603 - a process has one console
    _modes = modes or _system_modes()
    _follows = True
    if _modes is None:
        return True
    for handle in (STANDARD_OUTPUT, STANDARD_ERROR):
        found = _modes.read(handle)
        if found is None or found & FOLLOWS_ESCAPES:
            continue
        if _modes.write(handle, found | FOLLOWS_ESCAPES | _PROCESSES_OUTPUT):
            _found[handle] = found
        else:
            _follows = False
    return _follows


def stop_selecting_by_click() -> None:
    """Have a click in the window not stop the till: what is written waits while text is selected,
    and the next key, a scan's first, would only end the selection.
    """
    found = None if _modes is None else _modes.read(STANDARD_INPUT)
    if _modes is not None and found is not None and found & SELECTS_BY_CLICK:
        _modes.write(STANDARD_INPUT, found & ~SELECTS_BY_CLICK | _EXTENDED_FLAGS)
        _found[STANDARD_INPUT] = found


def follows_escapes() -> bool:
    """Whether escapes may be written to a terminal here."""
    return _follows


def leave_console_as_found() -> None:
    """Set the modes back; no escapes may be written after this."""
    while _found and _modes is not None:
        _modes.write(*_found.popitem())


if sys.platform == "win32":
    import ctypes

    class _WindowsConsoleModes:
        """Windows' own modes."""

        def __init__(self) -> None:
            kernel32 = ctypes.WinDLL("kernel32")
            self._handle = kernel32.GetStdHandle
            self._handle.argtypes, self._handle.restype = [ctypes.c_int32], ctypes.c_void_p
            self._read = kernel32.GetConsoleMode
            self._read.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_uint32)]
            self._write = kernel32.SetConsoleMode
            self._write.argtypes = [ctypes.c_void_p, ctypes.c_uint32]

        def read(self, handle: int) -> int | None:
            mode = ctypes.c_uint32()
            known = self._read(self._handle(handle), ctypes.byref(mode))
            return mode.value if known else None

        def write(self, handle: int, mode: int) -> bool:
            return bool(self._write(self._handle(handle), mode))

    def _system_modes() -> ConsoleModes | None:
        return _WindowsConsoleModes()

else:

    def _system_modes() -> ConsoleModes | None:
        return None
