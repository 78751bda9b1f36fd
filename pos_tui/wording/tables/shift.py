"""Acts of the drawer and of shifts: what was done, and why something cannot be."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "is_open": N_("Shift {number} is open already, by {name}. Close it first, or hand it over."),
    "none_open": N_("No shift is open, so there is nothing to close. Open one first."),
    "cannot_leave": N_("As next float stays nothing, or at most what was counted."),
    "no_such_z": N_("There is no Z report {number}."),
    "nothing": N_("That is nothing. Type how much, above zero."),
    "reason_needed": P_(
        "Why? Type the number of a reason, or a few words.",
        "Why? Type the number of a reason (1 to {count}), or a few words.",
    ),
    "done_pay_in": N_("{amount} paid in (no. {number})."),
    "done_pay_out": N_("{amount} paid out (no. {number})."),
    "done_drop": N_("{amount} went to the safe (no. {number})."),
    "done_no_sale": N_("The drawer was opened without a sale (no. {number})."),
    "noted_no_sale": N_("Opening the drawer without a sale is noted (no. {number})."),
    "wants_drop": N_(
        "There is more than {amount} in the drawer: put some into the safe ({key:money}, Drawer)."
    ),
    "not_opened": N_(
        "No shift is open yet. {key:money} opens one with its float; selling goes on without."
    ),
}
