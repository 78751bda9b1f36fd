"""Goods from another till's export: columns found by name, good rows kept, bad ones explained."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import apsw
from msgspec import Struct

from pos_tui.books.catalogue.lots import receive_lot
from pos_tui.books.catalogue.offers import set_offer_on_product
from pos_tui.books.catalogue.products import ImportCounts, ProductRow, find_product, import_products
from pos_tui.books.owner_only import make_folder
from pos_tui.checkout.expiry import DateKind, expires_on
from pos_tui.codes import ItemCode, PaymentCode, Reading
from pos_tui.codes.context import CodeContext
from pos_tui.codes.gtin import gtin_of
from pos_tui.codes.identify import identify
from pos_tui.codes.masking import shown
from pos_tui.codes.reading import shelf_life_of
from pos_tui.money import Currency, format_amount, round_half_up
from pos_tui.pricing import Goods, Offer, OfferError
from pos_tui.pricing.check import below_zero
from pos_tui.pricing.offer_short import offer_name, parse_offer
from pos_tui.reasons import Reason, ReasonError, because, plain, reason_of

_COLUMN_NAMES: dict[str, tuple[str, ...]] = {
    "template": ("template", "code_template", "模板"),
    "code": ("code", "barcode", "bar_code", "ean", "gtin", "upc", "sku", "item_code", "plu",
             "条码", "商品条码", "货号", "编码"),
    "name": ("name", "item_name", "product_name", "description", "product", "title",
             "名称", "品名", "商品名称"),
    "price": ("price", "saleprice", "sale_price", "unit_price", "retail_price", "selling_price",
              "售价", "零售价", "单价", "价格"),
    "unit": ("unit", "uom", "单位"),
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
    "lot": ("lot", "batch", "lot_no", "batch_no", "批号", "批次"),
    "produced_on": ("produced_on", "production_date", "produced", "生产日期"),
    "expires_on": ("expires_on", "expiry", "expiry_date", "use_by", "有效期至",
                   "到期日期"),
    "on_hand": ("on_hand", "stock", "quantity", "库存"),
    "updated_at": ("updated_at", "changedate", "change_date", "last_change", "modified",
                   "修改日期"),
}  # fmt: skip
_SHELF_LIFE = re.compile(r"(\d{1,5}) ?(d|w|m|y|days?|weeks?|months?|years?)?", re.ASCII)
_NEEDED = ("code", "name", "price")
_LARGEST_PRICE = 10**8  # major units
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)


class GoodsFileError(ReasonError):
    """A file that cannot be imported at all; its reason says what to do."""


class _RowError(ReasonError):
    """A row that cannot be imported."""


class RejectedRow(Struct, frozen=True):
    """A row that was refused: its line in the file, why, and what stood there."""

    line: int
    why: Reason
    row: tuple[str, ...]


class LotRow(Struct, frozen=True):
    """A lot that a row names, by its product's code."""

    code: str
    lot: str
    expires_on: date
    produced_on: date | None
    on_hand: int
    kind: DateKind = "use_by"


class GoodsFile(Struct, frozen=True):
    """A file's goods: the rows to import with their lots and offers, and those refused."""

    rows: list[ProductRow]
    rejects: list[RejectedRow]
    lots: list[LotRow]
    offers: list[tuple[str, Offer | None]]


def read_goods(path: Path, context: CodeContext, columns: Mapping[str, str]) -> GoodsFile:
    """Read a CSV export (UTF-8 or GB18030; comma, semicolon or tab). Raises GoodsFileError.

    `columns` names the column of a field that has another name. What stands in a code
    itself (by one of the shop's templates: name, price, shelf life) fills cells that are empty.
    """
    text = _read_text(path)
    lines = text.splitlines(keepends=True)
    if not lines:
        raise GoodsFileError("goods.empty", path=str(path))
    reader = csv.reader(lines, delimiter=_delimiter(lines[0]))
    try:
        header = [name.strip() for name in next(reader)]
    except csv.Error as error:
        raise GoodsFileError("goods.no_header", path=str(path), why=plain(str(error))) from error
    positions = _columns_of(path, header, columns, _NEEDED[:1] if context.templates else _NEEDED)
    goods, seen = GoodsFile([], [], [], []), dict[str, int]()
    for line, row in _rows(reader):
        if isinstance(row, Reason):
            goods.rejects.append(RejectedRow(line, row, ()))
            continue
        if not any(row):
            continue
        try:
            if len(row) < len(header) or any(row[len(header) :]):
                raise _RowError("goods.row_width", count=len(row), wanted=len(header))
            product = _product_of_row(row, positions, context, goods)
            if product.code in seen:
                raise _RowError("goods.row_twice", code=product.code, line=seen[product.code])
        except _RowError as error:
            goods.rejects.append(RejectedRow(line, error.reason, tuple(row)))
        else:
            seen[product.code] = line
            goods.rows.append(product)
    return goods


