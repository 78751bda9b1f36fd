"""Folders and files that cannot be any: a sentence that names them once, and nothing is made."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.command_line import typed
from tests.conftest import COLA

if sys.platform == "win32":
    FOLDERS = ["NUL", "CON", "a<b|c", "Q:\\nowhere", "\\\\nobody\\share\\x"]
else:
    FOLDERS = ["/dev/null", "/proc/nowhere", "n" * 300]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_that_cannot_be_is_a_sentence(tmp_path, monkeypatch, folder):
    monkeypatch.chdir(tmp_path)
    Path("till.toml").write_text("", encoding="utf-8")
    done = typed("sell", COLA, "cash 5", "--settings", "till.toml", "--data", folder)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.count(folder) == 1
    assert "rror" not in done.stderr
    assert done.stdout == ""


def test_the_books_of_a_folder_with_any_letters_are_found_again(tmp_path):
    goods = tmp_path / "货 单.csv"
    goods.write_text(f"code,name,price\n{COLA},可口可乐,3.50\n", encoding="utf-8")
    folder = str(tmp_path / "收银 数据" / "二 楼")
    made = typed("import", str(goods), "--data", folder)
    assert made.returncode == 0, made.stderr
    sold = typed("sell", COLA, "cash 5", "--data", folder)
    assert sold.returncode == 0, sold.stderr
    assert "可口可乐" in typed("receipt", "1", "--data", folder).stdout
