"""The log's files: what a crash, a full file and a new day leave in them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from pos_tui.cloud.gateway import transaction_log
from pos_tui.cloud.gateway.transaction_log import TransactionLog
from pos_tui.cloud.relay.log_reader import LogReader
from pos_tui.messages import (
    MessageError,
    decode_log_entry,
    decode_log_head,
    encode_log_line,
    message_fields,
    open_success,
)
from tests.cloud.log_lines import NOW, entry, till_keys
from tests.cloud.shop import KEY, log_entries


def numbers(folder: Path) -> list[str]:
    return [line.order_no for line in log_entries(folder)]


def read_all(folder: Path, start: int = 0) -> list[str]:
    """What a reader of the logical log finds from an offset."""
    reader = LogReader(folder, "w")
    reader.refresh()
    reader.seek(start)
    found: list[str] = []
    while lines := reader.read():
        for line in lines:
            try:
                found.append(decode_log_entry(line.text).order_no)
            except MessageError:
                found.append("head" if line.is_head else "damaged")
    reader.close()
    return found


async def test_many_orders_at_once_are_all_there_once_and_in_one_file(tmp_path: Path) -> None:
    log = TransactionLog(tmp_path, "w", 1 << 20, till_keys)
    entries = [entry() for _ in range(200)]
    await asyncio.gather(*map(log.append, entries))
    log.close()
    assert sorted(numbers(tmp_path)) == sorted(e.order_no for e in entries)
    assert [path.name for path in tmp_path.glob("*.log")] == ["w.000001.log"]


async def test_full_files_follow_one_another_without_a_gap(tmp_path: Path) -> None:
    log = TransactionLog(tmp_path, "w", 1000, till_keys)
    entries = [entry() for _ in range(20)]
    for line in entries:
        await log.append(line)
    log.close()
    end = 0
    files = sorted(tmp_path.glob("*.log"))
    assert len(files) > 3
    for path in files:
        head = decode_log_head(path.read_bytes().splitlines(keepends=True)[0])
        assert (head.log, head.base) == ("w", end)
        end += path.stat().st_size
    found = read_all(tmp_path)
    assert [line for line in found if line != "head"] == [e.order_no for e in entries]


async def test_what_another_hand_adds_moves_no_line_of_the_next_file(tmp_path: Path) -> None:
    log = TransactionLog(tmp_path, "w", 600, till_keys)
    written = []
    for number in range(12):
        line = entry()
        await log.append(line)
        written.append(line.order_no)
        if number % 2:
            newest = max(tmp_path.glob("*.log"))
            with newest.open("ab") as file:
                file.write(encode_log_line(entry("foreign0"), (b"a key that somebody made up",)))
    log.close()
    assert [line for line in read_all(tmp_path) if line not in ("head", "foreign0")] == written


async def test_a_new_day_begins_a_new_file(tmp_path: Path) -> None:
    now = NOW
    log = TransactionLog(tmp_path, "w", 1 << 20, till_keys, lambda: now)
    await log.append(entry())
    now = NOW + timedelta(minutes=2)
    await log.append(entry())
    now = NOW  # a clock set back begins none
    await log.append(entry())
    log.close()
    assert len(list(tmp_path.glob("*.log"))) == 2
    assert len(numbers(tmp_path)) == 3


async def test_a_line_torn_by_a_crash_spoils_no_other(tmp_path: Path) -> None:
    log = TransactionLog(tmp_path, "w", 1 << 20, till_keys)
    first, second = entry(), entry()
    await log.append(first)
    log.close()
    path = tmp_path / "w.000001.log"
    with path.open("ab") as file:
        file.write(b'{"merchant":"M001","till":"0')
    log = TransactionLog(tmp_path, "w", 1 << 20, till_keys)
    await log.append(second)
    log.close()
    assert numbers(tmp_path) == [first.order_no, second.order_no]
    assert read_all(tmp_path) == ["head", first.order_no, "damaged", second.order_no]


async def test_a_file_that_was_never_whole_starts_again(tmp_path: Path) -> None:
    log = TransactionLog(tmp_path, "w", 1, till_keys)
    await log.append(entry("first000"))
    log.close()
    (tmp_path / "w.000002.log").write_bytes(b'{"log":"w","ba')
    log = TransactionLog(tmp_path, "w", 1, till_keys)
    await log.append(entry("second00"))
    log.close()
    assert read_all(tmp_path) == ["head", "first000", "head", "second00"]


async def test_a_damaged_head_loses_nothing(tmp_path: Path) -> None:
    log = TransactionLog(tmp_path, "w", 1, till_keys)
    for number in ("first000", "second00"):
        await log.append(entry(number))
    log.close()
    path = tmp_path / "w.000002.log"
    path.write_bytes(path.read_bytes().replace(b'"log":"w"', b'"log":"x"'))
    log = TransactionLog(tmp_path, "w", 1, till_keys)
    await log.append(entry("third000"))
    log.close()
    found = [line for line in read_all(tmp_path) if line != "head"]
    assert found == ["first000", "damaged", "second00", "third000"]


async def test_a_line_that_the_log_holds_is_not_written_again(tmp_path: Path) -> None:
    log = TransactionLog(tmp_path, "w", 1 << 20, till_keys)
    line = entry()
    await log.append(line)
    await log.append(line, unless_held_in=())
    await log.append(entry(line.order_no, "M002"), unless_held_in=())
    log.close()
    assert numbers(tmp_path) == [line.order_no, line.order_no]


@pytest.mark.parametrize("keys", [(), (b"a key that somebody made up",)])
async def test_a_line_that_no_till_believes_does_not_keep_the_true_one_out(
    tmp_path: Path, keys: tuple[bytes, ...]
) -> None:
    """Of an older gateway, or of somebody who can write into the folder."""
    line = entry()
    log = TransactionLog(tmp_path, "w", 1 << 20, till_keys)
    with (tmp_path / "w.000001.log").open("ab") as file:
        file.write(encode_log_line(line, keys))
    await log.append(line, unless_held_in=())
    await log.append(line, unless_held_in=())
    log.close()
    *_, last = (tmp_path / "w.000001.log").read_bytes().splitlines(keepends=True)
    fields = {
        name.encode(): value for name, value in message_fields(last, decode_log_entry(last)).items()
    }
    assert open_success(fields, KEY.encode()).order_no == line.order_no
    assert numbers(tmp_path) == [line.order_no, line.order_no]


async def test_a_line_of_before_a_rotation_counts_while_tills_believe_it(tmp_path: Path) -> None:
    keys: tuple[bytes, ...] = (b"old",)
    log = TransactionLog(tmp_path, "w", 1 << 20, lambda _merchant: keys)
    line = entry()
    await log.append(line)
    keys = (b"new", b"old")
    await log.append(line, unless_held_in=())  # now in a form that both keys believe
    await log.append(line, unless_held_in=())
    keys = (b"new",)
    await log.append(line, unless_held_in=())
    log.close()
    assert len(numbers(tmp_path)) == 2


async def test_a_reader_waits_for_the_rest_of_a_line(tmp_path: Path) -> None:
    log = TransactionLog(tmp_path, "w", 1 << 20, till_keys)
    await log.append(entry("first000"))
    log.close()
    path = tmp_path / "w.000001.log"
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    reader = LogReader(tmp_path, "w")
    reader.refresh()
    assert [line.is_head for line in reader.read()] == [True]
    assert reader.read() == []
    path.write_bytes(whole)
    assert [decode_log_entry(line.text).order_no for line in reader.read()] == ["first000"]
    reader.close()


async def test_a_line_whose_sync_failed_is_written_again_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = TransactionLog(tmp_path, "w", 1 << 20, till_keys)
    real, failing = transaction_log._sync, True

    def sync(handle: int) -> None:
        nonlocal failing
        if failing:
            failing = False
            raise OSError(5, "Input/output error")  # what the system has kept may never be written
        real(handle)

    monkeypatch.setattr(transaction_log, "_sync", sync)
    line = entry()
    with pytest.raises(OSError, match="Input/output"):
        await log.append(line)
    await log.append(line, unless_held_in=())
    log.close()
    assert len(list(tmp_path.glob("*.log"))) == 2
    assert line.order_no.encode() in (tmp_path / "w.000002.log").read_bytes()
