"""What keeps a receipt printer from printing."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "file_unwritable": N_("The printer file {path} cannot be written ({why})."),
    "no_answer": N_(
        "The printer {host}:{port} does not answer. Nothing is lost; check its power and its cable."
    ),
    "port_gone": N_("The printer on {port} is gone. Check its power and its cable."),
    "port_absent": N_(
        "There is no {port}, so there is no printer on it. Switch the printer on and check its cable."
    ),
    "port_taken": N_("Another program uses {port}. End it, or give the printer a port of its own."),
    "port_forbidden": N_(
        "This user may not use {port}. Ask the technician for the right to it (on Linux the group lp"
        " or dialout)."
    ),
    "port_not_opened": N_("The printer's port {port} cannot be opened ({why})."),
    "out_of_paper": N_("The printer is out of paper. Put a new roll in."),
    "no_pillow": N_("Pictures on paper need the extra: pip install 'pos-tui[pictures]'."),
    "no_picture": N_("{path} is no picture that can be read (PNG or JPEG)."),
    "cover_open": N_("The printer's cover is open. Close it until it clicks."),
    "cutter": N_(
        "The printer's cutter is stuck. Open the cover, take out the paper in its way, close the cover."
    ),
    "error": N_("The printer reports an error. Switch it off and on again."),
    "off_line": N_(
        "The printer is off line. Press its feed key; if that does not help, switch it off and on."
    ),
    "near_end": N_("The printer's paper is nearly used up. Have a new roll ready."),
    "silent": N_("The printer answers no more. Check that it is switched on and its cable is in."),
    "busy": N_("The printer is still busy with another paper."),
    "stuck": N_(
        "The printer stopped in the middle and takes no more. Look at its paper and its cover; what"
        " was printed may be cut short."
    ),
    "broke_off": N_(
        "The connection to the printer broke while it was printing. Look whether the paper is whole;"
        " if not, print it again."
    ),
    "fell_silent": N_(
        "The printer went silent after it had got everything. Look whether the paper is whole; if not,"
        " print it again."
    ),
    "not_confirmed": N_(
        "The printer got everything and never said that it is on paper. Look whether the paper is"
        " whole; if not, print it again."
    ),
    "no_cups": N_(
        "This machine has no {program}, the program that hands jobs to CUPS. Install CUPS' client"
        " (on Debian cups-client), or set the printer up another way."
    ),
    "queue_stopped": N_(
        "The queue {queue} is stopped. See to its printer, then start the queue again"
        " (cupsenable {queue})."
    ),
    "queue_slow": N_("The queue {queue} does not answer in time."),
    "queue_refused": N_("The queue {queue} does not take the job: {why}"),
    "not_printed": "{why}",
    "cut_short": N_("{why} What was being printed may be cut short."),
}
