"""What shows that the ledger is not as it was written."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "unbalanced": N_(
        "Entry {number} of the ledger does not add up to nothing: {amount} are left (minor units)."
    ),
    "postings_alone": N_("Postings name entry {number} of the ledger, which is not there."),
    "entry_missing": N_(
        "Row {row} of the journal has an entry of the ledger ({entry}), and the ledger does not: it was taken out."
    ),
    "entry_changed": N_(
        "Entry {number} of the ledger is not as row {row} of the journal has it: it was changed."
    ),
    "entry_extra": N_(
        "Entry {number} of the ledger is not in the journal: it was put in past the till."
    ),
    "sum_differs": N_(
        "{account} on {day}, shift {shift}: the sum that is kept is not that of its postings."
    ),
    "sale_without_entry": N_("Sale {number:06d} is paid, and the ledger has no entry of it."),
    "rescued_sale": N_(
        "Sale {number:06d} was made again from its receipt in a rescue; its money is not in the ledger."
    ),
    "lines_differ": N_(
        "Sale {number:06d} came to {total}, and the lines that it sold to {lines} (minor units)."
    ),
    "entry_without_sale": N_(
        "Entry {entry} of the ledger is of sale {number:06d}, which is not paid."
    ),
    "vouchers_differ": N_(
        "There is {more} more (minor units) on all vouchers than the ledger says is owed for them."
    ),
    "suspense": P_(
        "{amount} that no rule explains stand in the suspense account (minor units), of sale {sales}.",
        "{amount} that no rule explains stand in the suspense account (minor units), of {count} sales: {sales}.",
    ),
    "left_open": N_(
        "Sale {number:06d} is finished, and {amount} that were taken for it still count as open (minor units)."
    ),
    "stock_differs": N_(
        "The ledger has the stock at {ledger}, and the goods on hand cost {stock} (minor units)."
    ),
    "drawer_below_zero": N_(
        "The drawer stands at {amount} (minor units): more went out than ever came in; a float was not noted."
    ),
    "more": P_(
        "{count} more difference is not listed.", "{count} more differences are not listed."
    ),
}
