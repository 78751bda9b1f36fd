"""Damaged GS1 labels by the hundred thousand: how many are sold as something that they are not."""

from __future__ import annotations

import random
from collections import Counter

from pos_tui.codes import ItemCode
from pos_tui.codes.identify import identify
from tests.codes.contexts import context, shop
from tests.codes.labels import damaged, is_sold_wrong, random_label

_MOST_SHOWN = 5
_MOST_LOST = 0.005  # of good labels, which have two readings by chance


def labels(count: int, seed: int) -> bool:
    """Read so many damaged labels, and the whole ones they were; whether none was sold wrong."""
    rng = random.Random(seed)
    shops = (shop(), shop("all"), context(scanner={"separator": "|"}))
    tried: Counter[str] = Counter()
    sold: Counter[str] = Counter()
    wrong: list[tuple[str, str]] = []
    while tried.total() < count:
        label, here = random_label(rng), rng.choice(shops)
        whole = ("]C1" + label.text(), label.text(), label.bracketed(), label.link())
        for name, scan in (*(("whole", form) for form in whole), *damaged(label, rng)):
            found = identify(scan, here)
            tried[name] += 1
            sold[name] += isinstance(found, ItemCode)
            if is_sold_wrong(label, found):
                wrong.append((name, scan))
    print(f"{'label':34} {'read':>9} {'sold':>9}")
    for name, number in sorted(tried.items()):
        print(f"{name:34} {number:>9} {sold[name]:>9}")
    for name, scan in wrong[:_MOST_SHOWN]:
        print(f"SOLD WRONG, {name}: {scan!r}")
    print(f"{len(wrong)} of {tried.total()} sold as something else", flush=True)
    return not wrong and sold["whole"] >= (1 - _MOST_LOST) * tried["whole"]
