"""What is wrong with the shop's books or the disk under them."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "cannot_open": N_("The shop's books {path} cannot be opened: {why}."),
    "till_runs": N_(
        "This till already runs. Go to its window, or give this one another folder with --data (this one is {folder})."
    ),
    "till_runs_as": N_(
        "This till already runs (process {process}). Go to its window, or give this one another folder with --data (this one is {folder})."
    ),
    "folder_unusable": N_("The folder {folder} cannot be used: {why}."),
    "later_version": N_(
        "These books were written by a later version of this program; nothing was changed."
        " Update the program, then start it again."
    ),
    "unusable": N_("The shop's books cannot be used: {why}."),
    "unreadable": N_("The books cannot be read ({why}). Nothing was changed."),
    "disk_full": N_("The disk is full. Sales cannot be written down until there is room again."),
    "disk_refuses": N_("The disk does not accept what the till writes ({why})."),
    "change_refused": N_("The books refused a change: {why}."),
    "entry_lost": N_("One entry could not be written down: {why}"),
    "sale_finished": N_("Sale {number:06d} is finished already."),
}
