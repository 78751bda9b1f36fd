"""What is wrong with a scale, and what to do."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "silent": N_(
        "The scale does not answer. Look whether it is on, at its cable, and whether it is set to"
        " the kind in the settings."
    ),
    "port_gone": N_("The scale's port is gone ({why}). Plug it in again; it is found by itself."),
    "no_port": N_("[scale] port is not set: write in the settings where the scale is plugged in."),
    "port_absent": N_(
        "The scale is not plugged in at {port}. If it is, look at [scale] port in the settings."
    ),
    "port_forbidden": N_(
        "This user may not open the scale's port {port}. Allow it with: sudo usermod -aG dialout"
        " $USER and sign on anew."
    ),
    "port_taken": N_(
        "Another program has the scale's port {port} open. Close that program, or name another port."
    ),
    "port_not_opened": N_("The scale's port {port} could not be opened ({why})."),
    "port_settings": N_(
        "[scale] in the settings is not that of a serial port ({why}). Put it right."
    ),
    "port_usb_form": N_(
        "“{port}” is no USB port of a scale: write usb: and its two ids, like usb:0eb8:f000."
    ),
    "wrong_parity": N_(
        "The scale answers with another parity than the settings say. Set [scale] parity and bits as"
        " they are at the scale."
    ),
    "garbage": N_(
        "What comes from the scale is no answer of its kind. Set [scale] kind, baud, bits and parity"
        " as they are at the scale."
    ),
    "not_understood": N_(
        "The scale does not understand the question. Look at [scale] kind, and at baud, bits and"
        " parity."
    ),
    "unit": N_("The scale weighs in {unit}, which the till does not know. Set it to kg or g."),
}
