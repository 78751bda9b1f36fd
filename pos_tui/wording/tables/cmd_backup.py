"""What `pos-tui backup` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "help": N_("Books and receipts into one file, also while the till sells."),
    "folder": N_("FOLDER"),
    "folder_help": N_("where it goes; if not given, [backup] folder of till.toml"),
    "key_help": N_("put the key of the journal in, too: keep such a backup locked away"),
    "json_help": N_("one JSON object"),
    "which_folder": N_(
        "Where to? pos-tui backup FOLDER, or [backup] folder in till.toml for those that the till makes by itself."
    ),
    "done": N_("The backup is made and was read through: {path} ({size})."),
    "has": N_(
        "In it: the journal up to row {row}, sales up to {sale:06d}, receipts ({receipts}), goods, staff and their PINs as hashes."
    ),
    "with_key": N_("The key of the journal is in it: keep it locked away."),
    "without_key": N_(
        "Not in it: the settings, and the key of the journal (journal.key); keep a copy of both apart from it."
    ),
    "removed": P_(
        "{count} backup older than {days} days was removed.",
        "{count} backups older than {days} days were removed.",
    ),
}
