"""What a till says of itself."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "unread_offers": P_(
        "{count} of the shop's offers cannot be read by this version of the program and does not apply; update it.",
        "{count} of the shop's offers cannot be read by this version of the program and do not apply; update it.",
    ),
    "no_member": N_("No member has that code. The list is unchanged."),
    "no_receipt": N_("There is no receipt to print again."),
    "no_gateway": N_("This till has no payment gateway in its settings. Take cash."),
    "nothing_to_pay": N_("There is nothing to pay. Press {key:pay} and type 0."),
    "price_not_known": N_("That is not in the shop's books."),
    "price": N_("{name}: {price}"),
    "price_on_label": N_("{name}: {price}; this label: {total}"),
    "price_by_measure": N_("{name}: {price}; this label ({measure}): {total}"),
    "template_not_used": N_("{why} It is not used."),
    "formats_kept": N_("{why} The formats read before are used on."),
    "all_of": N_("{why}"),
    "tell_the_technician": N_("{why} Tell the technician."),
    "fault": N_("Something went wrong ({why}). The list is kept; tell the technician."),
    "screen_failed": N_(
        "The screen had to stop; the sale is kept, and what happened is in faults.log in {folder}. What is scanned now goes nowhere. Press Ctrl+C, then start the till again."
    ),
    "no_customer_screen": N_(
        "The customer's screen cannot be served ({why}). Sales go on without it; change the port in the settings, table customer."
    ),
    "read_twice": N_("Read twice at once; counted once."),
    "left_to_resume": N_("Left to be resumed at the next start."),
}
