"""The page of reports in the till."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title": N_("Reports"),
    "keys": N_(
        "←→ period · d w m y length · 1–7 0 rows · h hours · t , . n as of · {key:confirm} more · {key:back} back"
    ),
    "adding_up": N_("Adding up what was sold …"),
    "nothing_below": N_("There is nothing more to see of this row."),
    "map_note": N_("1 is little, 9 the most; a dot: nothing was sold."),
    "moment_title": N_("As of which moment?"),
    "moment_keys": N_("{key:confirm} show · {key:back} back"),
    "moment_label": N_("moment"),
    "moment_hint": N_(
        "What the report said then: 2026-11-28 14:03, or 14:03 of the day that stands here."
    ),
    "sales_title": N_("Sales of {day}"),
    "sales_keys": N_("{key:confirm} receipt · letters search · {key:back} back"),
    "column_number": N_("Sale"),
    "column_time": N_("Time"),
    "receipt_keys": N_("↑↓ scroll · {key:back} back"),
    "no_receipt": N_("The receipt of sale {number:06d} is not in its folder any more."),
}
