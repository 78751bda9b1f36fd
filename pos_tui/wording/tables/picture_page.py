"""The page that reads a picture of goods."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title": N_("Codes in a picture"),
    "title_of": N_("Codes in {file}"),
    "keys_choose": N_("↑↓ or type a path · {key:confirm} reads it · {key:back} back"),
    "keys_add": N_("{key:confirm} adds the {number} marked ✓ · {key:back} adds nothing"),
    "keys_none": N_("Nothing here can be added · {key:back} back"),
    "more": N_("… and {number} more"),
    "found": N_(
        "{found} found, {sellable} can be sold. Are there more goods than that? Turn and scan the rest."
    ),
    "found_and_missed": N_(
        "{found} found, {sellable} can be sold, {missed} seen but not read: turn and scan those."
    ),
    "scan_not_accepted": N_(
        "A code was scanned and not taken: first {key:confirm} or {key:back} for these, then scan it."
    ),
    "type_path": N_("Type the path of a picture."),
    "reading": N_("Reading {file} …"),
}
