"""The accounts of the shop's double entry, named as plain text accounting names them.

Above zero is a debit. Assets and expenses grow by debits; liabilities, equity, income by credits.
"""

from __future__ import annotations

from typing import Final

DRAWER: Final = "Assets:Drawer"
SAFE: Final = "Assets:Safe"
BANK: Final = "Assets:Bank"
CARD: Final = "Assets:Clearing:Card"
FOREIGN_VOUCHERS: Final = "Assets:Clearing:Voucher"  # of others, who redeem them
STOCK: Final = "Assets:Stock"
STOCK_ELSEWHERE: Final = "Assets:StockElsewhere"
STOCK_ASIDE: Final = "Assets:StockAside"
STOCK_REPACKED: Final = "Assets:StockRepacked"
SUSPENSE: Final = "Assets:Suspense"  # what no rule explains; zero in sound books
OPEN_SALES: Final = "Liabilities:OpenSales"  # taken for sales that are not yet paid whole
VOUCHERS: Final = "Liabilities:Vouchers"
LATE_MONEY: Final = "Liabilities:LateMoney"  # came for payments given up, not yet gone back
SUPPLIERS: Final = "Liabilities:Suppliers"
DEPOSITS: Final = "Liabilities:Deposits"
FLOAT: Final = "Equity:Float"  # what came into the drawer from outside the books
TAKEN_OVER: Final = "Equity:TakenOver"  # goods that were there before the books knew of them
STOCK_VALUED: Final = "Equity:StockValued"  # a cost that was stated for goods that were there
EXPIRED_VOUCHERS: Final = "Income:ExpiredVouchers"
DISCOUNTS: Final = "Income:Discounts"
COST_OF_GOODS: Final = "Expenses:CostOfGoods"
COUNT_DIFFERENCE: Final = "Expenses:CountDifference"
BANK_FEES: Final = "Expenses:BankFees"
OVER_SHORT: Final = "Expenses:OverShort"
ROUNDING: Final = "Expenses:CashRounding"


def clearing(platform: str) -> str:
    """What a wallet's platform owes the shop."""
    return _sub("Assets:Clearing", platform)


def customer_account(code: str) -> str:
    """What a customer owes the shop."""
    return _sub("Assets:Customers", code)


def tax(name: str) -> str:
    """Tax of a class that the shop owes."""
    return _sub("Liabilities:Tax", name)


def sales(category: str) -> str:
    """Income of a category, without tax, before what came off."""
    return _sub("Income:Sales", category)


def returns(category: str) -> str:
    """Income of a category that was given back, without tax."""
    return _sub("Income:Returns", category)


def write_off(reason: str) -> str:
    """Goods that went for nothing, for a reason."""
    return _sub("Expenses:WriteOff", reason)


def given_as_voucher(reason: str) -> str:
    """Vouchers that were issued for nothing, for a reason."""
    return _sub("Expenses:Vouchers", reason)


def paid_out(reason: str) -> str:
    """Cash that went out of the drawer for a reason."""
    return _sub("Expenses:PaidOut", reason)


def paid_in(reason: str) -> str:
    """Cash that came into the drawer for a reason."""
    return _sub("Income:PaidIn", reason)


def _sub(parent: str, name: str) -> str:
    return f"{parent}:{name.replace(':', '-').strip() or '-'}"
