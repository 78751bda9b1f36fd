"""A small shop's year with its goods, killed 200 times, against stock cards on paper."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.model_stock import year
from tests.stock_keeper import BEGINS, done_until, judged, open_shop

GOODS = 4000
KILLS = 200


def stock_year(sales: int, seed: int) -> bool:
    """Whether every lot's quantity and cost is that on paper, after kills at random moments."""
    chance = random.Random(seed)
    acts = list(year(seed, GOODS, sales, BEGINS))
    places = sorted(chance.sample(range(1, len(acts)), min(KILLS, len(acts) // 4)))
    began, acknowledged, kills = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        arguments = [str(folder), str(seed), str(GOODS), str(sales)]
        well, ended = True, False
        while well and not ended:
            place = places[kills] if kills < len(places) else None
            with subprocess.Popen(
                [sys.executable, "-m", "tests.stock_keeper", *arguments],
                stdout=subprocess.PIPE,
                text=True,
            ) as keeper:
                assert keeper.stdout
                for line in keeper.stdout:
                    acknowledged = int(line)
                    if place is not None and acknowledged >= place:
                        time.sleep(chance.random() * 0.004)  # somewhere within the next act
                        keeper.kill()
                        place = None
                        kills += 1
                    # what it had said before it was killed is read to its end
            ended = keeper.returncode == 0
            books = open_shop(folder, GOODS)
            done = done_until(books)
            books.close()
            if done < acknowledged:
                print(f"act {acknowledged} was on disk, and {done} is the last one there")
                well = False
            if ended or kills % 20 == 0:
                wrong = judged(folder, (act for act in acts if act.number <= done))
                print("\n".join(wrong[:20]), end="\n" if wrong else "")
                well = well and not wrong
        size = (folder / "books.db").stat().st_size / 1e6
    seconds = time.monotonic() - began
    print(
        f"stock: {len(acts):,} acts, {sales:,} sales, {kills} kills, {size:.0f} MB,"
        f" {seconds:.0f} s: {'as on paper' if well else 'NOT as on paper'}",
        flush=True,
    )
    return well
