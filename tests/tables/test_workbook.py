"""Workbooks: cells as text, the right sheet, and files that are damaged, locked or harmful."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from pos_tui.tables import workbook
from pos_tui.tables.errors import NoHeaderError, TableError
from pos_tui.tables.reading import read_table, table_in
from pos_tui.tables.workbook_program import cell_text
from tests.spoken import raises, spoken
from tests.tables.reading import names_goods, names_in, table_of
from tests.workbooks import Sheet, ods, packed, xlsx

XLS = Path(__file__).with_name("goods.xls")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
GOODS: Sheet = [["code", "name", "price"], [5449000000996, "Cola", 3.5], ["0123", "Milk", 12]]


def test_a_workbooks_sheet_is_a_table():
    table = table_of(xlsx(GOODS))
    assert table.header == ("code", "name", "price")
    assert [(row.line, row.cells) for row in table.rows] == [
        (2, ("5449000000996", "Cola", "3.5")),
        (3, ("0123", "Milk", "12")),
    ]
    assert (table.sheet, table.delimiter, table.encoding) == ("Sheet1", "", "")


def test_an_xls_and_an_ods_are_read_as_well():
    assert [row.cells for row in read_table(XLS, names_goods).rows] == [
        ("5449000000996", "Cola", "3.5", "2026-12-31"),
        ("0123", "牛奶", "1.2340", ""),
    ]
    table = table_of(ods([["code", "name", "price"], ["0123", "牛奶 & <co>", 3.5]]))
    assert [row.cells for row in table.rows] == [("0123", "牛奶 & <co>", "3.5")]
    assert table.sheet == "Goods"


def test_what_a_file_is_called_does_not_matter(tmp_path):
    file = tmp_path / "goods.csv"
    file.write_bytes(xlsx(GOODS))
    assert names_in(read_table(file, names_goods)) == ["Cola", "Milk"]
    file = tmp_path / "goods.xlsx"
    file.write_text("code,name\n1,Milk\n")
    assert names_in(read_table(file, names_goods)) == ["Milk"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5449000000996.0, "5449000000996"), (12.0, "12"), (0.0, "0"), (-3.0, "-3"), (3.5, "3.5"),
        (0.1 + 0.2, "0.3"), (1e-7, "0.0000001"), (999999999999999.0, "999999999999999"),
        (123456789012345678.0, "1.23456789012346E+17"), (float("nan"), ""), (float("inf"), ""),
        (1.234, "1.2340"), (12.5, "12.5"), (1.2345, "1.2345"),
        (True, "true"), (False, "false"), (" as it stands ", " as it stands "), ("", ""),
        ("#N/A", ""), ("#DIV/0!", ""), (date(2026, 12, 31), "2026-12-31"),
        (datetime.combine(date(2026, 12, 31), time()), "2026-12-31"),
        (datetime.combine(date(2026, 12, 31), time(10, 20)), "2026-12-31T10:20:00"),
        (time(10, 20), "10:20:00"), (timedelta(hours=30), "30:00:00"),
    ],
)  # fmt: skip
def test_cells_become_text_that_is_read_in_one_way_only(value, text):
    assert cell_text(value) == text


def test_a_table_may_stand_anywhere_on_its_sheet():
    rows = [[None, None, *row] for row in GOODS]
    table = table_of(xlsx([[], [], *rows]))
    assert [(row.line, row.cells[1]) for row in table.rows] == [(4, "Cola"), (5, "Milk")]


def test_days_titles_and_remarks_of_a_sheet():
    table = table_of(
        xlsx(
            [
                [],
                ["Our goods", None, None, None, "printed on Monday"],
                ["code", "name", "expires"],
                ["1", "Milk", date(2026, 12, 31), None, "to be ordered"],
                [],
                ["2", "Bread"],
                ["code", "name", "expires"],
            ]
        )
    )
    assert [(row.line, row.cells) for row in table.rows] == [
        (4, ("1", "Milk", "2026-12-31")),
        (6, ("2", "Bread", "")),
    ]
    assert table.rejects == []


def test_what_stands_in_the_folder_that_one_is_in_is_not_run(tmp_path, monkeypatch):
    for module in ("msgspec", "zipfile", "python_calamine", "runpy", "decimal", "pos_tui"):
        (tmp_path / f"{module}.py").write_text("open('was run', 'w').close()\n")
    monkeypatch.chdir(tmp_path)
    assert names_in(table_of(xlsx(GOODS))) == ["Cola", "Milk"]
    assert not (tmp_path / "was run").exists()


def test_a_till_without_the_library_says_what_to_install(monkeypatch):
    without = "import sys; sys.modules['python_calamine'] = None; " + workbook._START
    monkeypatch.setattr(workbook, "_START", without)
    with raises(TableError, "to read it, “pip install"):
        table_of(xlsx(GOODS))


# ---- sheets --------------------------------------------------------------------------------------


def test_the_sheet_is_chosen_by_what_is_on_it():
    content = xlsx(Notes=[["Read me"]], _Old=[*GOODS[:1], ["9", "Old"]], Goods=GOODS)
    assert table_of(content).sheet == "Goods"
    assert names_in(table_of(xlsx(Notes=[["Read me"]], _Hidden=GOODS))) == ["Cola", "Milk"]


@pytest.mark.parametrize("named", ["Old", "old", " OLD ", "2"])
def test_a_sheet_is_named_by_its_name_or_its_number(named):
    content = xlsx(Goods=GOODS, Old=[*GOODS[:1], ["9", "Older"]])
    assert names_in(table_of(content, sheet=named)) == ["Older"]


def test_a_sheet_that_is_not_there_is_told_with_those_that_are():
    content = xlsx(Goods=GOODS, Notes=[["Read me", "first"]])
    with raises(TableError, "no sheet “Prices”; it has Goods, Notes"):
        table_of(content, sheet="Prices")
    with pytest.raises(NoHeaderError) as refused:
        table_of(content, sheet="Notes")
    assert refused.value.header == ("Read me", "first")
    with raises(TableError, "Leave --sheet out"):
        table_of("code,name\n1,a\n", sheet="Goods")


def test_a_workbook_without_a_filled_sheet_is_empty():
    with raises(TableError, "is empty"):
        table_of(xlsx([]))


# ---- files that are none -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (xlsx(GOODS)[:400], "damaged"),
        (packed({"xl/workbook.xml": "<workbook"}), "damaged"),
        (packed({"goods.csv": "code,name\n"}), "packed and no workbook"),
        (OLE + bytes(600), "damaged"),
        (XLS.read_bytes()[:2000], "damaged"),
        (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (b"\x1f\x8b\x08\x00rest", "is packed"),
        (b"%PDF-1.7 rest", "is a PDF"),
        (b"<html><table><tr><td>code</td></tr></table>", "a web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "a web page or an XML file"),
    ],
)
def test_what_is_no_table_is_told_with_what_to_do(content, said):
    with pytest.raises(TableError) as refused:
        table_of(content)
    assert said in spoken(refused.value)
    assert "Nothing was changed." in spoken(refused.value)


def test_a_zip_with_a_password_is_told():
    content = bytearray(xlsx(GOODS))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    with raises(TableError, "protected by a password"):
        table_of(bytes(content))


def test_a_folder_a_device_and_a_missing_file_are_told(tmp_path):
    with raises(TableError, "is a folder"):
        read_table(tmp_path, names_goods)
    with raises(TableError, "cannot be read"):
        read_table(tmp_path / "none.xlsx", names_goods)
    with raises(TableError, "cannot be read"):
        read_table(tmp_path / "a\0b", names_goods)
    if Path("/dev/zero").exists():
        with raises(TableError, "no file that can be read"):
            read_table(Path("/dev/zero"), names_goods)


def bomb(size: int, told: int | None = None) -> bytes:
    """A workbook with a part of so many zeros; `told` is what its directory says of the size."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("xl/workbook.xml", "<workbook/>")
        with bundle.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(size // 2**24):
                part.write(bytes(2**24))
    content = out.getvalue()
    if told is not None:
        right = size.to_bytes(4, "little")
        assert right in content
        content = content.replace(right, told.to_bytes(4, "little"))
    return content


@pytest.mark.parametrize("told", [None, 1000])
def test_a_file_that_is_harmful_when_unpacked_is_not_opened(told, monkeypatch):
    monkeypatch.setattr(workbook, "LARGEST_UNPACKED", 2**26)
    assert names_in(table_of(xlsx(GOODS))) == ["Cola", "Milk"]
    with raises(TableError, "as a harmful file would be"):
        table_of(bomb(2**26 + 2**24, told))


def test_a_sheet_that_asks_for_more_memory_than_there_is_ends_nothing_here():
    near = '<c r="A1" t="inlineStr"><is><t>code</t></is></c>'
    far = near + '</row><row r="1048576"><c r="XFD1048576"><v>1</v></c>'
    content = xlsx([["code"]])
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        parts = {name: bundle.read(name) for name in bundle.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    assert near in sheet
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(near, far).encode()
    with raises(TableError, "damaged, or too large"):
        table_of(packed(parts))


def test_a_damaged_workbook_is_read_or_is_a_table_error():
    luck = random.Random(14)
    whole = [
        xlsx(Notes=[["x"]], Goods=GOODS),
        XLS.read_bytes(),
        ods([["code", "name"], ["1", "a"]]),
    ]
    for turn in range(60):
        content = bytearray(whole[turn % 3])
        for _ in range(luck.choice((1, 4, 30))):
            content[luck.randrange(len(content))] = luck.randrange(256)
        if turn % 5 == 0:
            del content[luck.randrange(len(content)) :]
        try:
            table_in(bytes(content), "goods.xlsx", names_goods)
        except TableError as refused:
            assert spoken(refused)
