"""Receipts that could not be kept or printed."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "number_used": N_(
        "There is a receipt of another sale {number:06d} already; it is kept, and this one is {path}. Tell the technician."
    ),
    "not_kept": N_("The sale is complete, but its receipt could not be kept: {why}."),
    "not_printed": N_("The sale is complete; its receipt was not printed ({why})."),
}
