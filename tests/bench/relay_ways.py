"""The ways from a log line to a till that are measured beside each other, each with its log.

A line that is not on the disk yet may be taken back by a power cut. Ours, mosquitto's publisher and
one way by hand wait for the disk; the other way by hand and syslog-ng hand on what they see, so
their time, counted from the moment when the line is durable, may be less than nothing.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pos_tui.messages import bucket_of
from pos_tui.payments.redis_link import Patience
from tests.bench import debian
from tests.bench.cost import CannotMeasure
from tests.bench.relay_parts import KEY, MERCHANTS, Log, Process, Server, Till, peer, relay, server

OURS, FLOOR, SYNCED = "ours", "by hand", "by hand, line synced"
MQTT, MQTT_SAVED, SYSLOG = "mosquitto", "mosquitto, saved each time", "syslog-ng"
_PATIENCE_S = 20.0
_BLOCK_MS = int(Patience().block * 1000)  # idle tills ask as often as real ones
# Each waiting process has so many connections; a process may have 20,000 files.
_A_PROCESS = 2500
# mosquitto writes all its sessions at each change: with more, they do not come in within a minute.
_SAVED_FOR = 1000


@dataclass(frozen=True)
class Way:
    """One way: the log that it carries, how its tills are made to listen, and at most how many."""

    name: str
    log: Log
    listen: Callable[[Sequence[Till], Path], Process]
    initial: str
    most: int = 1_000_000
    broker: int = 0


class Ways:
    """All ways that this machine can go, over one Redis and one broker; started one by one."""

    def __init__(self, folder: Path, cache: Path, running: contextlib.ExitStack) -> None:
        self._folder = folder
        self._cache = cache
        self._running = running
        self.redis: Server = running.enter_context(server(folder / "redis"))
        self.redis.let_relay_in()
        self.all: dict[str, Way] = {}
        self.left_out: dict[str, str] = {}
        self._start()

    def among(self, connected: int) -> dict[str, Way]:
        """The ways that can be gone with so many tills connected."""
        return {name: way for name, way in self.all.items() if connected <= way.most}

    def wait_idly(self, idle: Sequence[Till], stage: contextlib.ExitStack) -> list[Process]:
        """Connect these tills to Redis and to every broker; they only wait."""
        self.redis.let_in(idle)
        brokers = [way.broker for way in self.among(len(idle)).values() if way.broker]
        waiting = []
        for start in range(0, len(idle), _A_PROCESS):
            part = idle[start : start + _A_PROCESS]
            waiting.append(stage.enter_context(
                listen_by_hand(self.redis, part, self._folder, f"idle-{start}", loud=False)
            ))  # fmt: skip
            for broker in brokers:
                name = f"idle-mqtt-{broker}-{start}"
                arguments = ("push_mqtt", "idle", str(broker))
                waiting.append(stage.enter_context(
                    peer(*arguments, folder=self._folder, name=name)
                ))  # fmt: skip
                waiting[-1].tell("".join(f"{t.merchant} {t.till}\n" for t in part) + "\n")
        for process in waiting:
            process.hear(within=60)
        return waiting

    def leave_out(self, name: str, why: str) -> None:
        """This way is not gone any more."""
        self.all.pop(name, None)
        self.left_out[name] = why
        print(f"not measured: {name}: {why}", file=sys.stderr)

    # ---- each of them ----------------------------------------------------------------------------

    def _start(self) -> None:
        self._start_ours()
        self._start_by_hand(FLOOR, "F", "floor")
        self._start_by_hand(SYNCED, "G", "synced", "sync")
        attempts: list[tuple[str, Callable[[], None]]] = [
            (MQTT, lambda: self._start_mqtt(MQTT, "Q", saved=False)),
            (MQTT_SAVED, lambda: self._start_mqtt(MQTT_SAVED, "R", saved=True)),
            (SYSLOG, self._start_syslog),
        ]
        for name, start in attempts:
            try:
                start()
            except (CannotMeasure, OSError) as error:
                self.leave_out(name, str(error))

    def _log(self, name: str) -> Log:
        log = Log(self._folder / name / "log" / "gateway-1.000001.log")
        self._running.callback(log.close)
        return log

    def _start_ours(self) -> None:
        log = self._log("ours")
        self._running.enter_context(relay(self._folder, self._folder / "ours", self.redis)).hear()

        def listen(tills: Sequence[Till], folder: Path) -> Process:
            self.redis.let_in(tills)
            listener = peer("push_tills", KEY, folder=folder, name="tills")
            places = "".join(f"{self.redis.url(t)} {t.merchant} {t.till}\n" for t in tills)
            listener.tell(places + "\n")
            return listener

        self.all[OURS] = Way(OURS, log, listen, "T")

    def _start_by_hand(self, name: str, initial: str, role: str, *how: str) -> None:
        log = self._log(role)
        arguments = ("push_raw", "carry", str(log.path), str(self.redis.port), *how)
        self._running.enter_context(peer(*arguments, folder=self._folder, name=role)).hear()
        self.all[name] = Way(name, log, self._listen_by_hand, initial)

    def _listen_by_hand(self, tills: Sequence[Till], folder: Path) -> Process:
        self.redis.let_in(tills)
        return listen_by_hand(self.redis, tills, folder, f"by-hand-{tills[0].till}", loud=True)

    def _start_mqtt(self, name: str, initial: str, *, saved: bool) -> None:
        folder = self._folder / f"mosquitto-{initial}"
        folder.mkdir()
        port = self._running.enter_context(_mosquitto(folder, self._cache, saved=saved))
        python = _paho(self._cache)
        log = self._log(folder.name)
        arguments = ("push_mqtt", "carry", str(log.path), str(port))
        carrier = peer(*arguments, folder=folder, name=f"publisher-{initial}", python=python)
        self._running.enter_context(carrier).hear()

        def listen(tills: Sequence[Till], folder: Path) -> Process:
            arguments = ("push_mqtt", "wait", str(port))
            listener = peer(*arguments, folder=folder, name=f"mqtt-{initial}", python=python)
            listener.tell("".join(f"{t.merchant} {t.till}\n" for t in tills) + "\n")
            return listener

        most = _SAVED_FOR if saved else Way.most
        self.all[name] = Way(name, log, listen, initial, most, port)

    def _start_syslog(self) -> None:
        folder = self._folder / "syslog-ng"
        log = self._log("syslog-ng")
        self._running.enter_context(_syslog(folder, self._cache, log.path, self.redis.port))
        self.all[SYSLOG] = Way(SYSLOG, log, self._listen_by_hand, "S")


def listen_by_hand(
    redis_at: Server,
    tills: Sequence[Till],
    folder: Path,
    name: str,
    *,
    loud: bool,
    tls: bool = False,
) -> Process:
    """Tills over bare sockets, whose users are there already."""
    how = [word for word, wanted in (("loud", loud), ("tls", tls)) if wanted]
    port = redis_at.tls_port if tls else redis_at.port
    process = peer("push_raw", "wait", str(port), str(_BLOCK_MS), *how, folder=folder, name=name)
    process.tell("".join(till.by_hand for till in tills) + "\n")
    return process


# ---- the peers' programs -------------------------------------------------------------------------


@contextlib.contextmanager
def _mosquitto(folder: Path, cache: Path, *, saved: bool) -> Iterator[int]:
    """A broker with persistence; as it comes it saves every half hour, `saved` after each change.

    Nobody has to say who he is, and everybody may read everything: less work than ours does.
    """
    found = debian.tool("mosquitto", cache / "mosquitto", ["mosquitto"])
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    lines = [
        f"listener {port} 127.0.0.1",
        "allow_anonymous true",
        "persistence true",
        f"persistence_location {folder}/",
        "max_queued_messages 0",
        "set_tcp_nodelay true",
        "log_type error",
        "user root",
        *(["autosave_on_changes true", "autosave_interval 1"] if saved else []),
    ]
    settings = folder / "mosquitto.conf"
    settings.write_text("\n".join(lines) + "\n")
    command = [found.program, "-c", str(settings)]
    with Process(command, folder, "mosquitto", found.environment) as broker:
        until = time.monotonic() + _PATIENCE_S
        while True:
            broker.cpu_s()
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError as error:
                if time.monotonic() > until:
                    raise CannotMeasure("mosquitto does not listen") from error
                time.sleep(0.02)
        yield port


def _paho(cache: Path) -> str:
    """A Python that has Eclipse Paho, which only this bench needs."""
    home = cache / "paho"
    python = home / "bin" / "python"
    if not python.exists():
        steps = (
            [sys.executable, "-m", "venv", str(home)],
            [str(python), "-m", "pip", "install", "--quiet", "paho-mqtt==2.1.0"],
        )
        try:
            for step in steps:
                subprocess.run(step, check=True, capture_output=True, text=True, timeout=120)
        except (subprocess.SubprocessError, OSError) as error:
            said = str(getattr(error, "stderr", None) or error).strip()[-300:]
            raise CannotMeasure(f"paho-mqtt cannot be installed: {said}") from error
    return str(python)


_SYSLOG = """@version: 3.38
options {{ stats-freq(0); use-dns(no); }};
source lines {{ file("{log}" flags(no-parse) follow-freq(0.001) log-iw-size(10000)); }};
parser fields {{ json-parser(prefix(".j.")); }};
parser bucket {{ add-contextual-data(
  selector("${{.j.merchant}}") database("{folder}/buckets.csv")); }};
