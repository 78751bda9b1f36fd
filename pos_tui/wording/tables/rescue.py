"""What a rescue of damaged books has lost."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "products": N_("products"),
    "item_codes": N_("item codes"),
    "offers": N_("offers"),
    "sales": N_("sales"),
    "orders": N_("orders"),
    "journal": N_("journal"),
    "nothing_readable": N_("Nothing of the old file can be read."),
    "table_lost": N_("Lost: the whole of the table {table}."),
    "rows_lost": N_("Lost: what stood from row {first} to row {last} of {table}."),
    "rows_lost_from": N_("Lost: what stood from row {first} on in {table}."),
    "rows_lost_between": N_("Lost: some rows of {table}."),
    "rows_dropped": N_("Lost: {count} rows of {table}, whose product or sale cannot be read."),
    "goods_lost": N_(
        "Lost: the goods of {count} codes ({codes}); they are not sold until they are imported again."
    ),
    "sales_again": N_("{count} sales were made again from receipts and journal."),
    "sale_without_amount": N_(
        "Sale {number:06d} was paid, but its amount is lost: its receipt is missing too. It is kept as void."
    ),
}
