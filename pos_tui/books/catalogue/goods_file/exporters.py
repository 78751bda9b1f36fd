"""The tills and shops whose exports are known: by which columns, and what each of them holds."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Exporter(Struct, frozen=True):
    """A program that exports goods.

    Columns are named as they are compared (small letters, _ for all else); one that ends in * is
    the beginning of a name as it stands. `known_by` has sets of columns, of which one is enough.
    `group` is the column that ties the rows of one product together: its name stands in the first.
    `number` is the column of its own numbers, by which goods without any code go.
    `weighed` is a column that marks goods sold by weight, its marks, and their unit. Rows whose
    first column has one of the second's values have no price and are left out.
    `is_own`: this program; its codes are as the books keep them, its decimal mark is a point.
    `more_codes_below`: a row without name and price has another code of the product above it.
    """

    name: str
    known_by: tuple[tuple[str, ...], ...]
    columns: Mapping[str, tuple[str, ...]]
    group: str = ""
    number: str = ""
    weighed: tuple[str, tuple[str, ...], str] | None = None
    left_out: tuple[str, tuple[str, ...]] | None = None
    more_codes_below: bool = False
    leaves_check_digits_out: bool = False
    is_own: bool = False


OWN_COLUMNS = {  # field by field, as `pos-tui export` writes them
    "code": "code",
    "name": "name",
    "price": "price",
    "unit": "unit",
    "size": "size",
    "category": "category",
    "initials": "initials",
    "shelf_life_days": "shelf_life",
    "brand": "brand",
    "supplier": "supplier",
    "tags": "tags",
    "tax": "tax",
    "updated_at": "updated_at",
    "further_codes": "further_codes",
    "age_limit": "age_limit",
    "deposit": "deposit",
    "minimum": "minimum",
    "discontinued": "discontinued",
    "tare": "tare",
    "lot": "lot",
    "produced_on": "produced_on",
    "expires_on": "expires_on",
    "best_before": "best_before",
    "on_hand": "on_hand",
    "cost": "cost",
    "on_hand_at": "on_hand_at",
}
_OWN_AT_FIRST = tuple(OWN_COLUMNS.values())[:14]  # exports of before that had no stock
_OPTIONS = tuple(f"option_{n}_value" for n in (1, 2, 3))

EXPORTERS = (
    Exporter(
        "pos-tui",
        (_OWN_AT_FIRST,),
        {field: (column,) for field, column in OWN_COLUMNS.items()},
        is_own=True,
    ),
    Exporter(
        "Square",
        (("item_name", "variation_name"),),
        {
            "code": ("gtin", "sku"),
            "name": ("item_name",),
            "variant": ("variation_name",),
            "price": ("price",),
            "category": ("reporting_category", "categories", "category"),
            "supplier": ("default_vendor_name",),
            "on_hand": ("current quantity*",),
            "cost": ("default_unit_cost",),
        },
    ),
    Exporter(
        "Loyverse",
        (("handle", "sku", "name", "sold_by_weight"), ("handle", "sku", "name", "default_price")),
        {
            "code": ("barcode", "sku"),
            "name": ("name",),
            "variant": _OPTIONS,
            "price": ("price [*", "default_price", "price"),
            "category": ("category",),
            "on_hand": ("in stock [*", "in_stock"),
            "cost": ("cost",),
        },
        group="handle",
        number="handle",
        weighed=("sold_by_weight", ("y", "yes", "true", "1"), "kg"),
    ),
    Exporter(
        "WooCommerce",
        (("type", "sku", "regular_price"),),
        {
            "code": ("gtin_upc_ean_or_isbn", "sku"),
            "name": ("name",),
            "price": ("regular_price",),
            "sale_price": ("sale_price",),
            "sale_from": ("date_sale_price_starts",),
            "sale_until": ("date_sale_price_ends",),
            "category": ("categories",),
            "tags": ("tags",),
            "brand": ("brands", "brand"),
            "on_hand": ("stock",),
        },
        number="id",
        left_out=("type", ("variable", "grouped")),
    ),
    Exporter(
        "Shopify",
        (("handle", "title", "variant_price"), ("title", "url_handle", "price")),
        {
            "code": ("variant_barcode", "barcode", "variant_sku", "sku"),
            "name": ("title",),
            "variant": tuple(f"option{n}_value" for n in (1, 2, 3)),
            "price": ("variant_price", "price"),
            "compare_at": ("variant_compare_at_price", "compare_at_price"),
            "category": ("type", "product_category"),
            "brand": ("vendor",),
            "supplier": (),
            "tags": ("tags",),
            "on_hand": ("variant_inventory_qty", "inventory_quantity"),
            "cost": ("cost_per_item",),
        },
        group="handle url_handle",
        number="handle url_handle",
    ),
    Exporter(
        "Odoo",
        (("name", "list_price"), ("name", "lst_price"), ("name", "sales_price"),
         ("name", "internal_reference")),
        {
            "code": ("barcode", "default_code", "internal_reference"),
            "name": ("name",),
            "price": ("list_price", "lst_price", "sales_price", "sale_price", "public_price"),
            "sale_price": (),
            "category": ("categ_id_name", "categ_id", "product_category_display_name",
                         "product_category_name", "product_category"),
            "unit": ("uom_id_name", "uom_id", "unit_of_measure_name", "unit_of_measure", "unit"),
            "on_hand": ("qty_available", "quantity_on_hand"),
            "cost": ("standard_price", "cost"),
        },
    ),
    Exporter(
        "ERPNext",
        (("item_code", "item_group"),),
        {
            "code": ("barcode_barcodes", "barcode", "item_code"),
            "name": ("item_name",),
            "price": ("standard_selling_rate", "price_list_rate", "rate"),
            "category": ("item_group",),
            "unit": ("default_unit_of_measure",),
            "brand": ("brand",),
            "shelf_life_days": ("shelf_life_in_days",),
            "on_hand": ("opening_stock",),
            "cost": ("valuation_rate",),
        },
        more_codes_below=True,
    ),
    Exporter(
        "OSPOS",
        (("barcode", "item_name", "unit_price"), ("barcode", "item_name", "retail_price"),
         ("upc_ean_isbn", "item_name", "unit_price")),
        {
            "code": ("barcode", "upc_ean_isbn"),
            "name": ("item_name",),
            "price": ("unit_price", "retail_price"),
            "category": ("category",),
            "supplier": ("company_name", "supplier_id"),
            "unit": ("unit_of_measure",),
            "on_hand": ("location_*", "quantity"),
            "cost": ("cost_price", "wholesale_price"),
        },
        number="id item_id",
    ),
    Exporter(
        "uniCenta",
        (("reference", "barcode", "sell_price"), ("reference", "code", "pricesell"),
         ("reference", "barcode", "pricesell")),
        {
            "code": ("barcode", "code", "reference"),
            "name": ("name",),
            "price": ("sell_price", "pricesell"),
            "category": ("category",),
            "supplier": ("supplier",),
            "on_hand": ("stock", "stockunits", "units"),
            "cost": ("buy_price", "pricebuy"),
        },
    ),
    Exporter(
        "CORE-POS",
        (("upc", "description", "normal_price"), ("upc", "description", "dept", "price", "wg_d")),
        {
            "code": ("upc",),
            "name": ("description",),
            "price": ("normal_price", "price"),
            "category": ("department", "dept"),
            "brand": ("brand",),
            "supplier": ("vendor", "distributor"),
            "size": ("size",),
            "unit": ("unitofmeasure",),
        },
        weighed=("wg_d scale", ("x", "1"), "lb"),
        leaves_check_digits_out=True,
    ),
    Exporter(
        "XiaoMu",
        (("code", "name", "jp", "saleprice"),),
        {
            "code": ("code",),
            "name": ("name",),
            "price": ("saleprice",),
            "initials": ("jp",),
            "category": ("clscode",),
            "unit": ("unit",),
            "size": ("itemsize",),
            "shelf_life_days": ("vaildday",),
            "updated_at": ("changedate",),
        },
    ),
)  # fmt: skip
