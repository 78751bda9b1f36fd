"""Log to Redis to tills with nothing between: sockets written by hand, one system call a step.

Also the tills that only wait. Every stamp is in nanoseconds of the one clock that all processes of
a machine share. Roles:

    carry LOG PORT [sync]           each new line of the log by XADD; `sync`: once it is on the disk
    wait PORT BLOCK_MS [loud|tls]   a till for each line of standard input: `user password stream`
    drip FILE PER_S                 the file's lines, one by one, into the log that it is told
"""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import json
import os
import random
import select
import selectors
import socket
import ssl
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_IN_MODIFY = 2
_BUCKETS = 64
_IDLE = b"*-1\r\n"


# ---- Redis' protocol -----------------------------------------------------------------------------


class Incomplete(Exception):
    """The rest of an answer has not come yet."""


def command(*words: bytes) -> bytes:
    """A command as it goes over the wire."""
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words)


def parse(data: bytes, at: int = 0) -> tuple[Any, int]:
    """The answer that begins there, and where it ends; raises Incomplete."""
    end = data.find(b"\r\n", at)
    if end < 0:
        raise Incomplete
    kind, rest = data[at : at + 1], data[at + 1 : end]
    at = end + 2
    if kind == b"$":
        size = int(rest)
        if size < 0:
            return None, at
        if len(data) < at + size + 2:
            raise Incomplete
        return data[at : at + size], at + size + 2
    if kind == b"*":
        items = []
        for _ in range(int(rest)):
            item, at = parse(data, at)
            items.append(item)
        return items, at
    if kind == b"-":
        raise SystemExit(f"Redis refused: {rest.decode()}")
    return rest, at


def stream_of(line: bytes) -> bytes:
    """The stream of the till that a log line is about."""
    merchant, till = _value(line, b'"merchant":"'), _value(line, b'"till":"')
    return b"pos:{b%d}:%s:%s" % (zlib.crc32(merchant) % _BUCKETS, merchant, till)


def topic_of(line: bytes) -> str:
    """The same for a broker."""
    merchant, till = _value(line, b'"merchant":"'), _value(line, b'"till":"')
    return f"pos/{merchant.decode()}/{till.decode()}"


def order_of(line: bytes) -> str:
    """The number of the order that a log line or a message is about."""
    return _value(line, b'"order_no":"').decode()


def _value(line: bytes, name: bytes) -> bytes:
    start = line.find(name) + len(name)
    return line[start : line.find(b'"', start)]


# ---- the log -------------------------------------------------------------------------------------


def new_lines(path: str, *, sync: bool = False) -> Iterator[list[bytes]]:
    """Complete lines as they are appended from now on, woken by the system."""
    libc = ctypes.CDLL(None)
    bell = libc.inotify_init()
    if bell < 0 or libc.inotify_add_watch(bell, path.encode(), _IN_MODIFY) < 0:
        raise SystemExit("the system tells nothing about files")
    log = os.open(path, os.O_RDONLY)
    os.lseek(log, 0, os.SEEK_END)
    rest = b""
    say({"ready": True})
    while True:
        os.read(bell, 65536)
        if sync:
            os.fdatasync(log)
        *lines, rest = (rest + os.read(log, 1 << 20)).split(b"\n")
        if lines:
            yield lines


def carry(path: str, port: str, sync: str = "") -> None:
    """Each new line of the log into its till's stream."""
    end_with_stdin()
    redis = socket.create_connection(("127.0.0.1", int(port)))
    redis.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for lines in new_lines(path, sync=bool(sync)):
        redis.sendall(
            b"".join(command(b"XADD", stream_of(line), b"*", b"m", line) for line in lines)
        )
        answer, at = b"", 0
        for _ in lines:
            while True:
                with contextlib.suppress(Incomplete):
                    _, at = parse(answer, at)
                    break
                answer += redis.recv(65536)


