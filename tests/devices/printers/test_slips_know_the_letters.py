"""Whatever the till prints is composed with the shop's own setting of letters."""

from __future__ import annotations

import ast
from pathlib import Path

import pos_tui

PROGRAM = Path(pos_tui.__file__).parent


def test_no_slip_is_composed_with_an_encoding_alone() -> None:
    composed, alone = 0, []
    for path in PROGRAM.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "escpos_jobs" not in text and "label_jobs" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in {"compose", "label_job"}:
                composed += 1
                if any(ast.unparse(each).endswith(".encoding") for each in node.args):
                    alone.append(f"{path.relative_to(PROGRAM)}:{node.lineno}")
    assert composed > 5
    assert not alone
