"""The page that finds an item."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title": N_("Find an item"),
    "keys": N_("↑↓ select · {key:confirm} sells it · {key:find} a picture · {key:back} back"),
    "nothing_found": N_("nothing found"),
    "how": N_("type words, initials or part of a code"),
}
