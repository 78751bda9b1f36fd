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
    "tax": N_("Tax {percent} % on {net}"),
}
