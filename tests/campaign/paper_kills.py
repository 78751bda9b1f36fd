"""Receipts with kill -9 of a till that prints: none is lost, none is printed twice unasked."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.paper_trial import paper_trial


def paper_kills(count: int, seed: int) -> bool:
    """So many receipts at a printer that misbehaves; whether all was as it should be."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        trial = paper_trial(Path(place) / "till", count, seed)
    print(f"{trial} ({time.monotonic() - began:.0f} s)", flush=True)
    for what, numbers in (
        ("lost", trial.lost),
        ("twice", trial.twice),
        ("not offered", trial.not_offered),
    ):
        if numbers:
            print(f"{what}: {', '.join(map(str, numbers[:20]))}")
    return trial.is_well
