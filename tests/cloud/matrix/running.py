"""Running cells: real servers, a till that does what a till does, and what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
from msgspec import Struct

from pos_tui.messages import TransactionOrder

from ..shop import CLEAR, KEY, QUICK, Till, free_port, log_entries
from .accounts import Opened, write_accounts
from .cells import GIVEN_UP, Cell
from .judging import LIVED, Money, Outcome, violations, wrong_lines, wrong_money
from .nursery import Wish, hash_of
from .servers import Nursery, Server, open_nursery

AT_ONCE = 12
CLEAR_WITHIN_S = 60.0
SETTLED_WITHIN_S = 120.0
_DEATH_S = {True: 20.0, False: SETTLED_WITHIN_S}  # of one beside which there is another, or alone
_TRIES = 5
PIN_S, LATE_S = 0.4, 1.0
_PATIENCE_S = {True: 0.8, False: 30.0}
_SILENCE_S = 15.0  # how long the till waits for an answer


class Street(Struct, frozen=True):
    """Everything that the cells share: a folder, the nursery, the stand-ins and their accounts."""

    run: Path
    nursery: Nursery
    simulators: Server
    opened: Opened
    client: httpx.AsyncClient

    async def money(self, codes: Sequence[str]) -> list[Money]:
        """What the platforms did with the codes of one customer."""
        path = "/_customers/" + ",".join(map(hash_of, codes))
        found = (await self.client.get(path)).json()
        return [Money(order_no=number, **each) for number, each in found.items()]


@contextlib.asynccontextmanager
async def open_street(run: Path) -> AsyncIterator[Street]:
    """Keys, accounts, a nursery and one process of stand-ins for all the cells."""
    port = free_port()
    at = f"http://127.0.0.1:{port}"
    opened = write_accounts(run, at)
    behaviours = {"pin_s": PIN_S, "late_s": LATE_S, "reverse_after_s": 0.0, "refund_gap_s": 0.0}
    async with (
        open_nursery(run) as nursery,
        httpx.AsyncClient(base_url=at, trust_env=False, timeout=30.0, verify=False) as client,  # noqa: S501
    ):
        simulators = await nursery.serve(Wish(run=str(run), port=port, behaviours=behaviours))
        try:
            yield Street(run, nursery, simulators, opened, client)
        finally:
            await simulators.end()


async def run_cells(
    street: Street,
    cells: Sequence[Cell],
    *,
    at_once: int = AT_ONCE,
    database: Callable[[], str] | None = None,
    seen: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:
    """Run cells, so many at once; with databases of PostgreSQL's there are two gateways in each."""
    gate = asyncio.Semaphore(at_once)

    async def one(number: int, cell: Cell) -> Outcome:
        async with gate:
            for attempt in range(_TRIES if database else 1):
                name = f"cell-{number}-{f'pair-{attempt}' if database else 'alone'}"
                folder = street.run / name
                folder.mkdir()
                url = await asyncio.to_thread(database) if database else ""
                outcome = await _run(Counter(street, cell, folder, url))
                # One that stood still for longer than its lease, on a busy machine, lost the order
                # to the other before it came to where it was to die.
                if violations(outcome) != [LIVED]:
                    break
            seen(outcome)
            return outcome

    return list(await asyncio.gather(*(one(*each) for each in enumerate(cells))))


