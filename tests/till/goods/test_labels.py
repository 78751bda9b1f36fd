"""Labels: what came without a date gets one, and from then on the till knows it."""

from __future__ import annotations

import io
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import zxingcpp
from msgspec.structs import replace
from PIL import Image, ImageOps

from pos_tui.books.catalogue.product_import import import_products
from pos_tui.books.catalogue.products import ProductRow, find_product
from pos_tui.books.connection import open_connection
from pos_tui.books.stock.on_hand import on_hand
from pos_tui.books.stock.verify import stock_differences
from pos_tui.checkout import events
from pos_tui.devices.printers import PrinterError
from pos_tui.pricing.offers import NearExpiry, NearExpiryStep
from pos_tui.settings import PrinterSettings, RolePrinterSettings, TillSettings
from pos_tui.till.goods.labels import LabelError
from tests.conftest import BREAD, CHICKEN, COLA, MILK, NOON, Counter
from tests.printer_stand_in import PrinterStandIn, TcpCable
from tests.stockroom import receive

TODAY = NOON.date()
SOON = TODAY + timedelta(days=4)


def read(png):
    """What a reader of another hand says is in a picture: the text, as a scanner sends it."""
    picture = Image.open(io.BytesIO(png)).convert("L")
    (found,) = zxingcpp.read_barcodes(picture, text_mode=zxingcpp.TextMode.Plain)
    return found


def scanned(png):
    """As a scanner sends it, with the symbology before it."""
    found = read(png)
    return f"{found.symbology_identifier}{found.text}"


def product(counter, code):
    found = counter.till.codes.product(code)
    assert found is not None
    return found


def stock(counter, code):
    connection = open_connection(counter.data / "books.db")
    rows = connection.execute(
        "SELECT lot, quantity, cost FROM stock_on_hand WHERE product_id = ? AND quantity <> 0",
        (product(counter, code).id,),
    ).fetchall()
    connection.close()
    return {lot: (quantity, cost) for lot, quantity, cost in rows}


def label(counter, code, *arguments):
    labels = counter.till.goods.labels
    draft = labels.draft(product(counter, code), *arguments)
    png = labels.picture(draft)
    labels.print(draft)
    return png


def test_a_label_carries_number_day_and_lot(counter):
    found = read(label(counter, MILK, 1, SOON, "AB-1"))
    assert found.format == zxingcpp.BarcodeFormat.DataMatrix
    assert found.content_type == zxingcpp.ContentType.GS1
    assert found.text == f"010406145800002417{SOON:%y%m%d}10AB-1"


async def test_goods_that_got_a_label_are_sold_from_its_lot(counter):
    receive(counter, MILK, 6000, 3000)
    png = label(counter, MILK, 4, SOON, "L7")
    assert stock(counter, MILK) == {"": (2000, 1000), "L7": (4000, 2000)}
    counter.scan(scanned(png))
    (line,) = counter.till.sale.list.lines
    assert (line.item.lot, line.item.expires_on) == ("L7", SOON)
    counter.till.pay("100")
    await counter.until(events.SalePaid)
    assert stock(counter, MILK) == {"": (2000, 1000), "L7": (3000, 1500)}
    connection = open_connection(counter.data / "books.db")
    assert stock_differences(connection) == []
    connection.close()


def test_after_its_day_the_till_refuses_the_label(counter):
    png = label(counter, MILK, 1, SOON)
    counter.now = NOON + timedelta(days=5)
    counter.scan(scanned(png))
    assert not list(counter.till.sale.list.lines)
    warning = counter.last(events.ItemExpired).warning
    assert (warning.name, warning.expires_on, warning.lot) == (
        "Milk 1 l", SOON, f"{SOON:%y%m%d}",
    )  # fmt: skip


def test_the_bare_code_knows_the_day_too_from_then_on(counter):
    label(counter, MILK, 1, SOON)
    counter.now = NOON + timedelta(days=5)
    counter.scan(MILK)
    assert counter.last(events.ItemExpired).warning.expires_on == SOON


