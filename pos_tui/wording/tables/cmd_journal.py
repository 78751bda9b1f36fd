"""What `pos-tui journal` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "help": N_(
        "Whether the journal is as it was written, and sales, orders and receipts agree with it."
    ),
    "what_help": N_("follow the chain from its first row on"),
    "offline_help": N_("do not ask the gateway what it remembers of this till"),
    "code": N_("CODE"),
    "paper_help": N_(
        "the code on a Z report (its digits, or its QR code): whether anything before that Z was changed since; given several times, between which two"
    ),
    "differs": P_(
        "{count} thing is not as it was written. Keep a copy of the folder before anything is changed.",
        "{count} things are not as they were written. Keep a copy of the folder before anything is changed.",
    ),
    "not_asked": N_("The gateway was not asked what it remembers of this till."),
    "whole": P_("{count} row, as it was written.", "{count} rows, each as it was written."),
}
