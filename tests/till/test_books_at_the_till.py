"""Books that were lost or put back, and receipts that a power cut left unprinted."""

import shutil

import pytest

from pos_tui.books import Books, BooksError
from pos_tui.checkout import events
from pos_tui.devices.printers import PrinterError
from pos_tui.messages import LastOrder
from pos_tui.receipts.data import decode_receipt
from pos_tui.till.completion import keep_receipt
from tests.conftest import COLA, MILK, NOON, SPREAD
from tests.spoken import spoken


async def sell(counter, *codes):
    number = counter.till.sale.number
    counter.scan(*codes)
    counter.till.pay("100")
    await counter.till.until_idle()
    counter.books.wait()
    return number


def notices(counter):
    return [event.reason.kind for event in counter.all(events.Notice)]


def open_again(counter):
    """Another start of this till, on what is in its folder now."""
    counter.told.clear()
    counter.books = Books(counter.data)
    counter.open()


def receipts(counter):
    folder = counter.data / "receipts"
    return {path.name: decode_receipt(path.read_bytes()).total for path in folder.iterdir()}


# ---- put back, lost ------------------------------------------------------------------------------


async def test_books_put_back_go_on_with_the_next_free_number_and_say_what_is_missing(counter):
    await sell(counter, COLA)
    counter.books.close()
    shutil.copy(counter.data / "books.db", counter.data / "copy")
    open_again(counter)
    await sell(counter, SPREAD)
    await sell(counter, MILK)
    counter.books.close()
    shutil.copy(counter.data / "copy", counter.data / "books.db")
    kept = receipts(counter)
    open_again(counter)
    assert "books.put_back" in notices(counter)
    assert "000002 to 000003" in spoken(counter.all(events.Notice)[0])
    assert await sell(counter, COLA) == 4
    assert receipts(counter) == {**kept, "000004.json": 350}


@pytest.mark.parametrize("how", ["cut off", "deleted"])
async def test_books_that_are_gone_are_missed_and_no_number_is_used_again(counter, how):
    for _ in range(3):
        await sell(counter, COLA)
    counter.books.close()
    for name in ("books.db", "books.db-wal", "books.db-shm"):
        (counter.data / name).unlink(missing_ok=True)
    if how == "cut off":
        (counter.data / "books.db").touch()
    open_again(counter)
    assert "books.put_back" in notices(counter)
    counter.stock()
    open_again(counter)
    assert await sell(counter, COLA) == 4


async def test_books_that_are_gone_before_the_first_receipt_are_missed_too(counter):
    counter.scan(COLA)
    counter.books.close()
    (counter.data / "books.db").unlink()
    open_again(counter)
    assert "books.lost" in notices(counter)


async def test_an_open_list_whose_number_was_used_goes_on_under_another(counter):
    await sell(counter, COLA)
    counter.scan(SPREAD)
    counter.books.close()
    shutil.copy(counter.data / "books.db", counter.data / "copy")
    open_again(counter)
    assert await sell(counter, MILK) == 2
    counter.books.close()
    shutil.copy(counter.data / "copy", counter.data / "books.db")
    kept = receipts(counter)
    open_again(counter)
    assert "sale.another_number" in notices(counter)
    assert (counter.till.sale.number, counter.total) == (3, 3290)
    counter.books.wait()
    counter.power_cut()
    assert (counter.till.sale.number, counter.total) == (3, 3290)
    assert await sell(counter) == 3
    assert receipts(counter) == {**kept, "000003.json": 3290}


def last_order(**changes):
    values = {
        "merchant": "M001", "till": "01", "order_no": "A1234567", "amount": 350, "currency": "CNY",
        "sale_no": 7, "highest_sale_no": 7, "journal": "", "ordered_at": NOON, **changes,
    }  # fmt: skip
    return LastOrder(**values)


async def test_an_order_that_only_the_gateway_remembers_is_missed_and_its_number_not_used(counter):
    counter.scan(COLA)
    counter.till._lost_books.compare(last_order())
    assert notices(counter)[-2:] == ["books.order_not_in_books", "sale.another_number"]
    assert (counter.till.sale.number, counter.total) == (8, 350)
    assert await sell(counter) == 8


