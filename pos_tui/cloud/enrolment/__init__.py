"""Tills and servers enrolled with Redis: its users, their file, and what each server is given."""
