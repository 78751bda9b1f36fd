"""Rules of the house that no linter knows: no circles, no name twice, sentences in wording only,
formats of times in ASCII, tests that stand where the program does and by themselves.

python .make/house.py
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import grimp

HERE = Path(__file__).resolve().parent.parent
PROGRAM = HERE / "pos_tui"
TESTS = HERE / "tests"
Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

# What a protocol asks of each of its modules has the same name in all of them.
PROTOCOLS = ("pos_tui/cloud/platforms/",)
ALSO_TWICE = frozenset({"main"})

# Where sentences may stand: what is written for people, and servers, whose logs are English.
WORDS_STAND_IN = (
    "pos_tui/wording/",
    "pos_tui/manual/",
    "pos_tui/cloud/gateway/refusal.py",  # the wire: errors in English, for tills without words
    "pos_tui/cloud/platforms/protocol.py",  # the wire: answers, likewise
    "pos_tui/cloud/gateway/openapi.py",  # the wire's description, and what it is made from
    "pos_tui/cloud/gateway/routes.py",
    "pos_tui/cloud/gateway/field_rules.py",
    "pos_tui/cloud/gateway/metrics.py",  # what Prometheus shows of each figure
    "pos_tui/cloud/gateway/order_worker.py",  # the reason of a refund, for the platform
    "pos_tui/cloud/platforms/alipay/simulator.py",  # what the platforms themselves answer
    "pos_tui/cloud/platforms/wechat/simulator.py",
    "pos_tui/cloud/platforms/wechat_v2/simulator.py",
    "pos_tui/cloud/relay/functions.py",  # programs in Lua
    "pos_tui/cloud/relay/log_publisher.py",  # the quarantine's file, for technicians
    "pos_tui/cloud/relay/file_watcher.py",  # parts of a line of the log
    "pos_tui/cloud/merchant_files.py",  # the first line of the files that it writes
    "pos_tui/cloud/enrolment/checks.py",  # the checks' names, for programs
    "pos_tui/books/saft/codes.py",  # what the codes of a SAF-T file mean, as its schema asks
    "pos_tui/demo/part.py",  # writes the log of the demo's servers
    "pos_tui/settings/reading.py",  # what msgspec writes of a wrong setting, as patterns
)
SENTENCE = re.compile(r"[A-Za-z’']{2,} [a-z’']{2,} [a-z’']{2,}|[A-Z][a-z]+ [a-z]+.*\.$")
KEY = re.compile(r"\bF([1-9]|1[0-2])\b|\b(Enter|Esc|Del|PgUp|PgDn)\b")
EXAMPLE = re.compile(r"^pos-tui ")  # what somebody types
SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|CREATE|DELETE|PRAGMA|ALTER|DROP|WITH|BEGIN|ORDER BY)\b")
FOR_PROGRAMMERS = frozenset(
    {"RuntimeError", "AssertionError", "TypeError", "NotImplementedError", "KeyError", "OSError"}
)
# Servers write these into their logs, and show them to nobody.
SERVERS = "pos_tui/cloud/"
LOGGED = frozenset({"ValueError", "XmlError", "LogChangedError", "MissingFileError", "Fenced"})
LOGGING = frozenset({"debug", "info", "warning", "error", "exception", "critical"})

# Folders of the tests that stand beside the program's rooms: measurements, trials, their stage.
BESIDE = (
    "tests/bench",
    "tests/campaign",
    "tests/cloud/matrix",
    "tests/hardware",
    "tests/windows",
)


def main() -> None:
    """Print what breaks a rule; exit 1 when something does."""
    faults = [*circles(), *names_twice(), *sentences(), *times_in_ascii(), *tests_apart()]
    if faults:
        print("\n".join(faults), file=sys.stderr)
        sys.exit(f"{len(faults)} faults")


def circles() -> Iterator[str]:
    """Modules that know one another, also by imports that run late."""
    graph = grimp.build_graph("pos_tui")
    known = {
        module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules
    }
    while True:  # whoever knows nobody that is left stands in no circle
        free = {module for module, others in known.items() if not others}
        if not free:
            break
        known = {module: others - free for module, others in known.items() if module not in free}
    importers: dict[str, set[str]] = defaultdict(set)
    for module, others in known.items():
        for other in others:
            importers[other].add(module)
    while lone := {module for module in known if not importers[module]}:
        for module in lone:
            for other in known.pop(module):
                importers[other].discard(module)
    if known:
        yield f"a circle ties {', '.join(sorted(known))}"


def names_twice() -> Iterator[str]:
    """Public classes and functions that share a name."""
    places: dict[str, list[str]] = defaultdict(list)
    for path, tree in modules():
        if not path.startswith(PROTOCOLS):
            for node in tree.body:
                if isinstance(node, Definition) and not node.name.startswith("_"):
                    places[node.name].append(path)
    for name, found in sorted(places.items()):
        if len(found) > 1 and name not in ALSO_TWICE:
            yield f"{name} is the name of {len(found)} things: {', '.join(found)}"


def sentences() -> Iterator[str]:
    """Texts outside wording that look like a sentence for a person, or name a key."""
    for path, tree in modules():
        if path.startswith(WORDS_STAND_IN):
            continue
        passed_over = set(_not_for_people(tree))
        if path.startswith(SERVERS):
            passed_over |= set(_for_a_servers_log(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in passed_over:
                text = _text_of(node)
                if (SENTENCE.search(text) or KEY.search(text)) and not (
                    SQL.search(text) or EXAMPLE.search(text)
                ):
                    yield f"{path}:{node.lineno}: {text[:70]!r} belongs into wording"


def times_in_ascii() -> Iterator[str]:
    """Formats of times that have more in them than ASCII: Windows' strftime refuses them."""
    for path, tree in [*modules(), *modules(TESTS)]:
        for node in ast.walk(tree):
            if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
                formats = [node.format_spec]
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "strftime":
                formats = node.args
            else:
                continue
            for each in formats:
                text = _text_of(each) if isinstance(each, ast.Constant | ast.JoinedStr) else ""
                if "%" in text and not text.isascii():
                    yield f"{path}:{node.lineno}: {text!r} is no format of times on Windows"


