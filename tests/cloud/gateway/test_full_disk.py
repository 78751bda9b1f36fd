"""A gateway whose disk is full: it starts, tills can ask, and nothing is charged or lost."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Never

import msgspec
import pytest

from pos_tui.cloud.gateway.database.interface import DatabaseUnavailable
from pos_tui.cloud.gateway.gateway_id import gateway_id
from pos_tui.cloud.gateway.order_records import OrderRow
from pos_tui.cloud.gateway.transaction_log import TransactionLog
from tests.cloud.gateway.rig import UNKNOWN, Scripted, ServiceRig, new_order, paid
from tests.cloud.log_lines import entry, till_keys
from tests.cloud.shop import Cloud, code, eventually, log_entries


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """No byte can be written until the returned function is called."""
    real, is_full = os.write, True

    def write(handle: int, data: bytes) -> int:
        if is_full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(handle, data)

    def free() -> None:
        nonlocal is_full
        is_full = False

    monkeypatch.setattr(os, "write", write)
    return free


@pytest.mark.parametrize("there_already", [None, b"", b'{"log":"w","ba'])
async def test_a_log_opens_on_a_full_disk_and_goes_on_when_there_is_room(
    tmp_path: Path, full_disk: Callable[[], None], there_already: bytes | None
) -> None:
    if there_already is not None:
        (tmp_path / "w.000001.log").write_bytes(there_already)
    log = TransactionLog(tmp_path, "w", 1 << 20, till_keys)
    line = entry()
    for _ in range(3):
        with pytest.raises(OSError, match="No space"):
            await log.append(line, unless_held_in=())
    full_disk()
    await log.append(line, unless_held_in=())
    log.close()
    assert [found.order_no for found in log_entries(tmp_path)] == [line.order_no]


async def test_a_torn_line_on_a_full_disk_is_closed_off_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = TransactionLog(tmp_path, "w", 1 << 20, till_keys)
    first, second = entry(), entry()
    await log.append(first)
    log.close()
    with (tmp_path / "w.000001.log").open("ab") as file:
        file.write(b'{"merchant":"M0')
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", _no_space)
        log = TransactionLog(tmp_path, "w", 1 << 20, till_keys)
    await log.append(second)
    log.close()
    assert [found.order_no for found in log_entries(tmp_path)] == [first.order_no, second.order_no]


def test_another_trouble_of_the_log_still_ends_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "write", _broken)
    with pytest.raises(OSError, match="Input/output"):
        TransactionLog(tmp_path, "w", 1 << 20, till_keys)
    monkeypatch.undo()
    TransactionLog(tmp_path, "w", 1 << 20, till_keys).close()  # its lock was let go


def test_a_gateways_name_is_kept_once_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gateway.id").touch()  # a full disk of an earlier day
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", _no_space)
        names = {gateway_id(tmp_path), gateway_id(tmp_path)}
    assert len(names) == 2  # each for its own run
    kept = gateway_id(tmp_path)
    assert len(kept) == 16
    assert gateway_id(tmp_path) == kept
    assert [path.name for path in tmp_path.iterdir()] == ["gateway.id"]


async def test_unfinished_orders_wait_while_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = ServiceRig(tmp_path, "gateway.db")
    await rig.open(Scripted(pay=[UNKNOWN], query=[UNKNOWN]))
    order = new_order()
    await rig.pay(order)
    await rig.close()
    tried = 0

    async def full(self: object, *, own: bool = False, limit: int = 500) -> list[OrderRow]:
        nonlocal tried
        tried += 1
        raise DatabaseUnavailable("words.text", text="database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("pos_tui.cloud.gateway.orders.Orders.take_over", full)
        await rig.open(Scripted(query=[paid()]))
        status = await rig.service.status("M001", order.order_no)
        assert status and status.answer == "unknown"
        await eventually(lambda: _true(tried > 1))
    status = await rig.until(order.order_no, lambda row: row.state == "paid" and not row.to_log)
    assert status.answer == "paid"
    assert rig.logged() == [order.order_no]
    await rig.close()


@pytest.mark.parametrize("line_is_there", [True, False])
async def test_a_payment_in_the_log_stays_paid_for_its_till_though_its_row_cannot_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line_is_there: bool
) -> None:
    rig = ServiceRig(tmp_path, "gateway.db")
    await rig.open(Scripted(pay=[paid()]))

    async def killed(self: object, row: OrderRow) -> None:
        raise asyncio.CancelledError

    async def lost(self: object, entry: object, **_: object) -> None:
        raise asyncio.CancelledError

    order = new_order()
    with monkeypatch.context() as patch:
        patch.setattr("pos_tui.cloud.gateway.orders.Orders.mark_logged", killed)
        if not line_is_there:
            patch.setattr("pos_tui.cloud.gateway.transaction_log.TransactionLog.append", lost)
        assert (await rig.pay(order)).answer == ("paid" if line_is_there else "unknown")
    await rig.close()

    async def full(self: object, *, own: bool = False, limit: int = 500) -> list[OrderRow]:
        raise DatabaseUnavailable("words.text", text="database or disk is full")

    monkeypatch.setattr("pos_tui.cloud.gateway.orders.Orders.take_over", full)
    await rig.open(Scripted())
    status = await rig.service.status("M001", order.order_no)
    assert status and status.answer == ("paid" if line_is_there else "unknown")
    await rig.close()


async def _true(value: bool) -> bool:
    return value


def _no_space(*_: object, **__: object) -> Never:
    raise OSError(errno.ENOSPC, "No space left on device")


def _broken(*_: object) -> Never:
    raise OSError(errno.EIO, "Input/output error")


# ---- a real one --------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Three megabytes of memory as a disk, where this user may mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only a superuser may mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="the small disk is Linux's tmpfs")
@pytest.mark.parametrize("ended", ["at its end", "killed"])
async def test_a_gateway_starts_on_a_full_disk_and_answers_questions(
    small_disk: Path, keys: Path, ended: str
) -> None:
    cloud = Cloud(small_disk, keys)
    try:
        cloud.start()
        assert cloud.gateway
        till = cloud.till()
        before, after = till.order(code("wechat")), till.order(code("wechat"))
        assert (await till.pay_until_clear(before)).answer == "paid"
        if ended == "killed":
            cloud.gateway.kill()
        else:
            cloud.gateway.end()
        _fill(small_disk / "filler")

        cloud.start_gateway()
        till = cloud.till()
        assert (await till.ask(before.order_no)).answer == "paid"
        answer = await till.send("POST", "/v1/orders", msgspec.json.encode(after))
        assert answer.status_code == 503
        assert till.believes(answer)
        assert after.order_no not in cloud.charges()

        (small_disk / "filler").unlink()
        assert (await till.pay_until_clear(after)).answer == "paid"
        assert cloud.logged() == [before.order_no, after.order_no]
    finally:
        cloud.end()


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)
