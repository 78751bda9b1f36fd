"""The shop's books in SQLite: products, offers, lots, sales, orders and the journal."""

from pos_tui.books.books import Books
from pos_tui.books.catalogue.products import Product
from pos_tui.books.connection import BooksError
from pos_tui.books.sales.sales import HeldSale

__all__ = ["Books", "BooksError", "HeldSale", "Product"]
