"""Receipts: the receipt data file, and the layouts made from it. Pure."""
