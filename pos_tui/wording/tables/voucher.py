"""The shop's own vouchers: why one does not pay, and what is on it."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "not_known": N_(
        "There is no voucher {number} in the shop's books. Take no goods' worth for it."
    ),
    "is_spent": N_("Nothing is left on voucher {number}."),
    "has_expired": N_("Voucher {number} expired: its last good day was {day}."),
    "spent_meanwhile": N_(
        "Something else was paid with this voucher meanwhile; nothing was taken. Scan it again."
    ),
    "too_much": N_("{given} is too much: {left} is on the voucher, and it can pay {most} here."),
    "for_goods_only": N_("A voucher pays goods only: no other voucher, and no account."),
    "has_left": N_("Voucher {number}: {left} is on it."),
    "has_left_until": N_("Voucher {number}: {left} is on it, good until {day}."),
    "slip_printed": N_("The slip of voucher {number} is printed."),
    "no_printer": N_("This till has no printer: pos-tui voucher show writes the slip."),
    "was_issued": N_("{amount} on {day}"),
    "was_spent": N_("{amount} spent on {day} (sale {number:06d})"),
    "was_given_back": N_("{amount} back onto it on {day} (sale {number:06d})"),
    "was_expired": N_("{amount} written back on {day}"),
    "was_voided": N_("{amount} taken off on {day}: sale {number:06d} was voided"),
    "spent_of_sale": N_(
        "Voucher {number} of sale {sale:06d} has been used, so that sale cannot be voided. No money has gone back. Take its goods back as a return; what is left on the voucher stays good."
    ),
    "being_voided": N_(
        "Sale {sale:06d}, which sold this voucher, is being voided: it pays nothing now, and nothing was taken. Pay another way."
    ),
    "history": N_("Issued over {parts}."),
    "sells": N_("Sell a voucher over {amount}."),
    "prints_again": N_("Print the slip of voucher {number} again."),
    "writes_back": N_("Voucher {number}: {amount} becomes income."),
    "written_back": N_("{amount} is income now."),
    "why_issued": N_("Say why the voucher is issued for nothing."),
    "over_nothing": N_("A voucher is over more than nothing."),
    "not_expired": N_("That voucher has not expired, or nothing is left on it."),
}