def write_rejects(
    rejects: Iterable[RejectedRow], folder: Path, stem: str, in_words: Callable[[Reason], str]
) -> Path | None:
    """Write the refused rows to a file beside the books, with line and reason; None if none.

    Raises GoodsFileError.
    """
    rejects = list(rejects)
    if not rejects:
        return None
    path = folder / f"{stem}.rejects.csv"
    try:
        make_folder(folder)
        path.touch(mode=0o600)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("line", "reason", "row"))
            for reject in rejects:
                writer.writerow((reject.line, in_words(reject.why), *reject.row))
    except OSError as error:
        raise GoodsFileError(
            "goods.unwritable", path=str(path), why=plain(str(error.strerror))
        ) from error
    return path


def _read_text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise GoodsFileError(
            "goods.unreadable", path=str(path), why=plain(str(error.strerror))
        ) from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise GoodsFileError("goods.no_encoding", path=str(path))


def _rows(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str] | Reason]]:
    """Each row with its line in the file; a row that is no CSV gives the reason instead."""
    line = 1
    while True:
        try:
            row: list[str] | Reason = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            row = because("goods.row_no_csv", why=plain(str(error)))
        line = getattr(reader, "line_num", line + 1)
        yield line, row


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _columns_of(
    path: Path, header: list[str], columns: Mapping[str, str], needed: Sequence[str]
) -> dict[str, int]:
    by_name = {name.lower().replace(" ", "_"): position for position, name in enumerate(header)}
    positions: dict[str, int] = {}
    for field, column in columns.items():
        if field not in _COLUMN_NAMES:
            raise GoodsFileError("goods.no_field", field=field, fields=tuple(_COLUMN_NAMES))
        position = by_name.get(column.lower().replace(" ", "_"))
        if position is None:
            raise GoodsFileError(
                "goods.no_column", path=str(path), column=column, columns=tuple(header)
            )
        positions[field] = position
    for field, names in _COLUMN_NAMES.items():
        found = next((by_name[name] for name in names if name in by_name), None)
        if field not in positions and found is not None:
            positions[field] = found
    missing = [field for field in needed if field not in positions]
    if missing:
        raise GoodsFileError(
            "goods.column_missing",
            path=str(path),
            fields=tuple(missing),
            columns=tuple(header),
            field=missing[0],
        )
    return positions


def _product_of_row(
    row: list[str], positions: dict[str, int], context: CodeContext, goods: GoodsFile
) -> ProductRow:
    """The product of a row; its lot and offer are put among the goods. Raises _RowError."""

    def value(field: str) -> str:
        position = positions.get(field)
        return row[position].strip() if position is not None and position < len(row) else ""

    code = _item_code(value("code"), value("template"), context)
    product = _product(value, code, context.currency)
    try:
        offer = _offer(value("offer"), product, context.currency)
        produced = _day(value("produced_on")) or code.produced_on
        expires = _day(value("expires_on")) or code.expires_on
        kind: DateKind = "use_by"
        if expires is None:
            expires = _day(value("best_before")) or code.best_before
            kind = "use_by" if expires is None else "best_before"
        if expires is None and produced is not None and code.shelf_life is not None:
            expires = expires_on(produced, *code.shelf_life)
        kept_for = shelf_life_of(product.shelf_life or f"{product.shelf_life_days}d")
        if expires is None and produced is not None and kept_for[0]:
            expires = expires_on(produced, *kept_for)
        on_hand = int(value("on_hand") or 1)
    except OfferError as error:
        raise _RowError(reason_of(error)) from error
    except (ValueError, OverflowError) as error:
        raise _RowError("goods.row_numbers") from error
    if "offer" in positions:
        goods.offers.append((product.code, offer))
    if expires is not None:
        lot = value("lot") or code.lot or f"{expires:%Y%m%d}"
        goods.lots.append(LotRow(product.code, lot, expires, produced, on_hand, kind))
    return product


