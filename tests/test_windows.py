"""What runs on Windows must not need what only POSIX has."""

import io
import subprocess
import sys
import threading
import time
import wave

import pytest

from pos_tui.devices.scanners.scanner import ScannerState
from pos_tui.devices.voices.voice import VoiceError

windows = pytest.mark.skipif(sys.platform != "win32", reason="a branch of Windows' own")
HIDDEN = (
    "fcntl",
    "termios",
    "tty",
    "pty",
    "pwd",
    "grp",
    "resource",
    "syslog",
    "curses",
)

SCRIPT = f"""
import sys, pkgutil, importlib

# Textual picks its driver when a program runs; what it reads before that is its own affair.
import textual.app, textual.screen, textual.renderables.digits

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name in {HIDDEN!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

for name in {HIDDEN!r}:
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Hidden())

import pos_tui
for module in pkgutil.walk_packages(pos_tui.__path__, "pos_tui."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
        print(module.name)
try:
    import termios
except ImportError:
    print("hidden")
"""


@windows
def test_a_printer_on_a_parallel_port_of_windows_takes_a_job_or_is_one_sentence():
    from pos_tui.devices.printers import PrinterError, make_printer
    from pos_tui.settings import PrinterSettings

    printer = make_printer(PrinterSettings(kind="file", path="LPT1"))
    try:
        assert printer.print(b"one row\n") == "sent"
    except PrinterError as error:
        assert error.reason.kind.startswith("printer.port_")


def test_every_room_imports_where_the_posix_modules_are_not():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    names = done.stdout.split()
    assert names[-1] == "hidden"
    assert {"pos_tui.till.till", "pos_tui.tui.app", "pos_tui.books.books"} <= set(names)


def test_the_first_frame_works_where_there_is_no_termios(capsys, monkeypatch):
    from pos_tui.tui import first_frame

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "termios", None)
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stdin, "fileno", lambda: 0, raising=False)
    first_frame.show(["demo"])
    first_frame.started()
    first_frame.hand_back()
    assert "Corner Market · till 01" in capsys.readouterr().out


def test_the_first_frame_glances_at_the_settings_where_windows_keeps_them(tmp_path, monkeypatch):
    from pos_tui.tui import first_frame

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert first_frame._usual_settings() == f"{tmp_path}/pos-tui/till.toml"


@windows
def test_windows_raw_input_waits_for_its_scanner_and_can_be_closed():
    from pos_tui.devices.scanners.raw_input import RawInputScanner

    scanner = RawInputScanner("Counter", "VID_FFFF&PID_FFFF")
    told: list[ScannerState] = []
    listening = threading.Thread(target=scanner.listen, args=(pytest.fail, told.append))
    listening.start()
    until = time.monotonic() + 20
    while not told and time.monotonic() < until:
        time.sleep(0.01)
    scanner.close()
    listening.join(20)
    assert not listening.is_alive()
    assert [state.ready for state in told] == [False]


@windows
def test_windows_voice_speaks_or_is_one_sentence():
    from pos_tui.devices.voices import make_voice

    voice = make_voice("sapi", "en", 170)
    try:
        voice.say("Paid.")
    except VoiceError as error:
        assert error.reason.kind.startswith("voice.")
    voice.close()


@windows
def test_windows_plays_a_sound_by_itself():
    from pos_tui.devices.voices.sound import Player

    silence = io.BytesIO()
    with wave.open(silence, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(1600))
    try:
        Player().play(silence.getvalue())
    except VoiceError as error:  # a machine without a sound card
        assert error.reason.kind == "voice.windows_cannot_play"


def test_a_clock_that_runs_on_in_a_sleep_never_goes_back():
    from pos_tui.till.clock import _ticks

    first = _ticks()
    assert 0 <= _ticks() - first < 60


@windows
def test_on_windows_there_is_one_worker(tmp_path):
    from pos_tui.cloud.gateway.worker_processes import serve_workers
    from pos_tui.settings import CloudSettings, SettingsError

    with pytest.raises(SettingsError, match="one_worker_on_windows"):
        serve_workers(CloudSettings(), tmp_path, [], 0, follow_stdin=False)


def test_a_server_keeps_files_for_its_own_work():
    from pos_tui.cloud.wire.http_limits import _files_left

    assert _files_left() > 10
