"""`pos-tui trace ORDER_NO`: what the gateway knows about one order, step by step."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pos_tui.commands.command import Command, complain

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from pos_tui.cloud.gateway.tracing import Trace
    from pos_tui.settings import CloudSettings

_UNKNOWN = 3


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("order_no", metavar="ORDER_NO", help="the order's number")
    parser.add_argument("--json", action="store_true", help="one JSON object for each order")


def _run(options: argparse.Namespace) -> int:
    from pos_tui.settings import data_place, load_cloud_settings

    settings = load_cloud_settings(options.settings)
    data = options.data or data_place() / "cloud"
    try:
        return _trace(options, settings, data)
    except ImportError as error:
        return complain(f"the servers are not installed ({error.name}): pip install pos-tui[cloud]")


def _trace(options: argparse.Namespace, settings: CloudSettings, data: Path) -> int:
    import asyncio

    from pos_tui.cloud.gateway.database import POSTGRESQL, DatabaseAway
    from pos_tui.cloud.gateway.orders import open_orders
    from pos_tui.cloud.gateway.tracing import trace_order

    database = settings.gateway.database
    if not database.startswith(POSTGRESQL) and not (data / database).exists():
        return complain(f"there are no orders in {data}; say where with --data.")

    async def look() -> list[Trace]:
        async with open_orders(settings, data) as orders:
            return await trace_order(orders, data / settings.log.directory, options.order_no)

    try:
        found = asyncio.run(look())
    except DatabaseAway as error:
        return complain(f"{error}. Nothing was changed.")
    for trace in found:
        print(json.dumps(trace.as_json()) if options.json else "\n".join(trace.lines()))
    if not found:
        return complain(f"this gateway has no order {options.order_no}.", _UNKNOWN)
    return 0


TRACE = Command(
    "trace",
    "One order as the gateway knows it: its steps, its refunds, its line in the log.",
    "pos-tui trace 26112222461001N3VEYEPH --data /var/lib/pos-tui",
    _arguments,
    _run,
)
