"""`make campaign`: every long trial, or one of them by name."""

from __future__ import annotations

import argparse
from concurrent.futures import ThreadPoolExecutor

from tests.campaign.scans import Came, trial

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


def main() -> int:
    """Run what the command line names; 0 when all went well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=int, default=10_000, help="how many scans in all")
    options = parser.parse_args()
    return 0 if scans(options.scans) else 1


raise SystemExit(main())
