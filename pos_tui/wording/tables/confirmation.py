"""Messages of the relay that a till does not act on."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "unreadable": N_("the message cannot be read: {why}"),
    "unsigned": N_("its signature is wrong"),
    "not_accepted": N_("A payment message could not be accepted ({why}); tell the technician."),
    "for_another_till": N_("it is for another merchant or till"),
    "foreign_order": N_("order {order_no} is not this till's"),
    "another_amount": N_("order {order_no}: the amount is not the order's"),
    "paid_already": N_("order {order_no} was paid already; another message changes nothing"),
    "charged_not_sold": N_(
        "Order {order_no} was not sold here, but its customer was charged. Give the money back through that wallet, and tell the technician."
    ),
    "refused": N_(
        "A payment message was refused: {why}. No sale was changed; tell the technician."
    ),
    "passed_over": N_("messages from before these books are passed over"),
}
