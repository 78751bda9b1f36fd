"""Instructions of a start, a scan and a payment, beside those that are kept in instructions.toml.

They do not move with the machine, but with the interpreter and with Textual: another of these has
no figures to be held against. `python -m tests.bench.instructions` counts anew and keeps them.
"""

from __future__ import annotations

import platform
import statistics
import sys
import tempfile
import tomllib
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

from tests.bench.callgrind import CountedProgram
from tests.bench.scans import shows_scan
from tests.bench.small import shows, shows_servers
from tests.bench.start import is_painted, shows_till
from tests.bench.table import Row, Target
from tests.bench.terminal import Screen
from tests.bench.workshop import Total, Workshop

KEPT = Path(__file__).with_name("instructions.toml")
_MORE = 1.05  # more than this of what is kept is worth a look
_MORE_OF_PAYMENTS = 1.1  # in how many pieces the network brings answers differs
_REST_S = 3.0
_PATIENCE_S = 180.0
_COLA = b"5449000000996\r"
_NAMES = {
    "start": "start until the till rests",
    "first_scan": "the first scan",
    "scan": "a scan",
    "first_payment": "the first wallet payment",
    "payment": "a wallet payment",
    "empty_app": "an empty Textual app's start",
}


def measure(workshop: Workshop, times: int) -> list[Row]:
    """Count, and show what is kept beside it."""
    counted = count(workshop, times)
    kept, whom = kept_figures()
    rows = [
        Row("instructions", f"{_NAMES[name]}: instructions", "M", [millions],
            [kept[name]] if name in kept else (), whom, _target(name) if name in kept else None)
        for name, millions in counted.items()
    ]  # fmt: skip
    against = Row(
        "instructions", "start against an empty app: instructions", "M",
        [counted["start"]], [counted["empty_app"]], "empty app", Target("ratio", 1.15),
    )  # fmt: skip
    return [*rows, against]


def _target(name: str) -> Target:
    return Target("ratio", _MORE_OF_PAYMENTS if name.endswith("payment") else _MORE)


def kept_figures() -> tuple[dict[str, float], str]:
    """The figures in millions that are kept for this interpreter, if any; what they are called."""
    kept = tomllib.loads(KEPT.read_text(encoding="utf-8"))
    if kept["of"] != _of():
        return {}, ""
    return kept["millions"], "kept"


def count(workshop: Workshop, times: int) -> dict[str, float]:
    """Millions of instructions by the names in the table: medians of so many scans and payments.

    Raises CannotMeasure where there is no callgrind.
    """
    started, first_scan, scan = _till(workshop, times)
    first_payment, payment = _payments(workshop, times)
    return {
        "start": started,
        "first_scan": first_scan,
        "scan": scan,
        "first_payment": first_payment,
        "payment": payment,
        "empty_app": _empty_app(workshop),
    }


def _till(workshop: Workshop, times: int) -> tuple[float, float, float]:
    words = ["-m", "pos_tui", "--settings", str(workshop.settings), "--data"]
    data = str(workshop.data())
    with workshop.till(Path(data)) as program:  # what is not compiled yet is compiled now
        program.wait_for(shows_till, "the till")
    counted = workshop.counted(*words, data)
    with counted.program:
        started = _counted_until(counted, shows_till, "the till")
        total = Total()
        scans = []
        for product in workshop.draw(times + 1):
            total.add(product.price)
            counted.program.type(product.code.encode() + b"\r")
            scans.append(
                _counted_until(
                    counted,
                    partial(shows_scan, product, total),
                    product.code,
                )
            )
    return started, scans[0], statistics.median(scans[1:])


def _payments(workshop: Workshop, times: int) -> tuple[float, float]:
    """What the till does from the payment code to the receipt, without the demo's servers."""
    data = workshop.folder / "demo-counted"
    places = ("--settings", str(workshop.settings), "--data", str(data))
    counted = workshop.counted("-m", "pos_tui", "demo", *places)
    payments = []
    with counted.program as program:
        _counted_until(counted, shows_servers, "its servers")
        for customer in range(times + 1):
            program.type(_COLA)
            _counted_until(counted, shows("Cola 330 ml"), "the cola")
            program.type(f"{134857901234567000 + customer}\r".encode())
            payments.append(_counted_until(counted, shows("told by Redis"), "the payment"))
        program.quit(b"\x11", _PATIENCE_S)
    return payments[0], statistics.median(payments[1:])


def _empty_app(workshop: Workshop) -> float:
    counted = workshop.counted(*workshop.peer_command("empty_app")[1:])
    with counted.program:
        return _counted_until(counted, is_painted, "its first frame")


def _counted_until(counted: CountedProgram, is_shown: Callable[[Screen], bool], what: str) -> float:
    counted.program.wait_for(is_shown, what, _PATIENCE_S)
    counted.program.wait_quiet(_REST_S, _PATIENCE_S)
    return counted.millions()


def _of() -> dict[str, str]:
    """What the figures depend on."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "compiler": platform.python_compiler(),
        "machine": platform.machine(),
        "textual": version("textual"),
    }


def _as_toml(counted: dict[str, float]) -> str:
    of = "".join(f'{name} = "{value}"\n' for name, value in _of().items())
    millions = "".join(
        f"{name} = {value:.1f} # {_NAMES[name]}\n" for name, value in counted.items()
    )
    return (
        "# User instructions in millions; `python -m tests.bench.instructions` writes them."
        f"\n\n[of]\n{of}\n[millions]\n{millions}"
    )


def main() -> int:
    """Count anew, say what changed, keep it."""
    kept, _ = kept_figures() if KEPT.exists() else ({}, "")
    with tempfile.TemporaryDirectory(prefix="pos-bench-") as folder:
        counted = count(Workshop(Path(folder)), 5)
    for name, millions in counted.items():
        before = f"{kept[name]:10.1f} →" if name in kept else " " * 12
        print(f"{_NAMES[name]:30}{before}{millions:10.1f} M")
    KEPT.write_text(_as_toml(counted), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
