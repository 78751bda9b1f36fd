"""Tills that listen as ours do: checked messages, each with the moment at which it was there.

push_tills.py KEY            a till for each line of standard input: `url merchant till`
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from datetime import UTC, datetime

from push_raw import say

from pos_tui.payments.listener import Confirmation, ConfirmationListener
from pos_tui.reasons import Reason


class Tills:
    """Several tills in one process; tells once all of them have their link."""

    def __init__(self, key: str, places: list[tuple[str, str, str]]) -> None:
        self._linked = 0
        self._wanted = len(places)
        self._tills = [
            ConfirmationListener(
                url,
                key,
                merchant,
                till,
                position=lambda: "0-0",
                received=self._receive,
                link_changed=self._note_link,
                clock=lambda: datetime.now(UTC),
                chance=random.random,
            )
            for url, merchant, till in places
        ]

    async def listen(self) -> None:
        """Until standard input ends."""
        tasks = [asyncio.create_task(till.listen()) for till in self._tills]
        await asyncio.to_thread(sys.stdin.read)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=1)

    def _receive(self, confirmation: Confirmation) -> None:
        received = time.monotonic_ns()
        if confirmation.success is None:
            raise SystemExit(f"a message was refused: {confirmation.refused}")
        say({"order_no": confirmation.success.order_no, "received": received})

    def _note_link(self, linked: bool, _why: Reason | None) -> None:
        self._linked += 1 if linked else -1
        if self._linked == self._wanted:
            say({"ready": True})


def main() -> None:
    """Read who they are, and listen."""
    places = []
    for line in iter(sys.stdin.readline, "\n"):
        url, merchant, till = line.split()
        places.append((url, merchant, till))
    asyncio.run(Tills(sys.argv[1], places).listen())


if __name__ == "__main__":
    main()
