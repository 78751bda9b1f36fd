"""Scanners in HID-POS mode: reports instead of keys (HID Point of Sale Usage Tables 1.02)."""

from __future__ import annotations

import errno
import os
import select
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from pos_tui.devices.scanners.listening import WAIT_S, NotReadable, NotThere, listen_to
from pos_tui.devices.scanners.scanned_text import HALF_READ, LONGEST, TOO_LONG, text_of
from pos_tui.devices.scanners.scanner import Scanned, ScannerState
from pos_tui.reasons import Reason, because, plain

BAR_CODE_SCANNER = 0x8C
"""The usage page of bar code scanners."""

HALF_AFTER_S = 0.5
UNREADABLE = because("scanner.unreadable")

NAMES = Path("/sys/class/hidraw")
DEVICES = Path("/dev")

_HAS_NONE = sys.platform == "win32"  # Windows gives HID devices to nobody in this way
_BYTE_COUNT = (0x01, 0x3B)
_SYMBOLOGY, _DATA, _CONTINUED = 0xFB, 0xFE, 0xFF


class ReportLayout(Struct, frozen=True):
    """Where the fields of a scanned-data report lie, in bytes from its start, its id included.

    The values given are the usual ones: id, count, three symbology characters, 56 bytes of data,
    two of the maker's, a flag. `report_id` is 0 where a device has but one, unnumbered.
    """

    report_id: int = 2
    size: int = 64
    count_at: int = 1
    symbology_at: int = 2
    data_at: int = 5
    data_size: int = 56
    continued_at: int = 63
    continued_bit: int = 0


class ReportPart(Struct, frozen=True):
    """What one report carries of a code; `continued` when the next report carries more."""

    symbology: bytes
    data: bytes
    continued: bool


class Malformed(Struct, frozen=True):
    """A scanned-data report that is not to be believed."""


def read_report(report: bytes, layout: ReportLayout) -> ReportPart | Malformed | None:
    """The part of a code in a report; None for reports about something else."""
    if not report or (layout.report_id and report[0] != layout.report_id):
        return None
    if len(report) != layout.size or report[layout.count_at] > layout.data_size:
        return Malformed()
    symbology = report[layout.symbology_at : layout.symbology_at + 3]
    data = report[layout.data_at : layout.data_at + report[layout.count_at]]
    continued = bool(report[layout.continued_at] >> layout.continued_bit & 1)
    return ReportPart(symbology, data, continued)


class ReportJoiner:
    """Joins the reports of one scanner into codes, each after its AIM identifier (]E0 …)."""

    def __init__(self, layout: ReportLayout | None = None) -> None:
        self._layout = layout or ReportLayout()
        self._symbology = b""
        self._data = bytearray()
        self._joining = self._spoilt = False
        self._began = self._last = 0.0

    def feed(self, report: bytes, at: float) -> list[Scanned | Reason]:
        """Feed one whole report, with its id, that came at this time in seconds."""
        part = read_report(report, self._layout)
        if part is None:
            return []
        if self._spoilt:
            # Nobody can tell the rest of the spoilt code from a new one: wait for silence.
            self._last = at
            return []
        if isinstance(part, Malformed):
            return self._spoil(UNREADABLE, at)
        if self._joining and part.symbology != self._symbology:
            return self._spoil(HALF_READ, at)
        if not self._joining:
            self._joining, self._began, self._symbology = True, at, part.symbology
        self._last = at
        self._data += part.data
        if len(self._data) > LONGEST:
            return self._spoil(TOO_LONG, at)
        if part.continued:
            return []
        text = identifier(self._symbology) + text_of(bytes(self._data))
        empty = not self._data
        self._forget()
        return [] if empty else [Scanned(text, self._began, at)]

    def quiet(self, until: float) -> list[Scanned | Reason]:
        """Nothing came until this time: a code that waits for its rest was only half read."""
        if until - self._last < HALF_AFTER_S or not (self._joining or self._spoilt):
            return []
        notified = self._spoilt
        self._forget()
        return [] if notified else [HALF_READ]

    def _spoil(self, why: Reason, at: float) -> list[Scanned | Reason]:
        self._forget()
        self._spoilt, self._last = True, at
        return [why]

    def _forget(self) -> None:
        self._data.clear()
        self._joining = self._spoilt = False


