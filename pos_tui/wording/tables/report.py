"""Reports of what was earned, on the screen and in `pos-tui report`."""

from __future__ import annotations

from pos_tui.wording.marks import N_, P_, Table

TABLE: Table = {
    # periods
    "day": N_("{weekday} {day}"),
    "week": N_("week {week} of {year} · {first} to {last}"),
    "month": N_("{year}-{month:02d}"),
    "year": N_("the year {year}"),
    "as_of": N_("as it stood at {at}"),
    # what the rows are
    "by_hour": N_("by hour"),
    "by_day": N_("by day"),
    "by_month": N_("by month"),
    "by_product": N_("by product"),
    "by_category": N_("by category"),
    "by_cashier": N_("by cashier"),
    "by_tender": N_("by tender"),
    "by_offer": N_("by offer"),
    "by_tax": N_("by tax"),
    "by_weekday": N_("hours of the weekdays"),
    # the columns
    "column_hour": N_("Hour"),
    "column_day": N_("Day"),
    "column_month": N_("Month"),
    "column_product": N_("Product"),
    "column_category": N_("Category"),
    "column_cashier": N_("Cashier"),
    "column_tender": N_("Tender"),
    "column_offer": N_("Offer"),
    "column_tax": N_("Tax class"),
    "column_sales": N_("Sales"),
    "column_lines": N_("Lines"),
    "column_tenders": N_("Times"),
    "column_quantity": N_("Quantity"),
    "column_paid": N_("Income"),
    "column_net": N_("Net"),
    "column_tax_amount": N_("Tax"),
    "column_deposit": N_("Deposits"),
    "column_saved": N_("Taken off"),
    "column_rounding": N_("Rounding"),
    "column_cost": N_("Cost"),
    "column_margin": N_("Margin"),
    "column_before": N_("Before"),
    # the head
    "income": N_("Income"),
    "sales": P_("{count} sale, {average} each", "{count} sales, {average} each"),
    "no_sales": N_("Nothing was sold."),
    "net": N_("Without tax"),
    "tax": N_("Tax"),
    "returned": N_("Came back"),
    "deposit": N_("Deposits"),
    "saved": N_("Taken off by offers"),
    "rounding": N_("Rounding in cash"),
    "undetailed": N_("Without detail"),
    "cost": N_("Goods cost"),
    "margin": N_("Margin"),
    "margin_share": N_("{amount}  {percent} %"),
    "no_costs": N_("What the goods cost is not known, so neither is the margin."),
    "uncosted": P_(
        "Of {count} movement of goods the cost is not known; the margin is less than it says.",
        "Of {count} movements of goods the cost is not known; the margin is less than it says.",
    ),
    "undetailed_note": N_(
        "{amount} were sold before this till kept what each sale was: of these only the total is known."
    ),
    "compared": N_("{name} {amount}  {change}"),
    "change_new": N_("new"),
    "balance_drawer": N_("Drawer {amount}"),
    "balance_safe": N_("Safe {amount}"),
    "balance_stock": N_("Stock at cost {amount}"),
    # names of rows
    "no_detail": N_("before lines were kept"),
    "no_category": N_("without a category"),
    "no_cashier": N_("nobody signed on"),
    "no_tax": N_("without tax"),
    "basket": N_("off the whole basket"),
    "product_gone": N_("product {number}, no longer in the books"),
    "tender_unknown": N_("not known"),
    "tender_owed": N_("for vouchers and debts"),
}
