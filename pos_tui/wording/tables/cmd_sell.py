"""Words of `pos-tui sell`."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "help": N_("One whole sale without a screen; writes one JSON object a line."),
    "scan": N_("SCAN"),
    "scans_help": N_(
        "item codes, then a payment code, `cash AMOUNT`, `card AMOUNT`, `voucher AMOUNT` or `account AMOUNT`, several of them where each pays a part (`part AMOUNT` before a payment code); `new-voucher AMOUNT` sells a voucher, `settle 'CODE AMOUNT'` pays of what a customer owes; `return SALE LINE QUANTITY` and `empty CODE` take goods back, `refund` (or `refund cash`) gives their money back, `void SALE WHY` undoes a sale; `-` reads lines from standard input; none resumes a payment that was under way"
    ),
    "demo_help": N_("in the demo shop"),
    "confirm_help": N_("confirm the warnings about expired items"),
    "age_help": N_("the customer's age is checked, where goods ask for it"),
    "seconds": N_("SECONDS"),
    "wait_help": N_(
        "how long to wait for the payment before leaving it to be resumed, and for the scale (default 90)"
    ),
    "still_open": P_(
        "sale {number:06d} is still open with {count} line; nothing was added. Finish it at the till, or pay it here with `cash AMOUNT` or a payment code alone.",
        "sale {number:06d} is still open with {count} lines; nothing was added. Finish it at the till, or pay it here with `cash AMOUNT` or a payment code alone.",
    ),
    "nothing_to_sell": N_(
        "there is nothing to sell. Name item codes, then a payment code or `cash AMOUNT`: pos-tui sell 5449000000996 cash 10"
    ),
    "output_lost": N_(
        "not all that happened could be written to standard output ({why}). The sale went on; the exit code says how it ended."
    ),
    "no_return": N_("return {text}: write return SALE LINE QUANTITY, like return 148 1 2"),
    "without_receipt": N_("the sale is paid, but its receipt could not be made."),
}
