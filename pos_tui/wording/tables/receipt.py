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
    "voucher_left": N_("Left on it"),
    "voucher_sold": N_("Voucher"),
    "voucher_good_until": N_("Good until {day}"),
    "voucher_unlimited": N_("Good without limit of time"),
    "voucher_issued_on": N_("Issued on {day}"),
    "voucher_keep": N_("Keep it like cash: whoever has the number can spend it."),
    "account": N_("On account"),
    "account_number": N_("Account"),
    "account_left": N_("Now owed"),
    "account_paid": N_("Paid on account: {name}"),
    "authorisation": N_("Authorisation"),
    "code": N_("Code"),
    "order": N_("Order"),
    "reference": N_("Ref"),
    "journal": N_("journal {row} · {mark}"),
    "printed_late": N_("Printed after the till had stopped; there may be another print of it"),
    "tax": N_("Tax {percent} % on {net}"),
}
