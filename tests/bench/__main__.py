"""`python -m tests.bench`: measure all, print the table, keep the figures as JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench import (
    burst,
    codes,
    completing,
    cost,
    customer,
    customer_page,
    gateway,
    goods_at_scale,
    idle,
    install,
    instructions,
    offered,
    paper,
    pictures,
    prices,
    push,
    relay,
    reports,
    scans,
    serving,
    session,
    small,
    start,
    voice,
)
from tests.bench.cost import CannotMeasure
from tests.bench.table import Row, as_text
from tests.bench.workshop import Workshop

_RESULTS = Path(__file__).parent / "results" / "bench.json"

_Measure = Callable[[Workshop, bool], list[Row]]

MEASUREMENTS: dict[str, _Measure] = {
    "start": lambda workshop, quick: start.measure(workshop, 3 if quick else 9),
    "scans": lambda workshop, quick: scans.measure(workshop, 1 if quick else 3),
    "serving": lambda workshop, quick: serving.measure(workshop, 1 if quick else 3),
    "completing": lambda workshop, quick: completing.measure(
        workshop, 40 if quick else 200, (1_000,) if quick else (1_000, 1_000_000)
    ),
    "customer": lambda workshop, quick: customer.measure(workshop, 60 if quick else 300),
    "customer page": lambda workshop, quick: customer_page.measure(workshop, 60 if quick else 300),
    "burst": lambda workshop, quick: burst.measure(workshop, 1 if quick else 3),
    "push": lambda workshop, quick: push.measure(workshop, 60 if quick else push.SALES),
    "prices": lambda workshop, quick: [
        *offered.measure(workshop, 1 if quick else 3),
        *prices.measure(3 if quick else 9),
    ],
    "codes": lambda workshop, quick: codes.measure(20 if quick else 100),
    "pictures": lambda workshop, quick: pictures.measure([1] if quick else [1, 7]),
    "idle": lambda workshop, quick: idle.measure(workshop, 1 if quick else 3),
    "small": lambda workshop, quick: small.measure(workshop, 1 if quick else 3),
    "session": lambda workshop, quick: session.measure(workshop, 100 if quick else session.SALES),
    "instructions": lambda workshop, quick: instructions.measure(workshop, 2 if quick else 5),
    "goods": lambda workshop, quick: goods_at_scale.measure(
        workshop, 100_000 if quick else goods_at_scale.GOODS
    ),
    "reports": lambda workshop, quick: reports.measure(
        workshop, 100_000 if quick else reports.SALES
    ),
    "paper": lambda workshop, quick: paper.measure(workshop, 30 if quick else 300),
    "voice": lambda workshop, quick: voice.measure(
        workshop, 20 if quick else 200, 3 if quick else 9
    ),
    "install": lambda workshop, quick: install.measure(),
    "gateway": lambda workshop, quick: gateway.measure(
        workshop, gateway.QUICK if quick else gateway.FULL
    ),
    "relay": lambda workshop, quick: relay.measure(workshop, relay.QUICK if quick else relay.FULL),
}


def main() -> int:
    """Run what was asked for; 1 when something could not be measured."""
    options = _options()
    if sys.platform != "linux":
        print("The benchmark reads Linux's own accounts of a process; run it there.")
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()
    rows: list[Row] = []
    failures: dict[str, str] = {}
    try:
        with tempfile.TemporaryDirectory(prefix="pos-bench-") as folder:
            _measure(options, Path(folder), rows, failures)
    except KeyboardInterrupt:
        print("\nInterrupted; every program that was started has been ended.", file=sys.stderr)
        return 130
    seconds = time.monotonic() - began
    print(f"\n{as_text(rows)}\n\n{cost.explain_unit()} {_machine_in_words()}. {seconds:.0f} s.")
    for name, why in failures.items():
        print(f"\nNot measured: {name}: {why}")
    _keep(options.json, rows, failures, seconds)
    return 1 if failures else 0


def _measure(
    options: argparse.Namespace, folder: Path, rows: list[Row], failures: dict[str, str]
) -> None:
    """Measure one thing after another; what cannot be measured does not stop the rest."""
    try:
        workshop = Workshop(folder)
    except (CannotMeasure, OSError) as error:
        failures["all"] = str(error)
        return
    for name in options.only or MEASUREMENTS:
        print(f"measuring: {name} …", file=sys.stderr, flush=True)
        try:
            rows += MEASUREMENTS[name](workshop, options.quick)
        except CannotMeasure as error:
            failures[name] = str(error)
        except Exception as error:  # whatever it is, the other measurements are still worth having
            failures[name] = f"{type(error).__name__}: {error}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer runs")
    parser.add_argument(
        "--only", action="append", choices=MEASUREMENTS, help="this one (may be given again)"
    )
    parser.add_argument(
        "--json", type=Path, default=_RESULTS, metavar="FILE", help="where the figures are kept"
    )
    return parser.parse_args()


def _machine() -> dict[str, Any]:
    return {
        "processors": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "textual": version("textual"),
        "cost": cost.unit(),
    }


def _machine_in_words() -> str:
    machine = _machine()
    return "{processors} cores, Python {python}, Textual {textual}".format(**machine)


def _keep(path: Path, rows: list[Row], failures: dict[str, str], seconds: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    result = {
        "machine": _machine(),
        "seconds": round(seconds, 1),
        "rows": [row.as_json() for row in rows],
        "failures": failures,
    }
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
