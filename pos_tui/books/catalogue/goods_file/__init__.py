"""Goods from another till's export: columns, codes, rows, and how they get into the books."""
