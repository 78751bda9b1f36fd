"""What the till says aloud, as a voice can read it."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "expired": N_(
        "{name} expired on {day}. It was taken off the list. Put it aside, then press Enter."
    ),
    "clock_is_wrong": N_("The clock of this till is wrong. Look at the screen, and set it right."),
    "day": N_("{day} {month}"),
    "month_1": N_("January"),
    "month_2": N_("February"),
    "month_3": N_("March"),
    "month_4": N_("April"),
    "month_5": N_("May"),
    "month_6": N_("June"),
    "month_7": N_("July"),
    "month_8": N_("August"),
    "month_9": N_("September"),
    "month_10": N_("October"),
    "month_11": N_("November"),
    "month_12": N_("December"),
}
