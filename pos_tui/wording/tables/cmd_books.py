"""What `pos-tui books` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "help": N_("Whether stock, ledger, sales and journal agree, and the books for other judges."),
    "act_help": N_(
        "verify: compare sums, movements, journal and sales; ledger FILE: write the goods for beancount"
    ),
    "file_help": N_("where the ledger goes; - is stdout"),
    "which_file": N_(
        "A file is for the ledger: pos-tui books verify, or pos-tui books ledger FILE."
    ),
    "ledger_written": N_("The goods are written to {path}; `bean-check {path}` judges them."),
    "repair_help": N_("first make the sums again, from the movements"),
    "json_help": N_("one JSON object"),
    "demo_help": N_("the demo shop's books"),
    "differs": P_(
        "{count} thing is not as it was written. Keep a copy of the folder; count these goods again.",
        "{count} things are not as they were written. Keep a copy of the folder; count these goods again.",
    ),
    "differs_in_sums": P_(
        "{count} thing is not as it was written. Keep a copy of the folder; `pos-tui books verify --repair` makes the sums again.",
        "{count} things are not as they were written. Keep a copy of the folder; `pos-tui books verify --repair` makes the sums again.",
    ),
    "differs_in_money": P_(
        "{count} thing is not as it was written. Keep a copy of the folder, and have a technician look at it.",
        "{count} things are not as they were written. Keep a copy of the folder, and have a technician look at them.",
    ),
    "repaired": P_(
        "{count} sum was made again from what it adds up.",
        "{count} sums were made again from what they add up.",
    ),
    "whole": P_(
        "{count} movement, as it was written; sums and journal agree with it.",
        "{count} movements, each as it was written; sums and journal agree with them.",
    ),
    "ledger_whole": P_(
        "{count} entry of the ledger, balanced and as it was written; sums, sales and stock agree with it.",
        "{count} entries of the ledger, each balanced and as it was written; sums, sales and stock agree with them.",
    ),
}
