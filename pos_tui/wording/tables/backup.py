"""Backups: what is wrong with one, and what the till says of those that it makes by itself."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    "no_folder": N_(
        "No backup was made: {folder} is not there. Put the stick in, or make the folder."
    ),
    "no_room": N_(
        "No backup was made: there is no room left in {folder}. The earlier ones are as they were."
    ),
    "not_made": N_(
        "No backup was made in {folder}: {why}. The books and earlier backups are as they were."
    ),
    "unreadable": N_("{path} cannot be read: {why} Take another backup."),
    "no_backup": N_("{path} is no backup of a till's books."),
    "another_head": N_("{path} is not as it was written: its journal ends elsewhere."),
    "not_restored": N_("{path} was not put back: {why}. The books are as they were."),
    "missed": "{why} {since}",
    "never": N_("There is none yet."),
    "last": N_("The last one is of {at}."),
    "made_again": N_("The backup is made: {path}"),
    "fresh": N_("The last backup is of {at}, up to sale {sale:06d}."),
    "old": P_(
        "The last backup is {count} day old: {path}", "The last backup is {count} days old: {path}"
    ),
    "none_yet": N_("There is no backup of these books."),
    "same_disk": N_(
        "The last backup is on the same disk as the books: {path}. Who loses one loses both."
    ),
    "do_back_up": N_(
        "Put a stick in and run pos-tui backup FOLDER; with [backup] folder in till.toml the till makes them by itself."
    ),
    "do_elsewhere": N_(
        "Have backups on a stick or another machine, and one of them in another place."
    ),
}
