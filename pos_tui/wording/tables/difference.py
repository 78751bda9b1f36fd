"""What differs between a platform's bill and our orders, and what the operator does about it."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "unrecorded": N_(
        "The platform was paid {worth} for order {order_no} and we never recorded it: look at the order with `pos-tui trace {typed}`; give the money back at the platform unless the account is used by something else too."
    ),
    "not_paid_here": N_(
        "The platform was paid {worth} for order {order_no}, which here is {state}: look at the order with `pos-tui trace {typed}`; if the customer left without the goods, the money must go back."
    ),
    "other_amount": N_(
        "Order {order_no}: the platform was paid {worth}, we recorded {ours}: look at the order with `pos-tui trace {typed}` and at the receipt, and settle the difference with the customer."
    ),
    "other_refund_amount": N_(
        "Refund {refund_no} of order {order_no}: the platform gave back {worth}, we recorded {ours}: look at the order with `pos-tui trace {typed}` and settle the difference with the customer."
    ),
    "unknown_refund": N_(
        "The platform gave back {worth} for order {order_no}, and we know of no such refund: ask who made it at the platform's own pages, and look at the order with `pos-tui trace {typed}`."
    ),
    "unknown_refund_numbered": N_(
        "The platform gave back {worth} for order {order_no} (refund {refund_no}), and we know of no such refund: ask who made it at the platform's own pages, and look at the order with `pos-tui trace {typed}`."
    ),
    "unfinished_refund": N_(
        "The platform gave back {worth} for order {order_no}, which here is {state}: look at the order with `pos-tui trace {typed}`; the customer has the money, so do not pay it back a second time."
    ),
    "unfinished_refund_numbered": N_(
        "The platform gave back {worth} for order {order_no} (refund {refund_no}), which here is {state}: look at the order with `pos-tui trace {typed}`; the customer has the money, so do not pay it back a second time."
    ),
    "other_reference": N_(
        "Order {order_no} has the number {there} at the platform and {here} here: it may have been paid twice; look at both numbers on the platform's own pages and at the order with `pos-tui trace {typed}`."
    ),
    "payment_twice": N_(
        "The bill has the payment of order {order_no} twice, in lines {first} and {second} ({worth}): ask the platform whether it moved the money twice; if so, once must be undone."
    ),
    "refund_twice": N_(
        "The bill has the refund of order {order_no} twice, in lines {first} and {second} ({worth}): ask the platform whether it moved the money twice; if so, once must be undone."
    ),
    "refund_twice_numbered": N_(
        "The bill has the refund {refund_no} of order {order_no} twice, in lines {first} and {second} ({worth}): ask the platform whether it moved the money twice; if so, once must be undone."
    ),
    "payment_not_in_bill": N_(
        "We have {worth} as paid for order {order_no} and the bill has no such payment: look at the order with `pos-tui trace {typed}` and at the platform's own pages; until it is found there, count on no money for it."
    ),
    "refund_not_in_bill": N_(
        "We have {worth} of order {order_no} as given back (refund {refund_no}) and the bill has no such refund: look for it in the bill of the day on which it was asked for; if it is in none, the customer is still owed the money."
    ),
    "payment_perhaps_next_day": N_(
        "{worth} for order {order_no} was at {at} and may be in the next day's bill: look for it there."
    ),
    "payment_perhaps_previous_day": N_(
        "{worth} for order {order_no} was at {at} and may be in the previous day's bill: look for it there."
    ),
    "refund_perhaps_next_day": N_(
        "{worth} for refund {refund_no} of order {order_no} was at {at} and may be in the next day's bill: look for it there."
    ),
    "refund_perhaps_previous_day": N_(
        "{worth} for refund {refund_no} of order {order_no} was at {at} and may be in the previous day's bill: look for it there."
    ),
    "state_sent": N_("sent"),
    "state_pending": N_("pending"),
    "state_paid": N_("paid"),
    "state_declined": N_("declined"),
    "state_cancelling": N_("cancelling"),
    "state_cancelled": N_("cancelled"),
    "state_due": N_("due"),
    "state_done": N_("done"),
    "state_refused": N_("refused by the platform"),
}
