"""A million goods: imported, found as they are typed, looked up, beside a till that sells.

The import is set against the `sqlite3` shell, which reads the same file into one table and decodes
no codes; a look-up against one among a thousand goods. Seconds are those of the processor, so that
other work on the machine counts little; waits are by the clock.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from pos_tui.books import Books
from pos_tui.books.books import FILE_NAME
from pos_tui.books.catalogue.search_index import update_index
from tests.bench.cost import CannotMeasure
from tests.bench.goods import ean13
from tests.bench.table import Row, Target
from tests.bench.workshop import Workshop

GOODS = 1_000_000
_FEW = 1_000
_WORDS = """
    Cola Milk Bread Chocolate Organic Premium Fresh Apple Juice Water Sparkling Natural Yoghurt
    Vanilla Coffee Tea Green Black Noodles Rice Sauce Tomato Cheese Butter Shampoo Soap Battery
    Pencil Notebook Large Small Family Light Zero Sugar Free Biscuits Crisps Chicken Beef Salmon
    可口可乐 百事可乐 酸奶 面包 香蕉 矿泉水 方便面 红烧 酱油 花生 大米 洗发水 牙膏 纸巾 薯片
"""
_TYPED = (
    "cola", "chocolate milk", "hampoo", "可口可乐", "酸奶", "kekou", "kkkl", "butter 12", "6900",
    "725091",
)  # fmt: skip
_SELL_EVERY_S = 0.03
_LOOK_UPS = 4_000


def measure(workshop: Workshop, goods: int = GOODS) -> list[Row]:
    """The rows of goods at scale."""
    shell = shutil.which("sqlite3")
    if shell is None:
        raise CannotMeasure("the sqlite3 shell is not installed")
    folder = workshop.folder / "scale"
    folder.mkdir()
    many, few = folder / "many.csv", folder / "few.csv"
    codes = _write_goods(many, goods)
    _write_goods(few, _FEW)
    shell_s = _processor_of(
        [shell, str(folder / "shell.db"), *_SHELL, f".import --skip 1 {many} t"]
    )
    few_data, data = folder / "few", folder / "many"
    _processor_of(_import(few_data, few))
    import_s, peak, waits = _import_beside_a_till(data, many)
    index_s = _index_anew(data)
    with closing(Books(data)) as books, closing(Books(few_data)) as small:
        keys = [
            min(each)
            for each in zip(*(_times(_each_key(), books.search) for _ in range(3)), strict=True)
        ]
        chance = random.Random(3)
        some = ["0" + chance.choice(codes) for _ in range(_LOOK_UPS)]
        look_ups = _times(some, books.product)
        of_few = ["0" + chance.choice(codes[:_FEW]) for _ in range(_LOOK_UPS)]
        few_look_ups = _times(of_few, small.product)
        memory = _memory_of_a_till(data)
    million = f"{goods:,} goods"
    return [
        Row("goods", f"import of {million}", "s CPU", [import_s - index_s], [shell_s],
            "sqlite3 shell", Target("ratio", 5)),
        Row("goods", "made ready for searching after it", "s CPU", [index_s]),
        Row("goods", f"import of {million}, memory", "MB", [peak], target=Target("value", 120)),
        Row("goods", "a till's commit meanwhile, p95", "ms", [_p95(waits)],
            target=Target("value", 50)),
        Row("goods", f"search as typed, {million}, p95", "ms", [_p95(keys)],
            target=Target("value", 10)),
        Row("goods", f"look-up by code, {million}", "µs", [each * 1e3 for each in look_ups],
            [each * 1e3 for each in few_look_ups], f"{_FEW:,} goods", Target("ratio", 1.5)),
        Row("goods", f"books and search of {million}, memory", "MB", [memory],
            target=Target("value", 60)),
    ]  # fmt: skip


_SHELL = ("-cmd", ".mode csv", "-cmd", "CREATE TABLE t (code TEXT PRIMARY KEY, name, price, unit)")


def _write_goods(path: Path, count: int) -> list[str]:
    """Write made-up goods; returns their codes."""
    chance, words_of_names = random.Random(1), _WORDS.split()
    numbers = chance.sample(range(10**9), GOODS)[:count]
    codes = [ean13(f"690{number:09d}") for number in numbers]
    with path.open("w", encoding="utf-8") as file:
        file.write("code,name,price,unit\n")
        for code in codes:
            words = " ".join(chance.choice(words_of_names) for _ in range(chance.randrange(2, 5)))
            price = chance.randrange(50, 5000)
            file.write(f"{code},{words} {chance.randrange(1000)} g,{price / 100:.2f},pc\n")
    return codes


def _import(data: Path, file: Path) -> list[str]:
    return [sys.executable, "-m", "pos_tui", "--data", str(data), "import", str(file), "--json"]


def _processor_of(command: list[str]) -> float:
    """The seconds of processor that a program took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        raise CannotMeasure(done.stderr.decode(errors="replace")[-300:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _import_beside_a_till(data: Path, file: Path) -> tuple[float, float, list[float]]:
    """The import's seconds of processor, its largest memory (MB), and the till's waits (ms)."""
    waits: list[float] = []
    peak = 0.0
    with closing(Books(data)) as books:
        books.wait()
        program = subprocess.Popen(
            _import(data, file), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            while True:
                pid, status, used = os.wait4(program.pid, os.WNOHANG)
                if pid:
                    break
                began = time.perf_counter()
                books.write(lambda _: None)  # any small change
                books.wait()
                waits.append((time.perf_counter() - began) * 1e3)
                peak = _largest(program.pid) or peak
                time.sleep(_SELL_EVERY_S)
        except BaseException:
            program.kill()
            raise
    program.returncode = os.waitstatus_to_exitcode(status)
    if program.returncode:
        raise CannotMeasure(f"the import ended with {program.returncode}")
    return used.ru_utime + used.ru_stime, peak, waits


def _largest(pid: int) -> float:
    """The most that a process has had in memory (MB), not counting the one it was split from."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def _index_anew(data: Path) -> float:
    """The seconds of processor that the index for searching takes."""
    for file in data.glob("search.db*"):
        file.unlink()
    began = time.process_time()
    update_index(data / FILE_NAME)
    return time.process_time() - began


def _each_key() -> list[str]:
    """What stands in the field after each key, as words are typed."""
    return [words[:end] for words in _TYPED for end in range(1, len(words) + 1)]


def _times(of: Sequence[str], act: Callable[[str], object]) -> list[float]:
    """How long an act takes with each of these, in ms; the first round warms the cache."""
    taken = []
    for is_measured in (False, True):
        for each in of:
            began = time.perf_counter()
            act(each)
            if is_measured:
                taken.append((time.perf_counter() - began) * 1e3)
    return taken


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


def _memory_of_a_till(data: Path) -> float:
    """What a process has in memory that has searched and looked up in the books (MB)."""
    program = (
        "import sys, pathlib; from pos_tui.books import Books\n"
        "books = Books(pathlib.Path(sys.argv[1]))\n"
        "for word in ('c', 'co', 'cola', '725091', '可乐'): found = books.search(word)\n"
        "for each in found: books.product(each.code)\n"
        "status = pathlib.Path('/proc/self/status').read_text().split('VmHWM:')[1]\n"
        "print(int(status.split()[0]) / 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(data)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)
