"""`pos-tui template`: the shop's own templates of codes, checked before they are saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import Command, complain
from pos_tui.wording.current import in_words

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from tomlkit import TOMLDocument

    from pos_tui.codes.templates import Template
    from pos_tui.settings import TillSettings


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "act", choices=("list", "add", "remove"), help="add checks a template before it is saved"
    )
    parser.add_argument("name", metavar="NAME", nargs="?", default="", help="its name")
    parser.add_argument(
        "pattern",
        metavar="PATTERN",
        nargs="?",
        default="",
        help="a regular expression with {name} {code} {price} {weight} {count} {lot} {shelf_life}"
        " {produced_on} {expires_on}, or with named groups",
    )
    parser.add_argument("--example", metavar="CODE", help="a code that it must read; shown as read")


def _run(options: argparse.Namespace) -> int:
    from pos_tui.settings import load_till_settings, settings_folder

    settings = load_till_settings(options.settings)
    path = options.settings or settings_folder() / "till.toml"
    if options.act == "list":
        return _list(settings)
    if not options.name:
        return complain(f"Say which: pos-tui template {options.act} NAME.")
    if options.act == "remove":
        return _remove(settings, path, options.name)
    if not options.pattern:
        return complain("Say what its codes look like: pos-tui template add NAME PATTERN.")
    return _add(settings, path, options.name, options.pattern, options.example)


def _list(settings: TillSettings) -> int:
    from pos_tui.settings import SettingsError
    from pos_tui.till.decoder import checked_templates

    for template in settings.codes.template:
        print(f"{template.name:20} {template.pattern}")
    try:
        _, troubles = checked_templates(settings)
    except SettingsError as error:
        return complain(in_words(error.reason), 1)
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
        clash = clash_of(template, settings)
    except TemplateError as error:
        return complain(f"{error} Nothing was saved.")
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
        literal = "'" not in pattern and pattern.isprintable()
        row.add("pattern", tomlkit.string(pattern, literal=literal))
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
        codes = document["codes"]
        rows = codes["template"]
        del rows[next(i for i, row in enumerate(rows) if row["name"] == name)]
        if not rows:
            del codes["template"]

    return _save(path, take_out, f"Template “{name}” is taken out of {path}.")


def _save(path: Path, change: Callable[[TOMLDocument], None], say: str) -> int:
    """Change the file and nothing else in it; the old file stays until the new one is good."""
    import shutil

    import tomlkit

    from pos_tui.settings import SettingsError, load_till_settings

    path = path.resolve()
    beside = path.with_name(path.name + ".new")
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8") if path.exists() else "")
        change(document)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.touch(mode=0o600)
        beside.write_text(tomlkit.dumps(document), encoding="utf-8")
        load_till_settings(beside, shown_as=path)
        if path.exists():
            shutil.copystat(path, beside)
        beside.replace(path)
    except OSError as error:
        return complain(f"{path} cannot be written ({error.strerror}). Nothing was saved.")
    except SettingsError as error:
        beside.unlink(missing_ok=True)
        return complain(f"{in_words(error.reason)} Nothing was saved.")
    print(say)
    return 0


TEMPLATE = Command(
    "template",
    "The shop's own templates of codes: where name, price or shelf life stand in them.",
    "pos-tui template add cola '{name};{price};{shelf_life}' --example 'Cola;3.50;365'",
    _arguments,
    _run,
)
