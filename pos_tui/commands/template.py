"""`pos-tui template`: the shop's own templates of codes, checked before they are saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import Command, complain

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from tomlkit import TOMLDocument

    from pos_tui.codes.templates import Template
    from pos_tui.settings import TillSettings


def _arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="list|add|remove")
    acts.add_parser("list", help="the templates, and whether each can be used")
    add = acts.add_parser("add", help="check a template and save it in till.toml")
    add.add_argument("name", metavar="NAME")
    add.add_argument(
        "pattern",
        metavar="PATTERN",
        help="a regular expression with {name} {code} {price} {weight} {count} {lot} {shelf_life}"
        " {produced_on} {expires_on}, or with named groups",
    )
    add.add_argument("--example", metavar="CODE", help="a code that it must read; shown as read")
    remove = acts.add_parser("remove", help="take a template out of till.toml")
    remove.add_argument("name", metavar="NAME")


def _run(options: argparse.Namespace) -> int:
    from pos_tui.commands.places import find_till
    from pos_tui.settings import settings_place

    settings, _ = find_till(options.settings, options.data)
    path = options.settings or settings_place() / "till.toml"
    if options.act == "list":
        return _list(settings)
    if options.act == "remove":
        return _remove(settings, path, options.name)
    return _add(settings, path, options.name, options.pattern, options.example)


def _list(settings: TillSettings) -> int:
    from pos_tui.till.decoder import checked_templates

    _, troubles = checked_templates(settings)
    for template in settings.codes.template:
        print(f"{template.name:20} {template.pattern}")
    for trouble in troubles:
        complain(trouble)
    return 1 if troubles else 0


def _add(settings: TillSettings, path: Path, name: str, pattern: str, example: str | None) -> int:
    from pos_tui.codes.templates import TemplateError, parse_template
    from pos_tui.till.decoder import clash_of

    if any(each.name == name for each in settings.codes.template):
        return complain(f"There is a template “{name}” already; remove it first.")
    try:
        template = parse_template(name, pattern)
    except TemplateError as error:
        return complain(f"{error} Nothing was saved.")
    clash = clash_of(template, settings)
    if clash is not None:
        return complain(f"{clash} Nothing was saved.")
    if example is not None and not _show(template, example, settings):
        return complain(f"“{example}” does not fit the pattern. Nothing was saved.")

    def put(document: TOMLDocument) -> None:
        import tomlkit

        codes = document.setdefault("codes", tomlkit.table())
        rows = codes.setdefault("template", tomlkit.aot())
        row = tomlkit.table()
        row.add("name", name)
        row.add("pattern", tomlkit.string(pattern, literal="'" not in pattern))
        rows.append(row)

    return _save(path, put, f"Template “{name}” is saved in {path}.")


def _show(template: Template, example: str, settings: TillSettings) -> bool:
    from datetime import date

    from pos_tui.codes.templates import read_template
    from pos_tui.commands.decode import describe, show

    found = read_template(example, template, settings.currency, date.today())  # noqa: DTZ011
    if found is not None:
        show(describe(found))
    return found is not None


def _remove(settings: TillSettings, path: Path, name: str) -> int:
    if all(each.name != name for each in settings.codes.template):
        return complain(f"There is no template “{name}”.")

    def take_out(document: TOMLDocument) -> None:
        rows = document["codes"]["template"]
        place = next(i for i, row in enumerate(rows) if row["name"] == name)
        del rows[place]

    return _save(path, take_out, f"Template “{name}” is taken out of {path}.")


def _save(path: Path, change: Callable[[TOMLDocument], None], say: str) -> int:
    """Change the file and nothing else in it; the old file stays whole until the new one is."""
    import tomlkit

    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8") if path.exists() else "")
        change(document)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(path.name + ".new")
        beside.write_text(tomlkit.dumps(document), encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        return complain(f"{path} cannot be written ({error.strerror}). Nothing was saved.")
    print(say)
    return 0


TEMPLATE = Command(
    "template",
    "The shop's own templates of codes: where name, price or shelf life stand in them.",
    "pos-tui template add cola '{name};{price};{shelf_life}' --example 'Cola;3.50;365'",
    _arguments,
    _run,
)
