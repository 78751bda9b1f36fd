"""What the cashier is told about a sale as a whole."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "list_closed": N_(
        "The list is closed while its payment is under way. {key:void} gives the payment up."
    ),
    "finished": N_("This sale is finished."),
    "payment_under_way": N_(
        "A payment is already under way; a second one could charge the customer twice. Wait, or give it up with {key:void}."
    ),
    "expired_before_payment": N_(
        "{name} is expired. Put it aside, press {key:confirm} to confirm, then take payment."
    ),
    "expired_before_hold": N_(
        "{name} is expired. Put it aside and press {key:confirm} to confirm, then hold the sale."
    ),
    "expired_before_void": N_(
        "{name} is expired. Put it aside, press {key:confirm} to confirm, then void the sale."
    ),
    "empty": N_("The list is empty. Scan the goods first, then the payment code."),
    "nothing_to_hold": N_(
        "There is nothing to hold. {key:recall} recalls a sale that was put aside."
    ),
    "finish_before_recall": N_(
        "Hold this sale ({key:hold}), finish it or void it ({key:void}) first, then recall the other."
    ),
    "not_on_hold": N_("Sale {number:06d} is not on hold any more."),
    "stays_on_hold": N_("{why} The sale stays on hold."),
    "offers_of_now": N_("Offers are those of now; look at the total."),
    "another_number": N_(
        "Sale {before:06d} was used already; this list goes on as sale {number:06d}."
    ),
    "nothing_to_void": N_("There is nothing to void."),
    "not_voided": N_("{why} The sale was not voided; its list is kept."),
    "total_has_changed": N_(
        "The total has changed to {total}: an offer began or ended. Tell the customer, then take the payment."
    ),
    "held": N_("Sale {number:06d} is on hold. {key:recall} takes it up again."),
    "voided": N_("Sale {number:06d} is void."),
    "resumed": N_("Sale {number:06d} goes on where it was."),
    "paid": N_("✓ Sale {number:06d} is paid: {total}"),
    "paid_with_change": N_("✓ Sale {number:06d} is paid: {total} · change {change}"),
    "not_paid": N_("✗ Not paid. The list is open again; the pane says why."),
    "no_member": N_("No member: the usual prices apply."),
    "member": N_("{name} ({group}): their prices and offers apply."),
    "expired": N_(
        "✗ {name} expired on {day}; it was taken off the list. Put it aside, then press {key:confirm}."
    ),
    "added_while_paying": N_(
        "{name} was added; the total is now {total}. {key:pay} takes the payment."
    ),
    "look_at_date": N_("{name}: look at its date ({day})."),
}
