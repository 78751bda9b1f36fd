"""Questions on the scan line."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "quantity": N_("Quantity of {name} (now {quantity}):"),
    "discount": N_("Discount on {name}: 10%, 2.00 or =3.00 each; {key:discount}: on all:"),
    "below_cost": N_("{why}. Give it all the same? y, then {key:confirm}:"),
    "discount_basket": N_("Discount on the whole basket: 10%, 2.00 or =30.00 in all; 0 for none:"),
    "discount_reason": N_("Why? {reasons}:"),
    "sign_on": N_("Who is at the till? PIN, or scan a badge:"),
    "sign_on_instead": N_(
        "Instead of {name}: PIN or badge; {key:sign_on} again: nobody, {key:back}: stays:"
    ),
    "member": N_("Member's card or number (0: nobody):"),
    "pay": N_("Pay {amount}: cash, c card, v voucher, or a code:"),
    "refund": N_("Give {amount} back: {ways}. {key:confirm}, or h cash, c card, v voucher:"),
    "refund_ways": N_("{key:confirm} gives it back the way it came; h, c or v another way."),
    "pay_member": N_("Pay {amount}: cash, c card, k account, or a code:"),
    "price": N_("Price of (scan or type):"),
    "give_up": N_("Give this payment up? y, then {key:confirm}:"),
    "give_back": N_("Give back the {amount} paid so far? y, then {key:confirm}:"),
    "void": N_("Void the whole sale? y, then {key:confirm}:"),
    "clock": N_("It is {now} now? y, then {key:confirm}:"),
}
