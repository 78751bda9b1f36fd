"""Windows' access lists, as far as they keep others from a file, in its own text form (SDDL)."""

from __future__ import annotations

import functools
import re
import sys
from pathlib import Path
from typing import Protocol

# Beside the user: the system, which makes backups, and administrators, who may anyway; and the
# stand-ins for an owner that a folder hands on.
_ALSO = ("SY", "BA")
_OWNERS = frozenset({"CO", "OW"})
_ENTRY = re.compile(r"\([^;()]*;[^;()]*;[^;()]*;[^;()]*;[^;()]*;([^;()]*)[^()]*\)")
_EVERYBODY = "NO_ACCESS_CONTROL"


class AccessLists(Protocol):
    """The access lists of the system's files. Every method raises OSError."""

    def user(self) -> str:
        """The SID of whoever runs this program."""

    def read(self, path: Path) -> str:
        """The access list of a file or folder, spelled as the system does."""

    def write(self, path: Path, sddl: str) -> None:
        """Give a file this list, or a folder and whatever comes into it."""

    def spelled(self, sddl: str) -> str:
        """The same list as the system spells it: some users have short names."""


def restrict(lists: AccessLists, path: Path) -> None:
    """Leave a file or folder to its owner, unless it is so already. Raises OSError."""
    if not is_kept_from_others(lists, path):
        lists.write(path, owners_list(lists.user(), is_folder=path.is_dir()))


def is_kept_from_others(lists: AccessLists, path: Path) -> bool:
    """Whether nobody but the owner, the system and administrators is in the list."""
    found = lists.read(path)
    allowed = _named_in(lists.spelled(owners_list(lists.user(), is_folder=True))) | _OWNERS
    return found.startswith("D:") and _EVERYBODY not in found and _named_in(found) <= allowed


def owners_list(user: str, *, is_folder: bool) -> str:
    """The list for a user's own file, or for a folder and whatever will be in it."""
    heirs = "OICI" if is_folder else ""
    return "D:P" + "".join(f"(A;{heirs};FA;;;{who})" for who in (user, *_ALSO))


def _named_in(sddl: str) -> frozenset[str]:
    return frozenset(_ENTRY.findall(sddl))


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _FILE_OBJECT, _ACCESS_LIST = 1, 0x4
    _QUERY, _TOKEN_USER, _REVISION = 0x8, 1, 1

    class WindowsAccessLists:
        """advapi32's access lists."""

        def __init__(self) -> None:
            self._security = ctypes.WinDLL("advapi32", use_last_error=True)
            self._system = ctypes.WinDLL("kernel32", use_last_error=True)
            self._system.LocalFree.argtypes = [ctypes.c_void_p]
            self._system.GetCurrentProcess.restype = wintypes.HANDLE
            self._system.CloseHandle.argtypes = [wintypes.HANDLE]
            for name, *arguments in (
                ("OpenProcessToken", wintypes.HANDLE, wintypes.DWORD, _HandleAt),
                ("GetTokenInformation", wintypes.HANDLE, *_TOKEN_INFORMATION),
                ("ConvertSidToStringSidW", ctypes.c_void_p, _PointerAt),
                (_TO_DESCRIPTOR, wintypes.LPCWSTR, wintypes.DWORD, _PointerAt, ctypes.c_void_p),
                (_TO_TEXT, ctypes.c_void_p, *(wintypes.DWORD,) * 2, _PointerAt, ctypes.c_void_p),
                ("GetNamedSecurityInfoW", *_NAMED, *(ctypes.c_void_p,) * 4, _PointerAt),
                ("SetFileSecurityW", wintypes.LPCWSTR, wintypes.DWORD, ctypes.c_void_p),
            ):
                function = getattr(self._security, name)
                function.argtypes, function.restype = arguments, wintypes.BOOL
            self._user = ""

        def user(self) -> str:
            """The SID of whoever runs this program. Raises OSError."""
            if not self._user:
                token = wintypes.HANDLE()
                process = self._system.GetCurrentProcess()
                self._check(self._security.OpenProcessToken(process, _QUERY, token))
                try:
                    room = ctypes.create_string_buffer(256)
                    used = wintypes.DWORD()
                    self._check(
                        self._security.GetTokenInformation(
                            token, _TOKEN_USER, room, len(room), used
                        )
                    )
                finally:
                    self._system.CloseHandle(token)
                sid = ctypes.cast(room, ctypes.POINTER(ctypes.c_void_p))[0]
                text = ctypes.c_void_p()
                self._check(self._security.ConvertSidToStringSidW(sid, text))
                self._user = self._own(text)
            return self._user

        def read(self, path: Path) -> str:
            """The access list of a file or folder. Raises OSError."""
            descriptor = ctypes.c_void_p()
            self._check_code(
                self._security.GetNamedSecurityInfoW(
                    str(path), _FILE_OBJECT, _ACCESS_LIST, *(None,) * 4, descriptor
                )
            )
            return self._as_text(descriptor)

        def write(self, path: Path, sddl: str) -> None:
            """Give a file this list, or a folder and whatever comes into it. Raises OSError."""
            descriptor = self._descriptor(sddl)
            try:
                self._check(self._security.SetFileSecurityW(str(path), _ACCESS_LIST, descriptor))
            finally:
                self._system.LocalFree(descriptor)

        def spelled(self, sddl: str) -> str:
            """The same list as the system spells it. Raises OSError."""
            return self._as_text(self._descriptor(sddl))

        def _descriptor(self, sddl: str) -> ctypes.c_void_p:
            descriptor = ctypes.c_void_p()
            convert = self._security.ConvertStringSecurityDescriptorToSecurityDescriptorW
            self._check(convert(sddl, _REVISION, descriptor, None))
            return descriptor

        def _as_text(self, descriptor: ctypes.c_void_p) -> str:
            try:
                text = ctypes.c_void_p()
                convert = self._security.ConvertSecurityDescriptorToStringSecurityDescriptorW
                self._check(convert(descriptor, _REVISION, _ACCESS_LIST, text, None))
                return self._own(text)
            finally:
                self._system.LocalFree(descriptor)

        def _own(self, text: ctypes.c_void_p) -> str:
            """A text that the system has made, which is given back to it."""
            try:
                return ctypes.wstring_at(text.value or 0)
            finally:
                self._system.LocalFree(text)

        @staticmethod
        def _check(done: int) -> None:
            if not done:
                raise ctypes.WinError(ctypes.get_last_error())

        @staticmethod
        def _check_code(code: int) -> None:
            if code:
                raise ctypes.WinError(code)

    _PointerAt = ctypes.POINTER(ctypes.c_void_p)
    _HandleAt = ctypes.POINTER(wintypes.HANDLE)
    _NumberAt = ctypes.POINTER(wintypes.DWORD)
    _TOKEN_INFORMATION = (ctypes.c_int, ctypes.c_void_p, wintypes.DWORD, _NumberAt)
    _NAMED = (wintypes.LPCWSTR, ctypes.c_int, wintypes.DWORD)
    _TO_DESCRIPTOR = "ConvertStringSecurityDescriptorToSecurityDescriptorW"
    _TO_TEXT = "ConvertSecurityDescriptorToStringSecurityDescriptorW"

    @functools.cache
    def windows_access_lists() -> AccessLists:
        """The system's own."""
        return WindowsAccessLists()
