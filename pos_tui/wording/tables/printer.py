"""What keeps a receipt printer from printing."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "file_unwritable": N_(
        "The printer file {path} cannot be written ({why}). The sale is complete; print the"
        " receipt again once that is mended."
    ),
    "no_answer": N_(
        "The printer {host}:{port} does not answer. The sale is complete; check the printer's"
        " power and cable, then print the receipt again."
    ),
    "out_of_paper": N_("The printer is out of paper. Put a new roll in."),
    "off_line": N_("The printer is off line. Close its cover and press its feed key."),
    "no_pillow": N_("Pictures on paper need the extra: pip install 'pos-tui[pictures]'."),
    "no_picture": N_("{path} is no picture that can be read (PNG or JPEG)."),
    "not_printed": N_("{why} The sale is complete; print its receipt again then."),
    "cut_short": N_("{why} The receipt may be cut short; print it again then."),
}
