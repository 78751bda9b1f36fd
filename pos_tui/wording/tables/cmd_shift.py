"""What `pos-tui shift` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_("The drawer: open and close shifts, pay in and out, X and Z reports."),
    "act_help": N_(
        "how it stands; open or close a shift, or hand it over; pay in, pay out, drop to the safe, open the drawer without a sale; X report, Z report NUMBER"
    ),
    "words": N_("WORD"),
    "words_help": N_("pay-in and pay-out: AMOUNT REASON; drop: AMOUNT; no-sale: REASON; z: NUMBER"),
    "count": N_("CASH"),
    "count_help": N_("what was counted: 3x50, or a sum; again for each line"),
    "amount": N_("AMOUNT"),
    "left_help": N_("what stays as next float; the rest goes to the safe"),
    "name": N_("NAME"),
    "to_help": N_("who takes the drawer over"),
    "by_help": N_("who does it; the till's cashier if not given"),
    "day": N_("DAY"),
    "day_help": N_("the accounting day of the shift that is opened, as 2026-11-29"),
    "as_help": N_("how a report is written; escpos is for a receipt printer"),
    "json_help": N_("one JSON object, amounts in minor units"),
    "demo_help": N_("the demo shop's drawer"),
    "words_wrong": N_(
        "These are too few words, or too many: pay-in 20 change, pay-out 20 taxi, drop 500, no-sale change, z 12. Nothing was done with {act}."
    ),
    "z_number": N_("Say which Z report: its number, as in pos-tui shift {act} 12."),
    "wrong_day": N_("--day is a day like 2026-11-29."),
}
