"""What a till finds of its machine."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "versions": "{versions}",
    "disk": N_("There is room in {folder}, and the disk is fast enough."),
    "no_room": N_("There is no room left for {folder}; sales cannot be written down."),
    "little_room": N_("There is little room left for {folder}."),
    "do_make_room": N_("Remove what is not needed from the disk of {folder}."),
    "slow_disk": N_("The disk is slow to write; each payment waits for it."),
    "do_slow_disk": N_(
        "See whether something else keeps it busy; an old card or disk is worn out."
    ),
    "no_folder": N_("There is no folder {folder} yet; the till makes it when it starts."),
    "no_till_runs": N_("No till is using these books now."),
    "till_runs": N_("A till is using these books now; these checks change nothing."),
    "clock_after_books": N_("The clock is not behind the books."),
    "clock_behind_books": N_(
        "The clock is behind the books, which have something of {last}; the till uses that time until it has passed."
    ),
    "no_terminal": N_("This does not run in a terminal, so none was checked."),
    "small_terminal": N_("The terminal is smaller than {columns} columns and {rows} rows."),
    "do_enlarge": N_("Make its window larger or its letters smaller."),
    "no_utf8": N_(
        "The terminal's letters are {encoding}; frames and Chinese are shown as plain signs."
    ),
    "do_utf8": N_("Set LANG to a locale with UTF-8, for instance C.UTF-8."),
    "terminal": N_("The terminal shows all of the till."),
}