async def test_a_gateway_that_remembers_nothing_new_is_no_news(counter):
    from pos_tui.checkout.orders import Order

    await sell(counter, COLA)
    order = Order("A1234567", 1, 350, "CNY", "wechat", "", "paid", NOON)
    counter.books.keep_order(order, NOON, "paid").result()
    counter.told.clear()
    head = counter.books.journal_head()
    counter.till._lost_books.compare(last_order(sale_no=1, highest_sale_no=1, journal=head))
    assert notices(counter) == []
    other = head[:-1] + ("0" if head[-1] != "0" else "1")
    counter.till._lost_books.compare(last_order(sale_no=1, highest_sale_no=1, journal=other))
    assert notices(counter) == ["books.journal_is_another"]


# ---- receipts ------------------------------------------------------------------------------------


def test_a_receipt_is_never_written_over(tmp_path):
    path = tmp_path / "receipts" / "000009.json"
    assert keep_receipt(path, b"first") == path
    assert keep_receipt(path, b"first") == path
    beside = keep_receipt(path, b"second")
    assert (beside.name, beside.read_bytes()) == ("000009-2.json", b"second")
    assert path.read_bytes() == b"first"
    assert len(list(path.parent.iterdir())) == 2


def test_a_receipt_survives_a_draft_that_a_power_cut_left_linked_to_it(tmp_path):
    path = tmp_path / "receipts" / "000009.json"
    keep_receipt(path, b"first")
    path.with_suffix(".new").hardlink_to(path)
    assert keep_receipt(path, b"second") != path
    assert path.read_bytes() == b"first"


async def test_a_receipt_carries_how_far_the_journal_had_come(counter):
    await sell(counter, COLA)
    receipt = decode_receipt((counter.data / "receipts" / "000001.json").read_bytes())
    row, _, hashed = receipt.journal.partition("-")
    assert counter.books.has_head(receipt.journal)
    assert f"journal {row} · {hashed[:8]}" in counter.last(events.ReceiptMade).text


async def test_a_receipt_that_may_be_on_paper_is_offered_at_the_next_start(counter):
    counter.printer.trouble = PrinterError("printer.cut_short", is_unsure=True, why="")
    await sell(counter, COLA)
    counter.printer.trouble = None
    counter.power_cut()
    assert notices(counter) == ["print_job.offered"]
    assert "000001" in spoken(counter.last(events.Notice))
    assert counter.printer.jobs == []
    counter.till.print_again()
    await counter.till.until_idle()
    (job,) = counter.printer.jobs
    assert b"Printed after" in job
    assert b"COPY" not in job
    counter.power_cut()
    assert notices(counter) == []
    counter.till.print_again()
    await counter.till.until_idle()
    assert b"Printed after" not in counter.printer.jobs[-1]
    assert b"COPY 1" in counter.printer.jobs[-1]


async def test_a_receipt_that_was_printed_is_not_offered(counter):
    await sell(counter, COLA)
    counter.power_cut()
    assert notices(counter) == []


# ---- damaged -------------------------------------------------------------------------------------


def refuse(*_):
    raise BooksError("books.damaged", why="")


async def test_a_paid_sale_gets_its_receipt_though_the_next_one_cannot_be_looked_up(
    counter, monkeypatch
):
    monkeypatch.setattr(counter.books, "next_sale_number", refuse)
    assert await sell(counter, COLA) == 1
    assert receipts(counter) == {"000001.json": 350}
    assert counter.till.sale.number == 2
    assert counter.till.sale.state == "open"
    monkeypatch.undo()
    assert await sell(counter, COLA) == 2


async def test_a_sale_is_held_though_offers_cannot_be_read(counter, monkeypatch):
    counter.scan(COLA)
    monkeypatch.setattr(counter.books, "refresh_offers", refuse)
    counter.till.hold()
    assert notices(counter) == ["books.damaged"]
    monkeypatch.undo()
    counter.scan(SPREAD)
    assert (counter.till.sale.number, counter.total) == (2, 3290)
    assert [held.number for held in counter.till.held_sales()] == [1]


async def test_what_the_books_lack_at_the_start_keeps_no_service_from_starting(
    counter, monkeypatch
):
    monkeypatch.setattr(counter.books, "last_paid_numbers", refuse)
    await counter.till.start()
    assert "books.damaged" in notices(counter)
    assert counter.till.find("cola")
    monkeypatch.setattr(counter.books, "search", refuse)
    assert counter.till.find("cola") == []
    await counter.till.close()