def tests_apart() -> Iterator[str]:
    """Folders of the tests that are no room of the program, and tests that import other tests."""
    folders = set()
    for path, tree in modules(TESTS):
        folder = path.rpartition("/")[0]
        if folder not in folders and not f"{folder}/".startswith(tuple(f"{b}/" for b in BESIDE)):
            folders.add(folder)
            if not (PROGRAM / folder.removeprefix("tests").lstrip("/")).is_dir():
                yield f"{folder} is no room of the program"
        for node in ast.walk(tree):
            for name in _imported(node, folder):
                if re.match(r"tests\..*\btest_", name):
                    yield f"{path}:{node.lineno}: imports {name}; what both need is a fixture"


def modules(where: Path = PROGRAM) -> Iterator[tuple[str, ast.Module]]:
    """Each module's path and tree."""
    for file in sorted(where.rglob("*.py")):
        yield file.relative_to(HERE).as_posix(), ast.parse(file.read_text(encoding="utf-8"))


def _text_of(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(
        part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "{}"
        for part in node.values
    )


def _imported(node: ast.AST, folder: str) -> list[str]:
    """The full names of the modules, and of what is taken from them, that a statement imports."""
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    around = folder.split("/")[: len(folder.split("/")) + 1 - node.level] if node.level else []
    module = ".".join([*around, *([node.module] if node.module else [])])
    return [f"{module}.{each.name}" for each in node.names]


def _not_for_people(tree: ast.Module) -> Iterator[int]:
    """Docstrings, what goes to a log or to a programmer, and the parts of whole texts."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)
        elif isinstance(node, ast.JoinedStr):
            yield from map(id, node.values)
        elif isinstance(node, ast.Subscript) and getattr(node.value, "id", "") == "Literal":
            yield from _inside([node.slice])
        elif isinstance(node, ast.Assert) and node.msg is not None:
            yield from _inside([node.msg])
        elif isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            owner = called.value if isinstance(called, ast.Attribute) else None
            is_log = isinstance(owner, ast.Name) and owner.id in {"_log", "logging"}
            if name in FOR_PROGRAMMERS or (is_log and name in LOGGING):
                yield from _inside(node.args)


def _for_a_servers_log(tree: ast.Module) -> Iterator[int]:
    """What only a server's log gets: the text of such an error, or why a message is doubted."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in LOGGED:
            yield from _inside(node.args)
        elif isinstance(node, ast.ClassDef) and node.name in LOGGED:
            yield from (id(each) for each in ast.walk(node))
        elif isinstance(node, ast.FunctionDef) and "doubt" in node.name:
            returned = (each.value for each in ast.walk(node) if isinstance(each, ast.Return))
            yield from _inside(value for value in returned if value is not None)
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "doubt":
            yield from _inside([node.value])


def _inside(nodes: Iterable[ast.expr]) -> Iterator[int]:
    for node in nodes:
        yield from (id(each) for each in ast.walk(node))


if __name__ == "__main__":
    main()
