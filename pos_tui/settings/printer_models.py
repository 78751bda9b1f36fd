"""What receipt printers differ in, as far as it matters here, by families of models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

ModelName = Literal[
    "generic",
    "generic-58",
    "generic-80",
    "gprinter-58",
    "gprinter-80",
    "xprinter-58",
    "xprinter-80",
    "rongta-80",
    "sunmi-58",
    "epson-tm-t20",
    "epson-tm-t88",
    "epson-tm-t88iii",
    "epson-tm-l90",
    "epson-tm-u220",
    "citizen-ct-s651",
]


class PrinterModel(Struct, frozen=True):
    """A family of printers.

    `columns`: characters of font A in a line; `dots`: how wide it prints, 0 where it takes no
    raster pictures; `encoding`: the code page it usually comes with; `tells_printed`: whether it is
    worth trying if it says when a job is on paper.
    """

    columns: int = 42
    dots: int = 512
    has_cutter: bool = True
    tells_printed: bool = True
    encoding: str = "gb18030"
    drawer_pin: Literal[2, 5] = 2


_SMALL = PrinterModel(columns=32, dots=384, has_cutter=False)
_WIDE = PrinterModel(columns=48, dots=576)

PRINTER_MODELS: Mapping[ModelName, PrinterModel] = {
    "generic": PrinterModel(),
    "generic-58": _SMALL,
    "generic-80": _WIDE,
    "gprinter-58": _SMALL,
    "gprinter-80": _WIDE,
    "xprinter-58": _SMALL,
    "xprinter-80": _WIDE,
    "rongta-80": _WIDE,
    "sunmi-58": _SMALL,
    "epson-tm-t20": PrinterModel(columns=48, dots=576, encoding="auto"),
    "epson-tm-t88": PrinterModel(encoding="auto"),
    "epson-tm-t88iii": PrinterModel(tells_printed=False, encoding="auto"),
    "epson-tm-l90": PrinterModel(columns=48, dots=576, encoding="auto"),
    "epson-tm-u220": PrinterModel(dots=0, tells_printed=False, encoding="auto"),
    "citizen-ct-s651": PrinterModel(columns=48, dots=640, encoding="auto"),
}
