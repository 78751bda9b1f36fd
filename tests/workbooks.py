"""Workbooks for the tests, with no more in them than a reader needs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from xml.sax.saxutils import quoteattr

Cell = str | int | float | bool | date | None
Sheet = Sequence[Sequence[Cell]]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
_FIRST_DAY = date(1899, 12, 30)


def xlsx(rows: Sheet = (), **sheets: Sheet) -> bytes:
    """An .xlsx with one sheet, or with these; their names may begin with _ to be hidden."""
    named = sheets or {"Sheet1": rows}
    parts = {
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/></Types>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>'
            + "".join(
                f'<sheet name={quoteattr(name.lstrip("_"))} sheetId="{n}" r:id="rId{n}"'
                + (' state="hidden"/>' if name.startswith("_") else "/>")
                for n, name in enumerate(named, 1)
            )
            + "</sheets></workbook>"
        ),
        "xl/_rels/workbook.xml.rels": _relations(
            {f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(named) + 1)}
            | {"rId99": ("styles", "styles.xml")}
        ),
        "xl/styles.xml": (
            f'<styleSheet xmlns="{_MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
            "</styleSheet>"
        ),
    }
    for n, content in enumerate(named.values(), 1):
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f'<worksheet xmlns="{_MAIN}"><sheetData>'
            + "".join(_xlsx_row(number, row) for number, row in enumerate(content, 1))
            + "</sheetData></worksheet>"
        )
    return packed(parts)


def ods(rows: Sequence[Sequence[str | float]]) -> bytes:
    """An .ods with one sheet."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
            if isinstance(cell, float)
            else '<table:table-cell office:value-type="string">'
            f"<text:p>{_escaped(cell)}</text:p></table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": (
                f'<manifest:manifest xmlns:manifest="{_OFFICE}:manifest:1.0">'
                '<manifest:file-entry manifest:full-path="content.xml"'
                ' manifest:media-type="text/xml"/></manifest:manifest>'
            ),
            "content.xml": (
                f'<office:document-content xmlns:office="{_OFFICE}:office:1.0"'
                f' xmlns:table="{_OFFICE}:table:1.0" xmlns:text="{_OFFICE}:text:1.0">'
                '<office:body><office:spreadsheet><table:table table:name="Goods">'
                f"{cells}</table:table></office:spreadsheet></office:body>"
                "</office:document-content>"
            ),
        }
    )


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in parts.items():
            bundle.writestr(name, content)
    return out.getvalue()


def _relations(of: Mapping[str, tuple[str, str]]) -> str:
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    entries = "".join(
        f'<Relationship Id="{name}" Type="{_REL}/{kind}" Target="{target}"/>'
        for name, (kind, target) in of.items()
    )
    return f'<Relationships xmlns="{package}">{entries}</Relationships>'


def _xlsx_row(number: int, row: Sequence[Cell]) -> str:
    return (
        f'<row r="{number}">'
        + "".join(
            _xlsx_cell(f"{_letter(place)}{number}", cell)
            for place, cell in enumerate(row)
            if cell is not None
        )
        + "</row>"
    )


def _xlsx_cell(at: str, cell: Cell) -> str:
    match cell:
        case bool():
            return f'<c r="{at}" t="b"><v>{int(cell)}</v></c>'
        case int() | float():
            return f'<c r="{at}"><v>{cell!r}</v></c>'
        case date():
            return f'<c r="{at}" s="1"><v>{(cell - _FIRST_DAY) // timedelta(days=1)}</v></c>'
        case _:
            return f'<c r="{at}" t="inlineStr"><is><t>{_escaped(str(cell))}</t></is></c>'


def _letter(place: int) -> str:
    return chr(ord("A") + place)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
