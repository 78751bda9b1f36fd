"""A period as SAF-T Cash Register, judged by the official schema, and its signatures by hand."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import io
from contextlib import closing
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pos_tui.books.connection import open_connection
from pos_tui.books.ledger import accounts
from pos_tui.books.ledger.posting import balance
from pos_tui.books.saft.audit_file import SaftError, write_audit_file
from pos_tui.books.saft.shop import SaftShop
from pos_tui.books.saft.signing import saft_key
from pos_tui.files.owner import is_owners_only
from pos_tui.money import Currency
from tests.conftest import NOON
from tests.trading_shop import trade

SPACE = "{urn:StandardAuditFile-Taxation-CashRegister:NO}"
ALL = (date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Books after three days of sales of every tender, deliveries, drops and counts."""
    folder = tmp_path_factory.mktemp("shop")
    asyncio.run(trade(folder, 7, 3))
    return folder


@pytest.fixture(scope="module")
def xsd():
    """The official schema, as a judge."""
    etree = pytest.importorskip("lxml.etree", reason="lxml is not for this system")
    folder = Path(__file__).resolve().parents[4] / "shared" / "data" / "saft-cash-no"
    if not folder.is_dir():
        pytest.skip("the official schema is not beside this checkout")
    (file,) = folder.glob("*.xsd")
    return etree.XMLSchema(etree.parse(str(file)))


RATES = {"standard": "13", "reduced": "9"}


def written(shop, period=ALL, currency="CNY", name="Corner Market", rates=RATES):
    """The file of a period."""
    file = io.StringIO()
    who = SaftShop(
        name=name,
        address="1 High Street",
        merchant="M001",
        till="01",
        currency=Currency.of(currency),
        version="0.2.0",
        percents=rates,
    )
    with closing(open_connection(shop / "books.db")) as reader, reader:
        write_audit_file(reader, file, who, saft_key(shop), period, NOON)
    return file.getvalue()


def parsed(text):
    return ElementTree.fromstring(text)  # noqa: S314 - it is our own


def texts(root, path):
    return [each.text for each in root.iterfind(f".//{SPACE}{path.replace('/', '/' + SPACE)}")]


def faults(xsd, text):
    """What the schema's judge says of a file."""
    from lxml import etree

    xsd.validate(etree.fromstring(text.encode()))
    return [str(each.message) for each in xsd.error_log]


def cents(text):
    return int(text.replace(".", ""))


def test_the_official_schema_agrees(shop, xsd):
    text = written(shop)
    assert faults(xsd, text) == []
    root = parsed(text)
    assert len(texts(root, "cashtransaction")) > 60
    assert len(texts(root, "eventReport")) == 6
    assert set(texts(root, "employee/surName")) == {"Ada", "Eve 王"}


@pytest.mark.parametrize(
    ("begin", "name"),
    [(0, "cashtransaction/nr"), (0, "transAmntIn"), (0, "signature"), (0, "reportGrandTotalSales"),
     (3, "reportOpenCashBoxNum"), (0, "companyIdent"), (1, "eventTime")],
)  # fmt: skip
def test_a_required_element_that_is_missing_is_named(shop, xsd, begin, name):
    root = parsed(written(shop))
    parents = {child: parent for parent in root.iter() for child in parent}
    found = list(root.iterfind(f".//{SPACE}{name.replace('/', '/' + SPACE)}"))[begin]
    parents[found].remove(found)
    assert faults(xsd, ElementTree.tostring(root, encoding="unicode"))


@pytest.mark.parametrize("name", ["transAmntIn", "eventDate", "reportType", "lineAmntIn"])
def test_two_elements_that_are_swapped_are_named(shop, xsd, name):
    root = parsed(written(shop))
    parents = {child: parent for parent in root.iter() for child in parent}
    element = next(root.iter(f"{SPACE}{name}"))
    parent = parents[element]
    place = list(parent).index(element)
    parent.remove(element)
    parent.insert(place + 1, element)
    assert faults(xsd, ElementTree.tostring(root, encoding="unicode"))


def test_a_number_below_zero_is_named(shop, xsd):
    text = written(shop)
    assert faults(xsd, text.replace("<reportReceiptNum>", "<reportReceiptNum>-", 1))


def test_the_signatures_are_a_chain_that_anybody_with_the_key_can_follow(shop):
    key = bytes.fromhex((shop / "saft.key").read_text()) if (shop / "saft.key").exists() else b""
    root = parsed(written(shop))
    key = key or bytes.fromhex((shop / "saft.key").read_text())
    assert len(key) == 16
    assert is_owners_only(shop / "saft.key")
    before = "0"
    for each in root.iter(f"{SPACE}cashtransaction"):
        names = ("transDate", "transTime", "nr", "transAmntIn", "transAmntEx")
        fields = [str(each.findtext(f"{SPACE}{name}")) for name in names]
        text = ";".join((before, *fields))
        before = str(each.findtext(f"{SPACE}signature"))
        assert before == base64.b64encode(hmac.digest(key, text.encode(), hashlib.sha1)).decode()


def test_a_day_goes_on_where_the_day_before_ended(shop):
    whole = texts(parsed(written(shop)), "signature")
    days = [written(shop, (date(2026, 11, day), date(2026, 11, day))) for day in (22, 23, 24)]
    assert [each for day in days for each in texts(parsed(day), "signature")] == whole
    assert written(shop, (date(2026, 12, 1), date(2026, 12, 1))).count("<cashtransaction>") == 0


