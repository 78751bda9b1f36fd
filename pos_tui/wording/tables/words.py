"""Small words that sentences are put together with: days, lists."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "text": "{text}",
    "list_separator": N_(", "),
    "clause_separator": N_("; "),
    "day": N_("{day} {month} {year}"),
    "month_1": N_("Jan"),
    "month_2": N_("Feb"),
    "month_3": N_("Mar"),
    "month_4": N_("Apr"),
    "month_5": N_("May"),
    "month_6": N_("Jun"),
    "month_7": N_("Jul"),
    "month_8": N_("Aug"),
    "month_9": N_("Sep"),
    "month_10": N_("Oct"),
    "month_11": N_("Nov"),
    "month_12": N_("Dec"),
}
