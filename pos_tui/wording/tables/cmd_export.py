"""What `pos-tui export` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "help": N_(
        "Write the shop's products with their codes, stock, lots and costs to a file that can be"
        " imported again unchanged."
    ),
    "file_help": N_("a .csv or .xlsx file; - writes CSV to the terminal or the next program"),
    "as_help": N_("which kind of file, where its name does not tell"),
    "json_help": N_("the last line as one JSON object"),
    "no_books": N_("There are no books in {folder}."),
    "which_form": N_("{file}: name a .csv or an .xlsx file, or say --as csv or --as xlsx."),
    "unwritable": N_("{path} cannot be written: {why}. No file was changed."),
    "done": P_("{count} product written to {path}.", "{count} products written to {path}."),
}
