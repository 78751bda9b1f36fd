"""The whole fault matrix, beside the rules of two other gateways, printed as pages."""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from pathlib import Path

from tests.cloud.matrix.cells import cells_of
from tests.cloud.matrix.judging import Outcome, violations
from tests.cloud.matrix.peers import PEERS, PeerOutcome, run_peers
from tests.cloud.matrix.printing import comparison, own_page, peers_page
from tests.cloud.matrix.running import open_street, run_cells
from tests.cloud.postgres import Postgres

_PAIRS = ("alipay",)


def matrix() -> bool:
    """Run and print every cell; whether every account was there and nothing was wrong anywhere."""
    return asyncio.run(_matrix())


async def _matrix() -> bool:
    with tempfile.TemporaryDirectory(prefix="matrix-", ignore_cleanup_errors=True) as folder:
        async with open_street(Path(folder)) as street:
            for name, why in street.opened.absent.items():
                print(f"! {name} is left out: {why}")
            cells = cells_of(street.opened.accounts)
            began = time.monotonic()
            own = await run_cells(street, cells)
            print(f"One gateway over SQLite, killed and started again ({_since(began)}).")
            _print(*own_page(own))
            began = time.monotonic()
            sample = [cell for cell in cells if cell.account.name in _PAIRS]
            postgres = await asyncio.to_thread(Postgres)
            lock = threading.Lock()

            def database() -> str:
                with lock:
                    return postgres.new_database()

            try:
                pairs = await run_cells(street, sample, database=database)
            finally:
                await asyncio.to_thread(postgres.end)
            print(f"Two gateways over PostgreSQL, one killed for good ({_since(began)}).")
            _print(*own_page(pairs))
            peers: list[PeerOutcome] = []
            for rules in PEERS:
                peers += await run_peers(street, rules, cells)
            _print(*peers_page(peers), *comparison(own, peers))
        return not street.opened.absent and not _wrong(own) and not _wrong(pairs)


def _wrong(outcomes: list[Outcome]) -> bool:
    return any(violations(outcome) for outcome in outcomes)


def _since(began: float) -> str:
    return f"{time.monotonic() - began:.0f} s"


def _print(*lines: str) -> None:
    print("\n".join(lines), end="\n\n", flush=True)
