"""What makes a process end together with the one that started it, however that one ends."""

from __future__ import annotations

import sys
from collections.abc import Callable

if sys.platform == "win32":
    _KILL_ON_JOB_CLOSE = 0x2000
    _EXTENDED_LIMITS = 9

    def tie_children() -> None:
        """Windows: whatever this process starts from now on ends with it. Raises OSError.

        The job is this process' own, and closed with it by the system.
        """
        import ctypes
        from ctypes import wintypes

        class BasicLimits(ctypes.Structure):
            _fields_ = (
                ("PerProcessUserTimeLimit", ctypes.c_int64),
                ("PerJobUserTimeLimit", ctypes.c_int64),
                ("LimitFlags", wintypes.DWORD),
                ("MinimumWorkingSetSize", ctypes.c_size_t),
                ("MaximumWorkingSetSize", ctypes.c_size_t),
                ("ActiveProcessLimit", wintypes.DWORD),
                ("Affinity", ctypes.c_size_t),
                ("PriorityClass", wintypes.DWORD),
                ("SchedulingClass", wintypes.DWORD),
            )

        class ExtendedLimits(ctypes.Structure):
            _fields_ = (
                ("Basic", BasicLimits),
                ("IoCounters", ctypes.c_uint64 * 6),
                ("ProcessMemoryLimit", ctypes.c_size_t),
                ("JobMemoryLimit", ctypes.c_size_t),
                ("PeakProcessMemoryUsed", ctypes.c_size_t),
                ("PeakJobMemoryUsed", ctypes.c_size_t),
            )

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        kernel.SetInformationJobObject.argtypes = (
            *(wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD),
        )
        kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
        job = kernel.CreateJobObjectW(None, None)
        limits = ExtendedLimits()
        limits.Basic.LimitFlags = _KILL_ON_JOB_CLOSE
        if (
            not job
            or not kernel.SetInformationJobObject(
                job, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
            )
            or not kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess())
        ):
            raise ctypes.WinError(ctypes.get_last_error())

else:

    def tie_children() -> None:
        """Elsewhere each child is tied by itself, before it runs."""


def tied_to_parent() -> Callable[[], None] | None:
    """What a child does before it runs, so that the system kills it with the thread that starts it.

    None where there is no such thing.
    """
    if sys.platform == "linux":
        import ctypes
        import os
        import signal

        # Loaded before the fork: in the child another thread's lock would never be released.
        control, parent = ctypes.CDLL(None).prctl, os.getpid()

        def tie() -> None:
            control(1, signal.SIGKILL)
            if os.getppid() != parent:  # it ended just before
                os._exit(1)

        return tie
    else:  # noqa: RET505 - mypy follows a platform's branches, not what is after a return
        return None
