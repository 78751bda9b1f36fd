"""Backups of a till's books: made while it sells, tried, kept for a while, put back."""
