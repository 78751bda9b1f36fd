"""The menus of subjects."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "keys": N_("↑↓ choose · {key:confirm} open · {key:back} back"),
}
