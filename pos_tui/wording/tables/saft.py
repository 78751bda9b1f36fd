"""Why a period cannot be written as SAF-T Cash Register."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "currency": N_(
        "SAF-T Cash Register has two decimals, and {currency} has three: it cannot be written."
    ),
}
