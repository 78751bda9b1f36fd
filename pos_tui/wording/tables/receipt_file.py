"""Receipts that could not be kept or printed."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "not_kept": N_("The sale is complete, but its receipt could not be kept: {why}."),
    "not_printed": N_("The sale is complete; its receipt was not printed ({why})."),
}
