"""The page that asks for a supervisor's PIN."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title": N_("A supervisor's PIN or badge"),
    "keys": N_("{key:confirm} approves · {key:back} back"),
}
