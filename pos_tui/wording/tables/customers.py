"""What cannot be done with the customers that the shop knows, and why."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "no_code": N_("A customer needs a code."),
    "code_form": N_(
        "A customer's code is at most 40 letters, digits and signs without spaces; “{code}” is"
        " none."
    ),
    "no_name": N_("A customer needs a name."),
    "name_form": N_("A customer's name is at most {longest} characters, none of them invisible."),
    "group_form": N_(
        "A group is one word of at most 24 small letters, digits, - and _; “{group}” is not such a word."
    ),
    "payment_code": N_(
        "This is a payment code, or would be mistaken for one; it must not be kept. Give the"
        " customer another code."
    ),
    "unknown": N_("There is no customer “{code}”."),
    "owes": N_("The account of “{code}” is not even: settle it first."),
    "no_account_code": N_("“{code}” has a colon: give the customer another code for an account."),
    "no_header": N_(
        "{path}: none of its first lines names the columns code and name (group and since may stand"
        " beside them); the nearest to it has {columns}. Nothing was changed."
    ),
    "row_twice": N_("Its code stands in line {line} already."),
}
