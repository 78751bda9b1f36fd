"""The embedded cloud as the till sees it: started at once, ready later, its trouble as a reason."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from pathlib import Path

import msgspec

from pos_tui.demo.parts import CloudPlan
from pos_tui.demo.watcher import ServersState
from pos_tui.files.owner import make_private_file, make_private_folder
from pos_tui.reasons import Reason, ReasonError, because, plain

_MARGIN_S = 5.0  # what the watching process may take beyond the time it has
_ENDED_S = 5.0
# Where killing the watching process takes the servers along, nobody waits for long, and least of
# all for servers that have not served yet.
_END_S, _END_EARLY_S = (1.8, 0.3) if sys.platform in {"linux", "win32"} else (_ENDED_S, _ENDED_S)
if sys.platform == "win32":
    # A console of its own: Ctrl+C and a closed window are the till's.
    _NO_WINDOW = subprocess.CREATE_NO_WINDOW
else:
    _NO_WINDOW = 0


class ServersNotStarted(ReasonError):
    """The demo's servers do not serve; its reason says which of them."""


class EmbeddedCloud:
    """Starts the watching process at once, and waits for it only when asked to."""

    def __init__(self, plan: CloudPlan) -> None:
        folder = Path(plan.folder)
        self._log = folder / "cloud.log"
        self._ready_s = plan.ready_s
        self._answered, self._ended = threading.Event(), threading.Event()
        self._trouble: Reason | None = None
        self._is_closing = False
        self._process: subprocess.Popen[bytes] | None = None
        try:
            make_private_folder(folder)
            self._start(plan)
        except OSError as error:
            why = plain(error.strerror or str(error))
            self._give_up(because("demo.servers_not_run", why=why))

    def wait(self) -> None:
        """Wait until every part serves. Raises ServersNotStarted when one does not come up."""
        self._answer()
        if self._trouble is not None:
            raise ServersNotStarted(self._trouble)

    def trouble(self) -> Reason | None:
        """Wait until something is wrong with the servers; None when they were closed before."""
        self._answer()
        self._ended.wait()
        return None if self._is_closing else self._trouble

    def close(self) -> None:
        """End all of it, and wait until it is gone, for a few seconds at most."""
        self._is_closing = True
        if self._process is not None:
            assert self._process.stdin is not None
            with contextlib.suppress(OSError):
                self._process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_END_S if self._answered.is_set() else _END_EARLY_S)
            self._kill()
        self._ended.set()

    def _start(self, plan: CloudPlan) -> None:
        make_private_file(self._log)
        with self._log.open("ab") as log:
            process = self._process = subprocess.Popen(
                [sys.executable, "-m", "pos_tui.demo.watcher"],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                creationflags=_NO_WINDOW,
                umask=0o077,  # what the servers keep is their owner's
            )
        assert process.stdin is not None
        with contextlib.suppress(OSError):  # that it has ended is seen at its output
            process.stdin.write(msgspec.json.encode(plan) + b"\n")
        threading.Thread(target=self._listen, args=(process,), name="demo", daemon=True).start()

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with process.stdout as output:
            for line in output:
                state = msgspec.json.decode(line, type=ServersState)
                if state.event == "ready":
                    self._answered.set()
                else:
                    self._give_up(_why(state, round(self._ready_s)))
        self._give_up(because("demo.servers_ended"))

    def _answer(self) -> None:
        if not self._answered.wait(self._ready_s + _MARGIN_S):
            seconds = round(self._ready_s + _MARGIN_S)
            self._give_up(because("demo.servers_silent", seconds=seconds))
            self._kill()

    def _give_up(self, why: Reason) -> None:
        self._trouble = self._trouble or why
        self._answered.set()
        self._ended.set()

    def _kill(self) -> None:
        """End the watching process; the servers go with it."""
        if self._process is not None:
            self._process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_ENDED_S)


def _why(state: ServersState, seconds: int) -> Reason:
    match state.event:
        case "late":
            return because("demo.servers_late", parts=state.parts)
        case "left":
            return because("demo.servers_left", seconds=seconds)
    return because("demo.servers_fault")
