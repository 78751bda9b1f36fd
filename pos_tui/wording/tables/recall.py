"""The page of the sales put aside."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "title": N_("Sales put aside"),
    "keys": N_("↑↓ select · {key:confirm} takes it up · {key:void} gives up · {key:back} back"),
    "none": N_("none; {key:hold} puts the sale aside"),
    "held_at": N_("{at:short}"),
    "how_long": N_("{minutes}:{seconds:02d}"),
    "on_hold": N_("on hold"),
    "drafted": N_("not sent yet"),
    "pending": N_("being paid"),
    "unknown": N_("not known yet"),
    "taken": N_("paid"),
    "failed": N_("not paid"),
    "returning": N_("going back"),
    "given_back": N_("given back"),
    "paid_in_part": N_("paid in part"),
    "late": N_("money came late"),
    "lines": P_("{count} line", "{count} lines"),
}
