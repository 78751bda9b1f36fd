"""A Windows console follows escapes only where it is asked to: asked for, and left as it was found.

Windows Terminal and every other system's terminals always do.
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


STANDARD_OUTPUT, STANDARD_ERROR = -11, -12
FOLLOWS_ESCAPES = 0x0004  # ENABLE_VIRTUAL_TERMINAL_PROCESSING
_PROCESSES_OUTPUT = 0x0001  # without which the other means nothing

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


def follows_escapes() -> bool:
    """Whether escapes may be written to a terminal here."""
    return _follows


def leave_console_as_found() -> None:
    """Set the modes back; no escapes may be written after this."""
    while _found and _modes is not None:
        _modes.write(*_found.popitem())


def _system_modes() -> ConsoleModes | None:
    return _WindowsConsoleModes() if sys.platform == "win32" else None


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
