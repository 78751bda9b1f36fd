"""What `pos-tui restore` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "help": N_("A backup in the place of the till's books, which are kept beside."),
    "file_help": N_("the backup"),
    "newer_help": N_("also where the books here are whole and have more than the backup"),
    "till_help": N_("also where the backup is of another till"),
    "json_help": N_("one JSON object"),
    "no_file": N_("There is no file {path}."),
    "unreadable": N_("{path}: {why}. The books are as they were."),
    "another_till": N_(
        "This is a backup of till {till} of merchant {merchant}. Nothing was changed; --of-another-till puts it here all the same."
    ),
    "newer": P_(
        "The books here are whole and have {count} paid sale more than the backup ({path}). Nothing was changed; --even-if-newer puts the backup in their place.",
        "The books here are whole and have {count} paid sales more than the backup ({path}). Nothing was changed; --even-if-newer puts the backup in their place.",
    ),
    "others": P_(
        "The books here are whole and did not come from this backup; {count} paid sale of theirs is not in it ({path}). Nothing was changed; --even-if-newer puts the backup in their place.",
        "The books here are whole and did not come from this backup; {count} paid sales of theirs are not in it ({path}). Nothing was changed; --even-if-newer puts the backup in their place.",
    ),
    "done": N_(
        "{path} are the books of {at} again: journal up to row {row}, sales up to {sale:06d}."
    ),
    "kept": N_("The books that were here are kept as {path}."),
    "lost": N_(
        "Paid sales that are not in the books any more: {count}, from {first:06d} to {last:06d}. A number is not used again where its receipt is here or the gateway knows it."
    ),
    "receipts": P_("{count} receipt was put back.", "{count} receipts were put back."),
    "no_key": N_(
        "The key of the journal is not here: put your copy of journal.key into the folder before the till starts, or it goes on with a new one."
    ),
    "now": N_("Now: pos-tui books verify, then start the till."),
}
