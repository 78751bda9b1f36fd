"""What may explain that a drawer was off."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "head": N_("Off by {amount}. What comes to exactly that, the most probable first:"),
    "nothing": N_("Off by {amount}. No single mistake comes to exactly that."),
    "agrees": N_("The count agreed with the books."),
    "not_counted_at_all": N_("Nobody counted at this closing."),
    "row": N_("{place}. {what}"),
    "at": N_("{what} Perhaps: {where}"),
    "at_and_more": N_("{what} Perhaps: {where} and {more} more"),
    "sale": N_("sale {number:06d} at {time} ({amount})"),
    "slip": N_("slip {number} at {time} ({amount})"),
    "note_mistaken": N_("A {real} was taken for a {booked}, and change given for that."),
    "counted_as_other": N_("{pieces} × {real} were counted as {booked}."),
    "not_counted": N_("{pieces} × {booked} were not counted."),
    "digits_swapped": N_("Two digits are swapped: {booked} instead of {real}."),
    "ten_times": N_("A nought too many or too few: {booked} instead of {real}."),
    "change_twice": N_("The change was given twice."),
    "change_kept": N_("The change was not given."),
    "other_as_cash": N_("Booked as cash, but paid by card or wallet."),
    "cash_as_other": N_("Booked as card or wallet, but paid in cash."),
    "refund_in_cash": N_("Given back in cash, but booked to card or wallet."),
    "refund_not_in_cash": N_("Booked as given back in cash, but the cash is still here."),
    "rung_twice": N_("Rung up twice, paid once."),
    "out_without_slip": N_("{booked} went out of the drawer without a slip."),
    "drop_not_booked": N_("{booked} went to the safe and was not booked."),
    "booked_twice": N_("Booked twice, done once."),
    "float_wrong": N_("The float was counted as {booked}; the shift before had left {real}."),
}
