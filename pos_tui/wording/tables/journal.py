"""What shows that the journal, or what should agree with it, is not as it was written."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "row_changed": N_("Row {row} of the journal is not as it was written."),
    "rows_missing": N_("Rows {first} to {last} of the journal are missing."),
    "gone": N_("There are sales, and the journal is empty: the whole of it is missing."),
    "other_key": N_(
        "From row {row} on the journal was written with a key that is not in journal.key; these rows cannot be checked."
    ),
    "key_unused": N_(
        "No row says that the till's key was used, though it has one: the journal was written anew, or its end is missing."
    ),
    "lost_in_rescue": N_("Rows {first} to {last} of the journal were lost in the rescue of {at}."),
    "paid_without_row": N_("Sale {number:06d} is paid, and the journal does not say so."),
    "sale_missing": N_("The journal has sale {number:06d} as paid, and the sales do not."),
    "total_differs": N_(
        "Sale {number:06d}: the journal has a total of {written}, the sales have {kept} (minor units)."
    ),
    "given_differs": N_(
        "Sale {number:06d}: the journal has {written} as given, the sales have {kept} (minor units)."
    ),
    "change_differs": N_(
        "Sale {number:06d}: the journal has {written} as change, the sales have {kept} (minor units)."
    ),
    "order_differs": N_("Order {order_no} is {state} in the books, and not so in the journal."),
    "order_missing": N_("The journal has order {order_no}, and the orders do not."),
    "tenders_differ": N_(
        "Sale {number:06d}: what the books say it was paid with is not what the journal says."
    ),
    "tender_differs": N_(
        "Sale {number:06d} and its order {order_no} do not agree on what was paid."
    ),
    "receipt_unreadable": N_("The receipt of sale {number:06d} cannot be read: {path}"),
    "receipt_without_sale": N_("There is a receipt of sale {number:06d}, and no such paid sale."),
    "receipt_differs": N_("Sale {number:06d} and its receipt do not agree on what was paid."),
    "receipt_remembers": N_(
        "The receipt of sale {number:06d} remembers row {row} of the journal, which is missing or another: the end of the journal was cut off or written anew."
    ),
    "receipt_missing": N_("The receipt of sale {number:06d} is missing."),
}
