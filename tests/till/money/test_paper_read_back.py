"""The paper is read back: from the picture of a receipt the till takes its goods back."""

import io

import pytest
from msgspec.structs import replace
from PIL import Image

from pos_tui.books.journal.key import read_key
from pos_tui.checkout import events
from pos_tui.devices.printers.paper_png import paper_png
from pos_tui.devices.scanners.picture import read_picture
from pos_tui.receipts.data import decode_receipt
from pos_tui.receipts.layout import lay_out
from pos_tui.receipts.receipt_design import ReceiptDesign
from pos_tui.receipts.sealed_receipt import receipt_key
from pos_tui.settings import PrinterSettings, ReceiptSettings
from pos_tui.till.money.returns import ToReturn
from tests.conftest import COLA, SPREAD


async def sold(counter):
    number = counter.till.sale.number
    counter.scan(COLA, SPREAD)
    counter.till.pay("100")
    await counter.till.until_idle()
    return number


def paper(counter, number, design, columns=32):
    """The picture of a sale's receipt, drawn from its data file, and turned a little."""
    file = counter.data / "receipts" / f"{number:06d}.json"
    lines = lay_out(decode_receipt(file.read_bytes()), columns, design=design)
    drawn = paper_png([(line.text, line.style) for line in lines], PrinterSettings(columns=columns))
    turned = Image.open(io.BytesIO(drawn)).rotate(4, expand=True, fillcolor=255)
    content = io.BytesIO()
    turned.save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize("symbology", ["Code 128", "QR Code"])
async def test_either_code_on_the_picture_brings_the_sale_back(counter, symbology):
    other, number = await sold(counter), await sold(counter)
    design = ReceiptDesign(qr="self", key=receipt_key(read_key(counter.data)))
    picture = read_picture(paper(counter, number, design))
    (code,) = (each for each in picture.codes if each.symbology == symbology)

    counter.till.scan(code.text)
    scanned = counter.last(events.ReceiptScanned)
    returns = counter.till.money.returns
    returns.accept(scanned.sale_no, [ToReturn(2, 1000)])

    assert number != other
    assert scanned.sale_no == number
    assert [(each.name, each.amount) for each in returns.lines] == [("Hazelnut spread", 3290)]


async def test_a_till_prints_the_code_that_proves_the_receipt(counter):
    counter.settings = replace(counter.settings, receipt=ReceiptSettings(qr="self"))
    counter.make_till(counter.told.append).open()
    number = await sold(counter)
    receipt = decode_receipt((counter.data / "receipts" / f"{number:06d}.json").read_bytes())
    job = counter.printer.jobs[-1]
    begin = job.index(b"1P0" + receipt.code.encode() + b":")
    assert job[begin - 5 : begin - 2] == b"\x1d(k"


async def test_a_layout_that_cannot_be_used_is_told_once_and_receipts_are_printed(counter):
    layout = counter.data / "mine.toml"
    layout.write_text('[[block]]\nshows = "nothing"\n')
    counter.settings = replace(counter.settings, receipt=ReceiptSettings(layout=str(layout)))
    counter.make_till(counter.told.append).open()
    await sold(counter)
    await sold(counter)
    told = [each for each in counter.all(events.Notice) if each.reason.kind == "layout.not_used"]
    assert len(told) == 1
    assert len(counter.printer.jobs) == 2
    assert all(b"Hazelnut spread" in job for job in counter.printer.jobs)
