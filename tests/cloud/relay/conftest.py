"""A relay to try out, with its log and its Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cloud.relay.rig import RelayRig
from tests.cloud.shop import Redis


@pytest.fixture
async def rig(tmp_path: Path, redis_server: Redis) -> AsyncIterator[RelayRig]:
    rig = RelayRig(tmp_path, redis_server)
    yield rig
    await rig.stop_relay()
    rig.log.close()
