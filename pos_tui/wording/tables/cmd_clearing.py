"""What `pos-tui clearing` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_("What wallets and cards owe the shop by day, beside their bills."),
    "word": N_("WORD"),
    "help_of": N_(
        "bill FILE: keep the bills that `pos-tui reconcile --json` wrote; payout PLATFORM AMOUNT: what came to the bank; nothing: list the days"
    ),
    "amount": N_("AMOUNT"),
    "number": N_("NUMBER"),
    "platform_help": N_("whose bill it is, where its channel is called otherwise"),
    "fee_help": N_("what the platform kept of a payout"),
    "document_help": N_("the number on the bank's statement; each is booked once"),
    "from_help": N_("the first day of the list"),
    "to_help": N_("the last day of the list"),
    "which": N_(
        "Say pos-tui clearing, pos-tui clearing bill FILE, or pos-tui clearing payout PLATFORM AMOUNT --document NUMBER."
    ),
    "bill_agrees": N_("{platform} {day}: {bill} by its bill, the same here."),
    "bill_differs": N_(
        "{platform} {day}: {bill} by its bill, {ours} here; it differs by {difference}."
    ),
}
