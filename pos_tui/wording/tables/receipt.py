"""What stands on a receipt."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "sale": N_("Sale {number:06d}"),
    "till": N_("Till {till}"),
    "subtotal": N_("Subtotal"),
    "saved": N_("Saved"),
    "total": N_("TOTAL"),
    "to_pay_in_cash": N_("To pay in cash"),
    "cash": N_("Cash"),
    "change": N_("Change"),
    "card": N_("Card"),
    "card_number": N_("Card ending"),
    "voucher": N_("Voucher"),
    "voucher_number": N_("Number"),
    "authorisation": N_("Authorisation"),
    "code": N_("Code"),
    "order": N_("Order"),
    "reference": N_("Ref"),
    "journal": N_("journal {row} · {mark}"),
    "printed_late": N_("Printed after the till had stopped; there may be another print of it"),
    "returns": N_("Returned"),
    "void": N_("Void of sale {number:06d}"),
    "of_sale": N_("(sale {number:06d})"),
    "tax_back": N_("of which tax"),
    "rounding": N_("Rounding"),
    "back_cash": N_("Cash back"),
    "back_card": N_("Back to the card"),
    "back_voucher": N_("Voucher issued"),
    "back_to": N_("Back to {platform}"),
    "refund": N_("Refund"),
    "tax": N_("Tax {percent} % on {net}"),
}
