"""A scanner that types, read from its own input device on Linux, away from the keyboard."""

from __future__ import annotations

import errno
import select
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.devices.scanners.key_joiner import KeyJoiner
from pos_tui.devices.scanners.layouts import ENTER, layout_named
from pos_tui.devices.scanners.listening import WAIT_S, NotReadable, NotThere, listen_to
from pos_tui.devices.scanners.scanner import Scanned, ScannerState
from pos_tui.reasons import Reason, because, plain

if TYPE_CHECKING:
    from evdev import InputDevice

NAMES = Path("/sys/class/input")
DEVICES = Path("/dev/input")

_EV_SYN, _EV_KEY = 0, 1
_SYN_REPORT, _SYN_DROPPED = 0, 3
_KEYS_UP_WITHIN_S = 2.0


class EvdevScanner:
    """Listens to one input device; `grab` keeps its keys off the terminal.

    `device` is a part of the device's name, in any case, or a path such as
    /dev/input/by-id/…-event-kbd; `layout` is the one the scanner is set to. Raises
    LayoutNameError for a layout that there is not.
    """

    def __init__(self, name: str, device: str, layout: str = "us", grab: bool = True) -> None:
        self.name = name
        self._device = device.strip()
        self._layout = layout_named(layout)
        self._grab = grab
        self._closing = threading.Event()

    def listen(
        self, give: Callable[[Scanned], None], notify: Callable[[ScannerState], None]
    ) -> None:
        """Hand on each code until `close`; see Scanner."""
        listen_to(self.name, self._open, self._closing, give, notify)

    def close(self) -> None:
        """Make `listen` return within a fraction of a second."""
        self._closing.set()

    def _open(self) -> KeyDevice:
        try:
            import evdev
        except ImportError:
            raise NotReadable("scanner.evdev_package", name=self.name) from None
        refusal: NotReadable = NotThere(self._not_there())
        for path in self._paths():
            try:
                device = evdev.InputDevice(str(path), readonly=True)
            except OSError as error:
                refusal = NotReadable(why_input_refused(self.name, path, error))
                continue
            except SystemError:  # evdev's way of saying that an ioctl failed
                continue
            try:
                return self._acquire(device)
            except OSError as error:
                refusal = NotReadable(why_input_refused(self.name, path, error))
            except NotReadable as error:
                refusal = error
            device.close()
        raise refusal

    def _paths(self) -> list[Path]:
        if not self._device:
            return []
        if "/" in self._device:
            return [path for path in (Path(self._device),) if path.exists()]
        wanted = self._device.casefold()
        nodes = [
            DEVICES / each
            for each, name in input_device_names().items()
            if wanted in name.casefold()
        ]
        return [node for node in nodes if node.exists()]

    def _acquire(self, device: InputDevice[str]) -> KeyDevice:
        if ENTER not in device.capabilities().get(_EV_KEY, []):
            raise NotReadable(
                "scanner.evdev_no_enter",
                device=str(device.path),
                its_name=device.name,
                name=self.name,
            )
        if self._grab:
            # A key that is down when the device is grabbed stays down for everybody else.
            deadline = time.monotonic() + _KEYS_UP_WITHIN_S
            while _held(device) and not self._closing.wait(0.02):
                if time.monotonic() > deadline:
                    raise NotReadable(
                        "scanner.evdev_key_down", name=self.name, its_name=device.name
                    )
            device.grab()
        source = KeyDevice(device, KeyJoiner(self._layout))
        source.drop_what_came_before()
        return source

    def _not_there(self) -> Reason:
        if not self._device:
            return because("scanner.evdev_unnamed", name=self.name)
        is_blind = "/" not in self._device and not any(DEVICES.glob("event*"))
        kind = "scanner.evdev_no_devices" if is_blind else "scanner.evdev_absent"
        return because(kind, name=self.name, device=self._device)


class KeyDevice:
    """An open input device whose keys become codes."""

    def __init__(self, device: InputDevice[str], joiner: KeyJoiner) -> None:
        self._device = device
        self._joiner = joiner
        self._skipping = False

    def read(self) -> Sequence[Scanned | Reason]:
        """Codes, and reasons why half codes are none; see Source."""
        began = time.monotonic()
        if not select.select([self._device.fd], [], [], WAIT_S)[0]:
            return self._joiner.quiet(began)
        try:
            events = list(self._device.read())
        except BlockingIOError:
            return []
        if not events:
            raise OSError(errno.ENODEV, "the device is at its end")
        at = time.monotonic()
        came: list[Scanned | Reason] = []
        for event in events:
            if event.type == _EV_SYN and event.code == _SYN_DROPPED:
                self._skipping = True
                self._joiner.lose(at)
            elif event.type == _EV_SYN and event.code == _SYN_REPORT:
                self._skipping = False
            elif event.type == _EV_KEY and not self._skipping:
                came += self._joiner.press(event.code, event.value, at)
        return came

    def drop_what_came_before(self) -> None:
        """Forget keys that came before the device was acquired; the terminal has had them."""
        while select.select([self._device.fd], [], [], 0)[0]:
            self.read()
        if self._joiner.holds:
            self._joiner.lose(time.monotonic())

    def close(self) -> None:
        """Let the device go; what was grabbed is everybody's again."""
        self._device.close()


def input_device_names() -> dict[str, str]:
    """The names of the input devices by node (event0 …), in order, whether or not readable."""
    found = []
    for folder in NAMES.glob("event*"):
        try:
            name = (folder / "device/name").read_text(errors="replace").strip()
        except OSError:
            continue
        found.append((int(folder.name.removeprefix("event") or 0), folder.name, name))
    return {node: name for _, node, name in sorted(found)}


def why_input_refused(name: str, path: Path, error: OSError) -> Reason:
    """Why the input device of the scanner of this name could not be opened."""
    if error.errno in {errno.EACCES, errno.EPERM}:
        return because("scanner.evdev_forbidden", name=name, device=str(path))
    if error.errno == errno.EBUSY:
        return because("scanner.taken", name=name, device=str(path))
    why = plain(error.strerror or str(error))
    return because("scanner.not_opened", name=name, device=str(path), why=why)


def _held(device: InputDevice[str]) -> bool:
    try:
        return bool(device.active_keys())
    except (OSError, SystemError):
        return False
