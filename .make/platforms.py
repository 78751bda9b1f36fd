"""Each branch for a platform has a test that runs it, by name in tests/platforms.toml.

python .make/platforms.py
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
TABLE = HERE / "tests" / "platforms.toml"
MODULE = "module"  # the place of a branch that stands in no function and no class
OTHER_SPELLINGS = {("os", "name"), ("platform", "system"), ("platform", "platform")}
Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def main() -> None:
    """Print what is missing, idle or wrong; exit 1 when something is."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    faults = [*faults_in(table, dict(branches()))]
    if faults:
        print("\n".join(faults), file=sys.stderr)
        sys.exit(f"{len(faults)} faults in {TABLE.relative_to(HERE)}")


def faults_in(
    table: dict[str, dict[str, list[str]]], found: dict[tuple[str, str], str]
) -> Iterator[str]:
    """What is wrong between the table and the branches (file and place → spelling) that are."""
    named = {(file, place) for file, places in table.items() for place in places}
    for file, place in sorted(found.keys() - named):
        yield f"{file}, {place}: a branch for a platform, and no test is named that runs it"
    for file, place in sorted(named - found.keys()):
        yield f"{file}, {place}: no branch for a platform is there any more"
    for (file, place), spelling in sorted(found.items()):
        if spelling != "sys.platform":
            yield f"{file}, {place}: {spelling} is spelled sys.platform here"
    for file, places in table.items():
        for place, tests in places.items():
            if not tests:
                yield f"{file}, {place}: no test is named"
            for test in tests:
                path, _, name = test.partition("::")
                if name not in tests_in(HERE / path):
                    yield f"{file}, {place}: there is no test {test}"


def branches(program: Path = HERE / "pos_tui") -> Iterator[tuple[tuple[str, str], str]]:
    """Where the program asks for the platform: file and place, and how it spells the question."""
    for path in sorted(program.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for place, spelling in _questions(tree, ""):
            yield (path.relative_to(program.parent).as_posix(), place or MODULE), spelling


def tests_in(path: Path) -> set[str]:
    """The names of the tests in a file; none where there is no such file."""
    if not path.is_file():
        return set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    return {node.name for node in functions if node.name.startswith("test_")}


def _questions(node: ast.AST, place: str) -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Attribute) and isinstance(child.value, ast.Name):
            asked = (child.value.id, child.attr)
            if asked == ("sys", "platform") or asked in OTHER_SPELLINGS:
                yield place, ".".join(asked)
        inner = f"{place}.{child.name}".lstrip(".") if isinstance(child, Definition) else place
        yield from _questions(child, inner)


if __name__ == "__main__":
    main()
