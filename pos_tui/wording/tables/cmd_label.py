"""`pos-tui label`."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_("A label for a shelf, or for goods with lot and date as a GS1 DataMatrix."),
    "code": N_("CODE"),
    "code_help": N_("the product's code"),
    "day": N_("DAY"),
    "expires_help": N_("the last good day, like 2026-12-01: the goods get a lot with it"),
    "lot": N_("LOT"),
    "lot_help": N_("the lot; without --expires one that the books know"),
    "best_before_help": N_("the day is a best-before date, not a use-by date"),
    "copies": N_("how many labels (goods without a date get this many of the lot)"),
    "as_help": N_("a picture, or the bytes for an ESC/POS printer"),
    "file": N_("FILE"),
    "out_help": N_("the file for the label"),
    "print_help": N_("print it on the receipt printer"),
    "font_help": N_("a font file with the letters of the name, for a picture"),
    "demo_help": N_("goods of the demo shop"),
    "no_day": N_("“{text}” is no day; write it like 2026-12-01."),
    "no_printer": N_("The till has no printer; write the label to a file with --out FILE."),
    "written": N_("The label is in {file}."),
}
