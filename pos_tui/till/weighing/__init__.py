"""Weighing at the till: when a weight may be sold, and what becomes of it."""
