"""Forged messages: put into the tills' streams, or the gateway's log, by somebody without a key."""

from __future__ import annotations

import contextlib
import random
import threading
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import redis
from msgspec import Struct

from pos_tui.messages import (
    TransactionLogEntry,
    TransactionSuccess,
    encode_log_line,
    open_success,
    seal_success,
    stream_name,
)
from tests.campaign.delivery_redis import CampaignRedis, now_ms
from tests.campaign.delivery_servers import MERCHANT_KEYS
from tests.campaign.delivery_till import Said, TillPlan
from tests.campaign.delivery_tills import Heard
from tests.cloud.stream_entries import stream_entries

FORGED_REF = "FORGED"
REPLAYED, LOGGED = "replayed", "logged"
KINDS = (
    "unsigned",
    "wrong key",
    "another merchant's",
    "wrong amount",
    "unknown order",
    REPLAYED,
    "moved",
    LOGGED,
)
# Ids are chosen here, so that an entry is known again even if Redis died before it answered.
_SEQUENCE = 500_000


class Forged(Struct, frozen=True):
    """One forged entry; whether Redis took it is seen at the end."""

    kind: str
    till: str
    stream: str
    id: str

    @property
    def ms(self) -> int:
        """The time in its id."""
        return int(self.id.partition("-")[0])


class Forger:
    """Forges now and then in a thread of its own; orders that are under way interest it most."""

    def __init__(
        self,
        server: CampaignRedis,
        logs: Path,
        tills: Sequence[TillPlan],
        heard: Heard,
        rng: random.Random,
        pause_s: float,
    ) -> None:
        self.forged: list[Forged] = []
        self._server, self._logs, self._tills, self._heard = server, logs, tills, heard
        self._rng, self._pause_s = rng, pause_s
        self._deck: list[str] = []
        self._moved: set[tuple[str, bytes]] = set()
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(30)

    def from_the_future(self, ahead_ms: int) -> None:
        """To every till an unknown order's message, by a clock that is wrong by so much."""
        with self._lock, contextlib.suppress(redis.RedisError):
            client = self._server.admin()
            for till in self._tills:
                success = self._invent(till)
                fields = seal_success(success, till.key.encode())
                self._add(client, "unknown order", till, fields, now_ms() + ahead_ms)
            client.close()

    def counts(self) -> Counter[str]:
        return Counter(each.kind for each in self.forged)

    def _run(self) -> None:
        client = self._server.admin()
        while not self._ending.wait(self._pause_s * self._rng.uniform(0.5, 1.5)):
            with self._lock:
                try:
                    self._forge(client)
                except redis.RedisError:
                    client.close()  # Redis is away: there is nobody to deceive
        client.close()

    def _forge(self, client: redis.Redis) -> None:
        listening = self._heard.listening()
        tills = [till for till in self._tills if till.name in listening]
        if not tills:
            return  # new books may pass over what was sold before them
        if not self._deck:
            self._deck = self._rng.sample(KINDS, len(KINDS))
        kind = self._deck.pop()
        waiting = [said for said in self._heard.under_way() if said.till in listening]
        if kind in (REPLAYED, "moved"):
            till = self._rng.choice(tills)
            self._repeat(client, kind, till)
            return
        target = self._rng.choice(waiting) if waiting else None
        its = next((t for t in self._tills if target and t.name == target.till), None)
        till = its or self._rng.choice(tills)
        success = self._invent(till, None if kind == "unknown order" else target)
        key = till.key.encode()
        if kind == LOGGED:
            self._log(till, success)
            return
        match kind:
            case "unsigned":
                fields = {"m": seal_success(success, key)["m"]}
            case "wrong key":
                fields = seal_success(success, b"a key that somebody made up")
            case "another merchant's":
                other = self._rng.choice([m for m in MERCHANT_KEYS if m != till.merchant])
                fields = seal_success(success, MERCHANT_KEYS[other].encode())
            case "wrong amount":
                amount = success.amount + self._rng.choice((-100, -1, 1, 100))
                fields = seal_success(_with(success, amount), key)
            case _:
                fields = seal_success(success, key)
        self._add(client, kind, till, fields, now_ms())

    def _log(self, till: TillPlan, success: TransactionSuccess) -> None:
        """A lie in the log: the relay passes over what nobody signed, and passes the rest on."""
        paths = sorted(self._logs.glob("*.log"))
        if not paths:
            return
        lie = TransactionLogEntry(**msgspec.structs.asdict(success))
        signed = self._rng.random() < 0.5
        line = encode_log_line(lie, (b"a key that somebody made up",) if signed else ())
        # Which id it will have in the stream, if any, only the relay knows.
        self.forged.append(Forged(LOGGED, till.name, stream_name(till.merchant, till.number), ""))
        with paths[-1].open("ab", buffering=0) as file:
            file.write(line)

    def _repeat(self, client: redis.Redis, kind: str, till: TillPlan) -> None:
        """A true message once more: in its own stream, or in another till's of the shop."""
        source = till
        if kind == "moved":
            others = [t for t in self._tills if t.merchant == till.merchant and t != till]
            if not others:
                return
            source = self._rng.choice(others)
        newest = client.xrevrange(stream_name(source.merchant, source.number), count=20)
        ids = {each.id for each in self.forged}
        genuine = [
            fields
            for entry_id, fields in stream_entries(newest)
            if entry_id.decode() not in ids and (till.name, fields[b"m"]) not in self._moved
        ]
        if genuine:
            fields = self._rng.choice(genuine)
            self._moved.add((till.name, fields[b"m"]))  # the same once more would not be noted
            self._add(client, kind, till, fields, now_ms())

    def _add(
        self,
        client: redis.Redis,
        kind: str,
        till: TillPlan,
        fields: dict[str, bytes] | dict[bytes, bytes],
        at_ms: int,
    ) -> None:
        stream = stream_name(till.merchant, till.number)
        forged = Forged(kind, till.name, stream, f"{at_ms}-{_SEQUENCE + len(self.forged)}")
        with contextlib.suppress(redis.ResponseError):  # the stream has a later id already
            self.forged.append(forged)
            client.xadd(stream, dict(fields.items()), id=forged.id)
            return
        self.forged.pop()

    def _invent(self, till: TillPlan, order: Said | None = None) -> TransactionSuccess:
        now = datetime.now(UTC)
        number = order.order_no if order else f"F{self._rng.getrandbits(80):020X}"
        return TransactionSuccess(
            merchant=till.merchant,
            till=till.number,
            order_no=number,
            amount=order.amount if order else 303,
            currency="CNY",
            platform="wechat",
            platform_ref=f"{FORGED_REF}{len(self.forged):06}",
            paid_at=now,
            logged_at=now,
        )


def genuine_order(fields: dict[bytes, bytes], key: str) -> str:
    """The order that a true message is about. Raises MessageError."""
    return open_success(fields, key.encode()).order_no


def _with(success: TransactionSuccess, amount: int) -> TransactionSuccess:
    return msgspec.structs.replace(success, amount=amount)
