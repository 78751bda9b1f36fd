"""What platforms owe the shop, beside their bills."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title": N_("Wallets and cards"),
    "keys": N_("↑↓ choose · {key:quantity} paid to the bank · {key:back} back"),
    "empty": N_("Nothing was taken by wallet or card."),
    "column_day": N_("Day"),
    "column_platform": N_("Platform"),
    "column_taken": N_("Taken"),
    "column_given_back": N_("Given back"),
    "column_bill": N_("Its bill"),
    "column_difference": N_("Differs"),
    "column_paid_out": N_("To the bank"),
    "column_fee": N_("Fee"),
    "column_owed": N_("Owed"),
    "no_bill_yet": N_("The platform's bill of this day has not been read."),
    "agrees": N_("The platform's bill has the same."),
    "more_there": N_(
        "The platform's bill has {amount} more than this till. Ask for the gateway's list of differences."
    ),
    "more_here": N_(
        "The platform's bill has {amount} less than this till. Ask for the gateway's list of differences."
    ),
    "payout_title": N_("Paid to the bank: {platform}"),
    "payout_keys": N_("↑↓ field · {key:confirm} next, book · {key:back} back"),
    "label_amount": N_("came to the bank"),
    "label_fee": N_("fee kept"),
    "label_document": N_("document no."),
    "hint_amount": N_("What the bank's statement has."),
    "hint_fee": N_("What the platform kept of it; empty for nothing."),
    "hint_document": N_("The number on the statement; each is booked once."),
    "booked": N_("{platform}: {document} is booked."),
    # what is refused
    "no_amount": N_("What came to the bank must be more than nothing. Nothing was booked."),
    "no_document": N_("Name the statement's number, so that it is not booked twice."),
    "booked_already": N_("{document} is booked already. Nothing was booked."),
    "no_platform": N_("Nothing was ever taken by “{platform}” here. Nothing was booked."),
    "unreadable": N_("{path} cannot be read: {why}."),
    "not_a_file": N_("{path} is not what `pos-tui reconcile --json` writes. Nothing was kept."),
    "no_bill": N_("{platform} has no bill of {day}: {why} Nothing was kept."),
    "other_currency": N_(
        "The bill of {platform} is in {currency}, the shop counts in {ours}. Nothing was kept."
    ),
}
