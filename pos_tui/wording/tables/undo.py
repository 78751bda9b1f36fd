"""What is as it was before, once an act on the list is taken back."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "done": N_("{what} The total is {total}."),
    "nothing": N_(
        "There is nothing to take back. What was done before a payment or before the last start stays."
    ),
    "line": N_("{name} is back on the list."),
    "quantity": N_("{name}: the quantity is {quantity} again."),
    "discount": N_("{name}: its discount by hand is as it was before."),
    "basket_discount": N_("The discount on the whole basket is as it was before."),
    "member": N_("The customer is {name} again."),
    "no_member": N_("No member, as before: the usual prices apply."),
}
