"""What doctor finds of a till's printers."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "no_way": N_("The printer cannot be reached."),
    "mute": N_("The printer takes jobs and answers nothing; what is printed counts as sent."),
    "file": N_("What is printed goes into the file {path}."),
    "ready": N_("The printer answers and can print."),
    "not_ready": N_("The printer answers and cannot print now."),
}
