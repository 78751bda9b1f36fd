"""Where it is measured: a folder with a shop in it, and the programs started on it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.bench.callgrind import CountedProgram
from tests.bench.cost import CannotMeasure
from tests.bench.goods import Goods, Product, find_goods, write_csv
from tests.bench.terminal import Program

SHOP = "Harbour Street Stores"
_PEERS = Path(__file__).parent / "peers"
_SETTINGS = f'[shop]\nname = "{SHOP}"\n'
_NOT_HANDED_ON = ("COLORTERM", "NO_COLOR", "LINES", "COLUMNS", "TERM_PROGRAM", "VIRTUAL_ENV")
_NOT_HANDED_ON_PREFIXES = ("TEXTUAL", "PYTHON", "LC_", "XDG_")


class Workshop:
    """The folder, the goods, and every program that is measured."""

    def __init__(self, folder: Path, seed: int = 1) -> None:
        self.folder = folder
        self.goods: Goods = find_goods(seed)
        self._scanned: Iterator[Product] = iter(())
        self._copies = 0
        self.settings = folder / "till.toml"
        self.settings.write_text(_SETTINGS)
        self._stocked = self._stock()

    # ---- programs ----------------------------------------------------------------------------

    def till(
        self,
        data: Path,
        *words: str,
        before: Callable[[int], None] | None = None,
        settings: Path | None = None,
    ) -> Program:
        """Our till, or the command of these words; `before` gets its process id before it runs."""
        program = Path(sys.executable).parent / "pos-tui"
        if not program.exists():
            raise CannotMeasure(f"pos-tui is not installed beside {sys.executable}")
        command = [str(program), *words, "--settings", str(settings or self.settings)]
        command += ["--data", str(data)]
        return Program(command, self._environment(), before)

    def counted(self, *words: str) -> CountedProgram:
        """What Python is to run, with its instructions counted."""
        self._copies += 1
        folder = self.folder / f"callgrind-{self._copies}"
        return CountedProgram(words, self._environment(), folder)

    def peer(self, name: str, *arguments: str) -> Program:
        """One of the programs that ours is measured against."""
        return Program([*self.peer_command(name), *arguments], self._environment())

    @staticmethod
    def peer_command(name: str) -> list[str]:
        """How a peer is started."""
        return [sys.executable, str(_PEERS / f"{name}.py")]

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in _NOT_HANDED_ON and not name.startswith(_NOT_HANDED_ON_PREFIXES)
        }
        home = str(self.folder)
        return kept | {"TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": home}

    # ---- data folders ------------------------------------------------------------------------

    def data(self, lines: int = 0) -> Path:
        """A data folder of its own, with a sale open that has so many lines already."""
        template = self._stocked if lines == 0 else self._with_lines(lines)
        self._copies += 1
        return Path(shutil.copytree(template, self.folder / f"data-{self._copies}"))

    def draw(self, count: int) -> list[Product]:
        """So many products to scan, never the same twice in one workshop while there are others."""
        drawn: list[Product] = []
        while len(drawn) < count:
            product = next(self._scanned, None)
            if product is None:
                self._scanned = iter(self.goods.scanned)
                continue
            drawn.append(product)
        return drawn

    def _stock(self) -> Path:
        stocked = self.folder / "stocked"
        made_up = self.folder / "made-up.csv"
        fillers = self.goods.fillers
        write_csv(fillers if self.goods.export else [*fillers, *self.goods.scanned], made_up)
        for file in (made_up, self.goods.export):
            if file is not None:
                self._import(file, stocked)
        return stocked

    def _import(self, file: Path, data: Path) -> None:
        places = ["--settings", str(self.settings), "--data", str(data)]
        command = [sys.executable, "-m", "pos_tui", "import", str(file), *places]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise CannotMeasure(f"the goods were not taken in: {done.stderr.strip()}")

    def _with_lines(self, lines: int) -> Path:
        """Scan so many products with the till itself, without a screen."""
        folder = self.folder / f"with-{lines}-lines"
        if folder.exists():
            return folder
        from pos_tui.books import Books
        from pos_tui.settings import load_till_settings
        from pos_tui.till import Till

        shutil.copytree(self._stocked, folder)
        books = Books(folder)
        try:
            settings = load_till_settings(self.settings)

            def ignore(_event: object) -> None:
                pass

            till = Till(settings, folder, books, ignore, lambda: datetime.now().astimezone())
            for product in self.goods.fillers[:lines]:
                till.scan(product.code)
            there = till.sale.list.totals.lines
        finally:
            books.close()
        if there != lines:
            raise CannotMeasure(f"a list of {lines} lines could not be made; it has {there}")
        return folder


# ---- what the screens show ---------------------------------------------------------------------

_IN_VIEW = re.compile(r"(\d+)-\d+ of \d+")
_GOODS_COUNTED = re.compile(r"│ \d+ items?\b")
_NEXT_PANE = re.compile("│[│╭╰]")
_CODE = re.compile(r"\d{13}")


def numbered_lines(rows: list[str]) -> dict[int, str]:
    """The lines of our settlement list on the screen, by their numbers.

    They stand between the heads and the row that counts the goods; where not all are in view, the
    foot says which are.
    """
    in_view = next(filter(None, map(_IN_VIEW.search, rows)), None)
    return dict(enumerate(listed(rows), 1 if in_view is None else int(in_view[1])))


def listed(rows: list[str]) -> list[str]:
    """The lines of our settlement list on the screen, from top to bottom."""
    last = next((y for y, row in enumerate(rows) if _GOODS_COUNTED.match(row)), 0)
    left = (_NEXT_PANE.split(row)[0].strip("│ ") for row in rows[3:last])
    return [*filter(None, left)]


def codes_shown(rows: list[str]) -> list[str]:
    """The codes on the screen, from top to bottom."""
    return [code for row in rows for code in _CODE.findall(row)]


@dataclass
class Total:
    """What a list must come to: its lines and its sum in minor units."""

    lines: int = 0
    sum: int = 0

    def add(self, price: int) -> None:
        """One more line."""
        self.lines += 1
        self.sum += price
