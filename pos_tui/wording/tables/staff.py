"""What cannot be done with the staff, and why nobody has approved."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

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
    "role_form": N_(
        "A role is cashier, supervisor, manager, technician or trainer. Nothing was changed."
    ),
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
    "wrong_pin_locked": N_(
        "That is no supervisor's PIN. After {failures} wrong ones approvals are locked until"
        " {until}; nothing was approved."
    ),
    "badge_may_not": N_("{name} may not approve this. Nothing was approved."),
    "nobody_yet": N_(
        "Nobody is on the staff yet. On this machine, run: pos-tui staff add NAME --role manager."
    ),
    "sign_on_first": N_("Nobody is at the till: sign on with a PIN or a badge first."),
    "sign_on_locked": N_(
        "No PIN is tried until {until} after too many wrong ones. A badge signs on; the sale stays."
    ),
    "sign_on_pin_form": N_("A PIN is 4 to 8 digits. Type it again, or scan a badge."),
    "sign_on_wrong": N_("Nobody has this PIN. Type it again, or scan a badge."),
    "sign_on_wrong_locked": N_(
        "Nobody has this PIN. After {failures} wrong ones none is tried until {until}; a badge"
        " signs on."
    ),
    "signed_on": N_("{name} is at the till."),
    "signed_off": N_("{name} is signed off; the sale stays."),
    "signed_off_idle": N_(
        "{name} is signed off: nothing was done for some time. The sale stays, payments go on."
    ),
    "scans_kept": P_(
        "Nobody is at the till: sign on, then what was scanned goes on the list ({count} code).",
        "Nobody is at the till: sign on, then what was scanned goes on the list ({count} codes).",
    ),
    "payment_waits": N_(
        "Nobody is at the till: sign on, then scan the payment code again. Nothing was charged."
    ),
    "badge_is_no_answer": N_(
        "That is a badge; it answers nothing here. Finish this first, then scan it on the sale."
    ),
    "badge_form": N_("A badge's code is {shortest} to {longest} characters. Nothing was changed."),
    "badge_guessed": N_(
        "A badge's code of one or two characters over and over is guessed; take another. Nothing"
        " was changed."
    ),
    "badge_is_code": N_(
        "That code is a product's or a member's; a badge needs one of its own. Nothing was changed."
    ),
    "badge_used": N_("Someone else has this badge already. Nothing was changed."),
    "role_cashier": N_("cashier"),
    "role_supervisor": N_("supervisor"),
    "role_manager": N_("manager"),
    "role_technician": N_("technician"),
    "role_trainer": N_("trainer"),
}
