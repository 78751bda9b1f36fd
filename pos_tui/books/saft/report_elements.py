"""A Z report as the elements that the schema has for it, in its order."""

from __future__ import annotations

from pos_tui.books.movement import from_thousandths
from pos_tui.books.saft.codes import (
    EVENTS,
    LONGEST,
    category_code,
    identification,
    payment_code,
)
from pos_tui.books.saft.elements import ElementWriter
from pos_tui.books.saft.event_report import NumberAndAmount, ReportFigures, TaxFigures
from pos_tui.books.saft.shop import SaftShop, side_of, vat_code

_CASH = payment_code("cash")
_NO_TAXES = TaxFigures("", 0, 0)


def put_report(out: ElementWriter, shop: SaftShop, report: ReportFigures) -> None:
    """Write a Z report. Where the schema wants a row of a list and nothing was, one says so."""
    _Report(out, shop).put(report)


class _Report:
    def __init__(self, out: ElementWriter, shop: SaftShop) -> None:
        self._out = out
        self._shop = shop

    def put(self, report: ReportFigures) -> None:
        out = self._out
        with out.inside("eventReport"):
            out.put("reportID", report.number)
            out.put("reportType", "Z report")
            out.put("companyIdent", self._shop.merchant, LONGEST)
            out.put("companyName", self._shop.name, 100)
            out.put("reportDate", report.at.date().isoformat())
            out.put("reportTime", f"{report.at:%H:%M:%S}")
            out.put("registerID", self._shop.register, 100)
            with out.inside("reportTotalCashSales"):
                out.put("totalCashSaleAmnt", self._shop.money(report.total))
            groups = report.groups or (NumberAndAmount(category_code(""), 0, 0),)
            with out.inside("reportArtGroups"):
                for group in groups:
                    count = f"{from_thousandths(group.count):f}"
                    self._row("ArtGroup", "artGroup", "ID", group.code.id, count, group.amount)
            with out.inside("reportPayments"):
                for payment in report.payments or (NumberAndAmount(_CASH, 0, 0),):
                    self._row(
                        "Payment", "payment", "Type", payment.code.id, payment.count, payment.amount
                    )
            with out.inside("reportCashSalesVat"):
                for tax in report.taxes or (_NO_TAXES,):
                    with out.inside("reportCashSaleVat"):
                        out.put("vatCode", vat_code(tax.tax_class))
                        out.put("vatPerc", self._shop.percent(tax.tax_class))
                        out.put("cashSaleAmnt", self._shop.money(tax.net))
                        out.put("vatAmnt", self._shop.money(tax.tax))
                        out.put("vatAmntTp", side_of(tax.tax))
            out.put("reportOpeningChangeFloat", self._shop.money(report.opening_float))
            out.put("reportReceiptNum", report.receipts)
            out.put("reportOpenCashBoxNum", report.drawer_opened)
            self._pair("reportReceiptCopy", (report.copies, 0))
            self._pair("reportReceiptProforma", (0, 0))
            self._pair("reportReturn", report.returns)
            self._pair("reportDiscount", report.discounts)
            self._pair("reportVoidTrans", report.voids)
            with out.inside("reportCorrLines"):
                code = EVENTS["line_removed"].id
                self._row("CorrLine", "corrLine", "Type", code, *report.lines_removed)
            with out.inside("reportPriceInquiries"):
                self._row("PriceInquiry", "priceInquiry", "Group", "NONE", 0, 0)
            with out.inside("reportOtherCorrs"):
                self._row("OtherCorr", "otherCorr", "Type", "NONE", 0, 0)
            self._pair("reportReceiptDelivery", (0, 0))
            self._pair("reportTraining", (0, 0))
            for name, rows in (("PayIn", report.pay_ins), ("PayOut", report.pay_outs)):
                if rows:
                    begin = name[0].lower() + name[1:]
                    with out.inside(f"report{name}s"):
                        for what, number, amount in rows:
                            self._row(name, begin, "Type", identification(what), number, amount)
            sales, returns, net = report.grand_totals
            out.put("reportGrandTotalSales", self._shop.money(sales))
            out.put("reportGrandTotalReturn", self._shop.money(returns))
            out.put("reportGrandTotalSalesNet", self._shop.money(net))

    def _row(
        self, element: str, begin: str, by: str, id_: str, count: int | str, amount: int
    ) -> None:
        with self._out.inside(f"report{element}"):
            self._out.put(f"{begin}{by}", id_)
            self._out.put(f"{begin}Num", count)
            self._out.put(f"{begin}Amnt", self._shop.money(amount))

    def _pair(self, name: str, values: tuple[int, int]) -> None:
        self._out.put(f"{name}Num", values[0])
        self._out.put(f"{name}Amnt", self._shop.money(values[1]))
