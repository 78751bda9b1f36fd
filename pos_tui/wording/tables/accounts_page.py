"""The pages of customers' accounts."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title": N_("Customers' accounts"),
    "keys": N_("Enter pays   {key:find} statement   F6 limit   Esc back"),
    "limit_hint": N_("so much may be owed at once"),
    "limit_title": N_("How much may {name} owe?"),
    "customer": N_("Customer"),
    "code": N_("Code"),
    "owes": N_("Owes"),
    "since": N_("Since"),
    "limit": N_("May owe"),
    "empty": N_("Nobody has an account: scan a member's card, then F6 gives one."),
    "none_yet": N_("{name} has no account; F6 gives one."),
    "nothing_owed": N_("Nothing is owed here."),
    "ask": N_("{name} pays:"),
    "hint": N_("Enter is all of it; it stands on the list then, and is paid like goods."),
    "statement": N_("{name} owes {owes}"),
    "statement_keys": N_("{key:hold} writes a file   Esc back"),
    "when": N_("When"),
    "what": N_("What"),
    "amount": N_("Amount"),
    "owed_then": N_("Owed then"),
    "moment": N_("{at:short}"),
    "bought": N_("bought, sale {number:06d}"),
    "paid": N_("paid, sale {number:06d}"),
    "no_rows": N_("Nothing was ever put on this account."),
    "written": N_("Written: {path}"),
}
