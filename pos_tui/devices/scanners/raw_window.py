"""The one window of a Windows process that Raw Input reports to; it is never seen."""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from ctypes import c_int32, c_size_t, c_ssize_t, c_uint16, c_uint32, c_void_p, c_wchar_p

from pos_tui.devices.scanners.raw_events import POINTER_SIZE, DevicesNow, RawCame, RawInbox

_WM_INPUT_DEVICE_CHANGE, _WM_INPUT = 0x00FE, 0x00FF
_HWND_MESSAGE = -3
_RIDEV_INPUTSINK, _RIDEV_DEVNOTIFY = 0x0100, 0x2000
_RID_INPUT, _RIDI_DEVICENAME = 0x10000003, 0x20000007
_USAGES = ((0x01, 0x06), (0x8C, 0x02))  # keyboards, bar code scanners
_FAILED = 0xFFFFFFFF
_HEADER_SIZE = 8 + 2 * POINTER_SIZE


class _RawInputDevice(ctypes.Structure):
    _fields_ = (
        ("usage_page", c_uint16),
        ("usage", c_uint16),
        ("flags", c_uint32),
        ("window", c_void_p),
    )


class _DeviceListed(ctypes.Structure):
    _fields_ = (("device", c_void_p), ("kind", c_uint32))


class _WindowClass(ctypes.Structure):
    _fields_ = (
        ("style", c_uint32),
        ("procedure", c_void_p),
        ("class_extra", c_int32),
        ("window_extra", c_int32),
        ("instance", c_void_p),
        ("icon", c_void_p),
        ("cursor", c_void_p),
        ("background", c_void_p),
        ("menu_name", c_wchar_p),
        ("class_name", c_wchar_p),
    )


class _Message(ctypes.Structure):
    _fields_ = (
        ("window", c_void_p),
        ("message", c_uint32),
        ("w_param", c_size_t),
        ("l_param", c_ssize_t),
        ("time", c_uint32),
        ("x", c_int32),
        ("y", c_int32),
        ("private", c_uint32),
    )


_lock = threading.Lock()
_inboxes: list[RawInbox] = []
_running = False
_now = DevicesNow(frozenset())


def subscribe(inbox: RawInbox) -> None:
    """Put every device and key into this inbox from now on.

    Windows lets one window of a process have Raw Input, so all listeners share it; its thread
    starts with the first and ends with the process.
    """
    global _running  # noqa: PLW0603 - one per process, as Windows has it
    with _lock:
        _inboxes.append(inbox)
        inbox.put(_now)
        if not _running:
            _running = True
            threading.Thread(target=_run, name="raw input", daemon=True).start()


def unsubscribe(inbox: RawInbox) -> None:
    """Put nothing more into this inbox."""
    with _lock:
        _inboxes.remove(inbox)


def _notify(event: RawCame | DevicesNow) -> None:
    global _now  # noqa: PLW0603
    with _lock:
        if isinstance(event, DevicesNow):
            _now = event
        for inbox in _inboxes:
            inbox.put(event)


def _run() -> None:
    global _running  # noqa: PLW0603
    try:
        _pump()
    except Exception as error:  # for the listeners: nobody else can show it
        _notify(DevicesNow(frozenset(), str(error)))
    with _lock:
        _running = False


