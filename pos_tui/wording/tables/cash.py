"""Money as it is typed."""

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
    "nothing_given": N_("That is nothing. {owed} is to be paid."),
    "no_change": N_("{given} is too much, and only cash gives change: {owed} or less."),
    "last_digits": N_(
        "Type no more than the card's last four digits: its number must not be kept."
    ),
    "item_added": N_("{name} is on the list now: {due} to pay. {key:pay} takes the payment."),
}
