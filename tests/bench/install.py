"""What a till takes on the disk: its own files, and those of every library that it requires."""

from __future__ import annotations

import marshal
import re
import tomllib
import warnings
from collections.abc import Iterable
from importlib import metadata
from importlib.util import cache_from_source
from pathlib import Path

from packaging.requirements import Requirement

from tests.bench.table import Row, Target

MOST_MB = 60.0
_HERE = Path(__file__).parents[2]
_NOT_INSTALLED = {".po", ".pyc"}
_FOR_READERS = _HERE / "pos_tui" / "README.md"  # nor is this one


def measure() -> list[Row]:
    """Weigh it, from what is installed here; nothing is fetched."""
    sizes = sizes_mb()
    return [
        Row("install", "a till on the disk, with bytecode", "MB", [sum(sizes.values())],
            target=Target("value", MOST_MB)),
    ]  # fmt: skip


def sizes_mb() -> dict[str, float]:
    """What a till requires, by the library's name, in MB (10⁶ bytes); the largest first."""
    sizes = {"pos-tui": _with_bytecode((_HERE / "pos_tui").rglob("*"))}
    for name in required():
        files = metadata.files(name) or []
        sizes[name] = _with_bytecode(Path(str(file.locate())) for file in files)
    return dict(sorted(sizes.items(), key=lambda item: -item[1]))


def required() -> set[str]:
    """The names of all libraries that a till without extras requires on this machine."""
    project = tomllib.loads((_HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [(text, frozenset({""})) for text in project["dependencies"]]
    found: set[str] = set()
    while asked:
        text, extras = asked.pop()
        requirement = Requirement(text)
        marker = requirement.marker
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        if name in found or (marker and not any(marker.evaluate({"extra": e}) for e in extras)):
            continue
        found.add(name)
        wanted = frozenset({"", *requirement.extras})
        asked += [(each, wanted) for each in metadata.requires(name) or []]
    return found


def _with_bytecode(files: Iterable[Path]) -> float:
    total = 0.0
    for path in files:
        if path.suffix in _NOT_INSTALLED or path == _FOR_READERS or not path.is_file():
            continue
        total += path.stat().st_size
        if path.suffix == ".py":
            total += _bytecode_size(path)
    return total / 1e6


def _bytecode_size(source: Path) -> int:
    """How large the bytecode is that pip makes when it installs a module; 0 for none."""
    compiled = Path(cache_from_source(str(source)))
    if compiled.exists():
        return compiled.stat().st_size
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return len(marshal.dumps(compile(source.read_bytes(), str(source), "exec")))
        except (SyntaxError, ValueError):  # some libraries' templates are no Python
            return 0
