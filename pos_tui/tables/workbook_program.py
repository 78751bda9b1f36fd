"""The program that reads a workbook, in a process of its own.

A library made for honest files ends its whole process when a damaged or hostile one asks for more
memory than there is; then only this process ends. On stdin: eight bytes of length, the workbook,
then for each sheet "+" (send all of it) or "-" (the next one). On stdout, each message with four
bytes of length: a sheet's name and its first rows; after "+" its rows in parts, and an empty part.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

import msgspec

Cell = bool | float | str | dt.datetime | dt.date | dt.time | dt.timedelta

_FIRST_ROWS = 60
_ROWS_OF_A_PART = 2_000
_MEMORY = 2 * 1024**3  # bytes, where the system can bound it
_EXACT = 10**15  # beyond it a spreadsheet has lost digits, and what stands there shows it
_ERRORS = frozenset({"#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!"})


class SheetHead(msgspec.Struct):
    """A sheet's name and its first rows, each with its number, from 1.

    `trouble`: there is no sheet: the file has a password or is damaged, or nothing here reads it.
    """

    name: str
    rows: list[tuple[int, list[str]]]
    trouble: Literal["", "password", "damaged", "no_reader"] = ""


def cell_text(value: Cell) -> str:
    """A cell as text: whole numbers without a fraction, all others with a point, days like ISO's.

    A number of three decimals gets a fourth, so that nobody takes its point for thousands. A number
    of more digits than a spreadsheet keeps has an exponent.
    """
    match value:
        case str():
            return "" if value in _ERRORS else value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return _number(float(value))
        case dt.datetime():
            is_day = value.time() == dt.time()
            return value.date().isoformat() if is_day else value.isoformat(timespec="seconds")
        case dt.date():
            return value.isoformat()
        case dt.time():
            return value.isoformat(timespec="seconds")
        case _:
            minutes, seconds = divmod(int(value.total_seconds()), 60)
            hours, minutes = divmod(minutes, 60)
            return f"{hours:02}:{minutes:02}:{seconds:02}"


def _number(value: float) -> str:
    if not math.isfinite(value):
        return ""
    if abs(value) >= _EXACT:
        return f"{value:.14E}"
    exact = Decimal(f"{value:.15g}")
    if exact == exact.to_integral_value():
        return f"{int(exact)}"
    text = f"{exact.normalize():f}"
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text


def _main() -> None:
    _bound_memory()
    size = int.from_bytes(sys.stdin.buffer.read(8), "big")
    content = sys.stdin.buffer.read(size)
    try:
        import python_calamine
    except ImportError:
        _send(msgspec.msgpack.encode(SheetHead("", [], "no_reader")))
        return
    try:
        _serve(content)
    except python_calamine.PasswordError:
        _send(msgspec.msgpack.encode(SheetHead("", [], "password")))
    except (python_calamine.CalamineError, OSError, ValueError):
        _send(msgspec.msgpack.encode(SheetHead("", [], "damaged")))


def _serve(content: bytes) -> None:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
        sheets = [each for each in workbook.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
        sheets.sort(key=lambda each: each.visible != SheetVisibleEnum.Visible)
        for each in sheets:
            sheet = workbook.get_sheet_by_name(each.name)
            first = (sheet.start or (0, 0))[0] + 1
            head = [
                (number, cells)
                for number, cells in enumerate(_rows(sheet.to_python(nrows=_FIRST_ROWS)), first)
            ]
            _send(msgspec.msgpack.encode(SheetHead(each.name, head)))
            if sys.stdin.buffer.read(1) != b"+":
                continue
            part: list[tuple[int, list[str]]] = []
            for number, cells in enumerate(_rows(sheet.iter_rows()), 1):  # from the sheet's top
                if cells:
                    part.append((number, cells))
                if len(part) == _ROWS_OF_A_PART:
                    _send(msgspec.msgpack.encode(part))
                    part = []
            _send(msgspec.msgpack.encode(part))
            if part:
                _send(msgspec.msgpack.encode([]))
            return


def _rows(rows: Iterator[list[Cell]] | list[list[Cell]]) -> Iterator[list[str]]:
    """The rows as text, without the empty cells at their ends."""
    for row in rows:
        end = len(row)
        while end and row[end - 1] == "":
            end -= 1
        yield [cell_text(cell) for cell in row[:end]]


def _send(message: bytes) -> None:
    sys.stdout.buffer.write(len(message).to_bytes(4, "big") + message)
    sys.stdout.buffer.flush()


def _bound_memory() -> None:
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = _MEMORY if hard == resource.RLIM_INFINITY else min(_MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _main()
