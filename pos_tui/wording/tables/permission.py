"""What not everybody may do, as who approves it reads it."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "sell": N_("sell"),
    "discount": N_("give a discount"),
    "price_override": N_("give more off than a cashier may"),
    "void_paid": N_("void a sale that is paid"),
    "no_sale": N_("open the drawer without a sale"),
    "pay_in": N_("pay money in"),
    "pay_out": N_("pay money out"),
    "drop": N_("put money into the safe"),
    "open_shift": N_("open a shift"),
    "close_shift": N_("close a shift"),
    "close_others_shift": N_("close somebody else's shift"),
    "x_report": N_("look at the X report"),
    "reports": N_("look at reports"),
    "return": N_("take goods back"),
    "return_without_receipt": N_("take goods back without a receipt"),
    "refund_other_way": N_("give money back another way than it came"),
    "sell_voucher": N_("sell a voucher"),
    "customer_account": N_("sell on a customer's account"),
    "goods": N_("the shop's goods"),
    "offers": N_("the shop's offers"),
    "see_cost": N_("see what goods cost the shop"),
    "staff": N_("change the staff"),
    "backup": N_("back the books up"),
    "settings": N_("change settings"),
    "training": N_("train"),
    "open_reports": N_("The shop's reports."),
    "open_clearing": N_("What wallets and cards owe."),
    "book_payout": N_("Book what came to the bank."),
    "open_goods": N_("The shop's goods."),
    "open_offers": N_("The shop's offers."),
    "add_product": N_("Add this product."),
    "clock": N_("It is {now} now?"),
}
