"""The page of goods that come back."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title": N_("Returns"),
    "title_of": N_("Returns · sale {number:06d}"),
    "keys": N_(
        "{key:keep} give money back · {key:change} what becomes · {key:remove} not · {key:void} void · {key:back} back"
    ),
    "item": N_("Item"),
    "bought": N_("Bought"),
    "back": N_("Back"),
    "paid": N_("Paid"),
    "comes_back": N_("Returned"),
    "amount": N_("Amount"),
    "fate": N_("Goes"),
    "sale": N_("Sale"),
    "empty": N_("Nothing comes back yet."),
    "fate_to_shelf": N_("on the shelf"),
    "fate_to_check": N_("to check"),
    "fate_written_off": N_("written off"),
    "fate_empty": N_("empty"),
    "fate_voucher": N_("void"),
    "fate_settlement": N_("owed again"),
    "ask_sale": N_("Receipt: scan or number"),
    "sale_hint": N_("Or the code of an empty, or of goods without a receipt."),
    "ask_quantity": N_("How much of {name} ({unit}) comes back"),
    "quantity_hint": N_("Enter: all that is left. 0: none."),
    "ask_price": N_("{name}: how much goes back for one"),
    "price_hint": N_("No more than it costs today."),
    "ask_reason": N_("{name}: why does it come back"),
    "ask_void": N_("Why is the whole sale void"),
    "why_hint": N_("A few words; they are kept with it."),
    "goes_back": N_("Goes back: {ways}. {key:keep} goes on."),
    "to_pay": N_("{amount} is still to be paid for the new goods."),
    "first_this": N_("Answer this first, or leave it with {key:back}."),
    "nothing_chosen": N_("Nothing comes back yet; say first what does."),
    "empty_or_goods": N_("{name}: the empty, or the goods?"),
    "the_empty": N_("the empty"),
    "the_goods": N_("the goods"),
    "empty_accepted": N_("{name}: {quantity} back, {amount}."),
    "way_cash": N_("cash {amount}"),
    "way_card": N_("card {amount}"),
    "way_voucher": N_("voucher {amount}"),
    "way_account": N_("account {amount}"),
    "way_wallet": N_("wallet {amount}"),
}
