"""What a till finds of its own books."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "whole": N_("Every page of the books is as it was written."),
    "do_rescue": N_("Leave the till and run pos-tui rescue; the damaged books are kept."),
    "journal_whole": N_("The journal is as it was written; sales and receipts agree with it."),
    "differs": N_("Not everything is as it was written: {first}"),
    "do_verify": N_("Keep a copy of the folder, then run pos-tui journal verify for all of it."),
    "not_printed": N_("Not on paper: {papers}."),
    "do_print": N_("Start the till; {key:money}, Paper, has them all."),
}
