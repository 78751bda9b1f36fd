"""What `pos-tui books` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "help": N_("Whether stock, ledger, sales and journal agree, and the books for other judges."),
    "act_help": N_(
        "verify: compare sums, movements, ledger, journal and sales; ledger FILE: write the whole ledger; saft FILE: write a period as SAF-T Cash Register; prove [DAY]: have it judged by every judge that is installed"
    ),
    "file_help": N_("where it is written, - is stdout; for prove a day like 2026-11-29"),
    "which_file": N_(
        "A file is for what is written: pos-tui books verify, or pos-tui books ledger FILE."
    ),
    "as_help": N_("how the ledger is written, where the file's name does not say it"),
    "day": N_("DAY"),
    "from_help": N_("the first accounting day, like 2026-11-01 (csv, saft)"),
    "to_help": N_("the last accounting day (csv, saft)"),
    "no_day": N_("{text} is no day; days are written like 2026-11-29."),
    "no_period": N_(
        "A ledger program needs the books from their beginning: --from and --to are for csv."
    ),
    "ledger_written": N_("The ledger is written to {path}; `bean-check {path}` judges it."),
    "hledger_written": N_(
        "The ledger is written to {path}; `hledger -f {path} check --strict` judges it."
    ),
    "csv_written": P_(
        "{count} posting is written to {path}.", "{count} postings are written to {path}."
    ),
    "xsd_help": N_("the schema of SAF-T Cash Register, for prove"),
    "sales": P_("{count} sale", "{count} sales"),
    "shifts": P_("{count} shift", "{count} shifts"),
    "deliveries": P_("{count} delivery", "{count} deliveries"),
    "judge_saft": N_("the schema"),
    "which_saft": N_("Where to? pos-tui books saft FILE --from 2026-11-01 --to 2026-11-30"),
    "wrong_period": N_("The period ends before it begins: {first} to {last}."),
    "saft_written": N_(
        "{transactions} transactions, {events} events and {reports} Z reports from {first} to {last} are written to {path}."
    ),
    "judge_beancount": "beancount",
    "judge_hledger": "hledger",
    "own_judge": "books verify",
    "proved": N_("{what}: balanced, by {who}."),
    "not_proved": N_("{what}: NOT in order, by {who}."),
    "nobody": N_("{what}: nobody has judged them. `pip install beancount` brings a judge."),
    "no_xsd": N_("The schema of SAF-T was not asked: --xsd FILE."),
    "absent": N_("Not here: {who}."),
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
