"""The page of the shop's vouchers."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "title": N_("Vouchers"),
    "keys": N_("Enter history   {key:receipt} slip again   {key:remove} write back   Esc back"),
    "number": N_("Voucher"),
    "issued": N_("Issued"),
    "amount": N_("Over"),
    "left": N_("Left"),
    "good_until": N_("Good until"),
    "from": N_("From"),
    "empty": N_("No voucher has been issued yet."),
    "ask": N_("Sell a voucher over:"),
    "hint": N_("Type the amount, or scan a voucher to look at it."),
    "for_ever": N_("no limit"),
    "spent": N_("spent"),
    "expired": N_("✗ {day:short}"),
    "until": N_("{day:short}"),
    "of_sale": N_("sale {number:06d}"),
    "write_back": N_("{number}: {amount} becomes income?"),
    "writes_back": N_("yes"),
}
