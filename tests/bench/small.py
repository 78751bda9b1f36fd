"""A small machine: a fifth of one core, little memory. What a till does there, and how fast."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from functools import partial

from tests.bench.cgroup import ControlGroup, control_group
from tests.bench.cost import CannotMeasure
from tests.bench.scans import shows_scan
from tests.bench.start import shows_till
from tests.bench.table import Row, Target
from tests.bench.terminal import Program, Screen
from tests.bench.workshop import Total, Workshop

_SHARE, _AMPLE_MB = 0.2, 256
_TILL_MB, _DEMO_MB = 48, 256
_STANDS_MS, _SCAN_MS = 1_500.0, 60.0
_SCANS = 20
_BETWEEN_SCANS_S = 0.35  # a cashier's pace: the group has its whole share again
_TYPING_S = 0.12  # slower than any scanner
_QUIT = b"\x11"
_PATIENCE_S = 90.0
_DEMO_COLA, _DEMO_WALLET = b"5449000000996\r", b"134857901234567890\r"


def measure(workshop: Workshop, runs: int) -> list[Row]:
    """Start and scan at a fifth of a core, sell in little memory, run the whole demo."""
    starts: list[float] = []
    scans: list[float] = []
    sales = [_cash_sale(workshop) for _ in range(runs)]
    for _ in range(runs):
        started, scanned = _start_and_scan(workshop)
        starts.append(started)
        scans += scanned
    demos = [_demo(workshop) for _ in range(max(runs // 2, 1))]
    share = f"at {_SHARE:.0%} of a core"
    in_memory = f"in {_TILL_MB} MB {share}"
    demo = f"the demo {share}"
    worst = statistics.quantiles(scans, n=20, method="inclusive")[18]
    return [
        Row("small", f"{share}: till stands", "ms", starts, target=Target("value", _STANDS_MS)),
        Row("small", f"{share}: a scan until visible, p50", "ms", scans),
        Row("small", f"{share}: a scan until visible, p95", "ms", scans, ours=worst,
            target=Target("value", _SCAN_MS)),
        Row("small", f"{in_memory}: cash sale, most memory", "MB", [peak for _, peak in sales],
            target=Target("value", _TILL_MB)),
        Row("small", f"{in_memory}: cash typed until paid", "ms", [ms for ms, _ in sales]),
        Row("small", f"{demo}: till stands", "ms", [stands for stands, *_ in demos]),
        Row("small", f"{demo}: servers stand", "ms", [ready for _, ready, *_ in demos]),
        Row("small", f"{demo}: code until paid by way of Redis", "ms",
            [paid for _, _, paid, _ in demos]),
        Row("small", f"{demo}: most memory", "MB", [peak for *_, peak in demos],
            target=Target("value", _DEMO_MB)),
    ]  # fmt: skip


def _start_and_scan(workshop: Workshop) -> tuple[float, list[float]]:
    """Milliseconds from exec to the till's screen, and from a scan's end to its line, each."""
    total = Total()
    times = []
    with (
        control_group(_SHARE, _AMPLE_MB) as group,
        workshop.till(workshop.data(), before=group.join) as program,
    ):
        stands = _ms_since(program.started_at, program, shows_till, "the till")
        program.wait_quiet(1.0)
        for product in workshop.draw(_SCANS):
            total.add(product.price)
            typed = program.type(product.code.encode() + b"\r")
            times.append(
                _ms_since(
                    typed,
                    program,
                    partial(shows_scan, product, total),
                    product.code,
                )
            )
            program.wait_quiet(_BETWEEN_SCANS_S)
        program.quit(_QUIT)
        _must_live(group)
    return stands, times


def _cash_sale(workshop: Workshop) -> tuple[float, float]:
    """Milliseconds from the cash amount until the change is shown, and the most memory in MB."""
    product = workshop.draw(1)[0]
    total = Total(1, product.price)
    with (
        control_group(_SHARE, _TILL_MB) as group,
        workshop.till(workshop.data(), before=group.join) as program,
    ):
        program.wait_for(shows_till, "the till", _PATIENCE_S)
        program.wait_quiet(1.0)
        program.type(product.code.encode() + b"\r")
        program.wait_for(partial(shows_scan, product, total), product.code)
        program.wait_quiet(_BETWEEN_SCANS_S)
        program.type(b"+")
        program.wait_quiet(_BETWEEN_SCANS_S)
        typed = program.type(b"500\r", _TYPING_S)
        paid = _ms_since(typed, program, shows("is paid"), "the receipt")
        program.wait_quiet(1.0)
        program.quit(_QUIT)
        _must_live(group)
        return paid, group.peak_memory_mb()


def _demo(workshop: Workshop) -> tuple[float, float, float, float]:
    """Until its till stands, its servers stand, a wallet has paid (all ms); the most memory, MB."""
    data = workshop.folder / "demo-on-a-small-machine"
    with (
        control_group(_SHARE, _DEMO_MB) as group,
        workshop.till(data, "demo", before=group.join) as program,
    ):
        stands = _ms_since(program.started_at, program, shows_till, "the till")
        ready = _ms_since(
            program.started_at,
            program,
            shows_servers,
            "its servers",
        )
        program.wait_quiet(2.0)
        program.type(_DEMO_COLA)
        program.wait_for(shows("Cola 330 ml"), "the cola")
        program.wait_quiet(_BETWEEN_SCANS_S)
        scanned = program.type(_DEMO_WALLET)
        paid = _ms_since(scanned, program, shows("told by Redis"), "the payment")
        program.quit(_QUIT, _PATIENCE_S)
        _must_live(group)
        return stands, ready, paid, group.peak_memory_mb()


def _ms_since(moment: float, program: Program, shows: Callable[[Screen], bool], what: str) -> float:
    return (program.wait_for(shows, what, _PATIENCE_S) - moment) * 1e3


def shows_servers(screen: Screen) -> bool:
    """Whether the till says that the gateway and Redis are there."""
    row = screen.rows()[-2]
    return "pay ●" in row and "push ●" in row


def shows(text: str) -> Callable[[Screen], bool]:
    """Whether this text stands on the screen, in one row."""

    def is_shown(screen: Screen) -> bool:
        return text in " ".join(" ".join(screen.rows()).split())

    return is_shown


def _must_live(group: ControlGroup) -> None:
    if group.kills():
        raise CannotMeasure("the kernel ended a process for want of memory")
