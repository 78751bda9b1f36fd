"""`pos-tui printer test`: a slip that shows which letters a printer has; the answer is kept."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pos_tui.commands.command import Subcommand, complain, why_refused
from pos_tui.reasons import because
from pos_tui.wording.current import in_words, say

if TYPE_CHECKING:
    import argparse

    from tomlkit import TOMLDocument

    from pos_tui.devices.printers.letters_slip import SlipPart
    from pos_tui.settings import PrinterSettings


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("act", choices=("test",), help=say("cmd_printer.act_help"))
    parser.add_argument(
        "--encoding", action="append", metavar=say("commands.encoding"),
        help=say("cmd_printer.encoding_help"),
    )  # fmt: skip
    parser.add_argument("--answer", metavar="N", help=say("cmd_printer.answer_help"))
    parser.add_argument(
        "--as", dest="form", choices=("png", "escpos"), help=say("cmd_printer.as_help")
    )
    file = say("commands.file")
    parser.add_argument("--out", type=Path, metavar=file, help=say("cmd_printer.out_help"))


def _run(options: argparse.Namespace) -> int:
    from pos_tui.devices.printers import PrinterError
    from pos_tui.devices.printers.letters_slip import USUAL_ENCODINGS, letters_slip_parts
    from pos_tui.settings import load_till_settings
    from pos_tui.settings.wrong_values import is_code_page

    printer = load_till_settings(options.settings).printer
    encodings = options.encoding or (*USUAL_ENCODINGS, printer.encoding)
    for name in encodings:
        if not is_code_page(name):
            return complain(in_words(because("settings.no_encoding", name=name)))
    parts = letters_slip_parts(encodings)
    if options.answer is not None:
        return _keep(options.answer, parts, options)
    try:
        if options.form:
            return _write(parts, printer, options)
        return _print(parts, printer, options)
    except PrinterError as error:
        return complain(in_words(error.reason))


def _write(parts: Sequence[SlipPart], printer: PrinterSettings, options: argparse.Namespace) -> int:
    """Put the slip into a file. Raises PrinterError."""
    from pos_tui.devices.printers.letters_slip import letters_slip_job, letters_slip_png

    if options.out is None:
        return complain(say("cmd_printer.where"))
    content = (
        letters_slip_png(parts, printer)
        if options.form == "png"
        else letters_slip_job(parts, printer)
    )
    try:
        options.out.write_bytes(content)
    except OSError as error:
        return complain(
            say("commands.system_refuses", path=str(options.out), why=why_refused(error))
        )
    print(say("cmd_printer.written", file=str(options.out)), file=sys.stderr)
    _say_what_is_lacking(printer)
    return 0


def _print(parts: Sequence[SlipPart], printer: PrinterSettings, options: argparse.Namespace) -> int:
    """Print the slip, and ask at a terminal what is readable. Raises PrinterError."""
    from pos_tui.devices.printers import make_printer
    from pos_tui.devices.printers.letters_slip import letters_slip_job

    if printer.kind == "none":
        return complain(say("cmd_printer.no_printer"))
    make_printer(printer).print(letters_slip_job(parts, printer))
    for part in parts:
        print(f"{part.number:3}  {part.encoding or say('cmd_printer.image')}")
    _say_what_is_lacking(printer)
    if not sys.stdin.isatty():
        print(say("cmd_printer.how_to_answer"))
        return 0
    print(say("cmd_printer.question"), end=" ", flush=True)
    answer = sys.stdin.readline().strip()
    return _keep(answer, parts, options) if answer else 0


def _keep(answer: str, parts: Sequence[SlipPart], options: argparse.Namespace) -> int:
    """Write into till.toml what is readable by the numbers of the answer."""
    from pos_tui.commands.settings_file import save_settings
    from pos_tui.settings import settings_folder

    numbers = answer.replace(",", " ").replace("，", " ").split()
    if numbers == ["0"]:
        return complain(say("cmd_printer.none_readable"), 1)
    by_number = {str(part.number): part for part in parts}
    if not numbers or any(number not in by_number for number in numbers):
        return complain(say("cmd_printer.no_such_number", answer=answer, most=len(parts)))
    readable = [by_number[number] for number in numbers]
    encoding = next((part.encoding for part in readable if not part.is_image), "")
    is_image = any(part.is_image for part in readable)
    letters = "image" if not encoding else "auto" if is_image else "bytes"

    def put(document: TOMLDocument) -> None:
        import tomlkit

        printer = document.setdefault("printer", tomlkit.table())
        if encoding:
            printer["encoding"] = encoding
        printer["letters"] = letters

    path = options.settings or settings_folder() / "till.toml"
    kept = encoding or say("cmd_printer.as_before")
    done = say("cmd_printer.kept", encoding=kept, letters=letters, path=str(path))
    return save_settings(path, put, done)


def _say_what_is_lacking(printer: PrinterSettings) -> None:
    """What keeps letters from being drawn on this machine."""
    from pos_tui.devices.printers.letters_slip import joins_letters, letters_without_font
    from pos_tui.devices.printers.printer_fonts import is_pillow_there

    if not is_pillow_there():
        print(say("cmd_printer.no_pillow"), file=sys.stderr)
        return
    if not joins_letters():
        print(say("cmd_printer.no_shaping"), file=sys.stderr)
    if letters := letters_without_font(printer):
        print(say("cmd_printer.no_font", letters=letters), file=sys.stderr)
    if printer.font and not Path(printer.font).expanduser().is_file():
        print(say("cmd_printer.font_missing", path=printer.font), file=sys.stderr)


PRINTER = Subcommand(
    "printer",
    "cmd_printer.help",
    "pos-tui printer test --as png --out slip.png",
    _arguments,
    _run,
)
