"""An order service to try out, over each kind of database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cloud.gateway.rig import ServiceRig


@pytest.fixture
async def rig(tmp_path: Path, database: str) -> AsyncIterator[ServiceRig]:
    rig = ServiceRig(tmp_path, database)
    yield rig
    await rig.close()
