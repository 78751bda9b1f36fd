"""A trading week at a till, killed at many places, against an independent model on paper."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pos_tui.books.connection import open_connection
from tests.judges import judges_environment
from tests.model_week import week
from tests.week_keeper import done_until, judged

KILLS = 300
_SCHEMA = (
    Path(__file__).parents[3]
    / "shared/data/saft-cash-no/Norwegian_SAF-T_Cash_Register_Schema_v_1.00.xsd"
)


def trading_week(sales: int, seed: int, kills: int = KILLS) -> bool:
    """Whether every account, shelf and closing is that on paper, after kills at random moments."""
    chance = random.Random(seed)
    deeds = list(week(seed, sales))
    many = min(kills, len(deeds) // 3)
    places = sorted(chance.sample(range(1, len(deeds) - 1), many))
    began, acknowledged, done_kills = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        well, ended = True, False
        while well and not ended:
            place = places[done_kills] if done_kills < len(places) else None
            with subprocess.Popen(
                [sys.executable, "-m", "tests.week_keeper", name, str(seed), str(sales)],
                stdout=subprocess.PIPE,
                text=True,
            ) as keeper:
                assert keeper.stdout
                for line in keeper.stdout:
                    acknowledged = int(line)
                    if place is not None and acknowledged >= place:
                        time.sleep(chance.random() * 0.03)  # somewhere within the next deed
                        keeper.kill()
                        place = None
                        done_kills += 1
            ended = keeper.returncode == 0
            well = ended or keeper.returncode == -9
            reader = open_connection(folder / "books.db")
            done = done_until(reader, deeds)
            reader.close()
            if done < acknowledged:
                print(f"deed {acknowledged} was done, and {done} is the last one there")
                well = False
        wrong = [*judged(folder, deeds), *_judges_disagree(folder)] if well else []
        print("\n".join(wrong[:20]), end="\n" if wrong else "")
    seconds = time.monotonic() - began
    well = well and not wrong
    print(
        f"week: {len(deeds):,} deeds, {sales:,} sales, {done_kills} kills, {seconds:.0f} s:"
        f" {'as on paper' if well else 'NOT as on paper'}",
        flush=True,
    )
    return well


def _judges_disagree(folder: Path) -> list[str]:
    """What other people's programs say against the books; those that are not here say nothing."""
    command = [sys.executable, "-m", "pos_tui", "books", "prove", "--data", str(folder)]
    if _SCHEMA.exists():
        command += ["--xsd", str(_SCHEMA)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=judges_environment()
    )
    print(done.stdout.strip())
    return done.stderr.splitlines() if done.returncode == 1 else []
