"""`pos-tui scan-picture`."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_("The codes in photographs: what was found in each, and what was seen but not read."),
    "file": N_("FILE"),
    "files_help": N_("JPEG, PNG and others"),
    "json_help": N_("one JSON object a picture"),
    "found": N_("{path}: {found} found, {seen} seen but not read"),
}
