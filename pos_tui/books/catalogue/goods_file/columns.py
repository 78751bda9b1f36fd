"""Which column of a goods file holds what: by name, by the till it comes from, or as told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from pos_tui.books.catalogue.goods_file.errors import GoodsFileError
from pos_tui.books.catalogue.goods_file.exporters import EXPORTERS, Exporter

COLUMN_NAMES: dict[str, tuple[str, ...]] = {
    "template": ("template", "code_template", "模板"),
    "code": ("barcode", "bar_code", "ean", "ean13", "gtin", "gtin_upc_ean_or_isbn", "upc", "isbn",
             "条码", "商品条码", "barcode_2", "barcode2", "other_codes", "code", "sku", "item_code",
             "product_code", "default_code", "internal_reference", "plu", "货号", "编码"),
    "name": ("name", "item_name", "product_name", "description", "product", "title",
             "名称", "品名", "商品名称"),
    "further_codes": ("further_codes", "pack_codes", "包装条码", "附加条码"),
    "variant": ("variant", "variation"),
    "price": ("price", "regular_price", "unit_price", "retail_price", "selling_price",
              "sell_price", "sales_price", "list_price", "normal_price", "default_price",
              "售价", "零售价", "单价", "价格", "saleprice", "sale_price"),
    "sale_price": ("sale_price", "saleprice", "special_price", "promo_price",
                   "promotional_price", "促销价", "特价"),
    "sale_from": ("sale_from", "date_sale_price_starts", "促销开始"),
    "sale_until": ("sale_until", "date_sale_price_ends", "促销结束"),
    "compare_at": ("compare_at", "compare_at_price", "original_price", "old_price", "was_price",
                   "原价", "划线价"),
    "unit": ("unit", "uom", "unit_of_measure", "单位"),
    "size": ("size", "itemsize", "item_size", "spec", "specification", "规格"),
    "category": ("category", "class", "clscode", "class_code", "department", "group",
                 "类别", "分类", "部门"),
    "initials": ("initials", "jp", "pinyin", "short_name", "mnemonic", "拼音码", "助记码", "简拼"),
    "shelf_life_days": ("shelf_life_days", "shelf_life", "vaildday", "validday",
                        "valid_days", "保质期", "保质天数"),
    "brand": ("brand", "品牌"),
    "supplier": ("supplier", "vendor", "供应商"),
    "tags": ("tags", "tag", "标签"),
    "tax": ("tax", "tax_class", "vat", "税类"),
    "best_before": ("best_before", "best_before_date", "赏味期限"),
    "offer": ("offer", "promotion", "discount", "优惠", "促销"),
    "age_limit": ("age_limit", "minimum_age", "min_age", "年龄限制", "最低年龄"),
    "deposit": ("deposit", "deposit_code", "押金商品"),
    "minimum": ("minimum", "minimum_stock", "min_stock", "stock_minimum", "reorder_level",
                "reorder_point", "最低库存", "库存下限"),
    "discontinued": ("discontinued", "discontinued_since", "停售日期"),
    "tare": ("tare", "tare_g", "皮重"),
    "lot": ("lot", "batch", "lot_no", "batch_no", "批号", "批次"),
    "produced_on": ("produced_on", "production_date", "produced", "生产日期"),
    "expires_on": ("expires_on", "expires", "expiry", "expiry_date", "expiration_date", "use_by",
                   "有效期至", "到期日期", "到期日"),
    "on_hand": ("on_hand", "stock", "quantity", "qty", "quantity_on_hand", "qty_available",
                "库存"),
    "cost": ("cost", "unit_cost", "cost_price", "purchase_price", "buying_price", "buy_price",
             "进价", "进货价", "成本", "成本价"),
    "on_hand_at": ("on_hand_at", "stock_at", "库存时间"),
    "updated_at": ("updated_at", "changedate", "change_date", "last_change", "modified",
                   "修改日期"),
}  # fmt: skip
NEEDED = ("code", "name", "price")
_OF_SEVERAL_COLUMNS = ("code", "variant")
# What other tills call so may be something else: a flag, a price that no longer holds.
_NOT_BY_NAME = frozenset(
    (
        "offer",
        "tax",
        "sale_price",
        "sale_from",
        "sale_until",
        "compare_at",
        "on_hand",
        "variant",
        "cost",
        "age_limit",
        "deposit",
        "minimum",
        "discontinued",
        "tare",
    )
)
_HEAD = re.compile(r"[,(\[（，:：/]")
_PURCHASE = re.compile(r"cost|purchase|buy|wholesale|成本|进价", re.IGNORECASE)


class GoodsColumns(Struct, frozen=True):
    """Where each field of a row stands; of several places the first that is not empty counts.

    `exporter` is the till that writes this header, None where it is nobody's.
    """

    header: tuple[str, ...]
    places: dict[str, tuple[int, ...]]
    exporter: Exporter | None = None

    @property
    def are_own(self) -> bool:
        """Whether the file is an export of this program."""
        return self.exporter is not None and self.exporter.is_own

    def value(self, field: str, cells: Sequence[str]) -> str:
        """What a row has in a field; "" where it has nothing."""
        for place in self.places.get(field, ()):
            text = cells[place].strip()
            if text:
                return text
        return ""

    def name_of(self, field: str) -> str:
        """What the file calls the column of a field."""
        places = self.places.get(field, ())
        return self.header[places[0]].strip() if places else field

    def places_named(self, names: str) -> tuple[int, ...]:
        """Where the columns with these names, apart by blanks, stand, whatever they hold."""
        wanted = names.split()
        return tuple(p for p, name in enumerate(self.header) if normal_name(name) in wanted)

    def unused(self) -> tuple[str, ...]:
        """The names of the columns that hold no field."""
        used = {place for places in self.places.values() for place in places}
        return tuple(
            name.strip()
            for place, name in enumerate(self.header)
            if place not in used and name.strip()
        )


def normal_name(name: str) -> str:
    """A column's name as names are compared: small letters, one _ for all else."""
    return re.sub(r"[\W_]+", "_", name.casefold()).strip("_")


