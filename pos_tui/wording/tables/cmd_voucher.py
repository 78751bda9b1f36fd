"""What `pos-tui voucher` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_("The shop's own vouchers: what is on each, issued, shown as a slip, written back."),
    "act_help": N_(
        "list; issue AMOUNT, for nothing; show NUMBER, the slip with the whole number; write-back"
        " NUMBER, what is left on one that expired becomes income"
    ),
    "word": N_("WORD"),
    "words": N_("an amount to issue; else a voucher's number, or its id in the list"),
    "reason_help": N_("why one is issued for nothing"),
    "months_help": N_("how many months it is good, 0 for ever; as in the settings if not given"),
    "expired_help": N_("list those that expired with something left on them"),
    "as_help": N_("the slip as text, a picture, or a job of the receipt printer"),
    "out_help": N_("write the slip to this file"),
    "which": N_(
        "Say which voucher, or over how much: pos-tui voucher show NUMBER, pos-tui voucher issue 20."
    ),
    "months_range": N_("A voucher is good for 0 (for ever) to 600 months."),
    "written": N_("Written: {file}"),
    "state_good": "",
    "state_spent": N_("spent"),
    "state_expired": N_("expired"),
}