def drip(path: str, per_s: str) -> None:
    """Append the file's lines at random moments, so many a second, each made durable.

    Standard input says to which log from now on; to none after an empty line.
    """
    lines = itertools.cycle(Path(path).read_bytes().splitlines(keepends=True))
    logs: dict[bytes, int] = {}
    log = None
    say({"ready": True})
    while True:
        gap = random.expovariate(float(per_s)) if log is not None else None
        if select.select([sys.stdin.fileno()], [], [], gap)[0]:
            told = os.read(sys.stdin.fileno(), 4096)
            if not told:
                return
            where = told.split(b"\n")[-2]
            if where and where not in logs:
                logs[where] = os.open(where, os.O_WRONLY | os.O_APPEND)
            log = logs.get(where)
            say({"dripping": bool(where)})
        elif log is not None:
            os.write(log, next(lines))
            os.fdatasync(log)


# ---- tills ---------------------------------------------------------------------------------------


class Till:
    """One till's connection, and how far it has read."""

    def __init__(self, port: int, words: list[bytes], block_ms: int, *, tls: bool) -> None:
        user, password, self._stream = words
        self._block = b"%d" % block_ms
        self.last, self._rest = b"0-0", b""
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.socket = _TLS.wrap_socket(self.socket)
        self.socket.sendall(command(b"AUTH", user, password))
        said = self.socket.recv(4096)
        if said != b"+OK\r\n":
            raise SystemExit(f"{user.decode()} was not let in: {said.decode()}")
        self.socket.setblocking(False)
        # So that not all of them ask again in the same moment.
        self._again = self._request(b"%d" % random.randint(1, block_ms))
        self.ask()
        self._again = self._request(self._block)

    def ask(self) -> None:
        """Wait for what comes next."""
        self.socket.sendall(self._again)

    def take(self) -> list[bytes]:
        """The messages that came; also asks for the next ones."""
        try:
            data = self.socket.recv(65536)
        except (BlockingIOError, ssl.SSLWantReadError):
            return []
        if not data:
            raise SystemExit("Redis has hung up")
        if data == _IDLE and not self._rest:
            self.ask()
            return []
        self._rest += data
        try:
            answer, at = parse(self._rest)
        except Incomplete:
            return []
        self._rest = self._rest[at:]
        if not answer:
            self.ask()
            return []
        entries = [entry for _, entries in answer for entry in entries]
        self.last = entries[-1][0]
        self._again = self._request(self._block)
        self.ask()
        return [fields[1] for _, fields in entries]

    def _request(self, block: bytes) -> bytes:
        words = (b"XREAD", b"COUNT", b"100", b"BLOCK", block, b"STREAMS", self._stream, self.last)
        return command(*words)


_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
_TLS.check_hostname = False
_TLS.verify_mode = ssl.CERT_NONE


def wait(port: str, block_ms: str, *how: str) -> None:
    """Tills that wait; asked with `report` how many messages came, or `loud` about each of them.

    An empty line of standard input ends the list of tills.
    """
    tills = []
    for line in iter(sys.stdin.buffer.readline, b"\n"):
        tills.append(Till(int(port), line.split(), int(block_ms), tls="tls" in how))
    with selectors.DefaultSelector() as selector:
        for till in tills:
            selector.register(till.socket, selectors.EVENT_READ, till)
        selector.register(sys.stdin.fileno(), selectors.EVENT_READ, None)
        say({"ready": True})
        watch(selector, loud="loud" in how)


def watch(selector: selectors.BaseSelector, *, loud: bool) -> None:
    """Take what comes, until standard input ends."""
    count, last = 0, 0
    while True:
        for key, _ in selector.select():
            if key.data is None:
                asked = os.read(sys.stdin.fileno(), 4096)
                if not asked:
                    return
                for _ in range(asked.count(b"\n")):
                    say({"received": count, "last": last})
                continue
            messages = key.data.take()
            if messages:
                last = time.monotonic_ns()
                count += len(messages)
                if loud:
                    for message in messages:
                        say({"order_no": order_of(message), "received": last})


# ---- the bench -----------------------------------------------------------------------------------


def say(message: dict[str, Any]) -> None:
    """Tell the bench."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def end_with_stdin() -> None:
    """Leave nothing running when the bench has gone."""

    def follow() -> None:
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=follow, daemon=True).start()


ROLES: dict[str, Callable[..., None]] = {"carry": carry, "wait": wait, "drip": drip}

if __name__ == "__main__":
    ROLES[sys.argv[1]](*sys.argv[2:])
