"""What `pos-tui staff` says."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_(
        "Who works here: cashiers, and supervisors whose PIN approves what a cashier may not."
    ),
    "act_help": N_("add also changes a PIN"),
    "name": N_("NAME"),
    "name_help": N_("a name; several words in quotes"),
    "role": N_("ROLE"),
    "role_help": N_("cashier, or supervisor: one who may approve"),
    "pin_file_help": N_("read the PIN from a file's first line; - is stdin"),
    "pin_typed": N_(
        "A PIN is never typed in a command, where others can read it; it is asked for. A name of"
        " several words stands in quotes. Nothing was changed."
    ),
    "who": N_("Say who: pos-tui staff {act} NAME."),
    "which_role": N_("Say the role: --role cashier or --role supervisor."),
    "added": N_("{name} is a {role} now."),
    "changed": N_("{name} is a {role}, with a new PIN."),
    "removed": N_("{name} is off the staff."),
    "removed_last": N_("{name} is off the staff. There is no supervisor now: nobody can approve."),
    "list_empty": N_(
        "Nobody is on the staff yet: pos-tui staff add NAME --role cashier, or --role supervisor."
    ),
    "locked": N_("locked until {until}"),
    "no_terminal": N_(
        "There is no terminal to ask for the PIN at; give it with --pin-file FILE, or with"
        " --pin-file - on standard input. Nothing was changed."
    ),
    "ask_pin": N_("PIN for {name}: "),
    "ask_again": N_("The same PIN again: "),
    "pins_differ": N_("The two PINs differ. Nothing was changed; start again."),
    "no_pin": N_("No PIN was typed. Nothing was changed."),
    "would_show": N_(
        "This terminal would show the PIN; give it with --pin-file FILE. Nothing was changed."
    ),
    "pin_file_unreadable": N_(
        "The file of --pin-file cannot be read ({why}). Nothing was changed."
    ),
    "no_file_name": N_("its name is no file's"),
}