destination streams {{ redis(host("127.0.0.1") port({port}) workers(1) log-fifo-size(100000)
  command("XADD", "pos:{{b${{bucket}}}}:${{.j.merchant}}:${{.j.till}}", "*", "m", "${{MESSAGE}}")
); }};
log {{ source(lines); parser(fields); parser(bucket); destination(streams); flags(flow-control); }};
"""


@contextlib.contextmanager
def _syslog(folder: Path, cache: Path, log: Path, port: int) -> Iterator[None]:
    """syslog-ng on the same kind of log; it looks at the file every millisecond."""
    modules = ("redis", "add-contextual-data")
    packages = ["syslog-ng-core", *(f"syslog-ng-mod-{module}" for module in modules)]
    # Always fetched: one that is installed may lack the module, and knows only its own folders.
    found = debian.fetched("syslog-ng", cache / "syslog-ng", packages)
    module = next(found.home.rglob("libredis.so"), None)
    if module is None:
        raise CannotMeasure("syslog-ng's redis module is not in its package")
    buckets = "".join(f"{m},bucket,{bucket_of(m)}\n" for m in MERCHANTS)
    (folder / "buckets.csv").write_text(buckets)
    settings = folder / "syslog-ng.conf"
    settings.write_text(_SYSLOG.format(log=log, folder=folder, port=port))
    command = [
        *(found.program, "--foreground", "--no-caps", "--cfgfile", str(settings)),
        *("--module-path", str(module.parent), "--persist-file", str(folder / "persist")),
        *("--control", str(folder / "control"), "--pidfile", str(folder / "pid")),
    ]
    with Process(command, folder, "syslog-ng", found.environment) as process:
        until = time.monotonic() + _PATIENCE_S
        while not (folder / "control").exists():
            process.cpu_s()
            if time.monotonic() > until:
                raise CannotMeasure("syslog-ng does not start")
            time.sleep(0.02)
        yield
