"""What `pos-tui staff` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_("Who works here: as what, and by which PIN and badge they sign on and approve."),
    "act_help": N_("list where nothing is said; add also changes a role, PIN or badge"),
    "name": N_("NAME"),
    "name_help": N_("a name; several words in quotes"),
    "role": N_("ROLE"),
    "role_help": N_("cashier, supervisor (may approve), manager (may all), technician, trainer"),
    "badge_help": N_("ask for a badge's code too: scan it; nothing: no badge any more"),
    "badge_file_help": N_("read the badge's code from a file's first line; - is stdin"),
    "badge": N_("has a badge"),
    "pin_file_help": N_("read the PIN from a file's first line; - is stdin"),
    "pin_typed": N_(
        "A PIN is never typed in a command, where others can read it; it is asked for. A name of"
        " several words stands in quotes. Nothing was changed."
    ),
    "who": N_("Say who: pos-tui staff {act} NAME."),
    "which_role": N_("Say the role, like --role cashier; there are {roles}."),
    "added": N_("{name} is a {role} now."),
    "changed": N_("{name} is a {role}, with a new PIN."),
    "removed": N_("{name} is off the staff."),
    "removed_last": N_("{name} is off the staff. There is no supervisor now: nobody can approve."),
    "list_empty": N_(
        "Nobody is on the staff yet; the first is the manager: pos-tui staff add NAME --role"
        " manager. Then: pos-tui staff add NAME --role cashier."
    ),
    "ask_manager": N_("Who is the manager? A name (Enter: nobody yet): "),
    "no_manager": N_("There is no manager yet: pos-tui staff add NAME --role manager."),
    "sign_on_locked": N_("Signing on by PIN is locked until {until}; badges sign on."),
    "locked": N_("locked until {until}"),
    "no_terminal": N_(
        "There is no terminal to ask for the PIN at; give it with --pin-file FILE, or with"
        " --pin-file - on standard input. Nothing was changed."
    ),
    "no_terminal_for_badge": N_(
        "There is no terminal to ask for the badge at; give it with --badge-file FILE. Nothing was"
        " changed."
    ),
    "ask_badge": N_("Badge of {name} (scan it; Enter: none): "),
    "ask_pin": N_("PIN for {name}: "),
    "ask_again": N_("The same PIN again: "),
    "pins_differ": N_("The two PINs differ. Nothing was changed; start again."),
    "no_pin": N_("No PIN was typed. Nothing was changed."),
    "would_show": N_(
        "This terminal would show the PIN; give it with --pin-file FILE. Nothing was changed."
    ),
    "file_unreadable": N_("The file of {option} cannot be read ({why}). Nothing was changed."),
    "no_file_name": N_("its name is no file's"),
}
