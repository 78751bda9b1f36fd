"""What a till finds of its machine."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "versions": "{versions}",
    "disk": N_("There is room in {folder}, and the disk keeps what is written at once."),
    "no_room": N_("There is no room left for {folder}; sales cannot be written down."),
    "little_room": N_("There is little room left for {folder}."),
    "do_make_room": N_("Remove what is not needed from the disk of {folder}."),
    "slow_disk": N_("The disk takes long to keep what is written; each payment waits for it."),
    "do_slow_disk": N_(
        "See whether something else keeps it busy; an old card or disk is worn out."
    ),
    "no_folder": N_("There is no folder {folder} yet; the till makes it when it starts."),
    "no_till_runs": N_("No till works with these books now."),
    "till_runs": N_("A till works with these books now; all of this only looks."),
    "clock_after_books": N_("The clock goes on from what is in the books."),
    "clock_behind_books": N_(
        "The clock is behind the books, which have something of {last}; the till uses that time until it has passed."
    ),
    "no_terminal": N_("This does not run in a terminal, so nothing is said of one."),
    "small_terminal": N_("The terminal is smaller than {columns} columns and {rows} rows."),
    "do_enlarge": N_("Make its window larger or its letters smaller."),
    "no_utf8": N_(
        "The terminal's letters are {encoding}; frames and Chinese are shown as plain signs."
    ),
    "do_utf8": N_("Set LANG to a locale with UTF-8, for instance C.UTF-8."),
    "terminal": N_("The terminal shows all of the till."),
}