def _offer(text: str, product: ProductRow, currency: Currency) -> Offer | None:
    """The offer that a row names for its product. Raises OfferError, _RowError."""
    if not text:
        return None
    gives = parse_offer(text, currency)
    single = Goods(product.code, product.price, Decimal(1))
    wrong = below_zero(gives, [single], lambda minor: format_amount(minor, currency))
    if wrong:
        raise _RowError("goods.row_offer", text=text, why=wrong)
    on = (f"product:{product.code}",)
    return Offer(name=offer_name(gives, currency), gives=gives, on=on, same_item=True)


def import_goods(connection: apsw.Connection, goods: GoodsFile, at: datetime) -> ImportCounts:
    """Import a file's goods into the books, all or none: products, then their lots and offers."""
    counts = import_products(connection, goods.rows)
    for lot in goods.lots:
        product = find_product(connection, lot.code)
        if product is not None:
            receive_lot(
                connection,
                product.id,
                lot.lot,
                lot.expires_on,
                lot.produced_on,
                lot.on_hand,
                lot.kind,
            )
    for code, offer in goods.offers:
        product = find_product(connection, code)
        if product is not None:
            set_offer_on_product(connection, product.id, offer, at)
    return counts


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _item_code(text: str, template: str, context: CodeContext) -> ItemCode:
    """The item code of a row, read by the template that the row names. Raises _RowError."""
    if not text:
        raise _RowError("goods.row_no_code")
    found = identify(text, context)
    if isinstance(found, PaymentCode):
        raise _RowError("goods.row_payment_code", code=shown(text, found))
    readings: tuple[Reading, ...] = (found, *found.others)
    items = [each for each in readings if isinstance(each, ItemCode)]
    if template:
        items = [each for each in items if each.template == template]
        if not items:
            raise _RowError("goods.row_template", template=template)
    gtin = gtin_of(text)
    if not items and gtin is not None:  # the number that a shop's labels are made from
        return ItemCode(gtin, because("codes.gtin", length=len(text)), gtin=gtin)
    if not items:
        raise _RowError("goods.row_no_item_code", code=shown(text, found))
    return items[0]


def _product(value: Callable[[str], str], code: ItemCode, currency: Currency) -> ProductRow:
    """The product of a row. Raises _RowError."""
    name = value("name") or code.name or ""
    if not name:
        raise _RowError("goods.row_no_name")
    price = _price(value("price"), currency)
    if not value("price") and code.price is not None and code.template:
        price = code.price
    kept_for = _shelf_life(value("shelf_life_days"))
    if kept_for is None:
        raise _RowError("goods.row_shelf_life", text=value("shelf_life_days"))
    days = kept_for.rstrip("d") if kept_for.rstrip("d").isdigit() else ""
    return ProductRow(
        code=code.key,
        name=" ".join(name.split()),
        price=price,
        unit=value("unit"),
        size=value("size"),
        category=value("category"),
        initials=value("initials").upper(),
        shelf_life_days=int(days or _days_of(code)),
        updated_at=value("updated_at"),
        brand=value("brand"),
        supplier=value("supplier"),
        tags=",".join(tag.strip() for tag in re.split(r"[,;，；]", value("tags")) if tag.strip()),
        tax=value("tax"),
        shelf_life="" if days or not kept_for else kept_for,
    )


def _shelf_life(text: str) -> str | None:
    """A shelf life in short, like 30, 2w, 6m or 1y, also from "6 months"; None for what is none."""
    match = _SHELF_LIFE.fullmatch(text.lower())
    if not text or match is None:
        return None if text else ""
    return match[1] + (match[2] or "")[:1]


def _days_of(code: ItemCode) -> int:
    """A code's shelf life in days; months and years are counted as 30 and 365."""
    count, unit = code.shelf_life or (0, "days")
    return count * {"days": 1, "weeks": 7, "months": 30, "years": 365}[unit]


def _price(text: str, currency: Currency) -> int:
    """The price in minor units (half up, as a price label is). Raises _RowError."""
    written = text.replace(",", "") if _THOUSANDS.fullmatch(text) else text.replace(",", ".")
    try:
        major = Decimal(written or "0")
    except InvalidOperation as error:
        raise _RowError("goods.row_price_no_number", text=text) from error
    if not major.is_finite() or major < 0:
        raise _RowError("goods.row_price", text=text)
    if major > _LARGEST_PRICE:
        raise _RowError("goods.row_price_large", text=text)
    return round_half_up(major.scaleb(currency.exponent))
