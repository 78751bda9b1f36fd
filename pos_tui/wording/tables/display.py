"""What can be wrong with a display of two rows."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "away": N_("The customer's display shows nothing: {why} Sales go on without it."),
    "back": N_("The customer's display shows the sale again."),
    "absent": N_("Nothing with the ids {port} is plugged in."),
    "usb_form": N_("{port} names no USB ids: they look like usb:067B:2303."),
    "not_opened": N_("Its port {port} cannot be opened ({why})."),
    "lost": N_("It is gone ({why}); it is tried again."),
    "no_encoding": N_("There is no encoding {encoding}."),
    "no_serial_package": N_("The package pyserial is not installed."),
}
