"""`make campaign`: every long trial, or one of them by name."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from tests.campaign.damage import damaged_books
from tests.campaign.delivery import broken, delivery
from tests.campaign.demo_kills import demo_kills
from tests.campaign.inputs import odd_inputs, report
from tests.campaign.labels import labels
from tests.campaign.matrix import matrix
from tests.campaign.paper_kills import paper_kills
from tests.campaign.scans import Came, trial
from tests.campaign.stock_year import stock_year
from tests.campaign.trading_week import trading_week

_GAPS_MS = (20, 5, 1, 0)


def scans(count: int) -> bool:
    """Scans at four speeds, two tills at a time; whether none was lost, invented or misplaced."""

    def of_gap(gap_ms: int) -> Came:
        return trial(gap_ms, count // len(_GAPS_MS), seed=gap_ms + 1)

    print(f"{'ms a key':>8} {'sent':>6} {'lost':>5} {'invented':>8}  in order   seconds")
    well = True
    with ThreadPoolExecutor(2) as pool:
        for gap_ms, came in zip(_GAPS_MS, pool.map(of_gap, _GAPS_MS), strict=True):
            print(
                f"{gap_ms:>8} {came.sent:>6} {came.lost:>5} {came.invented:>8}"
                f"  {'yes' if came.in_order else 'NO':8} {came.seconds:9.0f}",
                flush=True,
            )
            well = well and came.in_order and not came.lost and not came.invented
    return well


def baskets(count: int) -> bool:
    """So many random baskets and offers against the brute-force oracle, and act by act."""
    usual = 480  # what the suite tries
    environment = {**os.environ, "POS_TUI_TRIES": str(max(1, count // usual))}
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "tests/pricing/test_pricer.py"]
    return subprocess.run(command, env=environment, check=False).returncode == 0


def payments(count: int) -> bool:
    """So many random days at a till: payments, stops and refusals in any order."""
    usual = 100  # what the suite tries
    environment = {**os.environ, "POS_TUI_TRIES": str(max(1, count // usual))}
    command = [sys.executable, "-m", "pytest", "-q", "--timeout=0", "-p", "no:xdist"]
    command.append("tests/till/test_payment_machine.py")
    return subprocess.run(command, env=environment, check=False).returncode == 0


def inputs(count: int, seed: int) -> bool:
    """So many odd inputs at every door; whether each had an answer and nothing steered."""
    began = time.monotonic()
    return report(odd_inputs(count, seed), time.monotonic() - began)


def main() -> int:
    """Run what the command line names; 0 when all went well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=int, default=10_000, help="how many scans in all")
    parser.add_argument(
        "--labels", type=int, default=300_000, help="how many damaged GS1 labels in all"
    )
    parser.add_argument("--baskets", type=int, default=10_000, help="how many baskets in all")
    parser.add_argument(
        "--payments", type=int, default=1000, help="how many random days of payments; 0: none"
    )
    parser.add_argument(
        "--stock", type=int, default=60_000, help="how many sales the shop's year of goods has"
    )
    parser.add_argument(
        "--week", type=int, default=2000, help="how many sales the trading week has"
    )
    parser.add_argument(
        "--matrix",
        action=argparse.BooleanOptionalAction,
        default=hasattr(os, "fork"),
        help="the gateway's fault matrix, every cell printed",
    )
    parser.add_argument(
        "--damage", type=int, default=200, help="how many damaged books to sell with"
    )
    parser.add_argument(
        "--orders", type=int, default=10_000, help="how many orders in all, amid faults; 0: none"
    )
    parser.add_argument(
        "--inputs", type=int, default=1_000_000, help="how many odd inputs at every door; 0: none"
    )
    parser.add_argument(
        "--demo-kills",
        type=int,
        default=100 if sys.platform == "linux" else 0,
        help="how often the demo is killed",
    )
    parser.add_argument(
        "--paper",
        type=int,
        default=1000 if hasattr(os, "fork") else 0,
        help="how many receipts are printed by tills that are killed",
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="which faults the orders meet, and which inputs are odd"
    )
    parser.add_argument(
        "--broken",
        action="store_true",
        help="only: leave safeguards out one by one, to see that the orders' trial finds it",
    )
    options = parser.parse_args()
    if options.broken:
        return 0 if broken(options.seed) else 1
    well = not options.scans or scans(options.scans)
    well = (not options.labels or labels(options.labels, options.seed)) and well
    well = (not options.baskets or baskets(options.baskets)) and well
    well = (not options.payments or payments(options.payments)) and well
    well = (not options.stock or stock_year(options.stock, options.seed)) and well
    well = (not options.week or trading_week(options.week, options.seed)) and well
    well = (not options.matrix or matrix()) and well
    well = (not options.damage or damaged_books(options.damage, options.seed)) and well
    well = (not options.orders or delivery(options.orders, options.seed)) and well
    well = (not options.demo_kills or demo_kills(options.demo_kills, options.seed)) and well
    well = (not options.paper or paper_kills(options.paper, options.seed)) and well
    well = (not options.inputs or inputs(options.inputs, options.seed)) and well
    return 0 if well else 1


raise SystemExit(main())
