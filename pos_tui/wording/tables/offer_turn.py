"""An offer that begins or ends while a list is open."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "ended": N_("“{name}” has ended"),
    "begun": N_("“{name}” has begun"),
    "out_of_play": N_(
        "The offer “{name}” cannot be counted ({why}) and is left out of this sale. Tell whoever"
        " makes the offers; `pos-tui offers remove` takes it away."
    ),
    "total_now": N_("{turns}. The total is now {total}."),
}
