"""What the customer's screen says, in words that shame nobody."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "welcome": N_("Welcome"),
    "closed": N_("This checkout is closed"),
    "one_moment": N_("One moment, please"),
    "show_code": N_("Please show your payment code, or pay in cash"),
    "please_pay": N_("Please pay"),
    "pay_rest": N_("Thank you. This is left to pay."),
    "confirm": N_("Please confirm on your phone"),
    "wait": N_("Please wait a moment"),
    "goes_back": N_("Your money is on its way back to you"),
    "not_paid": N_("That payment did not go through. You can try again, or pay another way."),
    "thanks": N_("Thank you"),
    "thanks_change": N_("Thank you. Here is your change."),
    "total": N_("Total"),
    "paid": N_("Paid"),
    "due": N_("To pay"),
    "back": N_("Back to you"),
    "change": N_("Change"),
    "saved": N_("You save {amount}"),
    "pieces": P_("{count} item", "{count} items"),
    "earlier": N_("… {count} more above"),
    "later": N_("… {count} more below"),
    "discount": N_("Discount"),
    "discounts": N_("Discounts"),
    "tax": N_("Tax"),
    "returned": N_("Returned: {name}"),
    "account_paid": N_("Paid on account"),
}