def test_goods_without_a_bar_code_get_a_number_of_the_shops_own(counter):
    counter.now = NOON - timedelta(days=5)  # the bread in the books is not past its date yet
    png = label(counter, BREAD, 1, TODAY)
    assert read(png).text.startswith("0100400000000")
    counter.scan(scanned(png))
    (line,) = counter.till.sale.list.lines
    assert (line.item.name, line.item.code, line.item.expires_on) == ("French bread", BREAD, TODAY)


def test_a_best_before_day_is_no_use_by_day(counter):
    draft = counter.till.goods.labels.draft(product(counter, MILK), 1, SOON, "L7", "best_before")
    assert read(counter.till.goods.labels.picture(draft)).text[16:18] == "15"


@pytest.mark.parametrize(
    ("code", "symbol", "text"),
    [
        (COLA, zxingcpp.BarcodeFormat.EAN13, COLA),
        ("96385074", zxingcpp.BarcodeFormat.EAN8, "96385074"),
        (CHICKEN, zxingcpp.BarcodeFormat.Code128, CHICKEN),
        ("15449000000993", zxingcpp.BarcodeFormat.DataMatrix, "0115449000000993"),
    ],
)
def test_a_shelf_label_has_the_code_that_is_on_the_goods(counter, code, symbol, text):
    rows = [ProductRow("00000096385074", "Gum", 480), ProductRow("15449000000993", "Case", 8000)]
    counter.books.write(lambda c: import_products(c, rows)).result()
    connection = open_connection(counter.data / "books.db")
    known = find_product(connection, code.zfill(14) if code.isdigit() and len(code) > 4 else code)
    connection.close()
    assert known is not None
    labels = counter.till.goods.labels
    found = read(labels.picture(labels.draft(known)))
    assert (found.format, found.text) == (symbol, text)


def test_the_printers_job_draws_the_same_code(counter):
    labels = counter.till.goods.labels
    draft = labels.draft(product(counter, MILK), 2, SOON, "L7")
    labels.print(draft)
    (job,) = counter.printer.jobs
    assert job.count(b"\x1dV\x00") == 2
    assert b"Milk 1 l" in job
    at = job.index(b"\x1dv0\x00") + 4
    width, height = (int.from_bytes(job[at + n : at + n + 2], "little") for n in (0, 2))
    dots = job[at + 4 : at + 4 + width * height]
    picture = Image.frombytes("1", (8 * width, height), bytes(255 - each for each in dots))
    (found,) = zxingcpp.read_barcodes(picture.convert("L"), text_mode=zxingcpp.TextMode.Plain)
    assert found.text == f"010406145800002417{SOON:%y%m%d}10L7"
    assert 8 * width <= 384


def test_what_stands_on_a_label_near_its_day(counter):
    steps = (NearExpiryStep(4, Decimal(30)),)
    counter.offer(MILK, "near", NearExpiry(steps))
    counter.till.goods.labels.print(
        counter.till.goods.labels.draft(product(counter, MILK), 1, SOON, "L7")
    )
    text = counter.printer.jobs[0].decode("gb18030", "replace")
    for words in ("was 12.90, now", "9.03 CNY", "use by 2026-11-26", "lot L7"):
        assert words in text
    assert "per litre" not in text


def test_a_shelf_label_says_what_a_litre_costs(counter):
    labels = counter.till.goods.labels
    labels.print(labels.draft(product(counter, COLA)))
    text = counter.printer.jobs[0].decode("gb18030", "replace")
    assert "3.50 CNY" in text
    assert "10.61 per litre" in text


def test_printing_a_known_lot_again_moves_nothing(counter):
    receive(counter, MILK, 6000, 3000)
    label(counter, MILK, 2, SOON, "L7")
    label(counter, MILK, 3, None, "L7")
    assert stock(counter, MILK)["L7"] == (2000, 1000)


