"""Bring the catalogues of pos_tui/wording up to date, and compile them.

python .make/languages.py            extract, update every .po, compile every .mo
python .make/languages.py --check    fail where something is stale or not translated
python .make/languages.py --add de   begin a language
"""

from __future__ import annotations

import io
import string
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).resolve().parent.parent
TABLES = HERE / "pos_tui" / "wording" / "tables"
LANGUAGES = HERE / "pos_tui" / "wording" / "languages"
MO_MAGIC = (b"\xde\x12\x04\x95", b"\x95\x04\x12\xde")
KEYWORDS = {"N_": None, "P_": (1, 2)}
_SAME_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # so that a catalogue changes with its words only


def main(arguments: list[str]) -> None:
    """Update or check every catalogue."""
    if arguments[:1] == ["--add"]:
        (LANGUAGES / f"{arguments[1]}.po").touch()
        arguments = []
    template = extracted()
    faults: list[str] = []
    for file in sorted(LANGUAGES.glob("*.po")):
        catalogue = updated(file, template)
        faults += [f"{file.name}: {fault}" for fault in faults_of(catalogue)]
        text, compiled = written(catalogue)
        for path, content in ((file, text), (file.with_suffix(".mo"), compiled)):
            if arguments != ["--check"]:
                path.write_bytes(content)
            elif not path.exists() or messages_in(path.read_bytes()) != messages_in(content):
                faults.append(f"{path.name} is stale: make languages")
    if faults:
        print("\n".join(faults[:40]), f"\n{len(faults)} faults", file=sys.stderr)
    if arguments == ["--check"] and faults:
        sys.exit(1)


def extracted() -> Catalog:
    """Every sentence of the tables. Its context is its table: words may differ between tables."""
    template = Catalog(project="pos_tui", charset="utf-8")
    found = extract_from_dir(str(TABLES), [("**.py", "python")], keywords=KEYWORDS)
    for file, _, message, _, _ in found:
        template.add(message, context=Path(file).stem)
    return template


def updated(file: Path, template: Catalog) -> Catalog:
    """The catalogue in a file, with the sentences of today and no others."""
    with file.open("rb") as stream:
        catalogue = read_po(stream, locale=file.stem)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.project, catalogue.version, catalogue.copyright_holder = "pos_tui", "1", "pos_tui"
    catalogue.creation_date = catalogue.revision_date = _SAME_DAY
    catalogue.fuzzy = False
    return catalogue


def written(catalogue: Catalog) -> tuple[bytes, bytes]:
    """A catalogue as text for translators, and compiled."""
    text, compiled = io.BytesIO(), io.BytesIO()
    write_po(text, catalogue, width=100, sort_by_file=True, omit_header=False, include_lineno=False)
    write_mo(compiled, by_kind(catalogue))
    return text.getvalue(), compiled.getvalue()


def by_kind(catalogue: Catalog) -> Catalog:
    """A catalogue with each sentence under its kind: the English is in the tables already."""
    found = Catalog(locale=catalogue.locale, project="pos_tui", charset="utf-8")
    found.creation_date = found.revision_date = _SAME_DAY
    for file in sorted(TABLES.glob("*.py")):
        if file.stem == "__init__":
            continue
        table = import_module(f"pos_tui.wording.tables.{file.stem}").TABLE
        for name, english in table.items():
            message = catalogue.get(english, context=file.stem) if english else None
            if message is not None and message.string:
                kind = f"{file.stem}.{name}"
                found.add((kind, kind) if isinstance(english, tuple) else kind, message.string)
    return found


def messages_in(content: bytes) -> list[tuple[str, str]]:
    """The messages of a catalogue as text or compiled, without its head."""
    stream = io.BytesIO(content)
    catalogue = read_mo(stream) if content[:4] in MO_MAGIC else read_po(stream)
    return sorted((f"{each.context} {each.id}", str(each.string)) for each in catalogue if each.id)


def faults_of(catalogue: Catalog) -> list[str]:
    """What is not translated, and translations whose placeholders are others."""
    faults = []
    for message in catalogue:
        if not message.id:
            continue
        source = message.id[0] if isinstance(message.id, tuple) else message.id
        for translation in forms_of(message):
            if not translation:
                faults.append(f"not translated: {source!r}")
            elif fields_of(translation) - fields_of(source) - {"number", "year", "count"}:
                faults.append(f"other placeholders: {source!r} → {translation!r}")
            elif fields_of(source) - fields_of(translation) - {"month", "count"}:
                faults.append(f"placeholders lost: {source!r} → {translation!r}")
    return faults


def forms_of(message: Message) -> tuple[str, ...]:
    """A translation in all its forms."""
    translation = message.string
    return tuple(translation) if isinstance(translation, list | tuple) else (str(translation),)


def fields_of(sentence: str) -> set[str]:
    """The placeholders of a sentence; a key with the command that it stands for."""
    return {
        f"{name}:{form}" if name == "key" else name
        for _, name, form, _ in string.Formatter().parse(sentence)
        if name
    }


if __name__ == "__main__":
    main(sys.argv[1:])
