"""The till: one checkout, run against books, payments and devices. There is no screen in it."""

from pos_tui.books import BooksError, HeldSale, Product
from pos_tui.books.people.permissions import Permission
from pos_tui.till.till import Till

__all__ = ["BooksError", "HeldSale", "Permission", "Product", "Till"]