def find_columns(
    path: str, header: Sequence[str], chosen: Mapping[str, tuple[str, ...]], needed: Sequence[str]
) -> GoodsColumns:
    """The columns of a header. Raises GoodsFileError where a needed one is not there.

    `chosen` names the columns of a field that has others; none: the field has no column.
    """
    by_name: dict[str, list[int]] = {}
    for place, name in enumerate(header):
        by_name.setdefault(normal_name(name), []).append(place)
    places: dict[str, tuple[int, ...]] = {}
    for field, columns in chosen.items():
        if field not in COLUMN_NAMES:
            raise GoodsFileError("goods.no_field", field=field, fields=tuple(COLUMN_NAMES))
        found = []
        for column in filter(None, columns):
            if normal_name(column) not in by_name:
                raise GoodsFileError(
                    "goods.no_column", path=path, column=column, columns=tuple(header)
                )
            found += by_name[normal_name(column)]
        places[field] = tuple(found)
    exporter = next((each for each in EXPORTERS if _fits(each, by_name)), None)
    if exporter is not None:
        for field, columns in exporter.columns.items():
            found = [place for column in columns for place in _places(column, header, by_name)]
            places.setdefault(field, tuple(found))
    for field, names in COLUMN_NAMES.items():
        if field in places or (exporter is not None and field in _NOT_BY_NAME):
            continue
        found = [place for name in names for place in by_name.get(name, ())]
        if not found and field in NEEDED:
            found = _by_head(names, header)
        if field == "sale_price":
            found = [place for place in found if place not in places.get("price", ())]
        places[field] = tuple(found if field in _OF_SEVERAL_COLUMNS else found[:1])
    places = {field: found for field, found in places.items() if found}
    missing = [field for field in needed if field not in places]
    if missing:
        raise GoodsFileError(
            "goods.column_missing",
            path=path,
            fields=tuple(missing),
            columns=tuple(name for name in header if name.strip()),
            field=missing[0],
        )
    return GoodsColumns(tuple(header), places, exporter)


def is_header(
    cells: Sequence[str], chosen: Mapping[str, tuple[str, ...]], needed: Sequence[str]
) -> bool:
    """Whether a line of a file names the columns that are needed."""
    try:
        find_columns("", cells, chosen, needed)
    except GoodsFileError:
        return False
    return True


def _fits(exporter: Exporter, by_name: Mapping[str, Sequence[int]]) -> bool:
    return any(all(name in by_name for name in names) for names in exporter.known_by)


def _places(
    column: str, header: Sequence[str], by_name: Mapping[str, Sequence[int]]
) -> Sequence[int]:
    if not column.endswith("*"):
        return by_name.get(column, ())
    begin = column[:-1]
    return [place for place, name in enumerate(header) if name.strip().casefold().startswith(begin)]


def _by_head(names: Sequence[str], header: Sequence[str]) -> list[int]:
    """The one column whose name begins so, before a comma or bracket: “price, incl. VAT”."""
    heads = {
        place: normal_name(_HEAD.split(name)[0])
        for place, name in enumerate(header)
        if not _PURCHASE.search(name)
    }
    for name in names:
        found = [place for place, head in heads.items() if head == name]
        if len(found) == 1:
            return found
    return []
