"""What the shop has said about files with a certain header, kept beside the books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from pos_tui.books.catalogue.goods_file.codes import CodesWritten
from pos_tui.books.catalogue.goods_file.columns import normal_name
from pos_tui.files.owner import make_private_folder, write_for_owner
from pos_tui.files.replacing import remove_file, replace_file
from pos_tui.tables.dates import DateOrder

FILE_NAME = "import-layouts.json"
_MOST = 100


class FileChoices(Struct, frozen=True):
    """What the shop has said about a file, where the file does not say it itself.

    `columns` names the columns of fields that have others; `language` is that of the shop.
    """

    columns: Mapping[str, tuple[str, ...]] = {}
    codes: CodesWritten = ""
    dates: DateOrder | None = None
    encoding: str = ""
    sheet: str = ""
    language: str = ""


class Layout(Struct, frozen=True):
    """A header that was imported, and how: the columns of fields, its codes, its days."""

    header: tuple[str, ...]
    columns: dict[str, tuple[str, ...]] = {}
    codes: CodesWritten = ""
    dates: DateOrder | None = None


def read_layouts(folder: Path) -> list[Layout]:
    """The layouts that are remembered; none where their file is not there or is damaged."""
    try:
        return msgspec.json.decode((folder / FILE_NAME).read_bytes(), type=list[Layout])
    except (OSError, msgspec.MsgspecError):
        return []


def remembered_layout(layouts: Sequence[Layout], header: Sequence[str]) -> Layout | None:
    """The layout of a header, if it is remembered."""
    names = _names(header)
    return next((each for each in layouts if each.header == names), None)


def with_layout(choices: FileChoices, layout: Layout) -> FileChoices:
    """What was said before, where nothing else is said now."""
    return replace(
        choices,
        columns={**layout.columns, **choices.columns},
        codes=choices.codes or layout.codes,
        dates=choices.dates or layout.dates,
    )


def remember(folder: Path, header: Sequence[str], choices: FileChoices) -> None:
    """Remember what was said about a header. Raises OSError."""
    names = _names(header)
    others = [each for each in read_layouts(folder) if each.header != names]
    new = Layout(names, dict(choices.columns), choices.codes, choices.dates)
    make_private_folder(folder)
    path = folder / FILE_NAME
    beside = path.with_suffix(".new")
    remove_file(beside)  # one of an earlier version was for everybody to read
    write_for_owner(beside, msgspec.json.format(msgspec.json.encode([*others, new][-_MOST:])))
    replace_file(beside, path)


def _names(header: Sequence[str]) -> tuple[str, ...]:
    return tuple(normal_name(name) for name in header)
