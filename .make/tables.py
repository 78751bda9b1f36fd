"""Write the manual's tables from the code: commands, keys, settings, offers, accounts.

python .make/tables.py           write them into every page
python .make/tables.py --check   fail where one is stale, or a row is not described

A table stands between `<!-- begin generated: NAME -->` and `<!-- end generated -->`. Its last
column is written by hand in the page and is kept; all the others, and which rows there are, come
from the code. A new row waits for its description with a `?`.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal, Union, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, Meta, Struct

MANUAL = Path(__file__).resolve().parent.parent / "pos_tui" / "manual"
BLOCK = re.compile(r"<!-- begin generated: (.+?) -->\n(.*?)<!-- end generated -->", re.DOTALL)
MISSING = "?"
OF_ALL_COMMANDS = ("help", "settings", "data", "language")
Row = tuple[str, ...]


# ---- sources: each gives the rows of one table, without the column that is written by hand -------


def command_rows() -> list[Row]:
    """Each command with its arguments and options."""
    from pos_tui.cli import _parser

    chooser = next(
        action for action in _parser()._actions if isinstance(action, argparse._SubParsersAction)
    )
    return [(f"`{name}`", _words_of(parser)) for name, parser in chooser.choices.items()]


def key_rows() -> list[Row]:
    """Each command of the screen: its key here, the keys it comes with, its id in the settings."""
    from pos_tui.wording.keymap import DEFAULT_KEYS, label_of

    return [
        (f"{{key:{name}}}", " ".join(map(label_of, keys)), f"`{name}`")
        for name, keys in DEFAULT_KEYS.items()
    ]


def offer_kind_rows() -> list[Row]:
    """Each kind of offer with the keys of its own."""
    from pos_tui.pricing.offer_file import KINDS

    return [(f"`{kind}`", _codes(keys)) for kind, keys in KINDS.items()]


def offer_key_rows() -> list[Row]:
    """The keys that every kind of offer may have."""
    from pos_tui.pricing.offer_file import COMMON

    return [(f"`{key}`",) for key in COMMON]


def goods_column_rows() -> list[Row]:
    """The columns of a goods file, with the names by which they are found."""
    from pos_tui.books.catalogue.goods_file.columns import COLUMN_NAMES

    return [
        (f"`{field}`", _codes(name for name in names if name != field))
        for field, names in COLUMN_NAMES.items()
    ]


def account_rows() -> list[Row]:
    """A merchant's accounts: what each must have and what it may have."""
    from pos_tui.cloud.platforms.registry import PLATFORMS

    rows: list[Row] = []
    for platform in PLATFORMS:
        fields = msgspec.structs.fields(platform.account)
        needed = [field.name for field in fields if field.required]
        optional = [field.name for field in fields if not field.required]
        rows.append((f"`{platform.name}`", _codes(needed), _codes(optional)))
    return rows


def settings_sections() -> dict[str, type[Struct]]:
    """The tables of till.toml and cloud.toml by the name of their table in the manual."""
    from pos_tui import settings

    sections: dict[str, type[Struct]] = {
        "till.toml": settings.TillSettings,
        "cloud.toml": settings.CloudSettings,
    }
    tables: dict[str, type[Struct]] = {}
    for file, kind in sections.items():
        for field in msgspec.structs.fields(kind):
            if isinstance(field.type, type) and issubclass(field.type, Struct):
                tables[f"{file} {field.name}"] = field.type
    tables["till.toml codes.template"] = settings.CodeTemplate
    for device in get_args(settings.ScannerDevice):
        tables[f"till.toml scanner.device {device.__struct_config__.tag}"] = device
    return tables


SOURCES: dict[str, Callable[[], list[Row]]] = {
    "commands": command_rows,
    "keys": key_rows,
    "offer kinds": offer_kind_rows,
    "offer keys": offer_key_rows,
    "goods columns": goods_column_rows,
    "accounts": account_rows,
}
HEADERS: Mapping[str, Mapping[str, Row]] = {
    "en": {
        "commands": ("pos-tui …", "arguments and options", "does"),
        "keys": ("key", "comes with", "id", "does"),
        "offer kinds": ("kind", "keys", "gives"),
        "offer keys": ("key", "means"),
        "goods columns": ("column", "also found as", "holds"),
        "accounts": ("account", "needs", "may have", "platform"),
        "settings": ("key", "if not set", "values", "means"),
    },
    "zh_CN": {
        "commands": ("pos-tui …", "参数和选项", "用途"),
        "keys": ("按键", "默认按键", "代号", "用途"),
        "offer kinds": ("类型", "专用项", "优惠内容"),
        "offer keys": ("项", "含义"),
        "goods columns": ("列", "也认这些列名", "内容"),
        "accounts": ("账户", "必填", "选填", "平台"),
        "settings": ("项", "不填时", "可填", "含义"),
    },
}


# ---- from types to cells -------------------------------------------------------------------------