def identifier(symbology: bytes) -> str:
    """The AIM symbology identifier, such as ]E0; nothing where the scanner gives none."""
    if symbology[:1] == b"]" and symbology.isascii() and symbology.decode().isprintable():
        return symbology.decode()
    return ""


def is_bar_code_scanner(descriptor: bytes) -> bool:
    """Whether a HID report descriptor speaks of bar code scanners (usage page 0x8C)."""
    return any(
        (tag == 0x04 and value == BAR_CODE_SCANNER)
        or (tag == 0x08 and value >> 16 == BAR_CODE_SCANNER)
        for tag, value in _items(descriptor)
    )


def layout_of(descriptor: bytes) -> ReportLayout | None:
    """Where a report descriptor puts the fields of its scanned data; None if it does not say."""
    page = size = count = report_id = 0
    saved: list[tuple[int, int, int, int]] = []
    usages: list[tuple[int, int]] = []
    ends: dict[int, int] = {}
    fields: dict[int, dict[tuple[int, int], tuple[int, int]]] = {}
    for tag, value in _items(descriptor):
        if tag == 0x04:
            page = value
        elif tag == 0x74:
            size = value
        elif tag == 0x94:
            count = value
        elif tag == 0x84:
            report_id = value & 0xFF
        elif tag == 0xA4:
            saved.append((page, size, count, report_id))
        elif tag == 0xB4 and saved:
            page, size, count, report_id = saved.pop()
        elif tag == 0x08:
            usages.append((value >> 16 or page, value & 0xFFFF))
        elif tag in {0x80, 0x90, 0xB0, 0xA0, 0xC0}:
            if tag == 0x80:
                start = ends.get(report_id, 8 if report_id else 0)
                for at, usage in enumerate(usages[:count]):
                    # The last usage of an item is that of all the elements that remain.
                    elements = count - at if at == len(usages) - 1 else 1
                    place = (start + at * size, elements * size)
                    fields.setdefault(report_id, {}).setdefault(usage, place)
                ends[report_id] = start + size * count
            usages = []
    for its_id, places in fields.items():
        found = _scanned_data(its_id, places, ends[its_id])
        if found:
            return found
    return None


def _scanned_data(
    report_id: int, places: dict[tuple[int, int], tuple[int, int]], end: int
) -> ReportLayout | None:
    wanted = [(BAR_CODE_SCANNER, _SYMBOLOGY + each) for each in range(3)]
    wanted += [_BYTE_COUNT, (BAR_CODE_SCANNER, _DATA), (BAR_CODE_SCANNER, _CONTINUED)]
    if any(usage not in places for usage in wanted):
        return None
    (first, _), (second, _), (third, _), (count, _), (data, data_bits), (flag, _) = found = [
        places[usage] for usage in wanted
    ]
    sizes = [bits for _, bits in found]
    whole_bytes = all(place % 8 == 0 for place in (first, count, data, data_bits, end))
    if sizes[:4] != [8] * 4 or (second, third) != (first + 8, first + 16) or not whole_bytes:
        return None
    if not data_bits or not sizes[5]:
        return None
    return ReportLayout(
        report_id=report_id,
        size=end // 8,
        count_at=count // 8,
        symbology_at=first // 8,
        data_at=data // 8,
        data_size=data_bits // 8,
        continued_at=flag // 8,
        continued_bit=flag % 8,
    )


