"""What `pos-tui bundle` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_(
        "One file for a technician far away: checks, settings, logs, without secrets or names."
    ),
    "file_help": N_("the zip file to write; if not given, one with the time in its name"),
    "preview_help": N_("say what would be in it, and what was taken out, and write nothing"),
    "done": N_("The bundle is made: {path}"),
    "piece": N_("  {file} ({size}), masked: {masked}"),
    "piece_cut": N_("  {file} ({size}, its end only), masked: {masked}"),
    "missing": N_("  {file} is not in it: {why}"),
    "look": N_(
        "Payment codes, keys, PINs and passwords are not in it; members, staff and machines have other names. Look into it before you send it."
    ),
    "not_written": N_("{path} was not written: {why}. Nothing was changed."),
}
