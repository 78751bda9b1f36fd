"""Windows' spooler by ctypes: the calls of winspool.drv that a RAW job needs."""

from __future__ import annotations

import ctypes
import errno
import sys

from pos_tui.devices.printers.spooler_printer import Spooler


class DocInfo(ctypes.Structure):
    """DOC_INFO_1W."""

    _fields_ = (
        ("document", ctypes.c_wchar_p),
        ("output", ctypes.c_wchar_p),
        ("data_type", ctypes.c_wchar_p),
    )


def status_in(info: bytes, pointer_size: int = ctypes.sizeof(ctypes.c_void_p)) -> tuple[int, int]:
    """Status and attributes in a PRINTER_INFO_2W: thirteen pointers, then eight DWORDs.

    Attributes is the first of these, Status the sixth.
    """
    numbers = info[13 * pointer_size :]
    return int.from_bytes(numbers[20:24], "little"), int.from_bytes(numbers[:4], "little")


if sys.platform == "win32":
    _HANDLE = ctypes.c_void_p
    _winspool = ctypes.WinDLL("winspool.drv", use_last_error=True)

    def _checked(done: int) -> None:
        if not done:
            raise ctypes.WinError(ctypes.get_last_error())

    class _WindowsSpooler:
        def __init__(self, queue: str) -> None:
            self._handle = _HANDLE()
            _checked(_winspool.OpenPrinterW(queue, ctypes.byref(self._handle), None))

        def begin(self, title: str) -> None:
            document = DocInfo(title, None, "RAW")
            _checked(_winspool.StartDocPrinterW(self._handle, 1, ctypes.byref(document)))
            _checked(_winspool.StartPagePrinter(self._handle))

        def write(self, data: bytes) -> int:
            taken = ctypes.c_uint32()
            _checked(_winspool.WritePrinter(self._handle, data, len(data), ctypes.byref(taken)))
            return taken.value

        def end(self) -> None:
            _checked(_winspool.EndPagePrinter(self._handle))
            _checked(_winspool.EndDocPrinter(self._handle))

        def abort(self) -> None:
            _checked(_winspool.AbortPrinter(self._handle))

        def status(self) -> tuple[int, int]:
            size = ctypes.c_uint32()
            _winspool.GetPrinterW(self._handle, 2, None, 0, ctypes.byref(size))
            info = ctypes.create_string_buffer(max(size.value, 1))
            _checked(_winspool.GetPrinterW(self._handle, 2, info, len(info), ctypes.byref(size)))
            return status_in(info.raw)

        def close(self) -> None:
            _winspool.ClosePrinter(self._handle)

    def open_windows_spooler(queue: str) -> Spooler:
        """The printer of this name. Raises OSError."""
        return _WindowsSpooler(queue)

else:

    def open_windows_spooler(queue: str) -> Spooler:
        """The printer of this name. Raises OSError."""
        raise OSError(errno.ENOSYS, "this system is not Windows")
