"""What a display of two rows of twenty signs says; each must fit into one row."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "welcome": N_("Welcome"),
    "closed": N_("Checkout closed"),
    "paying": N_("Payment code or cash"),
    "please_pay": N_("Please pay"),
    "confirming": N_("Confirm on phone"),
    "waiting": N_("Please wait"),
    "not_paid": N_("Please try again"),
    "paid": N_("Thank you"),
    "total": N_("Total"),
    "due": N_("To pay"),
    "back": N_("Back to you"),
    "change": N_("Change"),
}
