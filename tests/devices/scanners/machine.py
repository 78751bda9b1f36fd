"""A machine with a socket for one scanner: umockdev's device files, a pty as the cable.

The test holds a `Machine`; the scanner's listener runs in a child process, under umockdev-run,
which takes orders on its standard input and says on its standard output what came.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

INPUT_DEVICE = """\
P: /devices/usb1/1-1/1-1:1.0/input/input5/event5
N: input/event5
S: input/by-id/usb-Corner_HS-1-event-kbd
E: DEVNAME=/dev/input/event5
E: MAJOR=13
E: MINOR=69
E: SUBSYSTEM=input
A: dev=13:69
L: device=../../input5

P: /devices/usb1/1-1/1-1:1.0/input/input5
E: SUBSYSTEM=input
A: name=Corner Devices HS-1 Scanner
"""

HIDRAW_DEVICE = """\
P: /devices/usb1/1-1/1-1:1.0/0003:1A2B:0001.0001/hidraw/hidraw3
N: hidraw3
E: DEVNAME=/dev/hidraw3
E: MAJOR=240
E: MINOR=3
E: SUBSYSTEM=hidraw
A: dev=240:3
L: device=../../../0003:1A2B:0001.0001

P: /devices/usb1/1-1/1-1:1.0/0003:1A2B:0001.0001
E: HID_ID=0003:00001A2B:00000001
E: HID_NAME=Corner Devices HS-1 Scanner
E: SUBSYSTEM=hid
H: report_descriptor={descriptor}
"""


def _answers(held: int | None = None) -> str:
    """What the device answers to ioctls: a keyboard, on which one key may be held down.

    The sizes are those that the evdev package asks with.
    """
    keys = bytearray(96)
    for code in range(1, 127):
        keys[code // 8] |= 1 << code % 8
    down = bytearray(96)
    if held is not None:
        down[held // 8] |= 1 << held % 8
    lines = (
        "EVIOCGVERSION 0 01000100",
        "EVIOCGID 0 03002B1A01000001",
        f"EVIOCGNAME(0) 28 {b'Corner Devices HS-1 Scanner'.hex().upper():0<512}",
        "EVIOCGBIT(0) 4 03000000",
        f"EVIOCGBIT(1) 96 {keys.hex().upper()}",
        f"EVIOCGKEY(0) 96 {down.hex().upper()}",
        "EVIOCGEFFECTS 0 00000000",
    )
    return "\n".join(lines) + "\n"


def umockdev() -> tuple[str, dict[str, str]]:
    """umockdev-run and the environment it needs; skips the test where there is none."""
    found = shutil.which("umockdev-run")
    if found:
        return found, dict(os.environ)
    own = Path(sys.prefix) / "hardware"
    run = own / "usr/bin/umockdev-run"
    if not run.exists():
        pytest.skip("umockdev is not installed, so there are no virtual devices")
    libraries = [*own.glob("usr/lib/*-linux-*"), *own.glob("lib/*-linux-*")]
    return str(run), {**os.environ, "LD_LIBRARY_PATH": ":".join(map(str, libraries))}


class Machine:
    """The child process from outside: a hand at the plug, and ears for what is told."""

    def __init__(
        self,
        folder: Path,
        kind: str,
        device: str,
        descriptor: bytes = b"",
        held: int | None = None,
    ) -> None:
        run, environment = umockdev()
        described = INPUT_DEVICE
        if kind == "hidraw":
            described = HIDRAW_DEVICE.format(descriptor=descriptor.hex().upper())
        (folder / "device").write_text(described)
        (folder / "ioctls").write_text(_answers(held))
        command = [run, "--device", str(folder / "device")]
        if kind == "evdev":
            for path in ("event5", "by-id/usb-Corner_HS-1-event-kbd"):
                command += ["--ioctl", f"/dev/input/{path}={folder / 'ioctls'}"]
        command += ["--", sys.executable, "-m", "tests.devices.scanners.machine", kind, device]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=Path(__file__).parents[3],
        )
        self._told: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._told.put(json.loads(line))

    def _order(self, **order: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def plug_in(self) -> Machine:
        self._order(do="plug")
        return self

    def pull_out(self) -> None:
        self._order(do="pull")

    def send(self, data: bytes) -> None:
        self._order(do="send", hex=data.hex())

    def close_scanner(self) -> float:
        """Close the scanner; seconds until its listener returned."""
        self._order(do="close")
        return float(self.next("closed"))

    def next(self, kind: str, seconds: float = 60) -> Any:
        """The next thing told, which must be of this kind: ready, waiting, code or closed."""
        try:
            told = self._told.get(timeout=seconds)
        except queue.Empty:
            raise AssertionError(f"no {kind} came within {seconds} s") from None
        assert kind in told, told
        return told[kind]

    def stop(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


class Socket:
    """Inside: the device node, there while a pipe stands behind it.

    A pipe gives whole events, as a device does, when each is written by itself; a pty cuts them.
    """

    def __init__(self, node: str, whole: int) -> None:
        self._whole = whole
        self._node = Path(os.environ["UMOCKDEV_DIR"]) / "dev" / node
        self._node.unlink()
        self._cable = -1

    def plug(self) -> None:
        os.mkfifo(self._node)
        self._cable = os.open(self._node, os.O_RDWR)

    def pull(self) -> None:
        self._node.unlink()
        os.close(self._cable)

    def send(self, data: bytes) -> None:
        for at in range(0, len(data), self._whole):
            os.write(self._cable, data[at : at + self._whole])


def main(kind: str, device: str) -> None:
    """The child: listen to the device named so, and do what standard input says."""
    from pos_tui.devices.scanners import hid_pos, key_joiner
    from pos_tui.devices.scanners.evdev_scanner import EvdevScanner
    from pos_tui.devices.scanners.hid_pos import HidPosScanner
    from pos_tui.devices.scanners.scanner import Scanner
    from pos_tui.wording.current import in_words

    # On a busy machine this process may rest in the middle of a code; a scanner never does.
    key_joiner.HALF_AFTER_S = hid_pos.HALF_AFTER_S = 4.0

    saying = threading.Lock()

    def say(**what: object) -> None:
        with saying:
            print(json.dumps(what), flush=True)

    scanner: Scanner
    if kind == "evdev":
        scanner, socket = EvdevScanner("Counter", device), Socket("input/event5", 24)
    else:
        scanner, socket = HidPosScanner("Counter", device), Socket("hidraw3", 64)
    listener = threading.Thread(
        target=scanner.listen,
        args=(
            lambda scan: say(code=scan.text),
            lambda state: say(
                **{"ready" if state.ready else "waiting": in_words(state.why) if state.why else ""}
            ),
        ),
        daemon=True,
    )
    listener.start()
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "plug":
            socket.plug()
        elif order["do"] == "pull":
            socket.pull()
        elif order["do"] == "send":
            socket.send(bytes.fromhex(order["hex"]))
        else:
            began = time.monotonic()
            scanner.close()
            listener.join()
            say(closed=time.monotonic() - began)


if __name__ == "__main__":
    main(*sys.argv[1:])
