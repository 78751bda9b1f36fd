"""What `pos-tui member` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "help": N_(
        "The customers that the shop knows, by the code on their card, and the group of each."
    ),
    "act_help": N_(
        "add CODE NAME; list, of all or by words; remove CODE; import FILE, a CSV file or a"
        " workbook with the columns code,name,group"
    ),
    "word": N_("WORD"),
    "words_help": N_("what the act needs"),
    "group_help": N_("whose prices apply; member if not given"),
    "add_whom": N_("Say who: pos-tui member add CODE NAME."),
    "remove_which": N_("Say which: pos-tui member remove CODE."),
    "import_what": N_("Say from where: pos-tui member import FILE."),
    "added": N_("{code} {name}, group {group}, is a customer now."),
    "changed": N_("{code} {name}, group {group}, is changed."),
    "removed": N_("That customer is forgotten."),
    "list_empty": N_(
        "The shop knows no customers yet: pos-tui member add CODE NAME, or pos-tui member import"
        " FILE."
    ),
    "none_found": N_("No customer has all of these words: {words}."),
    "sheet_read": N_("Read from the sheet “{sheet}”."),
    "encoding_read": N_("Read as {encoding}."),
    "imported": P_(
        "{count} customer is new, {known} were known, {refused} rows refused.",
        "{count} customers are new, {known} were known, {refused} rows refused.",
    ),
    "imported_with_rejects": P_(
        "{count} customer is new, {known} were known, {refused} rows refused (see {path}).",
        "{count} customers are new, {known} were known, {refused} rows refused (see {path}).",
    ),
}
