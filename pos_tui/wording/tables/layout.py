"""Layouts of receipts that cannot be used, and why."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "missing": N_("a receipt cannot be without these blocks: {blocks}"),
    "no_picture": N_("there is no file {file}"),
    "no_field": N_("there is no {{{name}}}; there are: {fields}"),
    "not_used": N_("{why}. Receipts have the usual layout until that is mended."),
}
