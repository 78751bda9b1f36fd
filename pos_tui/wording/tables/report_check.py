"""What `pos-tui books verify` finds in the sums of reports."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "sum_differs": N_(
        "Reports: the sum of {day} by {by} “{row}” is not what was sold; no sale is concerned."
    ),
    "day_differs": N_("Reports: the times of {day} are not those of its sales."),
}