def test_more_labels_than_goods_move_what_there_is_and_goods_by_weight_none(counter):
    receive(counter, MILK, 2000)
    label(counter, MILK, 5, SOON, "L7")
    assert stock(counter, MILK) == {"L7": (2000, 0)}
    receive(counter, CHICKEN, 5000)
    label(counter, CHICKEN, 3, SOON)
    assert stock(counter, CHICKEN)[""] == (5000, 0)


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ((1, None, "L7"), "no_day"),
        ((1, SOON, "L 7"), "wrong_lot"),
        ((1, SOON, "批次"), "wrong_lot"),
        ((1, SOON, "L" * 21), "wrong_lot"),
        ((0, SOON, "L7"), "wrong_copies"),
        ((999, SOON, "L7"), "wrong_copies"),
        ((1, TODAY - timedelta(days=1), "L7"), "past"),
    ],
)
def test_a_label_that_cannot_be_is_refused_with_a_sentence(counter, arguments, kind):
    with pytest.raises(LabelError) as refused:
        counter.till.goods.labels.draft(product(counter, MILK), *arguments)
    assert refused.value.reason.kind == f"label.{kind}"


def test_one_lot_has_one_day(counter):
    label(counter, MILK, 1, SOON, "L7")
    with pytest.raises(LabelError) as refused:
        counter.till.goods.labels.draft(product(counter, MILK), 1, date(2027, 1, 1), "L7")
    assert refused.value.reason.kind == "label.other_day"


def test_a_label_that_was_not_printed_dates_nothing(counter):
    receive(counter, MILK, 2000)
    counter.printer.trouble = PrinterError("printer.out_of_paper")
    with pytest.raises(PrinterError):
        label(counter, MILK, 2, SOON, "L7")
    assert stock(counter, MILK) == {"": (2000, 0)}
    assert counter.books.lots_of(product(counter, MILK).id) == []


def test_without_a_printer_the_label_is_put_into_a_file(tmp_path):
    counter = Counter(tmp_path / "till", has_printer=False).stock().open()
    labels = counter.till.goods.labels
    done = [labels.print(labels.draft(product(counter, MILK), 1, SOON, "L7")) for _ in range(2)]
    paths = [str(each.values["path"]) for each in done]
    assert [each.kind for each in done] == ["label.put_into_file"] * 2
    assert len(set(paths)) == 2
    for path in paths:
        assert read(Path(path).read_bytes()).text.endswith("10L7")
    counter.books.close()


def test_a_shop_with_two_printers_has_its_labels_from_that_for_labels(tmp_path):
    with closing(PrinterStandIn()) as roll, closing(TcpCable(roll)) as cable:
        own = RolePrinterSettings(
            role="labels", kind="network", host="127.0.0.1", port=cable.port, model="generic-58"
        )
        receipts = PrinterSettings(kind="file", path=str(tmp_path / "receipts"))
        settings = TillSettings(printer=receipts, printer_for=(own,))
        counter = Counter(tmp_path / "till", settings, has_printer=False).stock().open()
        labels = counter.till.goods.labels
        draft = labels.draft(product(counter, MILK), 1, SOON, "L7")
        assert labels.print(draft).kind == "label.printed"
        roll.lose_buffer()  # such a printer has no cutter: the shop tears the label off
        roll.pieces += roll.torn
        (picture,) = roll.pictures(0)
        assert roll.text(0)[0].startswith("Milk 1 l")
        margin = ImageOps.expand(picture, 20, 255)
        (found,) = zxingcpp.read_barcodes(margin, text_mode=zxingcpp.TextMode.Plain)
        assert found.text.endswith("10L7")
        assert not (tmp_path / "receipts").exists()
        counter.books.close()


def test_a_chinese_name_is_drawn_where_the_machine_has_letters_for_it(counter):
    labels = counter.till.goods.labels
    draft = labels.draft(replace(product(counter, MILK), name="鲜牛奶 一升装"), 1, SOON, "L7")
    try:
        png = labels.picture(draft)
    except PrinterError as error:
        assert error.reason.kind == "label.no_font"
    else:
        assert read(png).text.endswith("10L7")


def test_the_lot_is_known_to_the_books(counter):
    label(counter, MILK, 1, SOON, "L7")
    (lot,) = counter.books.lots_of(product(counter, MILK).id)
    assert (lot.lot, lot.expires_on) == ("L7", SOON)
    connection = open_connection(counter.data / "books.db")
    assert not on_hand(connection, lot.product_id, "L7").is_known
    connection.close()
