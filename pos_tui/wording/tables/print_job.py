"""Print jobs: what they are, why one is not on paper, and what the cashier does about it."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "of_receipt": N_("receipt of sale {number:06d}"),
    "of_voucher_slip": N_("slip of voucher no. {number}"),
    "of_drawer_slip": N_("slip of the drawer, no. {number}"),
    "of_x_report": N_("X report of shift {number}"),
    "of_z_report": N_("Z report {number}"),
    "of_label": N_("label"),
    "printer": N_("{why} What is to be printed waits, and comes by itself."),
    "waits": N_("{why} It waits, and is printed by itself."),
    "waits_still": P_(
        "{count} paper waits for the printer and is printed by itself; the printer is tried now.",
        "{count} papers wait for the printer and are printed by themselves; the printer is tried now.",
    ),
    "unsure": N_("{why} It may be on paper, or a part of it: {key:money}, Paper, prints it again."),
    "may_be_printed": N_(
        "The {paper} may be on paper, or only a part of it: {why} {key:receipt} prints a receipt"
        " again; {key:money}, Paper, has all."
    ),
    "interrupted": N_("The till stopped while this was being printed."),
    "stopped": N_("The till stops."),
    "restored": N_("The books come from a backup; it may have been printed since."),
    "is_old": N_("It is old, and waits for your word."),
    "fault": N_("The printer's program failed ({why})."),
    "offered": P_(
        "{count} paper may be printed or not: {papers}. {key:receipt} prints a receipt again;"
        " {key:money}, Paper, has all.",
        "{count} papers may be printed or not: {papers} … {key:receipt} prints a receipt again;"
        " {key:money}, Paper, has all.",
    ),
    "not_open": N_("That is being printed, or is over already."),
    "no_data": N_("The data of the {paper} is not there any more. Give it up."),
    "drawer_not_opened": N_("The drawer did not open: use its key. {why}"),
    "drawer_open": N_(
        "The drawer has been open for {minutes} minutes.",
    ),
    "lamp_out_of_paper": N_("paper out"),
    "lamp_cover_open": N_("cover open"),
    "lamp_cutter": N_("cutter stuck"),
    "lamp_off_line": N_("printer off line"),
    "lamp_error": N_("printer error"),
    "lamp_away": N_("no printer"),
    "lamp_waiting": N_("{trouble} · {count} waiting"),
    "lamp_offered": N_("paper · {count} unsure"),
}
