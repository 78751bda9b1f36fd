"""What keeps a receipt printer from printing."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "file_unwritable": N_("The printer file {path} cannot be written ({why})."),
    "no_answer": N_("The printer {host}:{port} does not answer. Check its power and its cable."),
    "out_of_paper": N_("The printer is out of paper. Put a new roll in."),
    "off_line": N_("The printer is off line. Close its cover and press its feed key."),
    "not_printed": "{why}",
    "cut_short": N_("{why} What was being printed may be cut short."),
}
