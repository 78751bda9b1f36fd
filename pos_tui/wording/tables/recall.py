"""The page of the sales on hold."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "title": N_("Sales on hold"),
    "keys": N_("↑↓ select · {key:confirm} takes it up again · {key:back} back"),
    "none": N_("none; {key:hold} puts the open sale aside"),
    "held_at": N_("{at:short}"),
    "lines": P_("{count} line", "{count} lines"),
}
