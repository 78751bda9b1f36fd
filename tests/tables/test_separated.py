"""CSV as other tills and spreadsheets write it: delimiters, headers, quotation marks, line ends."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_tui.tables.errors import NoHeaderError, TableError
from pos_tui.tables.reading import read_table, table_in
from tests.spoken import raises, spoken
from tests.tables.reading import names_goods, names_in, table_of

LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
CELLS = st.text(LETTERS, max_size=12)


def written(rows, delimiter=",", ending="\r\n", quoting=csv.QUOTE_MINIMAL):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ending, quoting=quoting)
    writer.writerows(rows)
    return out.getvalue()


# ---- lines ---------------------------------------------------------------------------------------


def test_a_code_with_group_separators_in_it_is_one_cell(shared):
    table = read_table(shared / "data/field/02-import-gs-code/gs.csv", names_goods)
    assert [row.cells[0] for row in table.rows] == ["0109506000134352\x1d10ABC"]


def test_names_with_line_separators_in_them_stay_whole_and_lines_are_counted_as_an_editor_does(
    shared,
):
    table = read_table(shared / "data/field/03-import-line-separators/u2028.csv", names_goods)
    assert [(row.line, row.cells[1]) for row in table.rows] == [
        (2, "Fine\u2028Foods bar"),
        (3, "Next\x85Line"),
        (4, "Vert\x0bTab"),
        (5, "Form\x0cFeed"),
        (6, "ok"),
    ]


@pytest.mark.parametrize("sign", "\x1c\x1d\x1e\x1f\x0b\x0c\x85\u2028\u2029")
def test_no_other_sign_ends_a_line(sign):
    assert names_in(table_of(f"code,name\n1,a{sign}b\n2,c\n")) == [f"a{sign}b", "c"]


@pytest.mark.parametrize("ending", ["\n", "\r", "\r\n"])
def test_lines_end_in_any_of_three_ways(ending):
    assert names_in(table_of(ending.join(["code,name", "1,a", "2,b"]))) == ["a", "b"]


def test_line_ends_may_be_mixed():
    table = table_of("code,name\r\n1,a\n2,b\r3,c\r\n\r\n4,d")
    assert [(row.line, row.cells[1]) for row in table.rows] == [
        (2, "a"), (3, "b"), (4, "c"), (6, "d"),
    ]  # fmt: skip


# ---- the header ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "header", "line"),
    [
        ("blankfirst.csv", ("code", "name", "price"), 4),
        ("sepline.csv", ("code", "name", "price"), 3),
        ("title.csv", ("code", "name", "price"), 3),
        ("utf16.csv", ("code", "name", "price"), 2),
    ],
)
def test_what_stands_above_a_header_does_not_hide_it(shared, file, header, line):
    table = read_table(shared / "data/field/13-sep-line-and-header" / file, names_goods)
    assert table.header == header
    assert [row.line for row in table.rows] == [line]
    assert names_in(table) == ["Milk"]


def test_commas_inside_a_quoted_header_are_no_delimiters(shared):
    path = shared / "data/field/13-sep-line-and-header/quotedheader.csv"
    table = read_table(path, lambda cells: "code" in cells)
    assert table.delimiter == ";"
    assert table.header == ("code", "name, as printed", "price, incl. VAT, EUR, each")
    assert table.rows[0].cells == ("CD1", "Milk", "2,50")


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("code;name;a,b,c,d,e,f\n1;Milk;x\n", ";"),
        ('code;name;note\n1;Milk;"a, b, c, d, e"\n', ";"),
        ('"code";"name";"price, net, EUR, each, without tax"\n1;Milk\n', ";"),
        ("code\tname\n1\tMilk, fresh, 1 l\n", "\t"),
        ("code|name|note\n1|Milk|a,b;c\n", "|"),
        ("code,name\n1,Milk;fresh;cold;white\n", ","),
        ("sep=|\ncode|name\n1|Milk\n", "|"),
        ('"sep=;"\r\ncode;name\r\n1;Milk\r\n', ";"),
        ("SEP=\t\ncode\tname\n1\tMilk\n", "\t"),
        ("List of goods, prices, stock, all\ncode;name\n1;Milk\n", ";"),
        ('"List of ""our"" goods\ncode;name\n1;Milk\n', ";"),
    ],
)
def test_the_delimiter_is_the_headers_own(text, delimiter):
    table = table_of(text)
    assert table.delimiter == delimiter
    assert [row.cells[0] for row in table.rows] == ["1"]


def test_a_header_that_is_printed_again_on_each_page_is_no_row():
    assert names_in(table_of("code,name\n1,a\ncode,name\n2,b\n")) == ["a", "b"]


def test_lines_that_were_quoted_as_a_whole_are_unwrapped():
    table = table_of('"code,name,price"\n"1,""Milk, fresh"",2.50"\n2,Bread,3.00\n"3,Tea"\n')
    assert [(row.line, row.cells) for row in table.rows] == [
        (2, ("1", "Milk, fresh", "2.50")),
        (3, ("2", "Bread", "3.00")),
        (4, ("3", "Tea", "")),
    ]


def test_a_header_of_one_endless_line_is_shown_in_short():
    with pytest.raises(NoHeaderError) as refused:
        table_of("x" * 1_000_000 + "," + "y" * 200_000)
    assert len(spoken(refused.value)) < 500


def test_without_a_header_the_nearest_line_is_named():
    with pytest.raises(NoHeaderError) as refused:
        table_of("Our goods\nEAN;Artikel;Preis\n1;Milch;2,50\n2;Brot;3,00\n")
    assert refused.value.header == ("EAN", "Artikel", "Preis")
    assert "EAN, Artikel, Preis" in spoken(refused.value)


@pytest.mark.parametrize("content", [b"", b"\n\n \r\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_said_to_be_empty(content):
    with raises(TableError, "is empty"):
        table_of(content)


def test_a_table_with_too_many_columns_is_refused():
    with raises(TableError, "more than 1000 columns"):
        table_of("code,name," + ",".join(map(str, range(2000))) + "\n1,a\n")


# ---- rows ----------------------------------------------------------------------------------------


def test_cells_that_were_left_out_at_the_end_are_empty(shared):
    table = read_table(shared / "data/field/12-trailing-cells-left-out/short.csv", names_goods)
    assert [row.cells[2:] for row in table.rows] == [
        ("2.50", "food", "x", "y"),
        ("3.00", "", "", ""),
        ("3.00", "food", "", ""),
    ]
    assert table.rejects == []


def test_empty_cells_beyond_the_header_are_cut_and_others_refuse_their_row():
    table = table_of("code,name\n1,a,,\n2,b,c\n3,d\n")
    assert names_in(table) == ["a", "d"]
    assert [(each.line, each.row) for each in table.rejects] == [(3, ("2", "b", "c"))]


def test_a_cell_longer_than_any_spreadsheets_is_refused_with_its_row():
    table = table_of(f"code,name\n1,{'x' * 32_768}\n2,{'y' * 200_000}\n3,c\n")
    assert names_in(table) == ["c"]
    assert [each.line for each in table.rejects] == [2, 3]


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=8), st.sampled_from(",;\t|"))
def test_whatever_a_writer_of_csv_quotes_is_read_back(rows, delimiter):
    header = ["code", "name", "note"]
    text = written([header, *rows], delimiter, quoting=csv.QUOTE_ALL)
    table = table_of(text)
    filled = [tuple(row) for row in rows if any(map(str.strip, row)) and row != header]
    assert [row.cells for row in table.rows] == filled
    assert (table.rejects, table.lost) == ([], 0)


ONE_LINE = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)


@given(st.lists(st.tuples(ONE_LINE, ONE_LINE), max_size=8), st.sampled_from(",;\t|"))
def test_what_a_spreadsheet_writes_is_read_back(rows, delimiter):
    header = ("code", "name")
    table = table_of("\ufeff" + written([header, *rows], delimiter))
    filled = [row for row in rows if any(map(str.strip, row)) and row != header]
    assert [row.cells for row in table.rows] == filled
    assert (table.rejects, table.lost) == ([], 0)


# ---- quotation marks -----------------------------------------------------------------------------


def test_one_stray_quotation_mark_costs_one_row(shared):
    path = shared / "data/field/22-one-stray-quote/unclosed.csv"
    table = read_table(path, names_goods)
    lines = path.read_text("utf-8").splitlines()
    assert len(table.rows) == len(lines) - 2
    assert [(each.line, each.row) for each in table.rejects] == [
        (12, ("H011", '"24 inch set', "99.00"))
    ]
    assert table.lost == 0


def shelf(*rows: str) -> str:
    goods = [f"H{number:03},Item {number},1.00" for number in range(1, 30)]
    return "\n".join(["code,name,price", *goods, *rows, *goods]) + "\n"


@pytest.mark.parametrize(
    "rows",
    [
        # the second mark closes what the first has opened, and all between would be one cell
        ('S1,"24 inch set,99.00', "S2,Item,1.00", 'S3,monitor 17",89.00'),
        ('S1,"24 inch set,99.00', 'S2,monitor 17",89.00'),
        ('S1,"24 inch set,99.00', 'S2,"17 inch set,89.00'),
        ('S1,"24 inch set,99.00', 'S2,"a ""quoted"" name",89.00'),
    ],
)
def test_two_stray_quotation_marks_swallow_nothing_between_them(rows):
    table = table_of(shelf(*rows))
    assert len(names_in(table)) + len(table.rejects) == 58 + len(rows)
    assert len(names_in(table)) >= 58
    assert not any("\n" in name for name in names_in(table))
    assert table.lost == 0


def test_a_stray_quotation_mark_in_the_last_line_is_seen():
    table = table_of('code,name,price\n1,Milk,2.00\n2,"24 inch,9.00')
    assert names_in(table) == ["Milk"]
    assert [each.line for each in table.rejects] == [3]


def test_marks_of_inches_inside_a_cell_are_letters():
    table = table_of('code,name,price\n1,24" set,2.00\n2,"24"" set",9.00\n')
    assert names_in(table) == ['24" set', '24" set']
    assert table.rejects == []


def test_lines_that_belong_to_a_broken_row_are_counted():
    text = shelf('S1,"a set of', "three parts", 'and a "box",9.00')
    table = table_of(text)
    assert len(table.rows) == 58
    assert [(each.line, spoken(each.why)) for each in table.rejects] == [
        (
            31,
            "a quotation mark in it is not closed or stands in the wrong place; with it 2 lines"
            " are lost",
        )
    ]
    assert table.lost == 2


@pytest.mark.parametrize(
    "cell",
    [
        "Long, with commas\nand a second line",
        "first\n\nthird after a blank one\r\nfourth",
        'He said "good", and\nwent on, and on',
        "Energy,kJ,1000\nFat,g,3.5\nSalt,g,0.1",
        "\nbegins with an empty line",
    ],
)
def test_a_cell_of_several_lines_is_one_cell(cell):
    row = written([["S1", cell, "2.00"]], ending="", quoting=csv.QUOTE_ALL)
    text = shelf(row, "S2,after,1.00")
    table = table_of(text)
    assert cell in names_in(table)
    assert "after" in names_in(table)
    assert (table.rejects, table.lost) == ([], 0)


def test_a_large_file_with_marks_everywhere_is_read_in_one_go():
    rows = [f'{n},"24 inch,1.00' if n % 50 == 0 else f'{n},"Item {n}",1.00' for n in range(20_000)]
    table = table_of("code,name,price\n" + "\n".join(rows))
    assert len(table.rows) + len(table.rejects) + table.lost == 20_000
    assert len(table.rejects) == 400


def test_a_file_of_nothing_but_marks_is_a_table_error():
    with pytest.raises(TableError):
        table_in(b'"' * 100_000, "goods.csv", names_goods)