def setting_rows(section: type[Struct]) -> list[Row]:
    """Each key of a settings table with its default and, where they are few, its values."""
    return [
        (f"`{field.encode_name}`", _default(field), _values(field.type))
        for field in msgspec.structs.fields(section)
        if not _is_tables(field.type)
    ]


def _is_tables(kind: object) -> bool:
    """Whether a key is a list of tables, which are described for themselves."""
    return get_origin(kind) is tuple and any(
        isinstance(each, type) and issubclass(each, Struct)
        for part in get_args(kind)
        for each in (get_args(part) or (part,))
    )


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return ""
    value = field.default if field.default is not NODEFAULT else field.default_factory()
    if value is None or value in ("", (), {}):
        return ""
    if isinstance(value, tuple):
        return _codes(value)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _values(kind: object) -> str:
    choices: object = kind
    bounds = ""
    for part in _parts_of(kind):
        if get_origin(part) is Literal:
            choices = part
        if isinstance(part, Meta):
            low = part.ge if part.ge is not None else part.gt
            high = part.le if part.le is not None else part.lt
            if low is not None and high is not None:
                bounds = f"{'> ' if part.gt is not None else ''}{low} … {high}"
            elif low is not None:
                bounds = f"{'>' if part.gt is not None else '≥'} {low}"
    if kind is bool:
        return "`true` `false`"
    if get_origin(choices) is Literal:
        return _codes(get_args(choices))
    return bounds


def _parts_of(kind: object) -> list[object]:
    if get_origin(kind) is tuple:  # a list of words of which there are so many
        return [each for each in get_args(kind) if get_origin(each) is Literal]
    if get_origin(kind) in (Union, dict):
        return []
    return [kind, *get_args(kind)] if get_origin(kind) is not None else [kind]


def _words_of(parser: argparse.ArgumentParser) -> str:
    """A command's arguments and options, without those that all commands have."""
    words = []
    for action in parser._actions:
        if action.dest in OF_ALL_COMMANDS or action.help == argparse.SUPPRESS:
            continue
        choices = " \\| ".join(map(str, action.choices or ()))
        value = "" if action.nargs == 0 else str(action.metavar or choices or action.dest.upper())
        if action.option_strings:
            words.append(f"{action.option_strings[-1]} {value}".strip())
        else:
            words.append(value)
    return " ".join(f"`{word}`" for word in words)


def _codes(values: object) -> str:
    return " ".join(f"`{value}`" for value in values if value != "")  # type: ignore[attr-defined]


# ---- pages ---------------------------------------------------------------------------------------


def sources(language: str) -> dict[str, list[Row]]:
    """Every table of the manual: its name and the rows that the code gives in a language."""
    from pos_tui.wording.current import use

    use(language)
    tables = {name: rows() for name, rows in SOURCES.items()}
    for name, section in settings_sections().items():
        tables[f"settings {name}"] = setting_rows(section)
    return tables


def table_text(header: Row, rows: Sequence[Row], written: Mapping[str, str]) -> str:
    """A Markdown table; the last column is `written`, by the cell that names the row."""
    lines = [header, ("---",) * len(header)]
    lines += [(*row, written.get(_name_of(row), MISSING)) for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def written_column(block: str) -> dict[str, str]:
    """What stands in the last column of the table that a page has now, by row."""
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in block.splitlines()[2:]]
    return {_name_of(tuple(cell.strip() for cell in row)): row[-1].strip() for row in rows if row}


def _name_of(row: Row) -> str:
    return row[0]


def page_with_tables(text: str, language: str, tables: Mapping[str, list[Row]]) -> str:
    """A page with each of its tables as the code has it now. Raises KeyError for an unknown one."""

    def replaced(found: re.Match[str]) -> str:
        name = found[1]
        header = HEADERS[language][name.split()[0] if name.startswith("settings ") else name]
        table = table_text(header, tables[name], written_column(found[2]))
        return f"<!-- begin generated: {name} -->\n{table}<!-- end generated -->"

    return BLOCK.sub(replaced, text)


def main(arguments: list[str]) -> int:
    """Write the tables, or check them; 1 where something is stale or missing."""
    check = arguments == ["--check"]
    faults = []
    for language in HEADERS:
        tables = sources(language)
        shown: set[str] = set()
        for path in sorted((MANUAL / language).glob("*.md")):
            name = path.relative_to(MANUAL.parent.parent)
            text = path.read_text(encoding="utf-8")
            try:
                fresh = page_with_tables(text, language, tables)
            except KeyError as error:
                faults.append(f"{name}: there is no table {error} to generate")
                continue
            shown.update(found[1] for found in BLOCK.finditer(text))
            if fresh != text and check:
                faults.append(f"{name}: a table is stale; run make tables")
            elif fresh != text:
                path.write_text(fresh, encoding="utf-8")
            faults += [
                f"{name}: {line.split('|')[1].strip()} is not described"
                for line in fresh.splitlines()
                if line.endswith(f"| {MISSING} |")
            ]
        faults += [
            f"{language}: no page shows the table “{name}”" for name in tables.keys() - shown
        ]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
