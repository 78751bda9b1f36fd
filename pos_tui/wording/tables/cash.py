"""Cash as it is typed."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "not_an_amount": N_(
        "That is no amount of cash. Type it like 12.50, or scan the customer's code."
    ),
    "hardly": N_("{typed} for {owed}? Type the cash again, like {owed}."),
    "no_coin": N_(
        "{given} cannot be paid in coins: the smallest is {step}. Type what was given again."
    ),
    "item_added": N_("{name} is on the list now: {due} to pay. {key:pay} takes the payment."),
    "too_little": N_("That is {missing} too little. Type all that was given."),
}
