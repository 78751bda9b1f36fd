"""Every kind that the code speaks of has its sentence with the values it needs; none is idle."""

import ast
import re
import string
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pos_tui

PROGRAM = Path(pos_tui.__file__).parent
TABLES = PROGRAM / "wording" / "tables"
KIND = re.compile(r"[a-z][a-z0-9_]*\.[a-z0-9_]+")
SUBJECTS = sorted(file.stem for file in TABLES.glob("[!_]*.py"))
SENTENCES = {
    f"{subject}.{name}": sentence
    for subject in SUBJECTS
    for name, sentence in import_module(f"pos_tui.wording.tables.{subject}").TABLE.items()
}


def sources() -> Iterator[tuple[Path, ast.AST]]:
    for file in sorted(PROGRAM.rglob("*.py")):
        if file.parent != TABLES:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                yield file, node


def kinds_in(node: ast.expr) -> Iterator[str]:
    """The kinds that an expression can be, as far as they stand there."""
    if isinstance(node, ast.IfExp):
        yield from kinds_in(node.body)
        yield from kinds_in(node.orelse)
    elif isinstance(node, ast.Constant):
        kind = str(node.value)
        if KIND.fullmatch(kind) and kind.partition(".")[0] in SUBJECTS:
            yield kind


def pattern_of(node: ast.JoinedStr) -> str:
    """Which kinds a text with gaps can be; "" where it is no kind."""
    first = node.values[0]
    if not isinstance(first, ast.Constant):
        return ""
    begins = str(first.value)
    if not any(f"{subject}.".startswith(begins[: len(subject) + 1]) for subject in SUBJECTS):
        return ""
    return "".join(
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z0-9_]+"
        for part in node.values
    )


def fields_of(kind: str) -> set[str]:
    sentence = SENTENCES[kind]
    forms = sentence if isinstance(sentence, tuple) else (sentence,)
    found = {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name}
    return found - {"key"} | ({"count"} if isinstance(sentence, tuple) else set())


def test_every_kind_has_a_sentence_and_gets_its_values():
    wrong = []
    for file, node in sources():
        if not (isinstance(node, ast.Call) and node.args):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        called = node.func.id if isinstance(node.func, ast.Name) else called
        if called not in {"because", "say", "words", "wording"} and not called.endswith("Error"):
            continue
        given = {keyword.arg for keyword in node.keywords}
        for kind in kinds_in(node.args[0]):
            where = f"{file.relative_to(PROGRAM)}:{node.lineno}: {kind}"
            if kind not in SENTENCES:
                wrong.append(f"{where} has no sentence")
            elif None not in given and (missing := fields_of(kind) - given):
                wrong.append(f"{where} lacks {', '.join(sorted(missing))}")
    assert wrong == []


def endings_in(node: ast.AST) -> Iterator[str]:
    """What is put behind a kind to make another: "_with_rejects" of f"{kind}_with_rejects"."""
    last = node.values[-1] if isinstance(node, ast.JoinedStr) else node
    if isinstance(last, ast.Constant) and re.fullmatch("(_[a-z0-9]+)+", str(last.value)):
        yield str(last.value)


def test_no_sentence_stands_idle():
    used, patterns, endings = set[str](), set[str](), set[str]()
    for _, node in sources():
        endings.update(endings_in(node))
        if isinstance(node, ast.Constant):
            used.update(kinds_in(node))
        elif isinstance(node, ast.JoinedStr):
            patterns.add(pattern_of(node))
    patterns.discard("")
    for _ in range(2):
        used |= {f"{kind}{ending}" for kind in used for ending in endings} & SENTENCES.keys()
    idle = [
        kind
        for kind in SENTENCES
        if kind not in used and not any(re.fullmatch(pattern, kind) for pattern in patterns)
    ]
    assert idle == []
