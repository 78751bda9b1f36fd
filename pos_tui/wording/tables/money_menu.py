"""The menu of the shop's money."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title": N_("Money"),
    "drawer": N_("Drawer"),
    "drawer_hint": N_("shifts, money in and out, counting, X and Z reports"),
}