def _items(descriptor: bytes) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(descriptor):
        prefix = descriptor[at]
        if prefix == 0xFE:  # a long item: its size is the next byte, its tag the one after
            at += 3 + int.from_bytes(descriptor[at + 1 : at + 2])
            continue
        size = (0, 1, 2, 4)[prefix & 3]
        yield prefix & 0xFC, int.from_bytes(descriptor[at + 1 : at + 1 + size], "little")
        at += 1 + size


class HidPosScanner:
    """Listens to a scanner in HID-POS mode on Linux; it types nothing, so nothing is grabbed.

    `device` is a part of the device's name, in any case, or a path such as /dev/hidraw0.
    """

    def __init__(self, name: str, device: str) -> None:
        self.name = name
        self._device = device.strip()
        self._closing = threading.Event()

    def listen(
        self, give: Callable[[Scanned], None], notify: Callable[[ScannerState], None]
    ) -> None:
        """Hand on each code until `close`; see Scanner."""
        listen_to(self.name, self._open, self._closing, give, notify)

    def close(self) -> None:
        """Make `listen` return within a fraction of a second."""
        self._closing.set()

    def _open(self) -> _ReportSource:
        if _HAS_NONE:
            raise NotReadable("scanner.hidraw_linux_only", name=self.name)
        refusal: NotReadable = NotThere(self._not_there())
        for path in self._paths():
            try:
                handle = os.open(path, os.O_RDONLY)
            except OSError as error:
                refusal = NotReadable(why_hidraw_refused(self.name, path, error))
                continue
            try:
                _lock(handle)
            except OSError as error:
                os.close(handle)
                refusal = NotReadable(why_hidraw_refused(self.name, path, error))
                continue
            layout = layout_of(_descriptor(path.resolve().name))
            return _ReportSource(handle, ReportJoiner(layout))
        raise refusal

    def _paths(self) -> list[Path]:
        if not self._device:
            return []
        if "/" in self._device:
            return [path for path in (Path(self._device),) if path.exists()]
        nodes = [
            folder.name
            for folder in sorted(NAMES.glob("hidraw*"))
            if self._device.casefold() in _hid_name(folder).casefold()
            and is_bar_code_scanner(_descriptor(folder.name))
        ]
        return [DEVICES / node for node in nodes if (DEVICES / node).exists()]

    def _not_there(self) -> Reason:
        if not self._device:
            return because("scanner.hidraw_unnamed", name=self.name)
        return because("scanner.hidraw_absent", name=self.name, device=self._device)


class _ReportSource:
    def __init__(self, handle: int, joiner: ReportJoiner) -> None:
        self._handle = handle
        self._joiner = joiner

    def read(self) -> Sequence[Scanned | Reason]:
        began = time.monotonic()
        if not select.select([self._handle], [], [], WAIT_S)[0]:
            return self._joiner.quiet(began)
        report = os.read(self._handle, LONGEST)
        if not report:
            raise OSError(errno.ENODEV, "the device is at its end")
        return self._joiner.feed(report, time.monotonic())

    def close(self) -> None:
        os.close(self._handle)


def why_hidraw_refused(name: str, path: Path, error: OSError) -> Reason:
    """Why the hidraw device of the scanner of this name could not be opened."""
    if error.errno in {errno.EACCES, errno.EPERM}:
        return because("scanner.hidraw_forbidden", name=name, device=str(path))
    if error.errno in {errno.EAGAIN, errno.EBUSY}:
        return because("scanner.taken", name=name, device=str(path))
    why = plain(error.strerror or str(error))
    return because("scanner.not_opened", name=name, device=str(path), why=why)


def _lock(handle: int) -> None:
    # hidraw has no grab: of two scanners of one kind, each listener must still have its own.
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _hid_name(folder: Path) -> str:
    try:
        lines = (folder / "device/uevent").read_text(errors="replace").splitlines()
    except OSError:
        return ""
    return next((line[9:] for line in lines if line.startswith("HID_NAME=")), "")


def _descriptor(node: str) -> bytes:
    try:
        return (NAMES / node / "device/report_descriptor").read_bytes()
    except OSError:
        return b""
