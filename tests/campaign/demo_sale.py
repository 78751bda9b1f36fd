"""`python -m tests.campaign.demo_sale FOLDER REDIS SCAN…`: `sell --demo` over a Redis of choice."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pos_tui.commands.end_requests import end_requests
from pos_tui.commands.sell import run_sale
from pos_tui.demo.demo_redis import DemoRedis
from pos_tui.demo.shop import DemoShop


def sell(folder: Path, redis: DemoRedis, scans: list[str]) -> int:
    """One sale in a demo shop of this folder, with servers of its own; its exit code."""
    shop = DemoShop(folder, redis)
    options = argparse.Namespace(scans=scans, wait=60.0, confirm_expired=False, age_checked=False)
    with end_requests() as requests:
        return run_sale(options, shop.settings, shop.data, shop, requests)


if __name__ == "__main__":
    which: DemoRedis = "stand_in" if sys.argv[2] == "stand_in" else "server"
    raise SystemExit(sell(Path(sys.argv[1]), which, sys.argv[3:]))
