"""A damaged byte, and a damaged page, at so many places of a till's books with a sale under way."""

from __future__ import annotations

import shutil
import tempfile
import traceback
from collections import Counter
from pathlib import Path

from tests.books.damage import make_shop, sell_with


def damaged_books(count: int, seed: int) -> bool:
    """Whether nothing but sentences came of it: no fault, no wrong amount, no silence."""
    said: Counter[str] = Counter()
    faults = 0
    with tempfile.TemporaryDirectory() as place:
        shop = Path(place) / "shop"
        make_shop(shop)
        for number in range(count):
            folder = Path(place) / "till"
            shutil.copytree(shop, folder)
            try:
                trial = sell_with(folder, seed * count + number, whole_page=number % 2 == 1)
                said.update(set(trial.said))
            except Exception:
                faults += 1
                traceback.print_exc()
            shutil.rmtree(folder)
    kinds = ", ".join(f"{kind} {times}" for kind, times in said.most_common())
    print(f"{count} damaged books: {faults} faults; said: {kinds}", flush=True)
    return not faults
