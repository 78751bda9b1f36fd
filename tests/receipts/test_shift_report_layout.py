"""X and Z reports on paper: every row fits, in each language, and what did not happen has a row."""

import pytest
from msgspec.structs import replace

from pos_tui.money import Currency
from pos_tui.receipts.layout import PaperMarks, lines_as_text
from pos_tui.receipts.shift_report import (
    CategorySum,
    CountedPieces,
    CountedSum,
    DrawerFigures,
    OpenSale,
    ReportShop,
    ShiftReport,
    TaxSum,
)
from pos_tui.receipts.shift_report_layout import DrawerSlip, lay_out_report, lay_out_slip
from pos_tui.receipts.voucher_slip import VoucherSlip, lay_out_voucher
from pos_tui.text_width import width_of
from tests.conftest import NOON

SHOP = ReportShop(
    name="Corner Market 街角超市", address="12 Harbour St", merchant="M001", till="01"
)
REPORT = ShiftReport(
    kind="z",
    shift=12,
    day="2026-11-28",
    opened_at="2026-11-28T08:00:00+08:00",
    opened_by="Ada",
    at="2026-11-29T01:30:00+08:00",
    by="Bob",
    closed_for="Ada",
    shop=SHOP,
    receipts=2,
    first_sale=147,
    last_sale=148,
    gross=123_456,
    net=110_000,
    tax=13_456,
    taxes=(TaxSum("standard", "13", 110_000, 13_456, 123_456, returned=13),),
    categories=(
        CategorySum("饮料与零食以及其他很长的类别名称很长", 3, 130_000, 123_456, 110_000),
    ),
    tenders=(CountedSum("cash", 1, 690), CountedSum("wechat", 1, 122_766), CountedSum("card")),
    cashiers=(CountedSum("Ada", 2, 123_456),),
    pay_outs=(CountedSum("a very long reason that nobody can print in one row", 2, 1000),),
    no_sales=(CountedSum("change", 3),),
    drawer=DrawerFigures(
        expected=49_000, counted=48_900, difference=-100, to_safe=8900, left=40_000,
        pieces=(CountedPieces(5000, 3),),
    ),
    open_payments=(OpenSale(149, "unknown", 500),),
    held=(OpenSale(150, "held", 450),),
    unread=("journal", "ledger", "drawer", "held", "open_payments", "sales", "goods", "totals"),
)  # fmt: skip
CODE = "00000 13993 98880 99958 43422 03904 95095 04663"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("columns", [20, 24, 32, 42, 48, 96])
@pytest.mark.parametrize("kind", ["x", "z"])
def test_no_row_is_wider_than_the_paper(language, columns, kind):
    report = replace(REPORT, kind=kind, shop=replace(SHOP, language=language))
    lines = lay_out_report(report, columns, 123, CODE)
    assert max(width_of(line.text) for line in lines) <= columns
    assert not [line.text for line in lines if "shift_report." in line.text]


def rows(report=REPORT, **named):
    return lines_as_text(lay_out_report(report, 42, 123, CODE, **named)).splitlines()


def row_of(label, report=REPORT):
    return next(" ".join(row.split()) for row in rows(report) if row.strip().startswith(label))


def test_a_z_says_what_happened():
    assert row_of("Receipts") == "Receipts 147–148 2"
    assert row_of("DIFFERENCE") == "DIFFERENCE -1.00"
    assert row_of("WeChat") == "WeChat Pay × 1 1227.66"
    assert row_of("Sale 000149") == "Sale 000149 payment not known 5.00"
    assert row_of("Closed in place") == "Closed in place of Ada"
    assert " ".join(CODE.split()[:4]) in "\n".join(rows())


def test_what_went_out_of_the_drawer_has_its_sign_once_and_its_reasons_add_up_to_it():
    out = (CountedSum("taxi", 1, 2000), CountedSum("milk", 2, 500))
    drawer = DrawerFigures(pay_outs=2500, pay_ins=300, drops=100, cash_returns=50)
    report = replace(REPORT, pay_outs=out, pay_ins=(CountedSum("found", 1, 300),), drawer=drawer)
    assert row_of("Paid out", report) == "Paid out -25.00"
    assert row_of("taxi", report) == "taxi × 1 -20.00"
    assert row_of("milk", report) == "milk × 2 -5.00"
    assert row_of("Paid in", report) == "Paid in 3.00"
    assert row_of("found", report) == "found × 1 3.00"
    assert row_of("Given back in cash", report) == "Given back in cash -0.50"
    assert row_of("To the safe", report) == "To the safe × 0 -1.00"


def test_where_nothing_happened_there_is_a_row_with_nothing():
    for label in ("Training", "Copies of receipts", "Sales voided", "Price inquiries"):
        assert row_of(label) == f"{label} × 0 0.00"


def test_an_uncounted_drawer_is_said():
    report = replace(REPORT, drawer=DrawerFigures(expected=100))
    assert row_of("Counted", report) == "Counted not counted"


def test_what_is_expected_can_be_left_out_for_a_blind_count():
    x = replace(REPORT, kind="x")
    assert any(row.startswith("Expected") for row in rows(x))
    assert not any(row.startswith("Expected") for row in rows(x, with_expected=False))


@pytest.mark.parametrize("columns", [20, 32, 48])
def test_reports_and_slips_have_their_marks_at_both_ends(columns):
    marks = PaperMarks(copy=3, is_training=True)
    slip = DrawerSlip(kind="pay_in", number=7, amount=500, at=NOON, reason="x" * 24, by="Ada")
    voucher = VoucherSlip("Shop", "Here", "V" * 12, 500, Currency.of("CNY"), NOON.date(), None)
    for lines in (
        lay_out_report(REPORT, columns, 123, CODE, marks=marks),
        lay_out_slip(slip, SHOP, columns, marks),
        lay_out_voucher(voucher, columns, marks),
    ):
        texts = [line.text for line in lines if line.is_text]
        assert max(map(width_of, texts)) <= columns
        for end in (texts[:4], texts[-4:]):
            assert "COPY 3" in "".join(end)
            assert "TRAINING" in "".join(end)


def test_a_long_name_on_a_report_is_whole():
    name = "Bread rolls cakes and everything else that the baker brings in the morning"
    report = replace(REPORT, categories=(CategorySum(name, 3, 1300, 1234, 1100),))
    text = " ".join(" ".join(rows(report)).split())
    assert f"{name} × 3 12.34" in text
