"""Slips of vouchers: one for each that is sold, with a barcode that the till reads again."""

import io
from contextlib import closing

import pytest
from msgspec.structs import replace

from pos_tui.books.connection import open_connection
from pos_tui.books.vouchers.vouchers import VoucherError
from pos_tui.checkout import events
from pos_tui.codes.voucher import grouped_voucher
from pos_tui.devices.printers import PrinterError
from pos_tui.devices.printers.escpos_commands import barcode, centred
from pos_tui.settings import VoucherSettings
from pos_tui.till.money.voucher_slips import slip_picture, slip_text
from tests.conftest import Counter
from tests.spoken import spoken


async def sold(counter, quantity="1"):
    number = counter.till.sale.number
    counter.till.sell_voucher("50")
    if quantity != "1":
        counter.set_quantity(0, quantity)
    counter.till.pay("=")
    await counter.till.until_idle()
    return counter.books.vouchers_of_sale(number)


async def test_each_voucher_has_a_slip_after_the_receipt(counter):
    issued = await sold(counter, "2")
    receipt, *slips = counter.printer.jobs
    assert len(slips) == 2
    for voucher, slip in zip(issued, slips, strict=True):
        assert grouped_voucher(voucher.number).encode() in slip
        assert barcode(voucher.number) in slip
        assert b"50.00" in slip
        assert voucher.number.encode() not in receipt


def test_the_barcode_is_letters_and_pairs_of_digits():
    assert barcode("VCH12345678901234").endswith(
        b"\x1dkI\x0e{BVCH{C" + bytes((12, 34, 56, 78, 90, 12, 34)) + b"\n" + centred(False)
    )


async def test_a_slip_that_waits_prints_by_itself_and_a_second_one_is_a_copy(counter):
    counter.printer.trouble = PrinterError("printer.no_paper")
    (voucher,) = await sold(counter)
    counter.printer.trouble = None
    counter.till.papers.spool.wake()
    await counter.until_true(lambda: len(counter.printer.jobs) == 2)
    first = counter.printer.jobs[-1]
    assert barcode(voucher.number) in first
    counter.till.money.vouchers.print_slip(voucher.id)
    copy = counter.printer.jobs[-1]
    assert barcode(voucher.number) in copy
    assert copy.count(b"COPY 1") == 2
    assert b"COPY" not in first
    assert counter.books.open_print_jobs() == []


async def test_a_slip_s_bytes_are_gone_once_it_is_printed(counter):
    (voucher,) = await sold(counter)
    with closing(open_connection(counter.books.path)) as reader:
        kept = [job for (job,) in reader.execute("SELECT job FROM print_jobs")]
    assert kept == [None, None]
    assert barcode(voucher.number) in counter.printer.jobs[-1]


async def test_without_a_printer_the_sale_says_where_the_slip_is(tmp_path):
    counter = Counter(tmp_path / "till", has_printer=False).stock().open()
    (voucher,) = await sold(counter)
    assert any("voucher show" in spoken(each) for each in counter.all(events.Notice))
    with pytest.raises(VoucherError):
        counter.till.money.vouchers.print_slip(voucher.id)
    counter.books.close()


async def test_the_slip_says_until_when_in_the_shop_s_language(tmp_path):
    counter = Counter(tmp_path / "till")
    counter.settings = replace(counter.settings, vouchers=VoucherSettings(months=24))
    counter.stock().open()
    (voucher,) = await sold(counter)
    assert "Good until 22 Nov 2028" in slip_text(voucher, counter.settings, "en")
    chinese = slip_text(voucher, counter.settings, "zh_CN")
    assert "有效期至" in chinese
    assert all(len(row) <= 32 for row in chinese.splitlines())
    counter.books.close()


async def test_a_slip_as_a_picture_is_read_by_the_till_s_camera(counter):
    pytest.importorskip("zint")
    zxing = pytest.importorskip("zxingcpp")
    image = pytest.importorskip("PIL.Image")
    (voucher,) = await sold(counter)
    picture = image.open(io.BytesIO(slip_picture(voucher, counter.settings, "en")))
    (code,) = zxing.read_barcodes(picture)
    assert code.text == voucher.number
