"""`pos-tui decode`."""

from __future__ import annotations

from pos_tui.wording.marks import N_, Table

TABLE: Table = {
    "help": N_("What a scan means to the till, and why."),
    "code_help": N_("the scan, as the scanner gave it; \\x1d stands for the separator GS"),
    "json_help": N_("one JSON object"),
    "or_else": N_("or else:"),
    "kind_item": N_("item"),
    "kind_payment": N_("payment"),
    "kind_voucher": N_("voucher"),
    "kind_unknown": N_("unknown"),
    "kind_refused": N_("refused"),
    "kind_receipt": N_("receipt"),
    "field_sale": N_("sale"),
    "field_till": N_("till"),
    "field_kind": N_("kind"),
    "field_why": N_("why"),
    "field_platform": N_("platform"),
    "field_code": N_("code"),
    "field_gtin": "GTIN",
    "field_house_code": N_("house code"),
    "field_name": N_("name"),
    "field_template": N_("template"),
    "field_price": N_("price"),
    "field_weight_kg": N_("weight kg"),
    "field_count": N_("count"),
    "field_lot": N_("lot"),
    "field_produced_on": N_("produced on"),
    "field_best_before": N_("best before"),
    "field_expires_on": N_("expires on"),
    "field_expires_at": N_("expires at"),
    "field_shelf_life": N_("shelf life"),
    "field_doubt": N_("doubt"),
}
