"""A file of goods as a test writes it, and how a shop reads and imports it."""

from __future__ import annotations

from pathlib import Path

from pos_tui.books.catalogue.goods_file.keeping import import_goods
from pos_tui.books.catalogue.goods_file.layouts import FileChoices
from pos_tui.books.catalogue.goods_file.reading import GoodsFile, read_goods
from pos_tui.books.catalogue.product_import import ImportCounts
from pos_tui.codes.context import CodeContext
from tests.codes.contexts import context
from tests.conftest import NOON, Counter
from tests.spoken import spoken

SHOP = context()
EUROPE = context(shop={"currency": "EUR"}, codes={"layouts": ("22IIIIIWWWWWC", "02IIIIIVPPPPC")})


def written(folder: Path, text: str) -> Path:
    """A file of goods with this text, in UTF-8."""
    file = folder / "goods.csv"
    file.write_text(text, encoding="utf-8", newline="")
    return file


def read(
    folder: Path, text: str, choices: FileChoices | None = None, shop: CodeContext = SHOP
) -> GoodsFile:
    """The goods of a file with this text."""
    return read_goods(written(folder, text), shop, NOON, choices or FileChoices())


def imported(counter: Counter, goods: GoodsFile) -> ImportCounts:
    """Import a file's goods into the books of a till."""
    return import_goods(counter.books.path, goods, NOON)


def refused(goods: GoodsFile) -> list[tuple[int, str]]:
    """The refused rows: line and reason in words."""
    return [(reject.line, spoken(reject.why)) for reject in goods.rejects]


def doubts(goods: GoodsFile) -> dict[str, tuple[int, int]]:
    """The doubts: their kind, the first line and how many lines have one."""
    return {
        doubt.why.kind.removeprefix("goods."): (doubt.line, doubt.count) for doubt in goods.doubts
    }