def test_the_figures_are_those_of_the_books(shop):
    root = parsed(written(shop))
    with closing(open_connection(shop / "books.db")) as reader:
        sold, tax, drawer = 0, 0, balance(reader, accounts.DRAWER)
        for total in reader.execute("SELECT sum(total) FROM sales WHERE state = 'paid'"):
            sold = int(total[0])
        for name in ("standard", "reduced"):
            tax -= balance(reader, accounts.tax(name))
        ((discounts,),) = reader.execute("SELECT sum(amount) FROM sold_offers")
    sales = [
        each
        for each in root.iter(f"{SPACE}cashtransaction")
        if each.findtext(f"{SPACE}transType") == "CASHSALE"
    ]
    totals = [cents(str(each.findtext(f"{SPACE}transAmntIn"))) for each in sales]
    nets = [cents(str(each.findtext(f"{SPACE}transAmntEx"))) for each in sales]
    assert sum(totals) == sold
    assert sum(totals) - sum(nets) == tax
    for each, total in zip(sales, totals, strict=True):
        lines = [cents(line) for line in texts(each, "lineAmntIn")]
        paid = [cents(part) for part in texts(each, "paidAmnt")]
        assert sum(lines) == total
        assert sum(paid) == total + cents(
            str(each.findtext(f"{SPACE}rounding/{SPACE}roundingAmnt"))
        )
    in_cash = [
        cents(str(payment.findtext(f"{SPACE}paidAmnt")))
        for payment in root.iter(f"{SPACE}payment")
        if payment.findtext(f"{SPACE}paymentType") == "CASH"
    ]
    assert sum(in_cash) == drawer
    assert sum(map(cents, texts(root, "dscAmnt"))) == discounts
    reports = list(root.iter(f"{SPACE}eventReport"))
    of_shifts = [cents(each) for each in texts(root, "totalCashSaleAmnt")]
    assert sum(of_shifts) == sold
    assert cents(str(reports[-1].findtext(f"{SPACE}reportGrandTotalSales"))) == sold
    assert cents(str(reports[-1].findtext(f"{SPACE}reportGrandTotalSalesNet"))) == sold
    assert cents(str(reports[0].findtext(f"{SPACE}reportGrandTotalSales"))) == of_shifts[0]
    assert {cents(each) for each in texts(root, "reportOpeningChangeFloat")} == {20_000}
    for report in reports:
        groups = [cents(each) for each in texts(report, "artGroupAmnt")]
        total = cents(str(report.findtext(f".//{SPACE}totalCashSaleAmnt")))
        vat = [cents(each) for name in ("cashSaleAmnt", "vatAmnt") for each in texts(report, name)]
        assert sum(groups) == sum(vat) == total
        outs = [cents(each) for each in texts(report, "payOutAmnt")]
        assert sum(outs) == 15_000 + 1500


def test_events_are_folded_from_the_journal(shop):
    root = parsed(written(shop))
    kinds = texts(root, "event/eventType")
    assert kinds.count("RECEIPT") == len(texts(root, "ctLine/lineID")) - sum(
        each != "1" for each in texts(root, "ctLine/lineID")
    )
    assert kinds.count("ZREPORT") == kinds.count("WITHDRAWAL") == kinds.count("PAYOUTEVENT") == 6
    moments = list(zip(texts(root, "event/eventDate"), texts(root, "event/eventTime"), strict=True))
    assert moments == sorted(moments)


async def test_lines_taken_off_and_voided_sales_are_counted(tmp_path, xsd):
    from tests.conftest import COLA, SPREAD, Counter
    from tests.trading_shop import close_shift

    counter = Counter(tmp_path / "till").stock().open()
    counter.scan(COLA, SPREAD)
    counter.remove(0)
    counter.till.pay("100")
    await counter.till.until_idle()
    counter.scan(SPREAD)
    counter.till.void()
    await counter.till.until_idle()
    counter.scan(COLA)
    counter.till.hold()
    counter.books.write(lambda c: close_shift(c, counter.now, "Ada")).result()
    await counter.till.close()
    counter.books.close()
    text = written(tmp_path / "till")
    assert faults(xsd, text) == []
    root = parsed(text)
    kinds = texts(root, "event/eventType")
    assert {"LINEREMOVED", "VOID", "SUSPEND", "RECEIPT", "ZREPORT"} <= set(kinds)
    assert texts(root, "corrLineNum") == ["1"]
    assert texts(root, "corrLineAmnt") == ["3.50"]
    assert (texts(root, "reportVoidTransNum"), texts(root, "reportVoidTransAmnt")) == (
        ["1"], ["32.90"],
    )  # fmt: skip


def test_names_from_elsewhere_do_no_harm(shop, xsd):
    text = written(shop, name='<Corner> & "Market" \x07 ' + "long " * 40)
    assert faults(xsd, text) == []


def test_books_without_a_sale_are_written(tmp_path, xsd):
    from pos_tui.books import Books

    Books(tmp_path).close()
    assert faults(xsd, written(tmp_path)) == []


def test_yen_have_two_decimals_and_dinars_are_refused(tmp_path, shop):
    assert "<transAmntIn>200.00" not in written(shop, currency="JPY").replace("20000.00", "")
    with pytest.raises(SaftError, match=r"saft\.currency"):
        written(shop, currency="KWD")


def test_a_rate_that_the_settings_have_lost_is_what_its_tax_came_to(shop, xsd):
    text = written(shop, rates={})
    assert faults(xsd, text) == []
    rates = dict(zip(texts(parsed(text), "vatCodeDetail/vatCode"),
                     texts(parsed(text), "vatCodeDetail/vatDesc"), strict=True))  # fmt: skip
    assert rates == {"reduced": "reduced 9 %", "standard": "standard 13 %"}