if sys.platform == "win32":

    def _pump() -> None:
        user = ctypes.WinDLL("user32", use_last_error=True)
        module_handle = ctypes.WinDLL("kernel32", use_last_error=True).GetModuleHandleW
        module_handle.argtypes, module_handle.restype = [c_wchar_p], c_void_p
        procedure_type = ctypes.WINFUNCTYPE(c_ssize_t, c_void_p, c_uint32, c_size_t, c_ssize_t)
        user.DefWindowProcW.argtypes = [c_void_p, c_uint32, c_size_t, c_ssize_t]
        user.DefWindowProcW.restype = c_ssize_t
        user.CreateWindowExW.argtypes = [
            c_uint32, c_wchar_p, c_wchar_p, c_uint32, c_int32, c_int32, c_int32, c_int32,
            c_void_p, c_void_p, c_void_p, c_void_p,
        ]  # fmt: skip
        user.CreateWindowExW.restype = c_void_p
        user.RegisterClassW.argtypes, user.RegisterClassW.restype = [c_void_p], c_uint16
        user.RegisterRawInputDevices.argtypes = [c_void_p, c_uint32, c_uint32]
        user.GetRawInputData.argtypes = [c_void_p, c_uint32, c_void_p, c_void_p, c_uint32]
        user.GetRawInputData.restype = c_uint32
        user.GetRawInputDeviceList.argtypes = [c_void_p, c_void_p, c_uint32]
        user.GetRawInputDeviceList.restype = c_uint32
        user.GetRawInputDeviceInfoW.argtypes = [c_void_p, c_uint32, c_void_p, c_void_p]
        user.GetRawInputDeviceInfoW.restype = c_uint32
        user.GetMessageW.argtypes = [c_void_p, c_void_p, c_uint32, c_uint32]
        user.DispatchMessageW.argtypes, user.DispatchMessageW.restype = [c_void_p], c_ssize_t

        names: dict[int, str] = {}

        def name_of(device: int) -> str:
            length = c_uint32(0)
            user.GetRawInputDeviceInfoW(device, _RIDI_DEVICENAME, None, ctypes.byref(length))
            name = ctypes.create_unicode_buffer(length.value + 1)
            got = user.GetRawInputDeviceInfoW(device, _RIDI_DEVICENAME, name, ctypes.byref(length))
            return "" if got == _FAILED else name.value

        def list_devices() -> None:
            count, size = c_uint32(0), ctypes.sizeof(_DeviceListed)
            user.GetRawInputDeviceList(None, ctypes.byref(count), size)
            listed = (_DeviceListed * (count.value + 8))()  # some may arrive in between
            count.value = len(listed)
            got = user.GetRawInputDeviceList(listed, ctypes.byref(count), size)
            if got == _FAILED:
                return
            names.clear()
            names.update(
                (each.device, name_of(each.device)) for each in listed[:got] if each.device
            )
            _notify(DevicesNow(frozenset(names.values()) - {""}))

        def hand_on(handle: int) -> None:
            size = c_uint32(0)
            user.GetRawInputData(handle, _RID_INPUT, None, ctypes.byref(size), _HEADER_SIZE)
            buffer = ctypes.create_string_buffer(size.value)
            got = user.GetRawInputData(handle, _RID_INPUT, buffer, ctypes.byref(size), _HEADER_SIZE)
            if got == _FAILED or got < _HEADER_SIZE:
                return
            device = int.from_bytes(buffer.raw[8 : 8 + POINTER_SIZE], "little")
            if device in names:
                _notify(RawCame(names[device], buffer.raw[:got], time.monotonic()))

        def on_message(window: int, message: int, w_param: int, l_param: int) -> int:
            if message == _WM_INPUT:
                hand_on(l_param)
            elif message == _WM_INPUT_DEVICE_CHANGE:
                list_devices()
            return int(user.DefWindowProcW(window, message, w_param, l_param))

        procedure = procedure_type(on_message)
        instance = module_handle(None)
        class_name = f"pos_tui scanners {threading.get_ident()}"
        window_class = _WindowClass(
            procedure=ctypes.cast(procedure, c_void_p), instance=instance, class_name=class_name
        )
        if not user.RegisterClassW(ctypes.byref(window_class)):
            raise ctypes.WinError(ctypes.get_last_error())
        window = user.CreateWindowExW(
            0, class_name, class_name, 0, 0, 0, 0, 0, _HWND_MESSAGE, None, instance, None
        )
        if not window:
            raise ctypes.WinError(ctypes.get_last_error())
        flags = _RIDEV_INPUTSINK | _RIDEV_DEVNOTIFY
        wanted = (_RawInputDevice * len(_USAGES))(
            *(_RawInputDevice(page, usage, flags, window) for page, usage in _USAGES)
        )
        if not user.RegisterRawInputDevices(wanted, len(wanted), ctypes.sizeof(_RawInputDevice)):
            raise ctypes.WinError(ctypes.get_last_error())
        list_devices()
        message = _Message()
        while user.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
            user.DispatchMessageW(ctypes.byref(message))

else:

    def _pump() -> None:
        raise OSError("there is no Raw Input here")
