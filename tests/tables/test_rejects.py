"""The file of refused rows: complete, and harmless in a spreadsheet."""

from __future__ import annotations

import csv

import pytest

from pos_tui.reasons import because
from pos_tui.tables.errors import TableError
from pos_tui.tables.rejects import RejectedRow, write_rejects
from tests.spoken import raises, spoken


def written(folder, *cells):
    reject = RejectedRow(7, because("tables.row_bytes"), cells)
    path = write_rejects([reject], folder, "goods", spoken)
    assert path
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1]


def test_refused_rows_stand_there_with_line_and_reason(tmp_path):
    row = written(tmp_path / "data", "0123", "牛奶, 1 l", '24" set')
    assert row == ["7", "some of its letters are damaged", "0123", "牛奶, 1 l", '24" set']


@pytest.mark.parametrize(
    "cell",
    [
        '=HYPERLINK("http://example.com","x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1",
        " =1", "a;=1", "a\t=1", 'a\n=cmd|" /C calc"!A0', "＝1", "；=1", "|=1",
        "\ufeff=1", "\u200b=1", "\x00=1",
    ],
)  # fmt: skip
def test_no_cell_is_a_formula_to_a_spreadsheet(tmp_path, cell):
    kept = written(tmp_path, cell)[2]
    signs = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
    for delimiter in ",;\t|\n\r；":
        for part in kept.split(delimiter):
            assert not part.strip().startswith(signs), kept


def test_control_characters_of_a_file_do_not_get_into_another(tmp_path):
    kept = written(tmp_path, "Cola\x1bp\x00\x19\xfa \x9b2J \u202eabc \ud800 x")[2]
    assert kept == "Cola·p··\xfa ·2J ·abc · x"


def test_without_refused_rows_there_is_no_file(tmp_path):
    assert write_rejects([], tmp_path, "goods", spoken) is None
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with raises(TableError, "cannot be written"):
        written(tmp_path / "file", "x")
