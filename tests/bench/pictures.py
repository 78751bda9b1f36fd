"""Codes in pictures: found, missed, doubtful and wrong, against one plain pass of the decoder."""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO

from pos_tui.devices.scanners.picture import read_picture
from pos_tui.devices.scanners.scanned_text import text_of
from tests.bench.table import Row, Target
from tests.tui.scene_parts import Point
from tests.tui.scenes import Good, Scene, scenes

_Seen = tuple[str, Point]
_HEADS = ("", "pictures", "codes", "whole", "found", "missed", "doubtful", "WRONG",
          "plain found", "plain WRONG")  # fmt: skip


@dataclass
class Tally:
    """What became of the codes in some pictures; missed counts those that are whole."""

    pictures: int = 0
    codes: int = 0
    whole: int = 0
    found: int = 0
    missed: int = 0
    doubtful: int = 0
    wrong: int = 0
    plain_found: int = 0
    plain_wrong: int = 0
    wrong_ones: list[str] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)
    plain_ms: list[float] = field(default_factory=list)

    def add(self, scene: Scene) -> None:
        """Read the scene both ways and count."""
        began = time.perf_counter()
        picture = read_picture(scene.picture)
        self.ms.append((time.perf_counter() - began) * 1e3)
        plain = self._plain(scene.picture)
        seen = [(code.text, _middle(code.corners)) for code in picture.codes]
        left, wrong = judge(scene.goods, seen)
        plain_left, plain_wrong = judge(scene.goods, plain)
        self.pictures += 1
        self.codes += len(scene.goods)
        self.whole += sum(good.whole for good in scene.goods)
        self.found += len(scene.goods) - len(left)
        self.missed += sum(good.whole for good in left)
        self.doubtful += len(picture.doubtful)
        self.wrong += len(wrong)
        self.wrong_ones += [f"{scene.name}: {text}" for text, _ in wrong]
        self.plain_found += len(scene.goods) - len(plain_left)
        self.plain_wrong += len(plain_wrong)

    def _plain(self, file: bytes) -> list[_Seen]:
        """One `read_barcodes` as its documentation has it, the picture opened as simply."""
        import zxingcpp
        from PIL import Image, ImageOps

        began = time.perf_counter()
        found = zxingcpp.read_barcodes(ImageOps.exif_transpose(Image.open(BytesIO(file))))
        self.plain_ms.append((time.perf_counter() - began) * 1e3)
        return [
            (
                code.symbology_identifier + text_of(code.bytes),
                _middle(
                    [
                        (p.x, p.y)
                        for p in (
                            code.position.top_left,
                            code.position.top_right,
                            code.position.bottom_right,
                            code.position.bottom_left,
                        )
                    ]
                ),
            )
            for code in found
        ]

    def line(self, name: str) -> tuple[str, ...]:
        """The row of the printed table."""
        numbers = (self.pictures, self.codes, self.whole, self.found, self.missed, self.doubtful,
                   self.wrong, self.plain_found, self.plain_wrong)  # fmt: skip
        return (name, *map(str, numbers))


def judge(goods: Iterable[Good], seen: Iterable[_Seen]) -> tuple[list[Good], list[_Seen]]:
    """The codes that were not seen, and what was seen that is not there (or not so often)."""
    left = list(goods)
    wrong = []
    for text, point in seen:
        good = next((good for good in left if good.text == text and good.has(point)), None)
        if good is None:
            wrong.append((text, point))
        else:
            left.remove(good)
    return left, wrong


def measure(seeds: Iterable[int] = (1,)) -> list[Row]:
    """The rows for the table of all measurements."""
    return rows(_tallies(seeds, every=1)["all"])


def rows(tally: Tally) -> list[Row]:
    """What is promised: nothing wrong; and what it costs."""
    return [
        Row("pictures", f"codes read wrong in {tally.pictures} pictures", "", [tally.wrong],
            [tally.plain_wrong], "plain pass", Target("value", 0)),
        Row("pictures", f"codes found of {tally.codes}", "", [tally.found],
            [tally.plain_found], "plain pass"),
        Row("pictures", "one picture", "ms", tally.ms, tally.plain_ms, "plain pass"),
    ]  # fmt: skip


def _tallies(seeds: Iterable[int], every: int) -> dict[str, Tally]:
    tallies: dict[str, Tally] = defaultdict(Tally)
    everything = Tally()
    for seed in seeds:
        for number, scene in enumerate(scenes(seed)):
            if number % every == 0:
                tallies[scene.kind].add(scene)
    for tally in tallies.values():
        for name in Tally.__dataclass_fields__:
            setattr(everything, name, getattr(everything, name) + getattr(tally, name))
    tallies["all"] = everything
    return tallies


def _middle(corners: Iterable[Point]) -> Point:
    points = list(corners)
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


def _table(tallies: dict[str, Tally]) -> str:
    lines = [_HEADS, *(tally.line(kind) for kind, tally in tallies.items())]
    widths = [max(len(line[i]) for line in lines) for i in range(len(_HEADS))]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])])
        for line in lines
    )


def _times(name: str, ms: list[float]) -> str:
    return (
        f"{name}: {statistics.median(ms):.0f} ms a picture (median), "
        f"{statistics.quantiles(ms, n=20)[-1]:.0f} ms (p95), {max(ms):.0f} ms at most"
    )


def main() -> int:
    """Print the table; 1 when any code was read wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pictures", description=__doc__)
    parser.add_argument("--seed", type=int, action="append", help="other pictures (again: more)")
    parser.add_argument("--quick", action="store_true", help="every fourth picture")
    options = parser.parse_args()
    tallies = _tallies(options.seed or [1], 4 if options.quick else 1)
    everything = tallies["all"]
    print(_table(tallies))
    print(f"\n{_times('ours', everything.ms)}\n{_times('plain', everything.plain_ms)}")
    for one in everything.wrong_ones:
        print(f"WRONG {one}")
    return 1 if everything.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
