"""What stands on receipts and in questions where a shop has set nothing else."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "footer": N_("Thank you"),
    "discount_damaged": N_("damaged"),
    "discount_short_date": N_("short date"),
    "discount_price_promise": N_("price promise"),
    "drawer_change": N_("change"),
    "drawer_owner": N_("owner"),
    "drawer_found": N_("found"),
    "drawer_supplies": N_("supplies"),
    "drawer_supplier": N_("supplier"),
    "drawer_postage": N_("postage"),
    "drawer_mistake": N_("mistake"),
    "drawer_to_count": N_("to count"),
    "discount_goodwill": N_("goodwill"),
}
