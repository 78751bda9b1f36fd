"""Scanners with a device of their own."""
