"""Displays for the customer: the way to a screen of its own, and poles of two rows."""
