"""Commands of the screen: each one's word in the key bar, and its line of the help."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "bar_help": N_("Help"),
    "bar_quantity": N_("Qty"),
    "bar_find": N_("Find"),
    "bar_discount": N_("Discount"),
    "bar_price": N_("Price"),
    "bar_member": N_("Member"),
    "bar_hold": N_("Hold"),
    "bar_recall": N_("Recall"),
    "bar_why": N_("Why"),
    "bar_receipt": N_("Receipt"),
    "bar_void": N_("Void"),
    "bar_pay": N_("Pay"),
    "help_help": N_("this page"),
    "help_quantity": N_("quantity of the selected line"),
    "help_find": N_("find an item by name, initials or code"),
    "help_discount": N_("on the line; again: on all"),
    "help_price": N_("look at a price, sell nothing"),
    "help_member": N_("who the customer is: card or number"),
    "help_hold": N_("put the sale aside, begin the next one"),
    "help_recall": N_("take up a sale that was put aside"),
    "help_why": N_("why the selected line costs what it does"),
    "help_receipt": N_("print the last receipt again"),
    "help_void": N_("void the sale, or give its payment up"),
    "help_pay": N_("take payment: cash is typed, a wallet scanned"),
    "help_remove": N_("take the selected line off the list"),
    "help_undo": N_("take back what was done last to the list"),
    "help_up": N_("select the line above"),
    "help_down": N_("select the line below"),
    "help_page_up": N_("a page up"),
    "help_page_down": N_("a page down"),
    "help_back": N_("back; never cancels a sale"),
    "help_offers": N_("the shop's offers: look, make, take back"),
    "help_clock": N_("this machine's clock is right after all"),
    "help_language": N_("the next language: 中文, English"),
    "help_quit": N_("leave; an open sale is kept for next time"),
}
