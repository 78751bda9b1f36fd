"""Customers' accounts: why one does not pay, and what must be approved."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "whose": N_("Whose account? {key:member} says who the customer is."),
    "none": N_("{name} has no account; {key:money}, accounts, gives one."),
    "not_for_itself": N_("What is paid on an account cannot be put on one."),
    "over_limit": N_("{name} would owe {owes}, and may owe {limit}."),
    "needs_approval": N_("{why} Somebody who may must approve that."),
    "beyond_limit": N_("{why} {key:money}, accounts, F6 sets another limit."),
    "changed_meanwhile": N_(
        "Something else was put on this account, or paid, meanwhile; nothing was written. Pay again."
    ),
    "sets_limit": N_("{name} may owe {limit}."),
    "limit_below_zero": N_("A limit is nothing or more."),
    "limit_set": N_("{name} may owe {limit} now."),
    "closed": N_("{name} has no account any more; what is owed stays owed."),
    "owes_nothing": N_("This customer owes nothing."),
    "owes_less": N_("{name} owes {owes}: type no more than that."),
}
