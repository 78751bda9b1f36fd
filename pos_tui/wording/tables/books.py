"""What is wrong with the shop's books or the disk under them."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "cannot_open": N_(
        "The shop's books {path} cannot be opened: {why}. Nothing was changed. See that this user may write there and that the disk has room."
    ),
    "till_runs": N_(
        "This till already runs. Go to its window, or give this one another folder with --data (this one is {folder})."
    ),
    "till_runs_as": N_(
        "This till already runs (process {process}). Go to its window, or give this one another folder with --data (this one is {folder})."
    ),
    "folder_unusable": N_(
        "The folder {folder} cannot be used: {why}. See that this user may write there and that the disk has room, or name another with --data."
    ),
    "later_version": N_(
        "These books were written by a later version of this program; nothing was changed."
        " Update the program, then start it again."
    ),
    "read_only": N_("this user may read it and not write it"),
    "unusable": N_("The shop's books cannot be used: {why}."),
    "unreadable": N_("The books cannot be read ({why}). Nothing was changed."),
    "disk_full": N_("The disk is full. Sales cannot be written down until there is room again."),
    "disk_refuses": N_("The disk does not accept what the till writes ({why})."),
    "change_refused": N_("The books refused a change: {why}."),
    "entry_lost": N_("One entry could not be written down: {why}"),
    "damaged": N_(
        "The shop's books are damaged ({why}). What can be read is right; nothing is written over. Leave the till, then run pos-tui rescue."
    ),
    "tables_missing": N_(
        "The shop's books are not whole; what is missing: {names}. Put a copy of books.db back, or run pos-tui rescue."
    ),
    "lost": N_(
        "The books of this till are empty, though it has sold before. Put a copy of books.db back, or import the goods again."
    ),
    "put_back": N_(
        "Receipts of sales {first:06d} to {last:06d} are here ({count}), and the books do not have these sales: they were lost or are an old copy. No number is used twice. Tell the technician."
    ),
    "order_not_in_books": N_(
        "The gateway had order {order_no} (sale {number:06d}) from this till, and the books do not have it: they were lost or are an old copy. No number is used twice. Tell the technician."
    ),
    "journal_is_another": N_(
        "The journal is not the one that it was at order {order_no} (sale {number:06d}): rows of it are missing or were changed. Tell the technician: pos-tui journal verify"
    ),
    "sale_finished": N_("Sale {number:06d} is finished already."),
}