class Counter:
    """One cell's till, and the gateway that is to die; it comes back, or another takes over."""

    def __init__(self, street: Street, cell: Cell, folder: Path, database: str) -> None:
        self.street, self.cell, self.folder = street, cell, folder
        self.till = Till("http://127.0.0.1:1", cell.account.merchant, KEY)
        self.order = self.till.order(cell.account.code(cell.script))
        self.is_killed = False
        self._database = database
        self._up = asyncio.Event()
        self._dead = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        self._servers: list[Server] = []

    async def open(self) -> None:
        """Start the gateway that is to die, and beside it the one that is to take over."""
        first = await self._serve(self.cell.point, "gateway-1")
        second = await self._serve("none", "gateway-2") if self._database else None
        self._use(first)
        self._watching = asyncio.create_task(self._watch(first, second))

    async def died(self) -> None:
        """Once the gateway that is to die has died, and there is one again. Raises TimeoutError."""
        async with asyncio.timeout(_DEATH_S[bool(self._database)]):
            await self._dead.wait()
            await self._up.wait()

    async def is_up(self) -> None:
        """Once there is a gateway. Raises what kept it from starting."""
        waiting = asyncio.create_task(self._up.wait())
        watching = [self._watching] if self._watching else []
        await asyncio.wait({waiting, *watching}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._watching and self._watching.done():
            self._watching.result()

    async def close(self) -> None:
        """End everything at once."""
        if self._watching:
            self._watching.cancel()
        for server in self._servers:
            await server.end()
        await self.till.client.aclose()

    async def _watch(self, first: Server, second: Server | None) -> None:
        await asyncio.wait([first.ended])  # which, unlike await, never cancels it
        self._up.clear()
        self.is_killed = first.is_killed
        self._dead.set()
        self._use(second or await self._serve("none", "gateway-1", first.port))

    def _use(self, server: Server) -> None:
        self.till.client.base_url = httpx.URL(f"http://127.0.0.1:{server.port}")
        self._up.set()

    async def _serve(self, point: Any, worker: str, port: int = 0) -> Server:
        wish = Wish(
            run=str(self.street.run),
            account=self.cell.account.name,
            folder=str(self.folder),
            port=port,
            point=point,
            order_no=self.order.order_no,
            worker=worker,
            timing=_timing(self.cell, is_pair=bool(self._database)),
            database=self._database or "gateway.db",
        )
        server = await self.street.nursery.serve(wish)
        self._servers.append(server)
        return server


def _timing(cell: Cell, *, is_pair: bool) -> dict[str, Any]:
    # A little slower than elsewhere: every question costs what another cell could use.
    timing = {**QUICK, "schedule": [0.1, 0.2, 0.3], "orphan_s": 0.6}
    timing["deadline_s"] = _PATIENCE_S[cell.script in GIVEN_UP]
    return {**timing, "lease_s": 2.0} if is_pair else timing


async def _run(counter: Counter) -> Outcome:
    cell, order = counter.cell, counter.order
    started = time.monotonic()
    answers: list[str] = []
    fault: str | None = None
    money: list[Money] = []
    lines = 0
    try:
        await counter.open()
        answers.append(await _until_clear(counter, order))
        if cell.dies:
            await counter.died()
        answers.append(await _until_clear(counter, order))
        money, lines = await _settled(counter, answers[-1])
    except TimeoutError:
        fault = None if answers else f"no clear answer within {CLEAR_WITHIN_S:.0f} s"
    except Exception as error:
        fault = f"{type(error).__name__}: {error}"
    finally:
        await counter.close()
    return Outcome(
        cell=cell,
        answers=answers,
        money=money,
        lines=lines,
        is_killed=counter.is_killed,
        fault=fault,
        seconds=time.monotonic() - started,
    )


async def _until_clear(counter: Counter, order: TransactionOrder) -> str:
    """What a till does: send the order, ask, and send it again after every silence.

    Raises TimeoutError. A machine that stood still for minutes counts as one silent request.
    """
    is_sent = False
    waited, before = 0.0, time.monotonic()
    while waited < CLEAR_WITHIN_S:
        try:
            status = await (
                counter.till.ask(order.order_no) if is_sent else counter.till.pay(order)
            )
            is_sent = True
            if status.answer in CLEAR:
                return status.answer
            await asyncio.sleep(0.15)
        except httpx.TransportError:
            is_sent = False
            await asyncio.sleep(0.02)
            await counter.is_up()
        now = time.monotonic()
        waited, before = waited + min(now - before, _SILENCE_S), now
    raise TimeoutError


async def _settled(counter: Counter, answer: str) -> tuple[list[Money], int]:
    """Money and lines, once they are as they must be, or have had the time to."""
    deadline = time.monotonic() + SETTLED_WITHIN_S
    while True:
        money = await counter.street.money([counter.order.auth_code])
        lines = sum(
            entry.order_no == counter.order.order_no
            for entry in log_entries(counter.folder / "log")
        )
        right = not wrong_money(answer, money) and not wrong_lines(answer, lines)
        if right or time.monotonic() > deadline:
            return money, lines
        await asyncio.sleep(0.1)
