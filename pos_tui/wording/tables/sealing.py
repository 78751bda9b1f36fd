"""Why a sealed key, or the master key, cannot be opened."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "master_gone": N_(
        "{path}: the master key is gone, and without it no sealed key can be opened. Put its copy back there. Where there is none, move the merchants' files away, enter each again (pos-tui merchants add ID --accounts FILE) and enrol its tills."
    ),
    "master_unreadable": N_(
        "{path}: the master key cannot be read ({why}); let the servers' user read it."
    ),
    "not_a_master_key": N_(
        "{path}: this is no master key; put back the copy of the one that was made here."
    ),
    "other_master_key": N_(
        "{place} was sealed under another master key; put that one back, or enter this key again."
    ),
    "broken": N_(
        "{place}: the seal is broken: it was changed, or sealed for another place; enter this key again."
    ),
}
