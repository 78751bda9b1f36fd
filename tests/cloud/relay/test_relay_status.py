"""`pos-tui relay --status`: what the technician is told, with a relay, without, without Redis."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.cloud.relay.rig import RelayRig
from tests.cloud.shop import write_settings
from tests.command_line import typed


def status(folder: Path) -> tuple[int, dict[str, Any]]:
    done = typed(
        "relay",
        "--json",
        "--settings",
        str(folder / "cloud.toml"),
        "--data",
        str(folder),
    )
    return done.returncode, json.loads(done.stdout)


async def test_the_status_shows_who_publishes_what_waits_and_what_was_set_aside(
    rig: RelayRig,
) -> None:
    waiting = await rig.write(3, "M001", "M002")
    code, before = await asyncio.to_thread(status, rig.folder)
    (log,) = before["logs"]
    assert (code, before["state"], log["holder"], log["waiting"]) == (1, "broken", "", 6)
    assert log["lag_bytes"] > 600
    assert "start pos-tui relay" in log["say"]
    assert log["reason"] == "relay_status.no_relay"
    await rig.start_relay()
    await rig.until_published(waiting, "M001", "M002")
    asking = asyncio.create_task(asyncio.to_thread(status, rig.folder))
    for _ in range(30):
        await rig.write(1)
        await asyncio.sleep(0.05)
    code, meanwhile = await asking
    (log,) = meanwhile["logs"]
    assert (code, log["missing"], log["set_aside"]) == (0, [], 0)
    assert log["per_s"] > 0
    await rig.write(1, "M999")
    await rig.write(1)
    code, after = await asyncio.to_thread(status, rig.folder)
    (log,) = after["logs"]
    assert (code, log["state"], log["set_aside"]) == (0, "warning", 1)
    assert "M999" in log["last_set_aside"]


def test_without_redis_the_status_says_so_and_that_nothing_is_lost(tmp_path: Path) -> None:
    write_settings(tmp_path, redis=1)
    code, found = status(tmp_path)
    assert (code, found["state"], found["logs"]) == (1, "broken", [])
    assert "Nothing is lost" in str(found["say"])
    assert found["reason"] == "relay_status.redis_away"
