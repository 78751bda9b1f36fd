"""What stands on receipts and in questions where a shop has set nothing else."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "footer": N_("Thank you"),
    "discount_damaged": N_("damaged"),
    "discount_short_date": N_("short date"),
    "discount_price_promise": N_("price promise"),
    "discount_goodwill": N_("goodwill"),
}
