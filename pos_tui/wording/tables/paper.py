"""Marks that any paper may have."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "copy": N_("COPY {number}"),
}
