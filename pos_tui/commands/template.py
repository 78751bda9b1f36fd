"""`pos-tui template`: the shop's own templates of codes, checked before they are saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain
from pos_tui.commands.settings_file import save_settings
from pos_tui.wording.current import in_words

if TYPE_CHECKING:
    import argparse

    from tomlkit import TOMLDocument

    from pos_tui.codes.templates import Template
    from pos_tui.settings import TillSettings


def _arguments(parser: argparse.ArgumentParser) -> None:
    from pos_tui.codes.templates import FIELDS
    from pos_tui.wording.current import say

    fields = " ".join(f"{{{field}}}" for field in FIELDS)
    name, pattern, code = (say(f"cmd_template.{word}") for word in ("name", "pattern", "code"))
    parser.add_argument("act", choices=("list", "add", "remove"), help=say("cmd_template.act_help"))
    text = say("cmd_template.name_help")
    parser.add_argument("name", metavar=name, nargs="?", default="", help=text)
    text = say("cmd_template.pattern_help", fields=fields)
    parser.add_argument("pattern", metavar=pattern, nargs="?", default="", help=text)
    parser.add_argument("--example", metavar=code, help=say("cmd_template.example_help"))


def _run(options: argparse.Namespace) -> int:
    from pos_tui.settings import load_till_settings, settings_folder
    from pos_tui.wording.current import say

    settings = load_till_settings(options.settings)
    path = options.settings or settings_folder() / "till.toml"
    if options.act == "list":
        return _list(settings)
    if not options.name:
        return complain(say("cmd_template.which", act=options.act))
    layout = _layout_in(options)
    if layout is not None:
        return _change_layouts(settings, path, layout, options)
    if options.act == "remove":
        return _remove(settings, path, options.name)
    if not options.pattern:
        return complain(say("cmd_template.which_pattern"))
    return _add(settings, path, options.name, options.pattern, options.example)


def _layout_in(options: argparse.Namespace) -> str | None:
    """The layout of labels that is meant; None where a template is."""
    from pos_tui.codes.restricted import looks_like_layout

    named: str = options.pattern or options.name
    return named if looks_like_layout(named) else None


def _change_layouts(
    settings: TillSettings, path: Path, layout: str, options: argparse.Namespace
) -> int:
    """Add a layout, and say what it costs, or take one out."""
    from pos_tui.till.decoder import code_overlaps, layout_trouble
    from pos_tui.wording.current import say

    kept = [each for each in settings.codes.layouts if each != layout]
    is_there = len(kept) < len(settings.codes.layouts)

    def put(document: TOMLDocument) -> None:
        import tomlkit

        rows = kept if options.act == "remove" else [*kept, layout]
        document.setdefault("codes", tomlkit.table())["layouts"] = rows

    if options.act == "remove":
        if not is_there:
            return complain(say("cmd_template.no_such_layout", layout=layout))
        return save_settings(
            path, put, say("cmd_template.layout_removed", layout=layout, path=str(path))
        )
    trouble = layout_trouble(layout, settings)
    if is_there:
        return complain(say("cmd_template.layout_there_already", layout=layout))
    if trouble is not None:
        return complain(say("cmd_template.layout_not_saved", why=trouble))
    if options.example is not None and not _show_label(layout, options.example, settings):
        return complain(say("cmd_template.example_does_not_fit", example=options.example))
    saved = save_settings(
        path, put, say("cmd_template.layout_saved", layout=layout, path=str(path))
    )
    for overlap in code_overlaps(settings, [layout]) if saved == 0 else ():
        if "layout" in overlap.values:
            print(in_words(overlap))
    return saved


def _show_label(layout: str, example: str, settings: TillSettings) -> bool:
    from pos_tui.codes.restricted import parse_layout, read_restricted
    from pos_tui.commands.decode import describe, show_meaning

    found = read_restricted(example, (parse_layout(layout),), settings.currency)
    if found is not None:
        show_meaning(describe(found))
    return found is not None


def _list(settings: TillSettings) -> int:
    from pos_tui.settings import SettingsError
    from pos_tui.till.decoder import checked_templates, code_overlaps
    from pos_tui.wording.current import say

    if not settings.codes.template:
        print(say("cmd_template.none"))
    for layout in settings.codes.layouts:
        print(layout)
    for template in settings.codes.template:
        print(f"{template.name:20} {template.pattern}")
    try:
        _, troubles = checked_templates(settings)
        for overlap in code_overlaps(settings, settings.codes.layouts):
            print(in_words(overlap))
    except SettingsError as error:
        return complain(in_words(error.reason), 1)
    for trouble in troubles:
        complain(in_words(trouble))
    return 1 if troubles else 0


def _add(settings: TillSettings, path: Path, name: str, pattern: str, example: str | None) -> int:
    from pos_tui.codes.templates import TemplateError, parse_template
    from pos_tui.till.decoder import clash_of
    from pos_tui.wording.current import say

    if any(each.name == name for each in settings.codes.template):
        return complain(say("cmd_template.there_already", name=name))
    try:
        template = parse_template(name, pattern)
        clash = clash_of(template, settings)
    except TemplateError as error:
        return complain(say("cmd_template.not_saved", why=error.reason))
    if clash is not None:
        return complain(say("cmd_template.not_saved", why=clash))
    if example is not None and not _show(template, example, settings):
        return complain(say("cmd_template.example_does_not_fit", example=example))

    def put(document: TOMLDocument) -> None:
        import tomlkit

        codes = document.setdefault("codes", tomlkit.table())
        rows = codes.setdefault("template", tomlkit.aot())
        row = tomlkit.table()
        row.add("name", name)
        literal = "'" not in pattern and pattern.isprintable()
        row.add("pattern", tomlkit.string(pattern, literal=literal))
        rows.append(row)

    return save_settings(path, put, say("cmd_template.saved", name=name, path=str(path)))


def _show(template: Template, example: str, settings: TillSettings) -> bool:
    from datetime import date

    from pos_tui.codes.templates import read_template
    from pos_tui.commands.decode import describe, show_meaning

    found = read_template(example, template, settings.currency, date.today())  # noqa: DTZ011
    if found is not None:
        show_meaning(describe(found))
    return found is not None


def _remove(settings: TillSettings, path: Path, name: str) -> int:
    from pos_tui.wording.current import say

    if all(each.name != name for each in settings.codes.template):
        return complain(say("cmd_template.not_there", name=name))

    def delete(document: TOMLDocument) -> None:
        codes = document["codes"]
        rows = codes["template"]
        del rows[next(i for i, row in enumerate(rows) if row["name"] == name)]
        if not rows:
            del codes["template"]

    return save_settings(path, delete, say("cmd_template.removed", name=name, path=str(path)))


TEMPLATE = Subcommand(
    "template",
    "cmd_template.help",
    "pos-tui template add cola '{name};{price};{shelf_life}' --example 'Cola;3.50;365'",
    _arguments,
    _run,
)
