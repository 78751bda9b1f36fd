"""What cannot be done with the staff, and why nobody has approved."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "pin_form": N_("A PIN is 4 to 8 digits. Nothing was changed."),
    "pin_one_digit": N_(
        "A PIN of one digit over and over is guessed first; choose another. Nothing was changed."
    ),
    "pin_in_a_row": N_(
        "A PIN whose digits run straight up or down is guessed first; choose another. Nothing was"
        " changed."
    ),
    "pin_used": N_("Someone else has this PIN already; choose another. Nothing was changed."),
    "pin_not_hashed": N_("The PIN could not be hashed ({why}). Nothing was changed."),
    "pin_not_checked": N_("The PIN could not be checked ({why}). Nothing was changed; try again."),
    "name_needed": N_("A name is needed. Nothing was changed."),
    "name_letter": N_("A name needs a letter in it. Nothing was changed."),
    "name_form": N_(
        "A name is at most {longest} characters, none of them invisible. Nothing was changed."
    ),
    "role_form": N_("A role is cashier or supervisor. Nothing was changed."),
    "unknown": N_("There is nobody called “{name}” on the staff. Nothing was changed."),
    "no_approver": N_(
        "Nobody on the staff may approve this. On this machine, run: pos-tui staff add NAME --role"
        " manager."
    ),
    "may_not": N_("{name} may not do this alone: {what}."),
    "locked": N_(
        "Approvals are locked until {until} after too many wrong PINs. Nothing was approved; the"
        " sale can go on without it."
    ),
    "approval_pin_form": N_("A PIN is 4 to 8 digits. Nothing was approved; type it again."),
    "wrong_pin": N_("That is no supervisor's PIN. Nothing was approved; type it again."),
    "locked_now": N_(
        "That is no supervisor's PIN. After {failures} wrong ones approvals are locked until"
        " {until}; nothing was approved."
    ),
    "role_cashier": N_("cashier"),
    "role_supervisor": N_("supervisor"),
}
