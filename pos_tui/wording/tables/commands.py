"""What the command line says, and what several commands say alike."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "description": N_("A checkout that a shop runs in a terminal. Without a command: the till."),
    "example": N_("Example: {command}"),
    "command": N_("COMMAND"),
    "file": N_("FILE"),
    "folder": N_("DIR"),
    "language": N_("LANG"),
    "settings_help": N_("the settings file to use"),
    "data_help": N_("the folder to keep data in"),
    "language_help": N_("the language to speak: {languages}"),
    "no_language": N_("There is no language “{name}”; there are {languages}."),
    "unrecognized": N_("unrecognized arguments: {arguments}"),
    "json_lines_help": N_("the list as one JSON object a line"),
    "encoding": N_("ENCODING"),
    "encoding_help": N_(
        "the encoding of a CSV file where it is not certain, like windows-1252 or big5"
    ),
    "sheet": N_("SHEET"),
    "sheet_help": N_(
        "the sheet of a workbook, by name or number; if not given, the first with the columns that"
        " are needed"
    ),
    "dates_help": N_("the order of day, month and year where a day like 03/04/2026 is not certain"),
    "no_books": N_("There are no books in {folder}."),
    "file_in_use": N_(
        "another program has it open, such as a virus scanner or a backup, or it may not be written;"
        " try again in a moment"
    ),
    "system_refuses": N_("{path}: the system does not allow it ({why}). Nothing was changed."),
    "not_a_terminal": N_("The till needs a terminal; `pos-tui sell` works without."),
    "console_too_old": N_(
        "This console cannot show the till: it needs Windows 10 1607 or later. `pos-tui sell` works"
        " here."
    ),
    "output_lost": N_(
        "Not everything could be written to standard output ({why}). The command did its work all"
        " the same."
    ),
    "nothing_changed": N_("{why} Nothing was changed."),
    "settings_unwritable": N_("{path} cannot be written ({why}). Nothing was saved."),
    "row_refused": N_("line {line}: {why}"),
    "more_refused": P_(
        "… and {count} more; all are in {path}", "… and {count} more; all are in {path}"
    ),
}
