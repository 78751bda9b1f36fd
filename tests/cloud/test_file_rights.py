"""Who may read what the servers write: their own user, and for the logs its group."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from pos_tui.cloud.gateway.database.opening import open_database
from pos_tui.cloud.gateway.schema import order_migrations
from pos_tui.cloud.merchant_files import MerchantFiles
from pos_tui.cloud.relay.log_reader import LogLine
from pos_tui.cloud.relay.quarantine import Quarantine
from pos_tui.settings import CloudSettings, Merchant
from tests.cloud.shop import Cloud, code

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_what_a_gateway_writes_is_its_owners(cloud: Cloud) -> None:
    till = cloud.till()
    assert (await till.pay_until_clear(till.order(code("wechat")))).answer == "paid"
    log = cloud.folder / "log"
    found = {path.name: mode(path) for path in cloud.folder.glob("gateway.db*")}
    assert found == dict.fromkeys(("gateway.db", "gateway.db-wal", "gateway.db-shm"), 0o600)
    assert mode(log / "gateway.id") == 0o600
    assert mode(log) & 0o027 == 0
    assert [mode(path) & 0o037 for path in log.glob("*.log")] == [0]


async def test_an_older_gateways_orders_become_its_owners(tmp_path: Path) -> None:
    names = ("gateway.db", "gateway.db-wal", "gateway.db-shm")
    first = await open_database("gateway.db", tmp_path, order_migrations)
    for name in names:
        (tmp_path / name).chmod(0o644)
    second = await open_database("gateway.db", tmp_path, order_migrations)
    assert [mode(tmp_path / name) for name in names] == [0o600] * 3
    await first.close()
    await second.close()


def test_the_merchants_folder_and_its_files_are_their_owners(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "merchants").mkdir(parents=True, mode=0o755)  # of an older program
    MerchantFiles(CloudSettings(), data).add(Merchant(id="M001", key="a key"))
    assert mode(data / "merchants") == 0o700
    assert mode(data / "merchants" / "M001.toml") == 0o600
    assert mode(data / "master.key") == 0o600


def test_lines_that_were_set_aside_are_not_for_everybody(tmp_path: Path) -> None:
    Quarantine(tmp_path / "w.quarantine").add(LogLine(b"rubbish\n", 8), "it is rubbish")
    assert mode(tmp_path / "w.quarantine") & 0o037 == 0
