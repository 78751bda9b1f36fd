"""The shop's books in SQLite: products, offers, lots, sales, orders and the journal."""

from pos_tui.books.books import Books
from pos_tui.books.connection import BooksError
from pos_tui.books.products import Product

__all__ = ["Books", "BooksError", "Product"]
