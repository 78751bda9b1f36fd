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
    "over_nothing": N_("A voucher is over more than nothing."),
    "not_expired": N_("That voucher has not expired, or nothing is left on it."),
}
