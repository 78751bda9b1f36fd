"""Questions on the scan line."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "quantity": N_("Quantity of {name} (now {quantity}):"),
    "discount": N_("Discount on {name}: 10%, 2.00 or =3.00 each; {key:discount}: on all:"),
    "discount_basket": N_("Discount on the whole basket: 10%, 2.00 or =30.00 in all; 0 for none:"),
    "discount_reason": N_("Why? {reasons}:"),
    "discount_pin": N_("More than you may give alone. A supervisor's PIN:"),
    "member": N_("Member's card or number (0: nobody):"),
    "pay": N_("Pay {amount}: cash, c card, v voucher, or a code:"),
    "price": N_("Price of (scan or type):"),
    "give_up": N_("Give this payment up? y, then {key:confirm}:"),
    "give_back": N_("Give back the {amount} paid so far? y, then {key:confirm}:"),
    "void": N_("Void the whole sale? y, then {key:confirm}:"),
    "clock": N_("It is {now} now? y, then {key:confirm}:"),
    "clock_pin": N_("It is {now} now? A supervisor's PIN:"),
    "offers_pin": N_("The shop's offers. A supervisor's PIN:"),
    "add_product_pin": N_("Add this product. A supervisor's PIN:"),
    "goods_pin": N_("The shop's goods. A supervisor's PIN:"),
}
