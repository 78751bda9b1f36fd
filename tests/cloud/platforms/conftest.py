"""Simulated platforms for the tests of their clients."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from pos_tui.cloud.platforms.registry import PLATFORMS, PlatformRow
from pos_tui.cloud.wire import rsa
from pos_tui.settings import PlatformAccount

from .simulated import SimulatedShop


@pytest.fixture(scope="session", autouse=True)
def _keys_are_parsed_once() -> Iterator[None]:
    """Reading a private key takes longer than most of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rsa, "private_key", functools.cache(rsa.private_key))
        yield


@pytest.fixture(params=PLATFORMS, ids=lambda row: row.name)
def row(request: pytest.FixtureRequest) -> PlatformRow[PlatformAccount]:
    """Each platform of the registry in turn."""
    found: PlatformRow[PlatformAccount] = request.param
    return found


@pytest.fixture
async def shop(row: PlatformRow[PlatformAccount], keys: Path) -> AsyncIterator[SimulatedShop]:
    """A merchant at the platform, which sends its notices to nobody."""
    shop = SimulatedShop(row, keys)
    yield shop
    await shop.http.aclose()


@pytest.fixture
async def notified_shop(
    row: PlatformRow[PlatformAccount], keys: Path
) -> AsyncIterator[SimulatedShop]:
    """A merchant at the platform who is sent notices."""
    shop = SimulatedShop(row, keys, f"https://shop.test/v1/notices/M001/{row.name}")
    yield shop
    await shop.http.aclose()
